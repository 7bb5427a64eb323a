"""Reading that is itself recorded, and who is named to read."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tickets.actions.record import Actor, lock, record
from tickets.errors import IllegalMove
from tickets.models import Attachment, Event, Ticket, TicketReader, User
from tickets.permissions import may_see_queue

ONE_READING = timedelta(minutes=30)


def view(*, actor: Actor, ticket: Ticket, now: datetime) -> None:
    """Record that a person read a sensitive ticket: once for each sitting, and never for the others."""
    if not ticket.sensitive:
        return
    recent = Event.objects.filter(ticket=ticket, verb=Event.Verb.VIEWED, actor=actor.user, at__gt=now - ONE_READING)
    if not recent.exists():
        record(ticket, Event.Verb.VIEWED, actor=actor, at=now)


def unseal(*, actor: Actor, ticket: Ticket, attachment: Attachment, now: datetime) -> None:
    """Record that a person opened a file in quarantine: each time, for whoever must find out where it went."""
    data = {"file": attachment.pk, "quarantine": attachment.quarantine}
    record(ticket, Event.Verb.UNSEALED, actor=actor, at=now, message=attachment.message, data=data)


@transaction.atomic
def name_reader(*, actor: Actor, ticket_id: int, reader: User, now: datetime) -> Ticket:
    """Let this person read the ticket while it is sensitive. Who is named already stays so; no event then."""
    ticket = lock(ticket_id)
    if not may_see_queue(reader, ticket.queue):
        raise IllegalMove("reader-outside-queue", _("This person may not see this queue. Choose a member of it."))
    values = {"named_by": actor.user, "named_at": now}
    _reader, named = TicketReader.objects.get_or_create(ticket=ticket, user=reader, defaults=values)
    if named:
        record(ticket, Event.Verb.READER_NAMED, actor=actor, at=now, data={"user": reader.pk})
    return ticket


@transaction.atomic
def remove_reader(*, actor: Actor, ticket_id: int, reader: User, now: datetime) -> Ticket:
    """Take the name away again."""
    ticket = lock(ticket_id)
    removed, _each = TicketReader.objects.filter(ticket=ticket, user=reader).delete()
    if removed:
        record(ticket, Event.Verb.READER_REMOVED, actor=actor, at=now, data={"user": reader.pk})
    return ticket
