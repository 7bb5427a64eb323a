"""Reading that is itself recorded."""

from datetime import datetime, timedelta

from tickets.actions.record import Actor, record
from tickets.models import Attachment, Event, Ticket

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
