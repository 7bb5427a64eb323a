"""A message that belongs to a ticket which is here already."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from notifications import notices
from notifications.rows import update
from tickets.actions import deadlines, following, keeping, people, routing, snoozing, triage
from tickets.actions.opening import link, make_message, open_ticket
from tickets.actions.record import PARTNER, SYSTEM, Actor, lock, once, read_clock, record
from tickets.incoming import Incoming
from tickets.models import Event, Message, Requester, Ticket, TicketLink, User
from tickets.notices import about
from tickets.search import index

# An answer to a ticket that ended longer ago than this is a new matter, linked to the old one.
REOPENS_WITHIN = timedelta(days=90)


def receive(
    *,
    ticket_id: int,
    incoming: Incoming,
    channel: str,
    found_by: str,
    acknowledge: bool,
    notify: bool = True,
    now: datetime,
) -> Message:
    """Put a partner's message on its ticket. `found_by` is the code of the step that found the ticket.

    It starts the clock when nothing waits yet, takes up a ticket that was pending or ended, and tells the assignee. One
    that is imported and older than the ticket's last message or its end is history and takes nothing up.
    Automatic mail is only put down: it reopens nothing and nobody is told. A ticket that ended over 90 days ago, or
    whose requester was erased, is left in peace: a new one is opened and linked, and acknowledged if `acknowledge`.
    AlreadyKnown as for `open_ticket`.
    """
    with once(incoming.key):
        ticket = follow_merges(lock(ticket_id))
        if _rests(ticket, incoming.received_at) and not incoming.automatic:
            return _continue_in_new(ticket, incoming, channel, acknowledge, now)
        known = people.participant(ticket=ticket, address=incoming.sender_address)
        requester = known or people.find_or_make_requester(
            address=incoming.sender_address, name=incoming.sender_name, language=incoming.language, now=now
        )
        message = make_message(ticket, incoming, channel=channel, requester=requester)
        if known is None:
            _join(ticket, message, requester, found_by, now)
        _index(message, incoming)
        record(ticket, Event.Verb.RECEIVED, actor=PARTNER, at=now, message=message, data={"found_by": found_by})
        if message.kind == Message.Kind.INBOUND:
            _take_up(ticket, message)
            if notify:
                _tell_colleagues(ticket, message, incoming.correlation, now)
                routing.on_message(ticket, message, correlation=incoming.correlation, now=now)
        return message


@transaction.atomic
def receive_from_staff(*, user: User, ticket_id: int, incoming: Incoming, now: datetime) -> Message:
    """A member of staff answered a notice by mail: a note, never a public answer, never a new requester."""
    with once(incoming.key):
        ticket = lock(ticket_id)
        message = make_message(ticket, replace(incoming, automatic=""), channel=Ticket.Channel.EMAIL, requester=None)
        message.kind, message.author = Message.Kind.NOTE, user
        message.save(update_fields=["kind", "author"])
        _index(message, incoming)
        record(ticket, Event.Verb.NOTED, actor=Actor.staff(user), at=now, message=message, data={"by": "mail"})
        return message


@transaction.atomic
def receive_bounce(*, bounced: Message, incoming: Incoming, now: datetime) -> Message:
    """Put the report of a bounce on the ticket of the message that came back.

    What the bounce means for the ticket follows when the result on the mail's row is settled.
    """
    with once(incoming.key):
        ticket = lock(bounced.ticket_id)
        message = make_message(ticket, incoming, channel=Ticket.Channel.EMAIL, requester=None)
        _index(message, incoming)
        record(ticket, Event.Verb.RECEIVED, actor=SYSTEM, at=now, message=message, data={"found_by": "bounce"})
        return message


def suggest(*, source: Ticket, target: Ticket, reason: str, now: datetime) -> None:
    """Say that a new ticket may belong to another one; a person decides."""
    link(actor=SYSTEM, source=source, target=target, kind=TicketLink.Kind.SUGGESTED, reason=reason, now=now)


def follow_merges(ticket: Ticket) -> Ticket:
    """The ticket that this one was merged into, locked too, or itself."""
    seen = {ticket.pk}
    while ticket.merged_into_id is not None and ticket.merged_into_id not in seen:
        ticket = lock(ticket.merged_into_id)
        seen.add(ticket.pk)
    return ticket


def _index(message: Message, incoming: Incoming) -> None:
    index.add(message, [file.name for file in incoming.files])


def _rests(ticket: Ticket, at: datetime) -> bool:
    """Whether the ticket is no longer to be taken up: it ended long ago, or what it was about was erased."""
    if ticket.requester is not None and ticket.requester.erased_at is not None:
        return True
    return ticket.status in triage.ENDS and ticket.closed_at is not None and at - ticket.closed_at > REOPENS_WITHIN


def _continue_in_new(ticket: Ticket, incoming: Incoming, channel: str, acknowledge: bool, now: datetime) -> Message:
    message = open_ticket(actor=PARTNER, channel=channel, incoming=incoming, acknowledge=acknowledge, now=now)
    link(actor=SYSTEM, source=message.ticket, target=ticket, kind=TicketLink.Kind.FOLLOWS, reason="ended", now=now)
    return message


def _join(ticket: Ticket, message: Message, requester: Requester | None, found_by: str, now: datetime) -> None:
    if requester is None or message.kind == Message.Kind.AUTOMATIC:
        return
    if people.join(ticket=ticket, requester=requester, marked=True, now=now):
        # The address is new on this ticket: it came by a valid token, and a person should see that.
        message.marked = " ".join(filter(None, (message.marked, "new-address")))
        message.save(update_fields=["marked"])
        record(
            ticket,
            Event.Verb.JOINED,
            actor=PARTNER,
            at=now,
            message=message,
            data={"requester": requester.pk, "found_by": found_by},
        )


def _take_up(ticket: Ticket, message: Message) -> None:
    """Start the clock and bring the ticket back to work."""
    last = max(filter(None, (ticket.last_message_at, ticket.closed_at)), default=message.received_at)
    is_late = message.received_at < last
    begins = False
    # An old message that is imported is history. One that is only late was not known to whoever ended the ticket.
    if not (is_late and message.channel == Ticket.Channel.IMPORT):
        ended = ticket.settled and ticket.status != Ticket.Status.SPAM
        if ended or ticket.status == Ticket.Status.PENDING:
            triage.move(ticket, actor=PARTNER, status=Ticket.Status.OPEN, now=message.received_at)
        if ticket.waiting_since is None and ticket.status != Ticket.Status.SPAM:
            ticket.waiting_since, begins = message.received_at, message.received_at > last
        ticket.waiting_for = ""
        snoozing.wake_by_message(ticket, actor=PARTNER, now=message.received_at)
    ticket.last_message_at = max(message.received_at, ticket.last_message_at or message.received_at)
    update(ticket, "waiting_since", "waiting_for", "last_message_at")
    if begins:
        keeping.begin(ticket, message.received_at)
        deadlines.keep(ticket)
    elif message.received_at <= last or ticket.status == Ticket.Status.SPAM:
        # It may have its answer already, have waited longer than all the others, or never wait.
        read_clock(ticket)


def _tell_colleagues(ticket: Ticket, message: Message, correlation: str, now: datetime) -> None:
    """Tell who works on the ticket and who follows it."""
    if ticket.status == Ticket.Status.SPAM:
        return
    for person in following.listeners(ticket, now=now):
        key = f"partner-answered:{message.pk}:{person.pk}"
        notices.partner_answered(**about(ticket, person, key=key, correlation=correlation))
