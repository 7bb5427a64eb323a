"""The rules that sort tickets: made, changed, tried, switched on and off, moved, deleted and brought back.

They are about no ticket, so they leave no Event: who did what stands in their own history.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tickets import routing, trial
from tickets.actions import alarms
from tickets.actions.record import Actor
from tickets.actions.routing import BROKEN, MOST_TAGS
from tickets.errors import IllegalMove
from tickets.models import Queue, RoutingRule, RuleChange, Tag, Ticket, Topic, User
from tickets.permissions import may_administer, may_see_queue
from tickets.search.judging import problems
from tickets.search.query import LONGEST, parse

MOST = 50  # rules: each is asked of every ticket
LONGEST_NAME, LONGEST_TAG = 60, 50
Verb = RuleChange.Verb


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What a rule says. None and empty leave as it is what they stand for."""

    name: str
    moment: str = RoutingRule.Moment.CREATION
    query: str = ""
    queue: Queue | None = None
    topic: Topic | None = None
    priority: int | None = None
    assignee: User | None = None
    by_language: bool = False
    tags: Sequence[str] = ()
    notify: Sequence[User] = ()
    overrules: bool = False
    stops: bool = False


@transaction.atomic
def make_rule(*, actor: Actor, wording: Wording, now: datetime) -> RoutingRule:
    """Write down a rule, below all others and switched off."""
    _manager(actor)
    known = _lock_all()
    if len(known) >= MOST:
        raise IllegalMove("too-many", _("There are as many rules as fit. Delete one first."))
    _check(wording, now)
    rule = RoutingRule(position=max((each.position for each in known), default=0) + 1, created_at=now)
    _write(rule, wording)
    _note(rule, Verb.MADE, actor, now)
    return rule


@transaction.atomic
def change_rule(*, actor: Actor, rule_id: int, wording: Wording, now: datetime) -> RoutingRule:
    """Write a rule anew. One that says something else than was tried is switched off by that."""
    rule = _lock(actor, rule_id)
    _check(wording, now)
    before, was_active = routing.meaning(rule), rule.active
    _write(rule, wording)
    rule = _lock(actor, rule_id)
    if routing.meaning(rule) != before:
        rule.active = False
        rule.save(update_fields=["active"])
        _close_alarm(rule, now)
    _note(rule, Verb.CHANGED, actor, now, off=was_active and not rule.active)
    return rule


@transaction.atomic
def try_rule(*, actor: Actor, rule_id: int, now: datetime) -> trial.Trial:
    """Ask the rule about the last tickets, change none of them, and remember that what it says now was tried."""
    rule = _lock(actor, rule_id)
    _check_search(rule.query, now)
    found = trial.of(rule, now=now)
    rule.tried = routing.meaning(rule)
    rule.save(update_fields=["tried"])
    _note(rule, Verb.TRIED, actor, now, asked=found.asked, meant=found.meant)
    return found


@transaction.atomic
def switch_on(*, actor: Actor, rule_id: int, now: datetime) -> RoutingRule:
    """Let the rule act from now on. It must have been tried as it is."""
    rule = _lock(actor, rule_id)
    if rule.active:
        return rule
    if rule.tried != routing.meaning(rule):
        raise IllegalMove("not-tried", _("Try the rule first: it was never tried as it is now."))
    _check_search(rule.query, now)
    _check_assignee(rule.assignee, rule.queue)
    rule.active = True
    rule.save(update_fields=["active"])
    _close_alarm(rule, now)
    _note(rule, Verb.ON, actor, now)
    return rule


@transaction.atomic
def switch_off(*, actor: Actor, rule_id: int, now: datetime) -> RoutingRule:
    """Let the rule act no more."""
    rule = _lock(actor, rule_id)
    if rule.active:
        rule.active = False
        rule.save(update_fields=["active"])
        _close_alarm(rule, now)
        _note(rule, Verb.OFF, actor, now)
    return rule


@transaction.atomic
def move_rule(*, actor: Actor, rule_id: int, up: bool, now: datetime) -> RoutingRule:
    """Change places with the rule above or below; at the end of the row there is nothing to do."""
    _manager(actor)
    row = _lock_all()
    place = next((place for place, each in enumerate(row) if each.pk == rule_id), None)
    if place is None:
        raise _gone()
    other = place - 1 if up else place + 1
    rule = row[place]
    if not 0 <= other < len(row):
        return rule
    row[place], row[other] = row[other], row[place]
    for position, each in enumerate(row, 1):
        each.position = position
    RoutingRule.objects.bulk_update(row, ["position"])
    _note(rule, Verb.MOVED, actor, now, up=up)
    return rule


@transaction.atomic
def delete_rule(*, actor: Actor, rule_id: int, now: datetime) -> RoutingRule:
    """Switch a rule off and take it out of sight. Its name stays for the history of tickets; it can come back."""
    rule = _lock(actor, rule_id)
    rule.active, rule.deleted_at = False, now
    rule.save(update_fields=["active", "deleted_at"])
    _close_alarm(rule, now)
    _note(rule, Verb.DELETED, actor, now)
    return rule


@transaction.atomic
def restore_rule(*, actor: Actor, rule_id: int, now: datetime) -> RoutingRule:
    """Bring a deleted rule back, switched off."""
    _manager(actor)
    rule = RoutingRule.objects.select_for_update().filter(pk=rule_id, deleted_at__isnull=False).first()
    if rule is None:
        raise _gone()
    rule.deleted_at = None
    rule.save(update_fields=["deleted_at"])
    _note(rule, Verb.RESTORED, actor, now)
    return rule


def _write(rule: RoutingRule, wording: Wording) -> None:
    for field in ("moment", "queue", "topic", "priority", "assignee", "by_language", "overrules", "stops"):
        setattr(rule, field, getattr(wording, field))
    rule.name, rule.query = " ".join(wording.name.split()), wording.query.strip()
    rule.tags = list(wording.tags)
    Tag.objects.named(rule.tags)  # made here, so that mails need not wait for each other over a new one
    rule.save()
    rule.notify.set(wording.notify)


def _check(wording: Wording, now: datetime) -> None:
    name = " ".join(wording.name.split())
    if not name:
        raise IllegalMove("name-missing", _("Give the rule a name. The history of tickets tells it."))
    if len(name) > LONGEST_NAME:
        raise IllegalMove("name-too-long", _("This name is too long. Give the rule a shorter one."))
    if wording.moment not in RoutingRule.Moment.values:
        raise IllegalMove("moment", _("Say when the rule acts."))
    if wording.priority is not None and wording.priority not in Ticket.Priority.values:
        raise IllegalMove("priority", _("There is no such priority."))
    _check_search(wording.query, now)
    sets = (wording.queue, wording.topic, wording.priority, wording.assignee, wording.by_language)
    if not any((*sets, wording.tags, wording.notify)):
        raise IllegalMove("nothing-to-do", _("Say what the rule does: so far it changes nothing and tells nobody."))
    if len(wording.tags) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in wording.tags):
        raise IllegalMove("tags", _("A rule puts on at most twenty tags, each of at most 50 characters."))
    if wording.assignee is not None and wording.by_language:
        raise IllegalMove("assignee-twice", _("Choose one person, or somebody who reads the language."))
    _check_assignee(wording.assignee, wording.queue)


def _check_search(query: str, now: datetime) -> None:
    if len(query) > LONGEST or problems(parse(query), now=now):
        raise IllegalMove("search", _("The search has a mistake. Mend it first."))


def _check_assignee(assignee: User | None, queue: Queue | None) -> None:
    if assignee is not None and not assignee.is_active:
        raise IllegalMove("assignee-inactive", _("This person no longer works here. Choose somebody else."))
    if assignee is not None and queue is not None and not may_see_queue(assignee, queue):
        raise IllegalMove("assignee-outside-queue", _("This person may not see this queue. Choose a member of it."))


def _manager(actor: Actor) -> User:
    if actor.user is None or not may_administer(actor.user, managers=True):
        raise IllegalMove("not-yours", _("Rules are made by managers."))
    return actor.user


def _lock(actor: Actor, rule_id: int) -> RoutingRule:
    _manager(actor)
    rule = routing.rules().select_for_update(of=("self",)).filter(pk=rule_id).first()
    if rule is None:
        raise _gone()
    return rule


def _lock_all() -> list[RoutingRule]:
    return list(routing.rules().select_for_update(of=("self",)))


def _gone() -> IllegalMove:
    return IllegalMove("gone", _("This rule is gone."))


def _close_alarm(rule: RoutingRule, now: datetime) -> None:
    alarms.close_alarm(f"{BROKEN}:{rule.pk}", now=now)


def _note(rule: RoutingRule, verb: RuleChange.Verb, actor: Actor, now: datetime, **data: Any) -> None:
    RuleChange.objects.create(rule=rule, verb=verb, actor=_manager(actor), data=data, at=now)
