"""A row of the outbox as a mail: headers, plain text and HTML, files."""

import re
from collections.abc import Iterable
from email import encoders
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.mime.base import MIMEBase

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.mail import EmailMultiAlternatives

from notifications.models import OutgoingMail

_CONTENT_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+")


class ComposedMail(EmailMultiAlternatives):
    """A mail with what Django's class has no place for.

    `return_path` is where bounces go, empty for the null sender; `refused` is filled by our SMTP backend with the
    recipients that the server did not take, each with its answer.
    """

    return_path: str = ""
    refused: dict[str, tuple[int, bytes]]


def compose(mail: OutgoingMail, *, leave_out: set[str]) -> ComposedMail:
    """Build the mail for all its recipients but `leave_out` (lower case).

    ValueError for an address that is none; OSError when a file cannot be read.
    """
    message = ComposedMail(
        subject=mail.subject,
        body=mail.text,
        from_email=_mailbox(mail.from_name or settings.MAIL_FROM_NAME, settings.MAIL_ADDRESS),
        to=_mailboxes(mail.to, leave_out),
        cc=_mailboxes(mail.cc, leave_out),
        reply_to=[_mailbox("", mail.reply_to)] if mail.reply_to else None,
        headers=_headers(mail),
    )
    message.return_path = mail.envelope_sender
    message.refused = {}
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    for file in mail.files:
        message.attach(_attachment(file["path"], file["name"], file["content_type"]))
    return message


def _headers(mail: OutgoingMail) -> dict[str, str]:
    headers = {"Message-ID": f"<{mail.message_id}>", "Content-Language": mail.language}
    if mail.in_reply_to:
        headers["In-Reply-To"] = f"<{mail.in_reply_to}>"
    if mail.references:
        headers["References"] = " ".join(f"<{each}>" for each in mail.references)
    if mail.automatic:
        # RFC 3834, section 5; the second one is Exchange's and Outlook's own.
        headers["Auto-Submitted"] = "auto-replied" if mail.in_reply_to else "auto-generated"
        headers["X-Auto-Response-Suppress"] = "All"
    return headers


def _mailboxes(recipients: Iterable[dict[str, str]], leave_out: set[str]) -> list[str]:
    return [_mailbox(r["name"], r["address"]) for r in recipients if r["address"].lower() not in leave_out]


def _mailbox(name: str, address: str) -> str:
    try:
        return str(Address(display_name=name, addr_spec=address))
    except (HeaderParseError, IndexError) as error:
        raise ValueError(f"no address: {error}") from error


def _attachment(path: str, name: str, content_type: str) -> MIMEBase:
    """A file as its bytes are. Django would decode text and parse messages, and a signed file must stay what it is."""
    whole = content_type if _CONTENT_TYPE.fullmatch(content_type) else ""
    if not whole or whole.lower().startswith(("message/", "multipart/")):
        whole = "application/octet-stream"  # the types that may not be sent as base64 (RFC 2046, section 5)
    part = MIMEBase(*whole.split("/", 1))
    with default_storage.open(path) as file:
        part.set_payload(file.read())
    encoders.encode_base64(part)
    ascii_name = name if name.isascii() else ("utf-8", "", name)
    part.add_header("Content-Disposition", "attachment", filename=ascii_name)
    return part
