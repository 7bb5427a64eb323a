"""Waits of a period as the estimators take them: grouped by the database by their length, with how many are alike.

A cohort is who wrote in the period. Lengths are whole minutes, from a day on whole ten minutes: less than anybody is
told, and a million waits are some thousands of lines. Open waits last until the moment of looking, and so does a pause
that is not over; their working time is reckoned then, by the version of the calendar that the wait began under.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, ExpressionWrapper, F, IntegerField, Q, QuerySet, Value, When

from reports.periods import Period
from reports.queries.opening import OpeningTimes
from reports.survival import End
from tickets.models import ReplyCycle, Ticket

MINUTE, DAY_MINUTES, COARSE = 60, 1440, 10
FIRST, NEXT, RESOLVED, FINAL = "first", "next", "resolution", "final"
MEASURES = (FIRST, NEXT, RESOLVED, FINAL)
_LEFT = (Ticket.Status.SPAM, Ticket.Status.MERGED)


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
    tickets without any open one. What those came to is in the column `end`, and `ends` says what that means; what
    it does not name left the cohort.
    """

    within: Q
    open: Q
    ended: Q
    began: str
    end: str
    ends: Mapping[str, End]
    calendar: str
    working: str
    pauses: tuple[str, ...]
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

    `net` leaves out the time in which we waited for others; from the first response nothing is taken away. Two
    statements: what ended, grouped, and what is open, row by row.
    """
    source, found = _source(measure, period), defaultdict[Hashable, Cohort](Cohort)
    pauses = tuple(f"{each}_working" if working else each for each in source.pauses) if net else ()
    seconds: Any = F(source.working if working else source.calendar)
    for pause in pauses:
        seconds = seconds - F(pause)
    minutes, day = seconds / MINUTE, Q(length__gte=DAY_MINUTES)
    ended = (
        source.rows(tickets, source.ended)
        .annotate(length=ExpressionWrapper(minutes, IntegerField()))
        .annotate(rounded=Case(When(day, then=F("length") / COARSE * COARSE), default=F("length")))
        .values_list(F(by) if by else Value(0, IntegerField()), source.end, "rounded")
        .annotate(number=Count("pk"))
    )
    for part, came_to, minute, number in ended:
        _count(found[part if by else None], source.ends.get(came_to), minute, number)
    for (part, minute), number in _open(source, tickets, now, by, pauses, working=working).items():
        _count(found[part], End.OPEN, minute, number)
    return found


def tickets_behind(tickets: QuerySet[Ticket], measure: str, period: Period) -> tuple[int, int]:
    """How many tickets the counted waits belong to, and those that left. One statement."""
    source = _source(measure, period)
    counted = Q(**{f"{source.end}__in": list(source.ends)}) | source.open
    numbers = source.rows(tickets, Q()).aggregate(
        counted=Count("pk", filter=counted, distinct=True), left=Count("pk", filter=~counted, distinct=True)
    )
    return numbers["counted"], numbers["left"]


def _count(cohort: Cohort, end: End | None, minute: int | None, number: int) -> None:
    if end is None:
        cohort.excluded += number
    elif minute is None:
        cohort.unmeasured += number
    else:
        # A pause that began before the wait may be longer than it.
        rounded = minute // COARSE * COARSE if minute >= DAY_MINUTES else max(minute, 0)
        cohort.waits.append((rounded * MINUTE, end, number))


def _source(measure: str, period: Period) -> _Source:
    if measure in (FIRST, NEXT):
        return _Source(
            within=Q(cycles__kind=measure, cycles__started_at__gte=period.start, cycles__started_at__lt=period.end),
            open=Q(cycles__end=ReplyCycle.End.OPEN),
            ended=Q(cycles__ended_at__isnull=False),
            began="cycles__started_at",
            end="cycles__end",
            ends={
                ReplyCycle.End.CLOSED: End.CLOSED,
                **dict.fromkeys(ReplyCycle.ANSWERS, End.ANSWERED),
            },
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
        began="received_at",
        end="status",
        ends={status: End.ANSWERED for status in Ticket.Status.values if status not in _LEFT},
        calendar=f"resolution__{'first_' if first else ''}calendar_seconds",
        working=f"resolution__{'first_' if first else ''}working_seconds",
        # The pauses of a resolution run until the last one: nothing can be taken from the first.
        pauses=() if first else ("resolution__requester_pause", "resolution__third_party_pause"),
        paused="resolution__paused_since",
        version="resolution__calendar_version_id",
    )


def _open(
    source: _Source, tickets: QuerySet[Ticket], now: datetime, by: str, pauses: tuple[str, ...], *, working: bool
) -> Counter[tuple[Hashable, int | None]]:
    """How many open waits have lasted so many minutes: few beside those that ended."""
    opening, alike = OpeningTimes(now), Counter[tuple[Hashable, int | None]]()
    columns = [source.began, source.version, *([source.paused, *pauses] if pauses else [])]

    def lasted(since: datetime, version: int | None) -> int | None:
        return opening.seconds_since(since, version) if working else int((now - since).total_seconds())

    rows = source.rows(tickets, source.open).values_list(F(by) if by else Value(0, IntegerField()), *columns)
    for part, began, version, *kept in rows:
        seconds = lasted(began, version)
        if seconds is not None:
            # A ticket that never paused has no row of a resolution.
            paused = [lasted(since, version) for since in kept[:1] if since]
            seconds -= sum(each or 0 for each in (*paused, *kept[1:]))
        alike[(part if by else None, None if seconds is None else seconds // MINUTE)] += 1
    return alike
