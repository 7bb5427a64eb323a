"""Waits of a period as the estimators take them: grouped by the database by their length, with how many are alike.

A cohort is who wrote in the period. Lengths are taken in steps that grow with them (`STEPS`), finer than anybody is
told, so that a million waits are some thousands of lines. Open waits last until the moment of looking, and so does a
pause that is not over; their working time is reckoned then, by the version of the calendar that the wait began under.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, Count, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThan

from reports.periods import Period
from reports.queries.grouping import alike
from reports.queries.opening import OpeningTimes
from reports.queries.pauses import CAUSES, PARTNER, THIRD, LeftOut, Pauses, Seconds, add
from reports.survival import End
from tickets.models import ReplyCycle, Ticket

MINUTE, HOUR, DAY = 60, 3600, 86_400
# Seconds below which a length is taken in steps of so many; above the last in steps of ten hours.
STEPS = ((DAY, MINUTE), (10 * DAY, 10 * MINUTE), (100 * DAY, HOUR))
LONG = 10 * HOUR
FIRST, NEXT, RESOLVED, FINAL = "first", "next", "resolution", "final"
MEASURES = (FIRST, NEXT, RESOLVED, FINAL)
_LEFT = (Ticket.Status.SPAM, Ticket.Status.MERGED)
_OPEN, _DONE, _GONE = "", "done", "gone"  # what a resolution came to


@dataclass
class Cohort:
    """Waits in seconds, with how many are alike; and how many left the cohort beforehand.

    `unmeasured` ended without a working time, because no calendar was kept then. `left_out` is what net leaves out, by
    whom we waited for (`Ticket.WaitingFor`); it has none where nothing is taken away.
    """

    waits: list[tuple[int, End, int]] = field(default_factory=list)
    excluded: int = 0
    unmeasured: int = 0
    left_out: dict[str, LeftOut] = field(default_factory=dict)


@dataclass(frozen=True)
class _Source:
    """Where a measure's waits are: columns of tickets joined with the rows that keep them.

    `open` says which are open, `ended` which are not: two conditions of the one row, where a negation would ask for
    tickets without any open one. `end` is what they came to, and `ends` says what that means; what it does not name
    left the cohort. `pauses` leads to the rows whose pauses may be left out; empty where none may.
    """

    within: Q
    open: Q
    ended: Q
    end: F | Case
    ends: Mapping[str, End]
    began: str
    calendar: str
    working: str
    pauses: str
    paused: str
    version: str

    def rows(self, tickets: QuerySet[Ticket], condition: Q) -> QuerySet[Ticket]:
        """The tickets with such waits of the cohort, each joined once."""
        return tickets.filter(self.within & condition).order_by()


def cohorts(
    tickets: QuerySet[Ticket],
    measure: str,
    period: Period,
    *,
    now: datetime,
    working: bool = False,
    net: bool = False,
    by: str = "",
) -> Mapping[Hashable, Cohort]:
    """The cohort of each value of the ticket's column `by`; one under None without it.

    `net` leaves out the time in which we waited for others, and says how much; from the first response nothing is taken
    away. One statement by calendar time; for working time a second one gives what is open, row by row.
    """
    source = _source(measure, period)
    pauses = Pauses(source.pauses if net else "", working)
    found = defaultdict[Hashable, Cohort](lambda: Cohort(left_out={cause: LeftOut() for cause in pauses.causes}))
    parts, taken = [F(by)] if by else [], pauses.taken(now)
    length, sums = _length(source, taken, now, working=working), [*taken, *pauses.stood]
    rows = source.rows(tickets, source.ended if working else Q()).values_list(*parts, source.end, length, *sums)
    for row in alike(rows, sums=len(sums)):
        key, (came_to, seconds, number, *added) = row[: len(parts)], row[len(parts) :]
        _count(found[key[0] if key else None], source.ends.get(came_to), seconds, number, added)
    if working:
        for part, waited, left_out in _open(source, tickets, parts, pauses, now):
            _count(found[part[0] if part else None], End.OPEN, waited, 1, left_out)
    return found


@dataclass(frozen=True)
class Behind:
    """How many tickets the counted waits belong to, those that left, and those that stood still, by cause."""

    counted: int
    left: int
    stood: Mapping[str, int]


def tickets_behind(tickets: QuerySet[Ticket], measure: str, period: Period, *, net: bool = False) -> Behind:
    """The tickets behind waits, each once; how many stood still is told where it is left out. One statement."""
    source = _source(measure, period)
    counted = Q(came_to__in=list(source.ends))
    stood = Pauses(source.pauses if net else "").conditions
    asked = {"counted": counted, "left": ~counted} | {str(cause): counted & each for cause, each in stood.items()}
    each = {name: Count("pk", filter=wanted, distinct=True) for name, wanted in asked.items()}
    numbers = source.rows(tickets, Q()).annotate(came_to=source.end).aggregate(**each)
    return Behind(numbers.pop("counted"), numbers.pop("left"), numbers)


def rounded(seconds: int) -> int:
    """A length as it is taken: where its step begins. A pause that began before the wait may be longer than it."""
    step = next((step for below, step in STEPS if seconds < below), LONG)
    return max(seconds, 0) // step * step


def _length(source: _Source, taken: Sequence[Any], now: datetime, *, working: bool) -> Case:
    """The length in steps, without what is taken from it, reckoned by the database."""
    since = Seconds(Value(now) - F(source.began))
    seconds: Any = F(source.working) if working else Coalesce(source.calendar, since, output_field=IntegerField())
    for each in taken:
        seconds = seconds - each
    return Case(
        *(When(LessThan(seconds, below), then=seconds / step * step) for below, step in STEPS),
        default=seconds / LONG * LONG,
        output_field=IntegerField(),
    )


def _open(
    source: _Source, tickets: QuerySet[Ticket], parts: Sequence[F], pauses: Pauses, now: datetime
) -> Iterator[tuple[Sequence[Hashable], int | None, Sequence[int]]]:
    """The part, the working seconds, and what was left out, of each open wait: few beside those that ended."""
    opening = OpeningTimes(now)
    columns = (source.began, source.version, source.paused, "waiting_for", *parts, *pauses.over, *pauses.stood)
    for began, version, paused, waits_for, *rest in source.rows(tickets, source.open).values_list(*columns):
        key, left_out = rest[: len(parts)], rest[len(parts) :]
        seconds = opening.seconds_since(began, version)
        if seconds is not None and pauses.causes:
            lasts = opening.seconds_since(paused, version) if paused else None
            left_out[CAUSES.index(THIRD if waits_for == THIRD else PARTNER)] += lasts or 0
            seconds -= sum(left_out[: len(CAUSES)])
        yield key, seconds, left_out


def _count(cohort: Cohort, end: End | None, seconds: int | None, number: int, left_out: Sequence[int]) -> None:
    if end is None:
        cohort.excluded += number
    elif seconds is None:
        cohort.unmeasured += number
    else:
        cohort.waits.append((rounded(seconds), end, number))
        add(cohort.left_out, left_out)


def _source(measure: str, period: Period) -> _Source:
    if measure in (FIRST, NEXT):
        return _Source(
            within=Q(cycles__kind=measure, cycles__started_at__gte=period.start, cycles__started_at__lt=period.end),
            open=Q(cycles__end=ReplyCycle.End.OPEN),
            ended=Q(cycles__ended_at__isnull=False),
            end=F("cycles__end"),
            ends={
                ReplyCycle.End.OPEN: End.OPEN,
                ReplyCycle.End.CLOSED: End.CLOSED,
                **dict.fromkeys(ReplyCycle.ANSWERS, End.ANSWERED),
            },
            began="cycles__started_at",
            calendar="cycles__calendar_seconds",
            working="cycles__working_seconds",
            pauses="cycles" if measure == NEXT else "",
            paused="cycles__paused_since",
            version="cycles__calendar_version_id",
        )
    first = measure == RESOLVED
    gone, never = Q(status__in=_LEFT), f"resolution__{'first' if first else 'last'}_at__isnull"
    return _Source(
        within=Q(received_at__gte=period.start, received_at__lt=period.end),
        open=Q(**{never: True}) & ~gone,
        ended=Q(**{never: False}) | gone,
        end=Case(
            When(gone, then=Value(_GONE)),
            When(**{never: True}, then=Value(_OPEN)),
            default=Value(_DONE),
            output_field=CharField(),
        ),
        ends={_OPEN: End.OPEN, _DONE: End.ANSWERED},
        began="received_at",
        calendar=f"resolution__{'first_' if first else ''}calendar_seconds",
        working=f"resolution__{'first_' if first else ''}working_seconds",
        # The pauses of a resolution run until the last one: nothing can be taken from the first.
        pauses="" if first else "resolution",
        paused="resolution__paused_since",
        version="resolution__calendar_version_id",
    )
