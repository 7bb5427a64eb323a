"""A message that belongs to a ticket which is here already."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from notifications import emails
from notifications.models import OutgoingMail
from tickets.actions import people, triage
from tickets.actions.opening import link, make_message, open_ticket
from tickets.actions.record import PARTNER, SYSTEM, Actor, lock, once, record
from tickets.addresses import reply_address
from tickets.incoming import Incoming
from tickets.links import ticket_url
from tickets.models import Event, Message, Requester, Ticket, TicketLink, User
from tickets.permissions import Act, may

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

    It starts the clock when nothing waits yet, takes up a ticket that was pending or ended, and tells the assignee.
    Automatic mail is only put down: it reopens nothing and nobody is told. A ticket that ended over 90 days ago, or
    whose requester was erased, is left in peace: a new one is opened and linked, and acknowledged if `acknowledge`.
    AlreadyKnown as for `open_ticket`.
    """
    with once(incoming.key):
        ticket = _follow_merges(lock(ticket_id))
        if _rests(ticket, incoming.received_at) and not incoming.automatic:
            return _continue_in_new(ticket, incoming, channel, acknowledge, now)
        requester = people.find_or_make_requester(
            address=incoming.sender_address, name=incoming.sender_name, language=incoming.language, now=now
        )
        message = make_message(ticket, incoming, channel=channel, requester=requester)
        _join(ticket, message, requester, found_by, now)
        record(ticket, Event.Verb.RECEIVED, actor=PARTNER, at=now, message=message, data={"found_by": found_by})
        if message.kind == Message.Kind.INBOUND:
            _take_up(ticket, message)
            if notify:
                _tell_assignee(ticket, message)
        return message


@transaction.atomic
def receive_from_staff(*, user: User, ticket_id: int, incoming: Incoming, now: datetime) -> Message:
    """A member of staff answered a notice by mail: a note, never a public answer, never a new requester."""
    with once(incoming.key):
        ticket = lock(ticket_id)
        message = make_message(ticket, replace(incoming, automatic=""), channel=Ticket.Channel.EMAIL, requester=None)
        message.kind, message.author = Message.Kind.NOTE, user
        message.save(update_fields=["kind", "author"])
        record(ticket, Event.Verb.NOTED, actor=Actor.staff(user), at=now, message=message, data={"by": "mail"})
        return message


@transaction.atomic
def receive_bounce(*, mail: OutgoingMail, incoming: Incoming, now: datetime) -> Message | None:
    """Put the report of a bounce on the ticket of the mail that came back; None when the mail was a notice to staff.

    What the bounce means for the ticket follows when the result on the mail's row is settled.
    """
    bounced = Message.objects.filter(outgoing=mail).first()
    if bounced is None:
        return None
    with once(incoming.key):
        ticket = lock(bounced.ticket_id)
        message = make_message(ticket, incoming, channel=Ticket.Channel.EMAIL, requester=None)
        record(ticket, Event.Verb.RECEIVED, actor=SYSTEM, at=now, message=message, data={"found_by": "bounce"})
        return message


def suggest(*, source: Ticket, target: Ticket, reason: str, now: datetime) -> None:
    """Say that a new ticket may belong to another one; a person decides."""
    link(actor=SYSTEM, source=source, target=target, kind=TicketLink.Kind.SUGGESTED, reason=reason, now=now)


def _follow_merges(ticket: Ticket) -> Ticket:
    seen = {ticket.pk}
    while ticket.merged_into_id is not None and ticket.merged_into_id not in seen:
        ticket = lock(ticket.merged_into_id)
        seen.add(ticket.pk)
    return ticket


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
        message.marked = "new-address"
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
    ended = ticket.settled and ticket.status != Ticket.Status.SPAM
    if ended or ticket.status == Ticket.Status.PENDING:
        triage.move(ticket, actor=PARTNER, status=Ticket.Status.OPEN, now=message.received_at)
    if ticket.waiting_since is None and ticket.status != Ticket.Status.SPAM:
        ticket.waiting_since = message.received_at
    ticket.waiting_for, ticket.last_message_at = "", message.received_at
    ticket.save(update_fields=["waiting_since", "waiting_for", "last_message_at"])


def _tell_assignee(ticket: Ticket, message: Message) -> None:
    person = ticket.assignee
    if person is None or ticket.status == Ticket.Status.SPAM or not may(person, Act.VIEW, ticket):
        return
    emails.partner_answered(
        to=emails.Address(person.name, person.email),
        language=person.language,
        reference=ticket.reference,
        subject=None if ticket.sensitive else ticket.subject,
        link=ticket_url(ticket),
        reply_to=reply_address(ticket.pk, "staff"),
        key=f"partner-answered:{message.pk}:{person.pk}",
        group=triage.group_of(ticket),
    )
