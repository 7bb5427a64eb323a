"""Calling a sender back by a number that the mail did not give: whoever took over a mailbox does not answer there."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tickets.actions.record import Actor, lock, record
from tickets.errors import IllegalMove
from tickets.models import CallBack, Event


@transaction.atomic
def verify_by_call(
    *, actor: Actor, ticket_id: int, how: str, number: str, at: datetime | None = None, now: datetime
) -> CallBack:
    """Write down that the sender was called back and did write it.

    `how` says where the number is from, one of `CallBack.How`; `at` is when the call was, left out: now.
    """
    called = at or now
    if how not in CallBack.How.values:
        raise IllegalMove("source-missing", _("Say where the number is from. One from the mail itself proves nothing."))
    if not number.strip():
        raise IllegalMove("number-missing", _("Write down the number that you called."))
    if called > now:
        raise IllegalMove("future", _("This time is still to come. Enter when the call was."))
    ticket = lock(ticket_id)
    if ticket.callbacks.filter(withdrawn_at=None).exists():
        raise IllegalMove("verified", _("The sender was called back already. Withdraw that first."))
    made = CallBack.objects.create(
        ticket=ticket, how=how, number=number.strip()[:40], called_at=called, called_by=actor.user
    )
    record(ticket, Event.Verb.VERIFIED, actor=actor, at=now, data={"callback": made.pk, "how": how})
    return made


@transaction.atomic
def withdraw_call(*, actor: Actor, ticket_id: int, now: datetime) -> CallBack:
    """Say that the call back does not hold: it was somebody else, or it is doubted now. It stays in the history."""
    ticket = lock(ticket_id)
    found = ticket.callbacks.filter(withdrawn_at=None).first()
    if found is None:
        raise IllegalMove("not-verified", _("Nobody has called the sender back."))
    found.withdrawn_at = now
    found.save(update_fields=["withdrawn_at"])
    record(ticket, Event.Verb.UNVERIFIED, actor=actor, at=now, data={"callback": found.pk})
    return found
