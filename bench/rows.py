"""A sample ticket as rows of our tables, as the acts of `tickets.actions` would have left them.

It came by mail and was not acknowledged, as after an import, so that it has exactly three messages. The files of raw
mails and attachments are not written: rows name them, and nothing that is measured reads them.
"""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from bench import waits, words
from bench.copying import Row, Table
from bench.tickets import Sample, message_id
from intake.models import RawMail
from notifications.models import OutgoingMail, address_key
from tickets.addresses import reply_address
from tickets.deadlines import REPLY
from tickets.models import (
    Attachment,
    Event,
    Message,
    Participant,
    Requester,
    RequesterAddress,
    SearchDocument,
    Ticket,
    User,
)
from tickets.notices import group_of
from tickets.regulation import CalendarMissing, deadline
from tickets.search.document import Weight, vector
from tickets.storage import ContentStorage
from tickets.threads import message_id_hash

PARTNER, STAFF, SYSTEM = Event.ActorKind.REQUESTER, Event.ActorKind.USER, Event.ActorKind.SYSTEM
EVENTS_EACH = 10  # ids that each ticket has for its events; most leave some unused
FILE_NAME = "letter.pdf"
HANDED_OVER = timedelta(seconds=12)  # after the answer was written: the time to undo, and the delivery
REQUESTERS, ADDRESSES = Table(Requester), Table(RequesterAddress)
TICKETS, PARTICIPANTS, EVENTS = Table(Ticket), Table(Participant), Table(Event)
MESSAGES, ATTACHMENTS, DOCUMENTS = Table(Message), Table(Attachment), Table(SearchDocument)
MAILS, RAW_MAILS = Table(OutgoingMail), Table(RawMail)


@dataclass(frozen=True)
class House:
    """What the tickets refer to: the agents, the queues' ids, and the rules that they are measured by."""

    agents: list[User]
    queues: list[int]
    rules: waits.Rules

    @property
    def holidays(self) -> frozenset[date]:
        """The closing days of the institution."""
        return self.rules.holidays


def requester(number: int, since: datetime) -> Row:
    """The row of the partner of this number, counted from 0."""
    return REQUESTERS.row(id=number + 1, name=words.person(number)[0], language="en", created_at=since)


def requester_address(number: int, since: datetime) -> Row:
    """The row of the partner's only address."""
    return ADDRESSES.row(id=number + 1, requester_id=number + 1, address=words.person(number)[1], created_at=since)


def ticket(sample: Sample, house: House) -> Row:
    """The ticket's own row. While it is open, it waits for an answer to the third message, or to the first."""
    ended, waits_since = sample.closed_at is not None, sample.asked_at if sample.held else sample.thanked_at
    agent = None if sample.agent is None else house.agents[sample.agent].pk
    return TICKETS.row(
        id=sample.number,
        reference=_reference(sample),
        subject=sample.subject,
        status=Ticket.Status.CLOSED if ended else Ticket.Status.OPEN,
        outcome=Ticket.Outcome.ANSWERED if ended else "",
        priority=sample.priority,
        queue_id=house.queues[sample.queue],
        language=sample.language,
        reply_language=sample.language,
        channel=Ticket.Channel.EMAIL,
        requester_id=sample.person + 1,
        assignee_id=agent,
        received_at=sample.asked_at,
        created_at=sample.asked_at,
        answer_by=_answer_by(_day(sample.asked_at), house.holidays),
        first_answered_at=None if sample.held else sample.answered_at + HANDED_OVER,
        waiting_since=None if ended else waits_since,
        last_message_at=sample.thanked_at,
        closed_at=sample.closed_at,
    )


def participant(sample: Sample) -> Row:
    """The partner takes part in the ticket."""
    person = sample.person + 1
    return PARTICIPANTS.row(id=sample.number, ticket_id=sample.number, requester_id=person, joined_at=sample.asked_at)


def messages(sample: Sample, house: House) -> list[Row]:
    """The three messages of the ticket; the second one is the agent's answer or holding reply."""
    author = house.agents[sample.author]
    name, address = words.person(sample.person)
    answer = MESSAGES.row(
        **_message(sample, 1),
        kind=Message.Kind.OUTBOUND,
        nature=waits.nature(sample),
        author_id=author.pk,
        sender_name=author.name,
        to=[[name, address]],
        subject=f"Re: {sample.subject}",
        outgoing_id=sample.number,
        delivery=Message.Delivery.SENT,
        received_at=sample.answered_at,
        sent_at=sample.answered_at + HANDED_OVER,
        created_at=sample.answered_at,
    )
    return [_inbound(sample, 0, sample.asked_at), answer, _inbound(sample, 2, sample.thanked_at)]


def document(sample: Sample, house: House) -> Row:
    """The words of the ticket, its messages and its file, as each act would have added them."""
    name, address = words.person(sample.person)
    first, answer, last = sample.texts
    people, subject = ((Weight.PEOPLE, name), (Weight.PEOPLE, address)), (Weight.SUBJECT, f"Re: {sample.subject}")
    file = [(Weight.SUBJECT, FILE_NAME)] if sample.has_file else []
    said = vector(
        [
            (Weight.SUBJECT, _reference(sample)),
            (Weight.SUBJECT, sample.subject),
            *people, *file, (Weight.TEXT, first),
            (Weight.TEXT, house.agents[sample.author].name), subject, (Weight.TEXT, answer),
            *people, subject, (Weight.TEXT, last),
        ]
    )  # fmt: skip
    return DOCUMENTS.row(ticket_id=sample.number, words=said.text, size=said.size)


def mail_out(sample: Sample, house: House) -> Row:
    """The agent's answer in the outbox: sent and settled. Its words are left to the message, to spare the disk."""
    name, address = words.person(sample.person)
    sent = sample.answered_at + HANDED_OVER
    return MAILS.row(
        id=sample.number,
        key=f"reply:{sample.number}:{house.agents[sample.author].pk}:{sample.answered_at.timestamp()}",
        name="reply",
        message_id=message_id(sample.number, 1),
        group=group_of(Ticket(pk=sample.number)),
        audience=OutgoingMail.Audience.PARTNER,
        automatic=False,
        language=sample.language,
        reply_to=reply_address(sample.number, "partner"),
        to=[{"name": name, "address": address}],
        recipient_key=address_key(address),
        subject=f"Re: {sample.subject}",
        state=OutgoingMail.State.SENT,
        not_before=sample.answered_at + timedelta(seconds=settings.UNDO_SECONDS),
        attempts=1,
        admitted_at=sent,
        sent_at=sent,
        settled_at=sent,
        created_at=sample.answered_at,
    )


def raw_mails(sample: Sample) -> list[Row]:
    """The two mails of the partner as they were received."""
    made = []
    for place, (number, at) in enumerate(((0, sample.asked_at), (2, sample.thanked_at))):
        sha256 = _hash("raw", sample.number, number)
        raw = RAW_MAILS.row(
            id=2 * sample.number - 1 + place,
            source=RawMail.Source.SMTP,
            key=_hash("delivery", sample.number, number),
            path=ContentStorage.name_of(sha256),
            sha256=sha256,
            size=len(sample.texts[number].encode()) + 1500,
            envelope_from=words.person(sample.person)[1],
            envelope_to=[settings.MAIL_ADDRESS],
            received_at=at,
            state=RawMail.State.PROCESSED,
            reason="answered" if number else "new",
            attempts=1,
            message_id=3 * sample.number - 2 + number,
            correlation=sha256[:16],
            processed_at=at,
            created_at=at,
        )
        made.append(raw)
    return made


def attachment(sample: Sample) -> Row:
    """The one file of a first message that has one."""
    sha256 = _hash("file", sample.number, 0)
    return ATTACHMENTS.row(
        id=sample.number,
        message_id=3 * sample.number - 2,
        position=0,
        name=FILE_NAME,
        content_type="application/pdf",
        declared_type="application/pdf",
        size=100_000,
        sha256=sha256,
        path=ContentStorage.name_of(sha256),
        scan_due=None,
    )


def events(sample: Sample, house: House) -> list[Row]:
    """The history: opened, assigned, replied, sent, received, and how it ended."""
    first = 3 * sample.number - 2
    author = house.agents[sample.author].pk
    status = Ticket.Status
    blank = {"outcome": "", "waiting_for": ""}
    taken_up = {"from": status.NEW, "to": status.OPEN, "outcome": "", "before": blank}
    replied = {
        "nature": waits.nature(sample),
        "before": {**blank, "status": status.NEW},
        "after": {"status": status.OPEN},
    }
    sent = {"state": "sent", "bounce": "", "error": ""}
    verb, asked, answered = Event.Verb, sample.asked_at, sample.answered_at
    steps: list[tuple[Any, Any, int | None, int | None, datetime, dict[str, Any]]] = [
        (verb.OPENED, PARTNER, None, first, asked, {"channel": "email"}),
        (verb.NOT_ACKNOWLEDGED, SYSTEM, None, None, asked, {"reason": "import"}),
        (verb.STATUS, STAFF, author, None, answered, taken_up),
        (verb.REPLIED, STAFF, author, first + 1, answered, replied),
        (verb.ASSIGNED, STAFF, author, None, answered, {"from": None, "to": author}),
        (verb.SENT, SYSTEM, None, first + 1, answered + HANDED_OVER, sent),
        (verb.RECEIVED, PARTNER, None, first + 2, sample.thanked_at, {"found_by": "answered"}),
    ]
    if sample.agent is None:
        steps.append((verb.ASSIGNED, STAFF, author, None, sample.thanked_at, {"from": author, "to": None}))
    if sample.closed_at is not None:
        ended = {"from": status.OPEN, "to": status.CLOSED, "outcome": "answered", "before": blank}
        steps.append((verb.STATUS, STAFF, author, None, sample.closed_at, ended))
    return [
        EVENTS.row(
            id=(sample.number - 1) * EVENTS_EACH + place,
            ticket_id=sample.number,
            verb=step[0],
            actor_kind=step[1],
            actor_id=step[2],
            message_id=step[3],
            at=step[4],
            data=step[5],
        )
        for place, step in enumerate(steps, start=1)
    ]


def cycles(sample: Sample, house: House) -> list[Row]:
    """The waits of the partner."""
    return waits.cycles(_facts(sample, house), house.rules)


def resolutions(sample: Sample, house: House) -> list[Row]:
    """When the ticket was closed."""
    return waits.resolutions(_facts(sample, house), house.rules)


def deadlines(sample: Sample, house: House) -> list[Row]:
    """What was due when."""
    author = house.agents[sample.author].pk
    return waits.deadlines(sample, None if sample.held else sample.answered_at + HANDED_OVER, author, house.rules)


def _facts(sample: Sample, house: House) -> waits.Facts:
    return waits.facts(sample, house.agents[sample.author].pk, sample.answered_at + HANDED_OVER)


def _message(sample: Sample, number: int) -> dict[str, Any]:
    """What messages of both directions have; `number` counts from 0."""
    named = message_id(sample.number, number)
    return {
        "id": 3 * sample.number - 2 + number,
        "ticket_id": sample.number,
        "channel": Ticket.Channel.EMAIL,
        "text": sample.texts[number],
        "language": sample.language,
        "message_id": named,
        "message_id_hash": message_id_hash(named),
    }


def _inbound(sample: Sample, number: int, at: datetime) -> Row:
    name, address = words.person(sample.person)
    raw = _hash("raw", sample.number, number)
    return MESSAGES.row(
        **_message(sample, number),
        kind=Message.Kind.INBOUND,
        requester_id=sample.person + 1,
        sender_name=name,
        sender_address=address,
        to=[["", settings.MAIL_ADDRESS]],
        subject=f"Re: {sample.subject}" if number else sample.subject,
        key=_hash("message", sample.number, number),
        raw_path=ContentStorage.name_of(raw),
        raw_sha256=raw,
        received_at=at,
        written_at=at,
        created_at=at,
    )


def _reference(sample: Sample) -> str:
    return f"{settings.REFERENCE_PREFIX}-{_day(sample.asked_at).year}-{sample.number:06d}"


def _hash(*what: object) -> str:
    return hashlib.sha256(repr(what).encode()).hexdigest()


def _day(at: datetime) -> date:
    return at.astimezone(_HOUSE_TIME).date()


_HOUSE_TIME = ZoneInfo(settings.HOUSE_TIME_ZONE)
_promised: dict[date, date | None] = {}


def _answer_by(received: date, holidays: frozenset[date]) -> date | None:
    """The date that was promised; none where the closing days of the year are not known."""
    if received not in _promised:
        try:
            _promised[received] = deadline(received, REPLY, holidays).date
        except CalendarMissing:
            _promised[received] = None
    return _promised[received]
