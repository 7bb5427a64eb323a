"""What was found about a ticket, beside the rows that are kept of it: which are to be written, and which to go."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tickets.models import ReplyCycle, Resolution
from tickets.waits.clocks import Clocks
from tickets.waits.facts import Cycle, Facts, Pause, Resolved
from tickets.waits.finding import Found
from tickets.waits.measuring import Measures, calendar_seconds, measure

MEASURES = tuple(Measures.__dataclass_fields__)
CYCLE = ("kind", "started_at", "ended_at", "end", "answer_id", "author_id", "calendar_version_id", *MEASURES)
FIRST = ("first_at", "first_calendar_seconds", "first_working_seconds")
Values = dict[str, Any]
RESOLUTION = ("started_at", *FIRST, "last_at", "reopenings", "calendar_version_id", *MEASURES)


@dataclass
class Kept:
    """The rows of one ticket, cycles by their number."""

    cycles: Sequence[ReplyCycle] = ()
    resolution: Resolution | None = None


@dataclass
class Difference:
    """Rows to delete, to change and to make, best in this order: at no time two of a ticket's cycles are open."""

    gone: list[ReplyCycle | Resolution] = field(default_factory=list)
    changed: list[ReplyCycle | Resolution] = field(default_factory=list)
    new: list[ReplyCycle | Resolution] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.gone or self.changed or self.new)

    def __len__(self) -> int:
        return len(self.gone) + len(self.changed) + len(self.new)


def compare(facts: Facts, found: Found, kept: Kept, clocks: Clocks, *, measured: bool = False) -> Difference:
    """What separates the kept rows from what was found.

    An act asks for a clock only where a wait is other than it was; `measured` measures all anew, to find mistakes.
    """
    made = Difference()
    rows = {row.number: row for row in kept.cycles}
    for cycle in found.cycles:
        row = rows.pop(cycle.number, None)
        if row is None:
            made.new.append(cycle_row(facts.ticket, cycle, found.pauses, clocks))
        elif measured or not _same(row, cycle, found.pauses):
            _keep(made, row, _cycle(cycle, found.pauses, clocks))
    made.gone += rows.values()
    # What ended comes before what opened.
    made.changed.sort(key=lambda row: isinstance(row, ReplyCycle) and row.ended_at is None)
    _compare_resolution(made, facts, found, kept.resolution, clocks, measured=measured)
    return made


def cycle_row(ticket: int, cycle: Cycle, pauses: Sequence[Pause], clocks: Clocks) -> ReplyCycle:
    """The row of a cycle, measured."""
    return ReplyCycle(ticket_id=ticket, number=cycle.number, **_cycle(cycle, pauses, clocks))


def resolution_row(facts: Facts, found: Found, clocks: Clocks) -> Resolution | None:
    """The row of a ticket that was ever solved, closed or paused, measured."""
    if found.resolved is None:
        return None
    return Resolution(ticket_id=facts.ticket, **_resolution(facts, found.resolved, found.pauses, clocks))


def _cycle(cycle: Cycle, pauses: Sequence[Pause], clocks: Clocks) -> Values:
    clock = clocks(cycle.ended_at or cycle.started_at)
    measures = measure(cycle.started_at, cycle.ended_at, pauses, clock.worked if clock else None)
    return {
        "kind": cycle.kind,
        "started_at": cycle.started_at,
        "ended_at": cycle.ended_at,
        "end": cycle.end,
        "answer_id": cycle.answer,
        "author_id": cycle.author,
        "calendar_version_id": clock.version if clock else None,
        **_columns(measures),
    }


def _resolution(facts: Facts, resolved: Resolved, pauses: Sequence[Pause], clocks: Clocks) -> Values:
    began = min(facts.received_at, resolved.first_at or facts.received_at)
    first = clocks(resolved.first_at) if resolved.first_at else None
    last = first if first and resolved.last_at == resolved.first_at else clocks(resolved.last_at or began)
    measures = measure(began, resolved.last_at, pauses, last.worked if last else None)
    return {
        "started_at": began,
        "first_at": resolved.first_at,
        "first_calendar_seconds": calendar_seconds(began, resolved.first_at) if resolved.first_at else None,
        "first_working_seconds": first.worked(began, resolved.first_at) if first and resolved.first_at else None,
        "last_at": resolved.last_at,
        "reopenings": resolved.reopenings,
        "calendar_version_id": last.version if last else None,
        **_columns(measures),
    }


def _columns(measures: Measures) -> Values:
    return {name: getattr(measures, name) for name in MEASURES}


def _same(row: ReplyCycle, cycle: Cycle, pauses: Sequence[Pause]) -> bool:
    """Whether the row tells of this cycle, and of its pauses in calendar time."""
    facts = (cycle.kind, cycle.started_at, cycle.ended_at, cycle.end, cycle.answer, cycle.author)
    if facts != (row.kind, row.started_at, row.ended_at, row.end, row.answer_id, row.author_id):
        return False
    return _same_pauses(row, measure(cycle.started_at, cycle.ended_at, pauses, None))


def _same_pauses(row: ReplyCycle | Resolution, measures: Measures) -> bool:
    paused = (measures.requester_pause, measures.third_party_pause, measures.paused_since)
    return paused == (row.requester_pause, row.third_party_pause, row.paused_since)


def _compare_resolution(
    made: Difference, facts: Facts, found: Found, row: Resolution | None, clocks: Clocks, *, measured: bool
) -> None:
    resolved = found.resolved
    if resolved is None or row is None:
        new = resolution_row(facts, found, clocks)
        made.gone += [row] if row else []
        made.new += [new] if new else []
        return
    same = (resolved.first_at, resolved.last_at, resolved.reopenings) == (row.first_at, row.last_at, row.reopenings)
    if measured or not same or not _same_pauses(row, measure(row.started_at, row.last_at, found.pauses, None)):
        _keep(made, row, _resolution(facts, resolved, found.pauses, clocks))


def _keep(made: Difference, row: ReplyCycle | Resolution, values: Values) -> None:
    """Give the row the values that were found, where any differs."""
    if all(getattr(row, name) == value for name, value in values.items()):
        return
    for name, value in values.items():
        setattr(row, name, value)
    made.changed.append(row)
