"""Which open deadlines the rules of now, or others that somebody thinks of, would measure otherwise. It only reads.

The open deadlines are gone through in the order of their due dates, by the index that holds just them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

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
    """What would become of all open deadlines."""
    rows = open_deadlines().values_list(*COLUMNS, *_of_ticket()).iterator(chunk_size=2000)
    found = [each for each in _differences(rows, rules) if each.moves]
    return Foreseen(len(found), sum(each.told for each in found))


def batch(rules: Rules, place: Place) -> tuple[list[Difference], Place, int]:
    """The differences among the next open deadlines, where one has come by then, and how many were looked at."""
    rows = open_deadlines().order_by("due_at", "pk")
    if place.due_at is not None:
        rows = rows.filter(due_at__gte=place.due_at).filter(Q(due_at__gt=place.due_at) | Q(pk__gt=place.number))
    found = list(rows.values_list(*COLUMNS, *_of_ticket())[:BATCH])
    reached = Place(found[-1][6], found[-1][0]) if found else place
    return list(_differences(iter(found), rules)), reached, len(found)


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
