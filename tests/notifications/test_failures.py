import smtplib
import socket
import ssl

import pytest
import requests
from anymail.exceptions import AnymailInvalidAddress, AnymailRecipientsRefused, AnymailRequestsAPIError
from django.core.mail import BadHeaderError

from notifications.failures import Failure, failure_of, refusals


def provider_said(status: int) -> Exception:
    response = requests.Response()
    response.status_code = status
    response.reason = "because"
    return AnymailRequestsAPIError(response=response)


@pytest.mark.parametrize(
    ("error", "code", "permanent"),
    [
        (smtplib.SMTPAuthenticationError(535, b"5.7.8 no"), "sign-in", False),
        (smtplib.SMTPConnectError(554, b"no service"), "server", False),
        (smtplib.SMTPHeloError(501, b"who?"), "server", False),
        (smtplib.SMTPNotSupportedError("STARTTLS"), "server", False),
        (smtplib.SMTPSenderRefused(550, b"no", "a@example.org"), "refused", True),
        (smtplib.SMTPSenderRefused(552, b"too big", "a@example.org"), "too-big", True),
        (smtplib.SMTPSenderRefused(451, b"later", "a@example.org"), "refused", False),
        (smtplib.SMTPDataError(554, b"no"), "refused", True),
        (smtplib.SMTPServerDisconnected("gone"), "no-answer", False),
        (smtplib.SMTPRecipientsRefused({"a@example.org": (550, b"no")}), "recipients-refused", True),
        (
            smtplib.SMTPRecipientsRefused({"a@x.example": (550, b"no"), "b@x.example": (450, b"")}),
            "recipients-refused",
            False,
        ),
        (TimeoutError("timed out"), "no-answer", False),
        (ConnectionResetError(), "no-answer", False),
        (ConnectionRefusedError(), "unreachable", False),
        (socket.gaierror(-2, "unknown"), "unreachable", False),
        (ssl.SSLCertVerificationError(1, "expired"), "tls", False),
        (FileNotFoundError(2, "gone"), "file-missing", False),
        (OSError(28, "No space left on device"), "system", False),
        (requests.ConnectionError("token endpoint"), "sign-in", False),
        (provider_said(401), "sign-in", False),
        (provider_said(429), "server", False),
        (provider_said(503), "server", False),
        (provider_said(422), "refused", True),
        (provider_said(413), "too-big", True),
        (AnymailRequestsAPIError(), "no-answer", False),
        (AnymailRecipientsRefused(), "recipients-refused", True),
        (AnymailInvalidAddress("a b"), "invalid-address", True),
        (BadHeaderError("two lines"), "invalid-header", True),
        (ValueError("no address"), "invalid-address", True),
        (RuntimeError("a fault of ours"), "unexpected", False),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_a_failure_is_for_now_unless_the_mail_itself_was_refused(error: Exception, code: str, permanent: bool) -> None:
    found = failure_of(error)
    assert (found.code, found.permanent) == (code, permanent)
    assert len(found.detail) <= 2_000


def test_the_servers_words_are_kept_within_bounds_and_free_of_zero_characters() -> None:
    found = failure_of(smtplib.SMTPDataError(554, b"no\0 " + b"x" * 5_000 + b"\xff"))
    assert found == Failure("refused", True, ("554 no " + "x" * 5_000)[:2_000])


def test_each_refused_recipient_stands_on_a_line() -> None:
    assert refusals({"a@example.org": (550, b"no"), "b@example.org": (451, b"later")}) == (
        "a@example.org: 550 no\nb@example.org: 451 later"
    )
