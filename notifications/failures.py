"""What a failed attempt to send means: for now or for good, as a code, and in the server's own words.

What is wrong with the server or with us (sign-in, TLS, a greeting of 5xx) fails for now, because it says nothing about
the mail; only an answer to the mail itself is final (RFC 5321, section 4.2.1).
"""

import smtplib
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass

import requests
from anymail.exceptions import (
    AnymailAPIError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
    AnymailSerializationError,
    AnymailUnsupportedFeature,
)
from django.core.mail import BadHeaderError

MAX_DETAIL = 2_000
SIGN_IN_CODES = (530, 534, 535, 538)  # RFC 4954, section 6: about us, whichever command they answer


@dataclass(frozen=True)
class Failure:
    """Why an attempt failed. `permanent`: another attempt would fail the same way."""

    code: str
    permanent: bool
    detail: str = ""


def failure_of(error: Exception) -> Failure:
    """Read an exception from building or sending a mail. What is unknown is tried again."""
    code, permanent = _read(error)
    return Failure(code, permanent, _detail(error))


def refusals(recipients: Mapping[str, tuple[int, bytes]]) -> str:
    """The refused recipients with the server's answers, one a line."""
    return "\n".join(f"{address}: {_answer(*answer)}" for address, answer in recipients.items())[:MAX_DETAIL]


def _read(error: Exception) -> tuple[str, bool]:
    match error:
        case smtplib.SMTPAuthenticationError():
            return "sign-in", False
        case smtplib.SMTPConnectError() | smtplib.SMTPHeloError() | smtplib.SMTPNotSupportedError():
            return "server", False
        case smtplib.SMTPRecipientsRefused():
            return "recipients-refused", all(code >= 500 for code, _ in error.recipients.values())
        case smtplib.SMTPResponseException(smtp_code=code) if code in SIGN_IN_CODES:
            return "sign-in", False
        case smtplib.SMTPResponseException():
            return ("too-big" if error.smtp_code == 552 else "refused"), error.smtp_code >= 500
        case AnymailRecipientsRefused():
            return "recipients-refused", True
        case AnymailInvalidAddress():
            return "invalid-address", True
        case AnymailUnsupportedFeature() | AnymailSerializationError():
            return "refused", True
        case AnymailAPIError():
            return _read_provider(error)
        case requests.RequestException():
            return "sign-in", False
        case BadHeaderError():
            return "invalid-header", True
        case _:
            return _read_system(error)


def _read_provider(error: AnymailAPIError) -> tuple[str, bool]:
    """By HTTP status: our key (401, 403), too fast (408, 429) and the provider's own trouble (5xx) pass."""
    if isinstance(error, requests.ConnectTimeout):
        return "unreachable", False
    if isinstance(error, requests.Timeout | requests.ConnectionError) or error.status_code is None:
        return "no-answer", False
    if error.status_code in (401, 403):
        return "sign-in", False
    if error.status_code in (408, 425, 429) or error.status_code >= 500:
        return "server", False
    return ("too-big" if error.status_code == 413 else "refused"), True


def _read_system(error: Exception) -> tuple[str, bool]:
    match error:
        # The connection ended in the middle: whether the server kept the mail, nobody knows.
        case smtplib.SMTPServerDisconnected() | TimeoutError() | ConnectionResetError() | BrokenPipeError():
            return "no-answer", False
        case ssl.SSLError():
            return "tls", False
        case ConnectionError() | socket.gaierror():
            return "unreachable", False
        case FileNotFoundError():
            return "file-missing", False
        case OSError():
            return "system", False
        case ValueError():
            return "invalid-address", True
        case _:
            return "unexpected", False


def _detail(error: Exception) -> str:
    match error:
        case smtplib.SMTPRecipientsRefused():
            return refusals(error.recipients)
        case smtplib.SMTPResponseException():
            return _answer(error.smtp_code, error.smtp_error)[:MAX_DETAIL]
        case _:
            return f"{type(error).__name__}: {error}".replace("\0", "")[:MAX_DETAIL]


def _answer(code: int, words: bytes | str) -> str:
    text = words.decode(errors="replace") if isinstance(words, bytes) else words
    return f"{code} {text}".replace("\0", "")
