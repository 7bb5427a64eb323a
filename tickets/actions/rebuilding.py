"""Cycles and resolutions read anew for many tickets, beside a running house.

A batch locks its tickets and never waits for one: what an act holds just then is read afterwards, one ticket at a time,
so nobody waits for anybody in a circle. Comparing locks nothing at first; what seems to differ is looked at again under
its lock, for an act may have come between the statements.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from itertools import groupby
from operator import attrgetter

from django.db import connection, transaction
from django.db.models import Model, QuerySet

from tickets.models import CyclesRead, ReplyCycle, Resolution, Ticket
from tickets.waits import asking
from tickets.waits.clocks import Clocks, known
from tickets.waits.finding import find
from tickets.waits.rows import Difference, Kept, compare

# The number of the rules by which this code reads the facts. Raised with a change that makes other rows of the same
# facts, so that every house has them without anybody thinking of it.
RULES = 1
BATCH = 500  # tickets locked at the same time, for about half a second


@dataclass
class Outcome:
    """What became of a span of tickets: how many there were, and how many rows of which tickets differed."""

    tickets: int = 0
    differing: dict[int, int] = field(default_factory=dict)


def rebuild(first: int, last: int) -> Outcome:
    """Write the rows of the tickets of these ids, both included, where they are not what the facts tell."""
    clocks = known()
    tickets = _within(first, last)
    with transaction.atomic():
        free = list(_rows(tickets.select_for_update(skip_locked=True)))
        outcome = Outcome(len(free), _write(free, clocks))
    for number in sorted(set(tickets.values_list("pk", flat=True)) - {row[0] for row in free}):
        outcome.tickets += 1
        outcome.differing |= _one(number, clocks)
    return outcome


def go_on(*, now: datetime) -> int:
    """Read the next batch of tickets by the rules of this code; returns how many, 0 when that was done with all.

    What was written by older rules, or before there were such rows, is put right once. May stop and run twice.
    """
    read, _made = CyclesRead.objects.get_or_create(rules=RULES)
    if read.finished_at is not None:
        return 0
    numbers = list(Ticket.objects.filter(pk__gt=read.after).order_by("pk").values_list("pk", flat=True)[:BATCH])
    here = CyclesRead.objects.filter(pk=read.pk, after=read.after)
    if not numbers:
        here.update(finished_at=now)
        return 0
    rebuild(numbers[0], numbers[-1])
    here.update(after=numbers[-1])
    return len(numbers)


def check(first: int, last: int) -> Outcome:
    """The same without writing anything."""
    clocks = known()
    rows = list(_rows(_within(first, last)))
    suspects = [facts for facts, difference in _differences(rows, clocks) if difference]
    outcome = Outcome(len(rows))
    for number in suspects:
        with transaction.atomic():
            again = list(_rows(Ticket.objects.filter(pk=number).select_for_update()))
            outcome.differing |= {ticket: len(found) for ticket, found in _differences(again, clocks) if found}
    return outcome


def _one(number: int, clocks: Clocks) -> dict[int, int]:
    with transaction.atomic():
        return _write(list(_rows(Ticket.objects.filter(pk=number).select_for_update())), clocks)


def _within(first: int, last: int) -> QuerySet[Ticket]:
    return Ticket.objects.filter(pk__gte=first, pk__lte=last).order_by("pk")


def _rows(tickets: QuerySet[Ticket]) -> "QuerySet[Ticket, asking.Row]":
    return tickets.values_list(*asking.COLUMNS)


def _differences(rows: Sequence[asking.Row], clocks: Clocks) -> list[tuple[int, Difference]]:
    """What each ticket's kept rows are not."""
    if not rows:
        return []
    span = {"ticket__gte": rows[0][0], "ticket__lte": rows[-1][0]}
    cycles = {
        ticket: list(group)
        for ticket, group in groupby(
            ReplyCycle.objects.filter(**span).order_by("ticket", "number"), attrgetter("ticket_id")
        )
    }
    resolutions = {row.ticket_id: row for row in Resolution.objects.filter(**span)}
    return [
        (facts.ticket, compare(facts, find(facts), kept, clocks, measured=True))
        for facts in asking.facts_of_rows(rows)
        for kept in [Kept(cycles.get(facts.ticket, ()), resolutions.get(facts.ticket))]
    ]


def _write(rows: Sequence[asking.Row], clocks: Clocks) -> dict[int, int]:
    """Write what differs of tickets that are locked; how many rows of each. A changed row is written as a new one."""
    differences = [(ticket, found) for ticket, found in _differences(rows, clocks) if found]
    for model in (ReplyCycle, Resolution):
        old = [row for _, found in differences for row in (*found.gone, *found.changed) if isinstance(row, model)]
        if old:
            model._default_manager.filter(pk__in=[row.pk for row in old]).delete()
        _copy(
            model, [row for _, found in differences for row in (*found.changed, *found.new) if isinstance(row, model)]
        )
    return {ticket: len(found) for ticket, found in differences}


def _copy(model: type[Model], rows: Sequence[Model]) -> None:
    """Write many rows by COPY; the database gives their numbers."""
    if not rows:
        return
    columns, read = _columns(model)
    with connection.cursor() as cursor, cursor.copy(f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN') as stream:
        for row in rows:
            stream.write_row(read(row))


@cache
def _columns(model: type[Model]) -> "tuple[str, attrgetter[tuple[object, ...]]]":
    fields = [each for each in model._meta.concrete_fields if not each.primary_key]
    return ", ".join(f'"{each.column}"' for each in fields), attrgetter(*(each.attname for each in fields))
