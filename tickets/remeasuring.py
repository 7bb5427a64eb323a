"""Which open deadlines the rules of now, or others that somebody thinks of, would measure otherwise. It only reads.

The open deadlines are gone through in the order of their due dates, by the index that holds just them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import TruncDate

from tickets.deadlines import Rules
from tickets.models import Duty, TicketDeadline
from tickets.policies import TRAITS, Rule, Traits
from tickets.regulation import CalendarMissing

BATCH = 500
COLUMNS = ("pk", "ticket_id", "duty", "policy_id", "started_at", "due_on", "due_at", "told_on")


@dataclass(frozen=True, slots=True)
class Place:
    """How far one has come."""

    due_at: datetime | None = None
    number: int = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """A deadline that other rules measure otherwise; `moves` unless only the rule that names its day is another."""

    ticket: int
    moves: bool
    told: bool


@dataclass(frozen=True, slots=True)
class Foreseen:
    """How many open deadlines move, and how many partners of them were told another date, which stays."""

    moved: int
    told: int


def open_deadlines() -> QuerySet[TicketDeadline]:
    """Those that a change of rules may move: no mail has extended them, and they are not due at once."""
    return TicketDeadline.objects.filter(end="", extends=None).exclude(duty=Duty.ACKNOWLEDGE)


def foresee(rules: Rules) -> Foreseen:
    """What would become of all open deadlines.

    One statement: the database chooses the rule of each and counts those that are alike, which are some hundreds.
    """
    holds = Case(
        *(When(_fits(rule), then=Value(place)) for place, rule in enumerate(rules.policies)),
        output_field=IntegerField(),
    )
    day = TruncDate("started_at", tzinfo=ZoneInfo(settings.HOUSE_TIME_ZONE))
    alike = open_deadlines().order_by().values_list(holds, day, "due_on", "told_on").annotate(number=Count("pk"))
    moved = told = 0
    for place, started_on, due_on, told_on, number in alike:
        period = None if place is None else rules.policies[place].period
        try:
            on = rules.due_after(period, started_on).on if period else None
        except CalendarMissing:
            continue
        if on != due_on:
            moved += number
            told += number if told_on not in (None, on) else 0
    return Foreseen(moved, told)


def batch(rules: Rules, place: Place) -> tuple[list[Difference], Place, int]:
    """The differences among the next open deadlines, where one has come by then, and how many were looked at."""
    rows = open_deadlines().order_by("due_at", "pk")
    if place.due_at is not None:
        rows = rows.filter(due_at__gte=place.due_at).filter(Q(due_at__gt=place.due_at) | Q(pk__gt=place.number))
    found = list(rows.values_list(*COLUMNS, *_of_ticket())[:BATCH])
    reached = Place(found[-1][6], found[-1][0]) if found else place
    return list(_differences(iter(found), rules)), reached, len(found)


def _fits(rule: Rule) -> Q:
    """As `policies.fits` says of the traits of one ticket; of several that fit the first holds."""
    asked, found = rule.fits, Q(duty=rule.duty)
    if asked.queue is not None:
        found &= Q(ticket__queue=asked.queue)
    if asked.kind:
        found &= Q(ticket__kind=asked.kind)
    if asked.topic is not None:
        found &= Q(ticket__topic=asked.topic)
    if asked.priority is not None:
        found &= Q(ticket__priority__gte=asked.priority)
    if asked.danger_to_life:
        found &= Q(ticket__danger_to_life=True)
    return found


def _of_ticket() -> list[str]:
    return [f"ticket__{name}" for name in TRAITS]


def _differences(rows: Iterator[tuple[Any, ...]], rules: Rules) -> Iterator[Difference]:
    chosen: dict[Traits, dict[str, Rule]] = {}
    for _pk, ticket, duty, policy, started_at, due_on, _due_at, told_on, *of_ticket in rows:
        traits = Traits(*of_ticket)
        if traits not in chosen:
            chosen[traits] = rules.choose(traits)
        rule = chosen[traits].get(duty)
        on: date | None = None
        try:
            on = rules.due(rule, started_at).on if rule else None
        except CalendarMissing:
            continue
        if rule is None or (rule.policy, on) != (policy, due_on):
            yield Difference(ticket, on != due_on, told_on not in (None, on))
