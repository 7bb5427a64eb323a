"""A ticket that nobody needs to look at for a while: off the list of what is to do, until a day or a message."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tickets.actions.record import SYSTEM, Actor, changed, lock, record
from tickets.errors import IllegalMove
from tickets.models import Event, Ticket

LONGEST = timedelta(days=366)


@transaction.atomic
def snooze(*, actor: Actor, ticket_id: int, until: datetime, now: datetime) -> Ticket:
    """Put the ticket away until a moment, or until the partner writes. The partner's wait runs on all the time."""
    ticket = lock(ticket_id)
    if ticket.settled:
        raise IllegalMove("settled", _("Nothing is to do on this ticket, so it cannot be put off."))
    if until <= now:
        raise IllegalMove("past", _("Choose a day that is still to come."))
    if until - now > LONGEST:
        raise IllegalMove("far", _("This date is more than a year away. Enter an earlier one."))
    _set(ticket, until, Event.Verb.SNOOZED, actor, now)
    return ticket


@transaction.atomic
def unsnooze(*, actor: Actor, ticket_id: int, now: datetime) -> Ticket:
    """Take the ticket back to what is to do."""
    ticket = lock(ticket_id)
    if ticket.snoozed_until is not None:
        _set(ticket, None, Event.Verb.WOKEN, actor, now)
    return ticket


@transaction.atomic
def wake(*, ticket_id: int, now: datetime) -> bool:
    """Bring a ticket back whose time has come; False when it was brought back, or put off anew, meanwhile."""
    ticket = lock(ticket_id)
    if ticket.snoozed_until is None or ticket.snoozed_until > now:
        return False
    occurrence = f"woken:{ticket.pk}:{ticket.snoozed_until.isoformat()}"
    _set(ticket, None, Event.Verb.WOKEN, SYSTEM, now, occurrence=occurrence)
    return True


def wake_by_message(ticket: Ticket, *, actor: Actor, now: datetime) -> None:
    """Bring a ticket back because the partner wrote. On a ticket that is locked already."""
    if ticket.snoozed_until is not None:
        _set(ticket, None, Event.Verb.WOKEN, actor, now)


def _set(
    ticket: Ticket, until: datetime | None, verb: Event.Verb, actor: Actor, now: datetime, occurrence: str | None = None
) -> None:
    before, ticket.snoozed_until = ticket.snoozed_until, until
    ticket.save(update_fields=["snoozed_until"])
    data = changed(before.isoformat() if before else None, until.isoformat() if until else None)
    record(ticket, verb, actor=actor, at=now, occurrence=occurrence, data=data)
