"""What every engine takes and gives, and how it is asked over HTTP.

An engine answers at once, or takes the order and delivers later to an address that only it knows.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import requests

CONNECT_SECONDS = 5
MAX_ANSWER = 2 * 1024 * 1024  # bytes
_BLOCK = 65_536


@dataclass(frozen=True, kw_only=True)
class Order:
    """One text to be translated. Languages are ISO 639-1 codes, `source` "" when it is not known.

    `name` is ours for the order, and `callback` the secret address that takes its result.
    """

    name: str
    text: str
    source: str
    target: str
    callback: str


class Engine(Protocol):
    """A machine that translates. `needs_source`: it does not find out the language of a text by itself."""

    needs_source: bool

    def submit(self, order: Order) -> str | None:
        """The translation, or None when it will be delivered later. Away or Refused when there will be none."""


class Away(Exception):
    """The engine cannot take the order now; later it may. `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Refused(Exception):
    """The engine will never take this order. `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def post(address: str, body: Mapping[str, object], *, timeout: int, auth: tuple[str, str] | None = None) -> Any:
    """Post JSON and give the JSON that comes back. No redirect is followed: the text goes where it was said."""
    try:
        with requests.post(
            address,
            json=body,
            auth=auth,
            timeout=(CONNECT_SECONDS, timeout),
            allow_redirects=False,
            stream=True,
        ) as response:
            if response.status_code == 429 or response.status_code >= 500:
                raise Away("busy")
            if response.status_code >= 300:
                raise Refused("key" if response.status_code in (401, 403) else "refused")
            content = _bounded(response)
    except requests.RequestException:
        raise Away("no-answer") from None
    try:
        return json.loads(content)
    except ValueError:
        raise Refused("nonsense") from None


def _bounded(response: requests.Response) -> bytes:
    content = b""
    for block in response.iter_content(_BLOCK):
        content += block
        if len(content) > MAX_ANSWER:
            raise Refused("nonsense")
    return content
