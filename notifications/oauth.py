"""OAuth 2 tokens for mail out: the client credentials grant (RFC 6749, section 4.4).

Tokens are kept in the memory of the process until shortly before they end: a shared cache is no place for them.
"""

import threading
import time
from dataclasses import dataclass
from typing import TypedDict

import requests

# A token that ends while the mail is on its way would be refused.
MARGIN_SECONDS = 60
# What a server that names no lifetime means is unknown (RFC 6749, section 5.1 only recommends it).
DEFAULT_SECONDS = 300
TIMEOUT_SECONDS = 15


class TokenRefused(requests.RequestException):
    """The token endpoint gave no token; the message holds its status and error code, never a secret."""


class Client(TypedDict):
    """Who asks for tokens, and where."""

    token_url: str
    client_id: str
    client_secret: str
    scope: str


@dataclass(frozen=True)
class _Token:
    value: str
    ends: float  # by time.monotonic


_kept: dict[tuple[str, str, str], _Token] = {}
_lock = threading.Lock()


def token_for(client: Client) -> str:
    """A valid access token; asks the endpoint when none is kept. requests.RequestException when it gives none."""
    with _lock:
        kept = _kept.get(_key(client))
        if kept is None or kept.ends <= time.monotonic():
            kept = _kept[_key(client)] = _fetch(client)
        return kept.value


def forget_token(client: Client) -> None:
    """Drop the kept token, because the mail server refused it."""
    with _lock:
        _kept.pop(_key(client), None)


def _key(client: Client) -> tuple[str, str, str]:
    return client["token_url"], client["client_id"], client["scope"]


def _fetch(client: Client) -> _Token:
    asked = time.monotonic()
    response = requests.post(
        client["token_url"],
        data={
            "grant_type": "client_credentials",
            "client_id": client["client_id"],
            "client_secret": client["client_secret"],
            "scope": client["scope"],
        },
        timeout=TIMEOUT_SECONDS,
        allow_redirects=False,
    )
    try:
        answer = response.json()
        value, seconds = str(answer["access_token"]), int(answer.get("expires_in", DEFAULT_SECONDS))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise TokenRefused(f"the token endpoint answered {response.status_code} {_error_of(response)}") from None
    return _Token(value, asked + max(seconds - MARGIN_SECONDS, 0))


def _error_of(response: requests.Response) -> str:
    """The error code of RFC 6749, section 5.2."""
    try:
        return str(response.json().get("error", ""))[:100]
    except (ValueError, AttributeError):
        return ""
