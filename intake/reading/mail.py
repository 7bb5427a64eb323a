"""One mail, from its bytes to everything the helpdesk asks of it. Pure and total: no input makes it raise or hang."""

import codecs
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from intake.reading import automatic, bodies, bounces, containers, letter_reference, quoting, trust
from intake.reading.addresses import Mailbox, address_in, first_mailbox, mailboxes
from intake.reading.attachments import MailAttachment, attachments
from intake.reading.bounces import Bounce
from intake.reading.headers import MAX_VALUE, Headers, message_ids, moment, split_message, start_of_header
from intake.reading.invitations import Invitation, read_calendar
from intake.reading.letter_reference import LetterReference
from intake.reading.parts import Part, structure
from intake.reading.trust import Verdict

__all__ = ["Bounce", "Invitation", "LetterReference", "MailAttachment", "Mailbox", "ParsedMail", "Verdict", "read"]

MAX_SUBJECT = 2_000
MAX_CALENDARS = 5


@dataclass(frozen=True, kw_only=True)
class ParsedMail:
    """What one mail says. Every string can be stored and sent on: no NUL, no lone surrogate, and no line end but in
    `text` and `html`. Nothing in it is trusted; `html` is as it came and must be sanitised before it is shown."""

    sender: Mailbox  # From, or else Sender, Return-Path
    reply_to: tuple[Mailbox, ...]
    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...]
    delivered_to: tuple[str, ...]  # where transports say it was delivered
    subject: str  # prefixes kept
    message_id: str  # without <>, like all identifiers here; "" when none
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]  # oldest first
    date: datetime | None  # the Date field, in UTC; shown, never used for clocks
    text: str  # the whole readable text
    quote_start: int  # offset in `text` where history or signature at its end begins; len(text) when none
    html: str  # as decoded, "" when none
    attachments: tuple[MailAttachment, ...]  # documents in a signed container stand behind it
    automatic: str  # why it is taken for a machine's, as a code; "" for a person's
    bounce: Bounce | None
    auth_results: tuple[str, ...]  # Authentication-Results fields, untrusted
    defects: tuple[str, ...]  # codes of what was repaired or left out
    verdicts: tuple[Verdict, ...] = ()  # what our own server says of the origin
    reference: LetterReference | None = None  # the number and date that the letter gives itself, to be offered
    invitations: tuple[Invitation, ...] = ()


def read(raw: bytes, *, authserv_ids: Collection[str] = ()) -> ParsedMail:
    """Read one mail in the format of RFC 5322, as broken as it may be; a leading mbox "From " line does no harm.

    `authserv_ids` are the names under which our own servers write Authentication-Results; without, no verdict counts.
    """
    raw = _as_lines(raw)
    headers, content = split_message(raw, start_of_header(raw))
    root, defects = structure(headers, content)
    choice = bodies.choose(root)
    body = bodies.body(choice)
    subject = headers.text("subject", "thread-topic")[:MAX_SUBJECT]
    sender = _sender(headers)
    bounce = bounces.find(headers, root, sender.address, subject, body.text)
    quote_start = _quote_start(body)
    reason = automatic.reason(headers, subject, root.type, root.parameters.get("report-type", "").lower())
    return ParsedMail(
        sender=sender,
        reply_to=mailboxes(headers.first("reply-to")),
        to=_recipients(headers, "to"),
        cc=_recipients(headers, "cc"),
        delivered_to=_delivered_to(headers),
        subject=subject,
        message_id=next(iter(message_ids(headers.first("message-id"))), ""),
        in_reply_to=message_ids(headers.first("in-reply-to")),
        references=message_ids(headers.first("references")),
        date=moment(headers.first("date")),
        text=body.text,
        quote_start=quote_start,
        html=body.html,
        attachments=containers.opened(attachments(choice.files, body.pictures)),
        automatic="bounce" if bounce and not reason else reason,
        bounce=bounce,
        auth_results=trust.authentication_results(headers),
        defects=tuple(sorted(defects | body.defects)),
        verdicts=trust.own_verdicts(headers, authserv_ids),
        reference=letter_reference.find(body.text[:quote_start], subject),
        invitations=_invitations(root),
    )


def _as_lines(raw: bytes) -> bytes:
    """`raw` as lines of ASCII-compatible bytes: some exports write UTF-16, some old systems bare carriage returns."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raw = raw.decode("utf-16", "replace").encode("utf-8", "replace")
    raw = raw.removeprefix(codecs.BOM_UTF8)
    return raw.replace(b"\r", b"\n") if b"\n" not in raw else raw


def _sender(headers: Headers) -> Mailbox:
    """The author, by the first of the fields that gives an address; without any, the name that From holds."""
    author = first_mailbox(headers.first("from"))
    if author.address:
        return author
    for field in ("sender", "resent-from", "return-path", "x-envelope-from", "envelope-from"):
        found = first_mailbox(headers.first(field))
        if found.address:
            return Mailbox(name=author.name or found.name, address=found.address)
    return author


def _recipients(headers: Headers, field: str) -> tuple[Mailbox, ...]:
    return mailboxes(", ".join(headers.all(field))[:MAX_VALUE])


def _invitations(root: Part) -> tuple[Invitation, ...]:
    calendars = [part for part in root.leaves() if part.type in ("text/calendar", "application/ics")]
    return tuple(
        event
        for part in calendars[:MAX_CALENDARS]
        for event in read_calendar(part.content(), part.parameters.get("charset", ""))
    )


def _delivered_to(headers: Headers) -> tuple[str, ...]:
    values = (value for field in ("delivered-to", "x-original-to", "envelope-to") for value in headers.all(field))
    return tuple(dict.fromkeys(address for address in map(address_in, values) if address))


def _quote_start(body: bodies.Body) -> int:
    if body.history_in_html:
        return min(quoting.quote_start(body.text), quoting.start_by_words(body.text, body.html_text, body.history))
    return quoting.quote_start(body.text, body.history, body.signatures)
