"""Waits of a period as the estimators take them: grouped by the database to whole minutes, with how many are alike.

A cohort is who wrote in the period. Open waits last until the moment of looking, and their working time is reckoned
then, by the version of the calendar that the wait began under.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, F, FloatField, Func, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce, Floor

from reports.periods import Period
from reports.queries.opening import OpeningTimes
from reports.survival import End
from tickets.models import ReplyCycle, Ticket

MINUTE = 60
FIRST, NEXT, RESOLVED, FINAL = "first", "next", "resolution", "final"
MEASURES = (FIRST, NEXT, RESOLVED, FINAL)
_LEFT = (Ticket.Status.SPAM, Ticket.Status.MERGED)
_GONE = "gone"  # in place of an end: left the cohort


class Epoch(Func):
    """The seconds of a span of time."""

    template = "EXTRACT(EPOCH FROM %(expressions)s)"
    output_field = FloatField()


@dataclass
class Cohort:
    """Waits in seconds, of whole minutes, with how many are alike; and how many left the cohort beforehand.

    `unmeasured` ended without a working time, because no calendar was kept then.
    """

    waits: list[tuple[int, End, int]] = field(default_factory=list)
    excluded: int = 0
    unmeasured: int = 0


@dataclass(frozen=True)
class _Source:
    """Where a measure's waits are: columns of tickets joined with the rows that keep them.

    `end` is an expression for what a wait came to: as of a cycle, or _GONE.
    """

    within: Q
    began: str
    end: Any
    calendar: str
    working: str
    pauses: tuple[str, ...]
    version: str


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
    statement, in working time two.
    """
    source, found = _source(measure, period), defaultdict[Hashable, Cohort](Cohort)
    pauses = source.pauses if net and measure != FIRST else ()
    rows = tickets.filter(source.within).order_by().annotate(came_to=source.end)
    key = F(by) if by else Value(0, IntegerField())
    seconds = _ended_seconds(source, working, pauses)
    if not working:
        open_: Any = Epoch(Value(now) - F(source.began))
        for pause in pauses:
            open_ = open_ - Coalesce(F(pause), 0)  # a ticket that was never resolved has no row
        seconds = Case(When(came_to="", then=open_), default=seconds, output_field=FloatField())
    else:
        _open_working(rows.filter(came_to=""), source, now, by, pauses, found)
        rows = rows.exclude(came_to="")
    minutes = Cast(Floor(Cast(seconds, FloatField()) / MINUTE), IntegerField())
    grouped = rows.values_list(key, "came_to").annotate(
        minutes=Case(When(came_to=_GONE, then=None), default=minutes, output_field=IntegerField()), number=Count("pk")
    )
    for part, came_to, minute, number in grouped:
        _count(found[part if by else None], came_to, minute, number)
    return found


def tickets_behind(tickets: QuerySet[Ticket], measure: str, period: Period) -> tuple[int, int]:
    """How many tickets the counted waits belong to, and those that left. One statement."""
    rows = tickets.filter(_source(measure, period).within).annotate(came_to=_source(measure, period).end)
    numbers = rows.aggregate(
        counted=Count("pk", filter=~Q(came_to=_GONE), distinct=True),
        left=Count("pk", filter=Q(came_to=_GONE), distinct=True),
    )
    return numbers["counted"], numbers["left"]


def _count(cohort: Cohort, came_to: str, minute: int | None, number: int) -> None:
    if came_to == _GONE:
        cohort.excluded += number
    elif minute is None:
        cohort.unmeasured += number
    else:
        end = End.OPEN if not came_to else End.CLOSED if came_to == ReplyCycle.End.CLOSED else End.ANSWERED
        # A pause that began before the wait may be longer than it.
        cohort.waits.append((max(minute, 0) * MINUTE, end, number))


def _source(measure: str, period: Period) -> _Source:
    if measure in (FIRST, NEXT):
        return _Source(
            within=Q(cycles__kind=measure, cycles__started_at__gte=period.start, cycles__started_at__lt=period.end),
            began="cycles__started_at",
            end=Case(When(cycles__end__in=ReplyCycle.LEAVES, then=Value(_GONE)), default=F("cycles__end")),
            calendar="cycles__calendar_seconds",
            working="cycles__working_seconds",
            pauses=("cycles__requester_pause", "cycles__third_party_pause"),
            version="cycles__calendar_version_id",
        )
    at = "resolution__first_at" if measure == RESOLVED else "resolution__last_at"
    first = "first_" if measure == RESOLVED else ""
    return _Source(
        within=Q(received_at__gte=period.start, received_at__lt=period.end),
        began="received_at",
        end=Case(
            When(status__in=_LEFT, then=Value(_GONE)),
            When(**{f"{at}__isnull": False}, then=Value(ReplyCycle.End.ANSWERED.value)),
            default=Value(""),
        ),
        calendar=f"resolution__{first}calendar_seconds",
        working=f"resolution__{first}working_seconds",
        # The pauses of a resolution run until the last one: nothing can be taken from the first.
        pauses=() if measure == RESOLVED else ("resolution__requester_pause", "resolution__third_party_pause"),
        version="resolution__calendar_version_id",
    )


def _ended_seconds(source: _Source, working: bool, pauses: tuple[str, ...]) -> Any:
    seconds: Any = F(source.working if working else source.calendar)
    for pause in pauses:
        seconds = seconds - F(f"{pause}_working" if working else pause)
    return seconds


def _open_working(
    rows: QuerySet[Ticket],
    source: _Source,
    now: datetime,
    by: str,
    pauses: tuple[str, ...],
    found: Mapping[Hashable, Cohort],
) -> None:
    """Reckon the working time of open waits: few beside those that ended, and each day is reckoned once."""
    opening = OpeningTimes(now)
    columns = [source.began, source.version, *(f"{pause}_working" for pause in pauses)]
    key = F(by) if by else Value(0, IntegerField())
    alike: dict[tuple[Hashable, int | None], int] = defaultdict(int)
    for part, began, version, *paused in rows.values_list(key, *columns):
        seconds = opening.seconds_since(began, version)
        minute = None if seconds is None else max(seconds - sum(each or 0 for each in paused), 0) // MINUTE
        alike[(part if by else None, minute)] += 1
    for (part, minute), number in alike.items():
        _count(found[part], "", minute, number)
