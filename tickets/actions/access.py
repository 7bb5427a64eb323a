"""Reading that is itself recorded."""

from datetime import datetime, timedelta

from tickets.actions.record import Actor, record
from tickets.models import Event, Ticket

ONE_READING = timedelta(minutes=30)


def view(*, actor: Actor, ticket: Ticket, now: datetime) -> None:
    """Record that a person read a sensitive ticket: once for each sitting, and never for the others."""
    if not ticket.sensitive:
        return
    recent = Event.objects.filter(ticket=ticket, verb=Event.Verb.VIEWED, actor=actor.user, at__gt=now - ONE_READING)
    if not recent.exists():
        record(ticket, Event.Verb.VIEWED, actor=actor, at=now)
