"""Mails as partners write them, and the short way into the house for tests of what comes after storing."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from itertools import count

from django.utils import timezone

from intake import processing, store
from intake.models import RawMail
from tickets.models import Ticket

HOUSE = "SupportUkraine@cor.europa.eu"
OLENA = "olena@hromada.example"
TARAS = "taras@hromada.example"
BOUNCES = int(os.environ.get("BOUNCES", "60"))  # of a storm
_numbers = count(1)


def letter(
    text: str = "We need two generators of 100 kW for our hospital.",
    *,
    sender: str = OLENA,
    to: str = HOUSE,
    subject: str = "Generators for the hospital",
    message_id: str | None = None,
    answers: str = "",
    references: Sequence[str] = (),
    attachments: Sequence[tuple[str, bytes]] = (),
    **fields: str,
) -> bytes:
    """One mail; each call makes another one. `answers` and `references` are Message-IDs without brackets."""
    number = next(_numbers)
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Date"] = datetime(2026, 11, 23, 8, 0, tzinfo=UTC) + timedelta(seconds=number)
    if message_id != "":
        mail["Message-ID"] = f"<{message_id or f'{number}@mail.hromada.example'}>"
    if answers:
        mail["In-Reply-To"] = f"<{answers}>"
    if references or answers:
        mail["References"] = " ".join(f"<{each}>" for each in [*references, *([answers] if answers else [])])
    for name, value in fields.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    for name, content in attachments:
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return bytes(mail)


def stored(raw: bytes, *, to: Sequence[str] = (HOUSE,), sender: str | None = OLENA, source: str = "smtp") -> RawMail:
    """The mail in the store, in nobody's hands."""
    return store.keep(raw, source=source, envelope_from=sender, envelope_to=to, received_at=timezone.now())


def received(raw: bytes, *, to: Sequence[str] = (HOUSE,), sender: str | None = OLENA, source: str = "smtp") -> RawMail:
    """The mail stored and processed."""
    mail = stored(raw, to=to, sender=sender, source=source)
    processing.process(mail.pk)
    mail.refresh_from_db()
    return mail


def ticket_of(mail: RawMail) -> Ticket:
    assert mail.message is not None, f"{mail.state} {mail.reason} {mail.reason_detail}"
    return mail.message.ticket
