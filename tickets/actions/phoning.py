"""Phone calls: what was said and when, on a ticket or as a new one.

The text is our own note of the call, so that the tracking page never shows it.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tickets.actions import opening, people, routing, snoozing, triage
from tickets.actions.record import PARTNER, Actor, lock, read_clock, record
from tickets.errors import AlreadyKnown, IllegalMove
from tickets.incoming import Details, Incoming
from tickets.models import Event, Message, Requester, Ticket
from tickets.search import index

CALL = "call"
ANSWERED, ASKED, NOTED = "answered", "asked", "noted"
# What a call was: kind, nature and delivery of its message. An answer given by phone is given when it is said.
KINDS: dict[str, tuple[str, str, str]] = {
    ANSWERED: (Message.Kind.OUTBOUND, Message.Nature.ANSWER, Message.Delivery.SENT),
    ASKED: (Message.Kind.INBOUND, "", ""),
    NOTED: (Message.Kind.NOTE, "", ""),
}
LONGEST_AGO = timedelta(days=366)


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who called. What is empty is not known."""

    name: str = ""
    address: str = ""
    phone: str = ""
    organisation: str = ""
    language: str = ""


@transaction.atomic
def log_call(*, actor: Actor, ticket_id: int, text: str, outcome: str, at: datetime, now: datetime) -> Message:
    """Write down a call on a ticket.

    `outcome` says what it was: "answered" ends the wait at the time of the call, "asked" starts one if none runs, and
    "noted" leaves the clock alone. `at` is when it was: not later than now, and within the last year.
    """
    if outcome not in KINDS:
        raise IllegalMove("outcome", _("Say what the call was: an answer, a question, or neither."))
    if not text.strip():
        raise IllegalMove("text-missing", _("Write down what was said."))
    _check_time(at, now)
    ticket = lock(ticket_id)
    if ticket.status in (Ticket.Status.MERGED, Ticket.Status.SPAM):
        raise IllegalMove("status", _("This ticket takes no calls in its present status."))
    message = _write(ticket, actor, text, outcome, at)
    index.add(message)
    record(ticket, Event.Verb.CALLED, actor=actor, at=now, message=message, data={"outcome": outcome})
    if outcome != NOTED:
        _move(ticket, actor, outcome, at)
        ticket.last_message_at = max(at, ticket.last_message_at or at)
        ticket.save(update_fields=["last_message_at"])
        read_clock(ticket)
    if outcome == ASKED:
        routing.on_message(ticket, message, now=now)
    return message


def open_call(
    *,
    actor: Actor,
    caller: Caller,
    subject: str,
    text: str,
    answer: str = "",
    at: datetime,
    acknowledge: bool = False,
    key: str = "",
    now: datetime,
) -> Ticket:
    """Open a ticket for somebody who called; they wait since the call.

    No date is promised unless the acknowledgement tells one; it needs an address. `answer` is what was said at once.
    `key` makes a double submit one ticket.
    """
    if not text.strip():
        raise IllegalMove("text-missing", _("Write down what was said."))
    _check_time(at, now)
    incoming = Incoming(
        key=hashlib.sha256(f"call:{key or f'{actor.user and actor.user.pk}:{now.isoformat()}'}".encode()).hexdigest(),
        received_at=at,
        sender_name=caller.name,
        sender_address=caller.address.lower(),
        subject=subject,
        text=text,
        language=caller.language,
        marked=CALL,
    )
    details = Details(organisation=caller.organisation, phone=caller.phone)
    with_mail = acknowledge and bool(caller.address)
    try:
        with transaction.atomic():
            message = opening.open_ticket(
                actor=actor,
                channel=Ticket.Channel.PHONE,
                incoming=incoming,
                details=details,
                acknowledge=with_mail,
                not_acknowledged="" if with_mail else "phone",
                now=now,
            )
            ticket = _know_caller(message, caller, now)
            if answer.strip():
                log_call(actor=actor, ticket_id=ticket.pk, text=answer, outcome=ANSWERED, at=at, now=now)
    except AlreadyKnown:
        return Ticket.objects.get(messages__key=incoming.key)
    ticket.refresh_from_db()
    return ticket


def _write(ticket: Ticket, actor: Actor, text: str, outcome: str, at: datetime) -> Message:
    kind, nature, delivery = KINDS[outcome]
    asked = outcome == ASKED
    return Message.objects.create(
        ticket=ticket,
        kind=kind,
        nature=nature,
        channel=Ticket.Channel.PHONE,
        author=actor.user,
        requester=ticket.requester if asked else None,
        sender_name=ticket.requester.name if asked and ticket.requester else actor.user.name if actor.user else "",
        text=text.strip(),
        marked=CALL,
        delivery=delivery,
        received_at=at,
        sent_at=at if delivery else None,
    )


def _move(ticket: Ticket, actor: Actor, outcome: str, at: datetime) -> None:
    """A question takes the ticket up again, as a mail of the partner would; an answer on a new one opens it."""
    if outcome == ASKED:
        snoozing.wake_by_message(ticket, actor=PARTNER, now=at)
        if ticket.status in triage.ENDS or ticket.status == Ticket.Status.PENDING:
            triage.move(ticket, actor=PARTNER, status=Ticket.Status.OPEN, now=at)
    elif ticket.status == Ticket.Status.NEW:
        triage.move(ticket, actor=actor, status=Ticket.Status.OPEN, now=at)


def _check_time(at: datetime, now: datetime) -> None:
    """A slip in the year would make somebody wait for centuries, in every report."""
    if at > now:
        raise IllegalMove("future", _("This time is still to come. Enter when the call was."))
    if at < now - LONGEST_AGO:
        raise IllegalMove("long-ago", _("This is more than a year ago. Enter when the call was."))


def _know_caller(message: Message, caller: Caller, now: datetime) -> Ticket:
    """Keep who called, even without an address to write to."""
    ticket = message.ticket
    if ticket.requester is None and (caller.name or caller.phone):
        ticket.requester = Requester.objects.create(
            name=caller.name[:200], phone=caller.phone[:40], language=caller.language, created_at=now
        )
        ticket.save(update_fields=["requester"])
        Message.objects.filter(pk=message.pk).update(requester=ticket.requester)
        people.join(ticket=ticket, requester=ticket.requester, marked=False, now=now)
    return ticket
