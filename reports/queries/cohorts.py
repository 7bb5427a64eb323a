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

from django.db.models import Case, CharField, Count, F, Func, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import LessThan

from reports.periods import Period
from reports.queries.grouping import alike
from reports.queries.opening import OpeningTimes
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

    `unmeasured` ended without a working time, because no calendar was kept then.
    """

    waits: list[tuple[int, End, int]] = field(default_factory=list)
    excluded: int = 0
    unmeasured: int = 0


@dataclass(frozen=True)
class _Source:
    """Where a measure's waits are: columns of tickets joined with the rows that keep them.

    `open` says which are open, `ended` which are not: two conditions of the one row, where a negation would ask for
    tickets without any open one. `end` is what they came to, and `ends` says what that means; what it does not name
    left the cohort.
    """

    within: Q
    open: Q
    ended: Q
    end: F | Case
    ends: Mapping[str, End]
    began: str
    calendar: str
    working: str
    pauses: tuple[str, ...]
    paused: str
    version: str

    def rows(self, tickets: QuerySet[Ticket], condition: Q) -> QuerySet[Ticket]:
        """The tickets with such waits of the cohort, each joined once."""
        return tickets.filter(self.within & condition).order_by()


class _Seconds(Func):
    """The whole seconds of a span of time; EXTRACT would give a numeric, which is slow to reckon with."""

    template = "floor(date_part('epoch', %(expressions)s))::int"
    output_field = IntegerField()


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

    `net` leaves out the time in which we waited for others; from the first response nothing is taken away. One
    statement by calendar time; for working time a second one gives what is open, row by row.
    """
    source, found = _source(measure, period), defaultdict[Hashable, Cohort](Cohort)
    pauses = tuple(f"{each}_working" if working else each for each in source.pauses) if net else ()
    parts = [F(by)] if by else []
    length = _length(source, pauses, now, working=working)
    rows = source.rows(tickets, source.ended if working else Q()).values_list(*parts, source.end, length)
    for *key, came_to, seconds, number in alike(rows):
        _count(found[key[0] if key else None], source.ends.get(came_to), seconds, number)
    if working:
        for part, waited in _open(source, tickets, parts, pauses, now):
            _count(found[part[0] if part else None], End.OPEN, waited, 1)
    return found


def tickets_behind(tickets: QuerySet[Ticket], measure: str, period: Period) -> tuple[int, int]:
    """How many tickets the counted waits belong to, and those that left. One statement."""
    source = _source(measure, period)
    counted = Q(came_to__in=list(source.ends))
    numbers = (
        source.rows(tickets, Q())
        .annotate(came_to=source.end)
        .aggregate(counted=Count("pk", filter=counted, distinct=True), left=Count("pk", filter=~counted, distinct=True))
    )
    return numbers["counted"], numbers["left"]


def rounded(seconds: int) -> int:
    """A length as it is taken: where its step begins. A pause that began before the wait may be longer than it."""
    step = next((step for below, step in STEPS if seconds < below), LONG)
    return max(seconds, 0) // step * step


def _length(source: _Source, pauses: Sequence[str], now: datetime, *, working: bool) -> Case:
    """The same, reckoned by the database."""
    since, paused = (_Seconds(Value(now) - F(moment)) for moment in (source.began, source.paused))
    seconds: Any = F(source.working) if working else Coalesce(source.calendar, since, output_field=IntegerField())
    for pause in pauses:  # a ticket that never paused nor was resolved has no row that counts them
        seconds = seconds - Coalesce(pause, 0)
    if pauses and not working:
        seconds = seconds - Coalesce(paused, 0)
    return Case(
        *(When(LessThan(seconds, below), then=seconds / step * step) for below, step in STEPS),
        default=seconds / LONG * LONG,
        output_field=IntegerField(),
    )


def _open(
    source: _Source, tickets: QuerySet[Ticket], parts: Sequence[F], pauses: Sequence[str], now: datetime
) -> Iterator[tuple[Sequence[Hashable], int | None]]:
    """The part and the working seconds of each open wait: few beside those that ended."""
    opening = OpeningTimes(now)
    columns = (source.began, source.version, source.paused)
    for began, version, paused, *rest in source.rows(tickets, source.open).values_list(*columns, *parts, *pauses):
        key, kept = rest[: len(parts)], rest[len(parts) :]
        seconds = opening.seconds_since(began, version)
        if seconds is not None and pauses:
            still = opening.seconds_since(paused, version) if paused else 0
            seconds -= sum(each or 0 for each in (still, *kept))
        yield key, seconds


def _count(cohort: Cohort, end: End | None, seconds: int | None, number: int) -> None:
    if end is None:
        cohort.excluded += number
    elif seconds is None:
        cohort.unmeasured += number
    else:
        cohort.waits.append((rounded(seconds), end, number))


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
            pauses=("cycles__requester_pause", "cycles__third_party_pause") if measure == NEXT else (),
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
        pauses=() if first else ("resolution__requester_pause", "resolution__third_party_pause"),
        paused="resolution__paused_since",
        version="resolution__calendar_version_id",
    )
