"""How things stand at this moment: open tickets, counted once and added up in every way that the page shows.

One statement counts all open tickets, so that every part of the page is made of the same ones and the sums agree.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import BooleanField, Case, DateField, ExpressionWrapper, F, Q, QuerySet, When
from django.db.models.functions import TruncDate

from reports.names import DIMENSIONS
from reports.periods import DAY, midnight, today
from reports.queries.grouping import alike_in
from tickets.models import Resolution, Ticket
from tickets.models.ticket import TO_DO
from tickets.search.conditions import WAITING, promised

# Days since when a partner waits, the first of each band; the last band has no end.
AGES = (0, 1, 3, 7, 14, 30, 60)
WEEKS = 4  # of which arrivals and ends are compared
OLDEST = 5
SHOWN = ("queue", "topic", "region", "language", "kind")


@dataclass
class Tally:
    """Open tickets, and how many of them wait for us, and are overdue."""

    open: int = 0
    waiting: int = 0
    overdue: int = 0

    def add_up(self, other: "Tally") -> None:
        """Count all of another one too."""
        self.open += other.open
        self.waiting += other.waiting
        self.overdue += other.overdue

    def add(self, number: int, *, waiting: bool, overdue: bool) -> None:
        """Count so many tickets of one sort."""
        self.open += number
        self.waiting += number * waiting
        self.overdue += number * overdue


@dataclass
class Standing:
    """What the page Now shows, of one day in Brussels. Every open ticket is in one tally of each dimension.

    `people` are assignees, None for nobody. `ages` has the number of waiting tickets in each band of AGES. `due` are
    the promised days from today until the end of next week, with how many answers are promised for each.
    `came` and `ended` are of the last four weeks.
    """

    day: date
    all: Tally = field(default_factory=Tally)
    parts: Mapping[str, dict[Hashable, Tally]] = field(default_factory=dict)
    people: dict[int | None, Tally] = field(default_factory=dict)
    ages: list[int] = field(default_factory=lambda: [0] * len(AGES))
    due: Counter[date] = field(default_factory=Counter)
    came: int = 0
    ended: int = 0

    @property
    def sunday(self) -> date:
        """The last day of this week."""
        return self.day + (6 - self.day.weekday()) * DAY

    def due_between(self, first: date, last: date) -> int:
        """How many answers are promised for these days."""
        return sum(number for day, number in self.due.items() if first <= day <= last)


def standing(tickets: QuerySet[Ticket], now: datetime) -> Standing:
    """Count the open ones of these tickets. Three statements."""
    found = Standing(today(now), parts={code: {} for code in SHOWN})
    *parts, people, due, since = alike_in(_open(tickets, found.day), *_SETS)
    for code, rows in zip(SHOWN, parts, strict=True):
        _add(found.parts[code], rows)
    _add(found.people, people)
    for tally in found.people.values():
        found.all.add_up(tally)
    found.due.update({day: number for day, number in due if day is not None and day >= found.day})
    for waits, day, number in since:
        if waits:
            found.ages[_band((found.day - day).days)] += number
    found.came, found.ended = _turnover(tickets, found.day)
    return found


# What is counted together, by the places of the columns of `_open`: each part and each person with whether it waits and
# is late; the days that are promised; the days since when partners wait.
_SETS = (*((place, len(SHOWN) + 1, len(SHOWN) + 2) for place in range(len(SHOWN) + 1)), (8,), (6, 9))


def _open(tickets: QuerySet[Ticket], day: date) -> QuerySet[Any, tuple[Any, ...]]:
    """The open ones: part of each of SHOWN, assignee, waits, is overdue, promised for, waits since."""
    for_day = Case(When(promised(), then=F("answer_by")), output_field=DateField())
    return (
        tickets.filter(status__in=TO_DO)
        .order_by()
        .values_list(
            *(DIMENSIONS[code].column for code in SHOWN),
            "assignee_id",
            ExpressionWrapper(WAITING["us"], BooleanField()),
            ExpressionWrapper(promised() & Q(answer_by__lt=day), BooleanField()),
            for_day,
            TruncDate("waiting_since", tzinfo=ZoneInfo(settings.HOUSE_TIME_ZONE)),
        )
    )


def _add(tallies: dict[Any, Tally], rows: Iterable[tuple[Any, ...]]) -> None:
    for key, waits, overdue, number in rows:
        tallies.setdefault(key, Tally()).add(number, waiting=bool(waits), overdue=bool(overdue))


def band_days(day: date, band: int) -> tuple[date | None, date]:
    """The first and the last day since when the tickets of a band wait; the oldest band has no first day."""
    older = AGES[band + 1] if band + 1 < len(AGES) else None
    return (None if older is None else day - (older - 1) * DAY), day - AGES[band] * DAY


def oldest(tickets: QuerySet[Ticket]) -> Sequence[Ticket]:
    """The tickets whose partners have waited longest, the longest first."""
    found = tickets.filter(WAITING["us"]).select_related("assignee", "topic")
    return list(found.order_by("waiting_since", "pk")[:OLDEST])


def _turnover(tickets: QuerySet[Ticket], day: date) -> tuple[int, int]:
    """How many came in the weeks before today, and how many ended; spam and merged ones are no work that came."""
    since, until = midnight(day - timedelta(weeks=WEEKS)), midnight(day)
    left = Q(status__in=(Ticket.Status.SPAM, Ticket.Status.MERGED))
    came = tickets.filter(~left, received_at__gte=since, received_at__lt=until).order_by().count()
    ended = Resolution.objects.filter(last_at__gte=since, last_at__lt=until, ticket__in=tickets.filter(~left))
    return came, ended.order_by().count()


def _band(days: int) -> int:
    return max(number for number, first in enumerate(AGES) if first <= max(days, 0))
