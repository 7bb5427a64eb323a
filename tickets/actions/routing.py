"""What rules do to a ticket, inside the act that opened or changed it. A rule never sets off a rule.

Whatever goes wrong with a rule is taken back and told by an alarm: the ticket is opened, the message kept, without it.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import InterfaceError, OperationalError, transaction

from notifications import notices
from tickets import routing
from tickets.actions import deadlines
from tickets.actions.alarms import raise_alarm
from tickets.actions.record import SYSTEM, Actor, changed, event
from tickets.models import Event, Message, Queue, RoutingRule, Tag, Ticket, User
from tickets.notices import about
from tickets.permissions import Act, may, may_see_queue
from tickets.policies import TRAITS
from tickets.routing import COLUMNS, Decision, Standing

log = logging.getLogger(__name__)

BROKEN = "rule-broken"
MOST_TAGS = 20
Moment = RoutingRule.Moment


@dataclass(frozen=True)
class _Cause:
    """What set the rules off. `key` names it once for all: with it, a rule acts on a ticket at most once."""

    moment: str
    key: str
    now: datetime
    correlation: str = ""


def on_opening(ticket: Ticket, *, correlation: str = "", now: datetime) -> list[Event]:
    """Let the rules sort a new ticket, whose words are kept already. Returns its history, not yet saved."""
    return _guarded(ticket, _Cause(Moment.CREATION, f"opened:{ticket.pk}", now, correlation))


def on_message(ticket: Ticket, message: Message, *, correlation: str = "", now: datetime) -> None:
    """Let the rules look at a ticket, from `lock`, on which the partner wrote."""
    if getattr(ticket, "routed", True):
        history = _guarded(ticket, _Cause(Moment.UPDATE, f"message:{message.pk}", now, correlation))
        Event.objects.bulk_create(history)


def on_change(ticket: Ticket, done: Event, *, actor: Actor, now: datetime) -> None:
    """Let the rules look at a ticket, from `lock`, of which a colleague changed something."""
    if actor.user is not None and getattr(ticket, "routed", True):
        Event.objects.bulk_create(_guarded(ticket, _Cause(Moment.UPDATE, f"event:{done.pk}", now)))


def _guarded(ticket: Ticket, cause: _Cause) -> list[Event]:
    try:
        with transaction.atomic():
            return _run(ticket, cause)
    except (OperationalError, InterfaceError):
        raise  # the database is away: everything is tried again
    except Exception:
        log.exception("rules failed", extra={"ticket": ticket.pk})
        ticket.refresh_from_db(fields=["queue", "topic", "priority", "assignee"])
        raise_alarm(BROKEN, now=cause.now, ticket=ticket.pk)
        return []


def _run(ticket: Ticket, cause: _Cause) -> list[Event]:
    rules = routing.active(cause.moment)
    verdicts = routing.judge(rules, ticket, now=cause.now)
    for rule, verdict in zip(rules, verdicts, strict=True):
        if verdict is None:
            raise_alarm(f"{BROKEN}:{rule.pk}", now=cause.now, rule=rule.pk)
    if not any(verdicts):
        return []
    if cause.moment == Moment.CREATION:
        chosen, names = routing.given_at_first(ticket), frozenset[str]()
    else:
        chosen = routing.chosen_by_people([ticket.pk]).get(ticket.pk, frozenset())
        names = frozenset(name.lower() for name in ticket.tags.values_list("name", flat=True))
    standing = Standing(ticket.queue_id, ticket.topic_id, ticket.priority, ticket.assignee_id, names)
    return _carry_out(ticket, routing.decide(rules, verdicts, standing, chosen), cause)


def _carry_out(ticket: Ticket, decisions: Sequence[Decision], cause: _Cause) -> list[Event]:
    """Change the ticket; who gets it depends on the queue that it ends in, whichever rule says so."""
    moved = next((decision.rule.queue for decision in decisions if "queue" in decision.values), None)
    columns: set[str] = set()
    history, letters = [], []
    for decision in decisions:
        data = {field: changed(getattr(ticket, COLUMNS[field]), to) for field, to in decision.values.items()}
        person = _assignee(decision, ticket, moved, data, cause)
        for field, said in data.items():
            if "to" in said:
                setattr(ticket, COLUMNS[field], said["to"])
                columns.add(field)
        facts = {**data, **_tagged(ticket, decision), "rule": decision.rule.pk}
        letters.append((decision, person, facts))
        history.append(
            event(
                ticket,
                Event.Verb.ROUTED,
                actor=SYSTEM,
                at=cause.now,
                data=facts,
                occurrence=f"rule:{decision.rule.pk}:{cause.key}",
            )
        )
    if columns:
        ticket.save(update_fields=sorted(columns))
    if cause.moment != Moment.CREATION and any(COLUMNS[each] in TRAITS for each in columns):
        deadlines.rechoose(ticket)
    for (decision, person, facts), row in zip(letters, history, strict=True):
        row.data = {**facts, **_tell(ticket, decision, person, cause)}
    return history


def _assignee(
    decision: Decision, ticket: Ticket, moved: Queue | None, data: dict[str, dict[str, object]], cause: _Cause
) -> User | None:
    """Whom the rule gives the ticket, in the queue that it is `moved` to; where that is nobody, `data` says why."""
    if decision.by_language:
        person = routing.reader(moved or ticket.queue, ticket.language, now=cause.now)
        if person is None:
            data["assignee"] = {"nobody": "language", "language": ticket.language}
        else:
            data["assignee"] = changed(ticket.assignee_id, person.pk)
            _remember(person, cause.now)
        return person
    person = decision.rule.assignee if "assignee" in decision.values else None
    if person is not None and not may_see_queue(person, moved or ticket.queue):
        data["assignee"] = {"nobody": "queue", "user": person.pk}
        return None
    return person


def _remember(person: User, now: datetime) -> None:
    """Whose turn it was. Where another worker writes the same at this moment, waiting for it could wait for ever."""
    free = User.objects.filter(pk=person.pk).select_for_update(skip_locked=True, no_key=True).values("pk")
    User.objects.filter(pk__in=free).update(routed_at=now)


def _tagged(ticket: Ticket, decision: Decision) -> dict[str, dict[str, object]]:
    if not decision.tags:
        return {}
    before = sorted(ticket.tags.values_list("pk", flat=True))
    after = sorted({*before, *Tag.objects.named(decision.tags)})
    if after == before or len(after) > MOST_TAGS:
        return {}
    ticket.tags.add(*after)
    return {"tags": changed(before, after)}


def _tell(ticket: Ticket, decision: Decision, assignee: User | None, cause: _Cause) -> dict[str, list[int]]:
    """Tell whom the ticket was given, and whom the rule names, as far as they may see it. Returns the named ones."""
    if assignee is not None and may(assignee, Act.VIEW, ticket):
        key = f"assigned:rule:{decision.rule.pk}:{cause.key}"
        notices.assigned(by="", **about(ticket, assignee, key=key, correlation=cause.correlation))
    if not decision.tells:
        return {}
    people = User.objects.filter(pk__in=decision.tells, is_active=True).order_by("pk")
    told = [person for person in people if person != assignee and may(person, Act.VIEW, ticket)]
    for person in told:
        key = f"routed:{decision.rule.pk}:{person.pk}:{cause.key}"
        notices.routed(**about(ticket, person, key=key, correlation=cause.correlation))
    return {"told": [person.pk for person in told]} if told else {}
