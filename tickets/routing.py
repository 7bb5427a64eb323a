"""Which rules mean a ticket, and what they decide. Decisions alone: `actions.routing` carries them out.

The conditions of all rules are asked about the ticket as it is before any of them acts, in one statement. So rules
never see each other's work, none sets off another, and their order says one thing: what an earlier one decided, a later
one leaves. What a person chose stays too, unless a rule says otherwise.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from tickets import absences
from tickets.deadlines import day_of
from tickets.models import Event, Queue, RoutingRule, Ticket, User
from tickets.models.ticket import TO_DO
from tickets.permissions import open_to
from tickets.questions import Given, Question
from tickets.search.judging import asks_for_the_hour, known, verdict
from tickets.search.named import UnknownName
from tickets.search.query import parse

Verb = Event.Verb

# What a rule can set, and the event that tells of a person who set it.
FIELDS: dict[str, Verb] = {
    "queue": Verb.QUEUE,
    "topic": Verb.TOPIC,
    "priority": Verb.PRIORITY,
    "assignee": Verb.ASSIGNED,
}
COLUMNS = {"queue": "queue_id", "topic": "topic_id", "priority": "priority", "assignee": "assignee_id"}
# Nobody works on these.
ASIDE = (Ticket.Status.SPAM, Ticket.Status.MERGED)


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a ticket rules can set, as it is: numbers of rows, a priority, and names of tags in small letters."""

    queue: int
    topic: int | None
    priority: int
    assignee: int | None
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Decision:
    """What one rule changes: the new `values` by field, and what is added. `by_language`: a reader is to be found."""

    rule: RoutingRule
    values: Mapping[str, int]
    by_language: bool
    tags: tuple[str, ...]
    tells: tuple[int, ...]

    @property
    def is_empty(self) -> bool:
        """The rule means the ticket, and there is nothing left to do."""
        return not (self.values or self.by_language or self.tags or self.tells)


def rules() -> QuerySet[RoutingRule]:
    """The rules that there are, in their order, with whom they tell and what they name. One statement."""
    told = RoutingRule.notify.through._default_manager.filter(routingrule=OuterRef("pk"))
    known = RoutingRule.objects.filter(deleted_at=None).select_related("queue", "topic", "assignee")
    return known.annotate(told_ids=ArraySubquery(told.order_by("user").values("user"))).order_by("position", "pk")


ACTIVE = Question(lambda: rules().filter(active=True, moment=Given("moment")))


def active(moment: str) -> list[RoutingRule]:
    """The rules that are switched on for a moment. One statement."""
    return ACTIVE.all(moment=moment)


def any_active(moment: str) -> Exists:
    """Whether there is one, for a question that is asked anyway."""
    return Exists(RoutingRule.objects.filter(active=True, moment=moment))


def meaning(rule: RoutingRule) -> str:
    """The hash of what a rule does: all but its name and its place. Of a rule that `rules` has read."""
    does: list[object] = [rule.moment, rule.query, rule.queue_id, rule.topic_id, rule.priority, rule.assignee_id]
    does += [rule.by_language, rule.tags, rule.told_ids, rule.overrules, rule.stops]  # type: ignore[attr-defined]
    return hashlib.sha256(json.dumps(does).encode()).hexdigest()


def routed() -> Q:
    """The tickets that rules may touch: what is closed to most people is sorted by those who see it."""
    return Q(sensitive=False, queue__restricted=False) & ~Q(status__in=ASIDE)


def judge(asked: Sequence[RoutingRule], ticket: Ticket, *, now: datetime) -> list[bool | None]:
    """Of each rule whether it means the ticket; None where it means nothing any more. One statement at most."""
    if not asked:
        return []
    searches, today = tuple(rule.query for rule in asked), datetime.combine(day_of(now), time.min, _zone())
    by_the_hour = any(asks_for_the_hour(search) for search in searches)
    found = (_asked(searches, now) if by_the_hour else _kept(searches, today)).first(ticket=ticket.pk)
    if found is None:
        return [False] * len(asked)
    return [None if _is_broken(rule) else means for rule, means in zip(asked, found, strict=True)]


def broken(asked: Sequence[RoutingRule]) -> set[int]:
    """The numbers of the rules that no longer work: a name in the search is gone, or who is given the tickets.

    One statement at most.
    """
    names = {f"rule_{rule.pk}": found for rule in asked if (found := known(parse(rule.query)))}
    first = RoutingRule.objects.filter(pk=asked[0].pk) if names else RoutingRule.objects.none()
    said = {name: ExpressionWrapper(found, BooleanField()) for name, found in names.items()}
    there = first.order_by().annotate(**said).values(*said).first() or {}
    return {rule.pk for rule in asked if _is_broken(rule) or not there.get(f"rule_{rule.pk}", True)}


def decide(
    asked: Sequence[RoutingRule],
    verdicts: Sequence[bool | None],
    standing: Standing,
    chosen: Collection[str],
) -> list[Decision]:
    """What the rules that mean a ticket do to it, each what those before it left. Pure.

    `chosen` are the fields that a person set.
    """
    decided: set[str] = set()
    tags, told, decisions = set(standing.tags), set[int](), []
    for rule, means in zip(asked, verdicts, strict=True):
        if not means:
            continue
        kept = decided if rule.overrules else decided | set(chosen)
        values = {
            field: value
            for field, value in wanted(rule).items()
            if field not in kept and value != getattr(standing, field)
        }
        # Among several people there is no right one: whoever has the ticket keeps it.
        by_language = rule.by_language and standing.assignee is None and "assignee" not in kept
        decided |= wanted(rule).keys() - kept
        decided |= {"assignee"} if by_language else set()
        new = tuple(tag for tag in rule.tags if tag.lower() not in tags)
        tags |= {tag.lower() for tag in new}
        tells = tuple(person for person in rule.told_ids if person not in told)  # type: ignore[attr-defined]
        told |= set(tells)
        decision = Decision(rule, values, by_language, new, tells)
        if not decision.is_empty:
            decisions.append(decision)
        if rule.stops:
            break
    return decisions


def wanted(rule: RoutingRule) -> dict[str, int]:
    """The fields that a rule sets, and to what."""
    values = {
        "queue": rule.queue_id,
        "topic": rule.topic_id,
        "priority": rule.priority,
        "assignee": rule.assignee_id,
    }
    return {field: value for field, value in values.items() if value is not None}


def given_at_first(ticket: Ticket) -> frozenset[str]:
    """What a new ticket was given by who wrote or called, such as a topic on the form."""
    given = {
        "topic": ticket.topic_id is not None,
        "priority": ticket.priority != Ticket.Priority.NORMAL,
        "assignee": ticket.assignee_id is not None,
    }
    return frozenset(field for field, yes in given.items() if yes)


def chosen_by_people(ticket_ids: Iterable[int]) -> dict[int, frozenset[str]]:
    """The fields of each ticket that colleagues set. One statement."""
    verbs = {verb: field for field, verb in FIELDS.items()}
    rows = Event.objects.filter(ticket__in=ticket_ids, verb__in=verbs, actor_kind=Event.ActorKind.USER)
    found: dict[int, set[str]] = {}
    for ticket, verb in rows.order_by().values_list("ticket", "verb").distinct():
        found.setdefault(ticket, set()).add(verbs[Verb(verb)])
    return {ticket: frozenset(fields) for ticket, fields in found.items()}


def reader(queue: Queue, language: str, *, now: datetime) -> User | None:
    """Who is given a ticket of this queue and language; None when nobody can take it. One statement.

    Among those who see the queue - its members, where it has any; else agents and managers - who read the language and
    are not away today: the one with the fewest tickets to do, then whom no rule gave one for the longest time. Who says
    nothing about languages reads that of the desk; a language that is not known anybody reads.
    """
    away = absences.away_on(day_of(now)).filter(user=OuterRef("pk"))
    load = Ticket.objects.filter(assignee=OuterRef("pk"), status__in=TO_DO).order_by().values("assignee")
    people = open_to(queue).filter(~Exists(away), _works_on(queue))
    if language:
        people = people.filter(Q(reads__contains=[language]) | Q(reads=[], language=language))
    return (
        people.annotate(load=Coalesce(Subquery(load.values(number=Count("pk"))), 0))
        .order_by("load", F("routed_at").asc(nulls_first=True), "pk")
        .first()
    )


def _works_on(queue: Queue) -> Q:
    members = Queue.members.through.objects.filter(queue=queue)
    mine = Q(Exists(members.filter(user=OuterRef("pk"))))
    return mine | (~Q(Exists(members)) & ~Q(role=User.Role.ADMINISTRATOR))


def _asked(searches: Sequence[str], now: datetime) -> Question[tuple[bool | None, ...]]:
    """What each search says of a ticket that rules may touch: no row of any other."""
    questions = {f"rule_{number}": _verdict(search, now) for number, search in enumerate(searches)}
    tickets = Ticket.objects.filter(routed(), pk=Given("ticket")).order_by()
    return Question(lambda: tickets.annotate(**questions).values_list(*questions))


# Until midnight the same rules ask every ticket the same, and to write that takes longer than to answer it.
_kept = lru_cache(maxsize=8)(_asked)  # rules of either moment, and some that were changed meanwhile


def _verdict(search: str, now: datetime) -> Combinable:
    try:
        return verdict(parse(search), now=now)
    except UnknownName:
        return Value(None, BooleanField(null=True))


def _zone() -> ZoneInfo:
    return ZoneInfo(settings.HOUSE_TIME_ZONE)


def _is_broken(rule: RoutingRule) -> bool:
    """It gives tickets to somebody who left."""
    return rule.assignee is not None and not rule.assignee.is_active
