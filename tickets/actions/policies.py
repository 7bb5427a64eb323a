"""Every change of a policy, and what follows from a change of the rules: open deadlines are measured again.

They are about no ticket, so who changed what stands in a row of its own, which is also the work that is to be done:
batch after batch, each ticket in a transaction of its own, so that it may stop and go on anywhere. It goes through the
open deadlines twice: a ticket that was being opened by the old rules at that moment is seen by then.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from tickets import remeasuring
from tickets.actions.deadlines import keep, rechoose
from tickets.actions.record import SYSTEM, Actor, lock, record
from tickets.deadlines import in_force
from tickets.errors import IllegalMove
from tickets.models import CalendarVersion, Event, Policy, RulesChange, TicketDeadline
from tickets.permissions import may_administer
from tickets.policies import Rule
from tickets.remeasuring import Foreseen, Place

# What a person may say of a policy, by the names of its columns.
SAID = (
    "code", "name", "duty", "count", "unit", "extension_count", "extension_unit", "source", "queue_id", "kind",
    "topic_id", "priority", "danger_to_life", "position", "active",
)  # fmt: skip
# No act takes as long: what was begun by the old rules is there by then.
SETTLED = timedelta(minutes=2)
PASSES = 2


@transaction.atomic
def change_policy(*, actor: Actor, policy: Policy, now: datetime) -> RulesChange | None:
    """Write a policy as it was filled in, a new one too; returns the work that follows, None where there is none.

    For administrators alone. IllegalMove otherwise.
    """
    if actor.user is None or not may_administer(actor.user):
        raise IllegalMove("not-yours", _("Only administrators change policies."))
    before = Policy.objects.select_for_update().filter(pk=policy.pk).first() if policy.pk else None
    changes = {name: [getattr(before, name, None), getattr(policy, name)] for name in SAID}
    changes = {name: values for name, values in changes.items() if values[0] != values[1]}
    policy.save()
    return ask(actor=actor, policy=policy, data=changes, now=now) if changes else None


@transaction.atomic
def ask(
    *,
    actor: Actor,
    policy: Policy | None = None,
    version: CalendarVersion | None = None,
    data: Mapping[str, Any] | None = None,
    now: datetime,
) -> RulesChange:
    """Keep who changed the rules, and have the open deadlines measured again, if there are any."""
    total = remeasuring.open_deadlines().count()
    return RulesChange.objects.create(
        policy=policy,
        calendar_version=version,
        data=dict(data or {}),
        changed_by=actor.user,
        changed_at=now,
        total=total,
        finished_at=None if total else now,
    )


def foresee(policy: Policy) -> Foreseen:
    """What would become of the open deadlines if the policy were as it was filled in. Nothing is written."""
    others = [each for each in Policy.objects.filter(active=True) if each.pk != policy.pk]
    tried = [*others, policy] if policy.active else others
    tried.sort(key=lambda each: (each.position, each.pk or float("inf")))
    return remeasuring.foresee(replace(in_force(), policies=tuple(map(_rule, tried))))


def remeasure(*, change_id: int, now: datetime) -> bool:
    """Do the next batch of the work; False when there is none to do now. May run twice, also at the same time."""
    change = RulesChange.objects.select_related("changed_by").get(pk=change_id)
    early = change.passes > 0 and now < change.changed_at + SETTLED
    if change.finished_at is not None or early:
        return False
    rules, place = in_force(), Place(change.at_due, change.at_id)
    found, reached, looked = remeasuring.batch(rules, place)
    for number in dict.fromkeys(each.ticket for each in found):
        _remeasure_one(change, number, now)
    # Whoever did the same batch at the same moment has counted it.
    here = RulesChange.objects.filter(pk=change.pk, passes=change.passes, at_due=place.due_at, at_id=place.number)
    if looked:
        counted = F("looked") + (looked if change.passes == 0 else 0)
        here.update(at_due=reached.due_at, at_id=reached.number, looked=counted)
        return True
    passes = change.passes + 1
    here.update(at_due=None, at_id=0, passes=passes, finished_at=now if passes == PASSES else None)
    return passes < PASSES


@transaction.atomic
def make_missing(*, ticket_id: int) -> bool:
    """Give a ticket the deadlines that could not be computed before; whether it has one of its reply now."""
    ticket = lock(ticket_id)
    keep(ticket)
    return TicketDeadline.objects.filter(ticket=ticket, duty="reply", end="").exists()


@transaction.atomic
def _remeasure_one(change: RulesChange, ticket_id: int, now: datetime) -> None:
    ticket = lock(ticket_id)
    replaced = rechoose(ticket)
    moved = [(old, new) for old, new in replaced if new is None or new.due_on != old.due_on]
    if not moved:
        return
    told = [old for old, new in moved if old.told_on is not None and (new is None or new.due_on != old.told_on)]
    actor = Actor.staff(change.changed_by) if change.changed_by else SYSTEM
    dates = [
        {"duty": old.duty, "from": old.due_on.isoformat(), "to": new.due_on.isoformat() if new else None}
        for old, new in moved
    ]
    record(ticket, Event.Verb.REMEASURED, actor=actor, at=now, data={"rules": change.pk, "dates": dates})
    RulesChange.objects.filter(pk=change.pk).update(moved=F("moved") + len(moved), told=F("told") + len(told))


def _rule(policy: Policy) -> Rule:
    facts = {name: getattr(policy, name) for name in ("duty", "count", "unit", "kind", "priority", "danger_to_life")}
    return Rule.read({**facts, "id": policy.pk or 0, "queue": policy.queue_id, "topic": policy.topic_id})
