"""What a door hands in: frozen values, already read, with their files already stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any

from tickets.claims import Invitation, Verdict
from tickets.files import StoredFile
from tickets.models import Ticket


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """A message from outside.

    `received_at` is when the house could know of it; `key` (sha256 in hex) makes it one by whichever door it comes;
    `references` are the Message-IDs that it names, oldest first, without angle brackets; `marked` is the code of what
    a person should know of it, "parts-left-out" when only the raw file holds all of it; `verdicts` are what our own
    mail server found of its origin, none when it was not asked.
    """

    key: str
    received_at: datetime
    sender_name: str
    sender_address: str
    reply_to: str = ""
    subject: str
    text: str
    quote_start: int | None = None
    html: str = ""
    language: str = ""
    written_at: datetime | None = None
    message_id: str = ""
    to: tuple[tuple[str, str], ...] = ()
    cc: tuple[tuple[str, str], ...] = ()
    references: tuple[str, ...] = ()
    files: tuple[StoredFile, ...] = ()
    automatic: str = ""
    marked: str = ""
    trust: dict[str, str] = field(default_factory=dict)
    verdicts: tuple[Verdict, ...] = ()
    invitations: tuple[Invitation, ...] = ()
    raw_path: str = ""
    raw_sha256: str = ""
    correlation: str = ""


OF_NEED = ("need_item", "need_quantity", "needed_by", "need_recipient", "danger_to_life", "may_share")


@dataclass(frozen=True, kw_only=True)
class Details:
    """What the form asks beyond the message; a mail tells the number and date of its letter at most."""

    kind: str = "enquiry"
    topic: str = ""
    country: str = ""
    region: str = ""
    organisation: str = ""
    organisation_kind: str = ""
    phone: str = ""
    letter_number: str = ""
    letter_date: date | None = None
    need_item: str = ""
    need_quantity: str = ""
    needed_by: date | None = None
    need_recipient: str = ""
    danger_to_life: bool = False
    may_share: bool = False

    @classmethod
    def of(cls, said: Mapping[str, Any], **known: str) -> "Details":
        """What was said in fields of these names, and what they led to. The fields of a need count for a need alone."""
        left_out = () if said["kind"] == Ticket.Kind.NEED else OF_NEED
        names = {each.name for each in fields(cls)} - {*left_out, *known}
        return cls(**{name: said[name] for name in names & said.keys()} | known)
