"""Periods of Regulation (EEC, Euratom) No 1182/71: from the day of an event and a period to the last day of it.

Pure: a date, a period and the institution's public holidays go in; the deadline comes out together with the steps that
led to it. A step is a code with a day, never a sentence, so that it can be shown in any language.
"""

import calendar
from collections.abc import Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

ONE_DAY = timedelta(days=1)
SATURDAY = 5


class Unit(StrEnum):
    WORKING_DAYS = "working_days"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time as the law states it: 15 working days, 14 days, 2 months. At least one unit."""

    count: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.count < 1:
            raise ValueError(f"a period has at least one unit, not {self.count}")


class StepCode(StrEnum):
    EVENT_DAY_NOT_COUNTED = "event_day_not_counted"
    EVENT_DAY_COUNTED = "event_day_counted"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    NO_SUCH_DATE = "no_such_date"
    PERIOD_ENDS = "period_ends"
    MOVED_TO_WORKING_DAY = "moved_to_working_day"
    MOVED_TO_SECOND_WORKING_DAY = "moved_to_second_working_day"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the proof.

    `day` is the event's day (EVENT_DAY_NOT_COUNTED, EVENT_DAY_COUNTED), a day that is no working day (WEEKEND,
    HOLIDAY), the last day of the month that lacks the date (NO_SUCH_DATE), or the day on which the period ends so far
    (the others). `article` names the provision applied.
    """

    code: StepCode
    day: date
    article: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day of a period, and how it was found: the last step's day is `date`."""

    date: date
    steps: tuple[Step, ...]

    def expires(self, zone: tzinfo) -> datetime:
        """The instant, in UTC, at which the last hour of the last day has passed in `zone` (Article 3(2))."""
        return datetime.combine(self.date + ONE_DAY, time.min, zone).astimezone(UTC)


class CalendarMissing(LookupError):
    """The public holidays of `year` are not known, so no deadline that touches it can be promised."""

    def __init__(self, year: int) -> None:
        super().__init__(f"no public holidays are recorded for {year}")
        self.year = year


def deadline(
    received: date, period: Period, holidays: Set[date], *, count_day_of_registration: bool = False
) -> Deadline:
    """Return the last day of a period that runs from `received`, the day of the event in the institution's time zone.

    `holidays` are the institution's public holidays (Article 2(1)). A year of which they hold no day is not covered:
    CalendarMissing is raised when a day of it must be judged. `count_day_of_registration` makes the day of the event
    the first day of the period, against Article 3(1): a house that does so binds itself to answer a day earlier.
    """
    days = _WorkingDays(holidays, frozenset(day.year for day in holidays))
    first = received if count_day_of_registration else received + ONE_DAY
    if count_day_of_registration:
        steps = [Step(StepCode.EVENT_DAY_COUNTED, received, "")]
    else:
        steps = [Step(StepCode.EVENT_DAY_NOT_COUNTED, received, "3(1)")]
    if period.unit is Unit.WORKING_DAYS:
        days_off, last = days.nth(first, period.count)
        steps += [*days_off, Step(StepCode.PERIOD_ENDS, last, "3(2)(b)")]
    else:
        steps += _nominal_end(received, first, period)
        steps += _moved_to_working_day(first, steps[-1].day, period, days)
    return Deadline(steps[-1].day, tuple(steps))


def extended(
    received: date,
    period: Period,
    last: date,
    more: Period,
    holidays: Set[date],
    *,
    count_day_of_registration: bool = False,
) -> date:
    """Return the last day of a period of which `last` is the last day, when it is extended by `more`.

    Two periods of one unit are one of both their lengths, so that a month and two more end on the date of the event,
    not on that to which the first one was moved. Where the units differ the second runs from `last`. Raises
    CalendarMissing.
    """
    if more.unit is period.unit:
        both = Period(period.count + more.count, period.unit)
        return deadline(received, both, holidays, count_day_of_registration=count_day_of_registration).date
    return deadline(last, more, holidays).date


def _nominal_end(received: date, first: date, period: Period) -> list[Step]:
    """The last day by the calendar alone (Article 3(2)(b) and (c)), holidays and weekends included (Article 3(3)).

    Weeks and months end on the same weekday or date as the day of the event (Case C-171/03), or, where the last month
    lacks that date, on its last day. If the day of the event counts, they end one day before the same weekday or date.
    """
    counted_earlier = received + ONE_DAY - first
    if period.unit is Unit.DAYS:
        return [Step(StepCode.PERIOD_ENDS, first + ONE_DAY * (period.count - 1), "3(2)(b)")]
    if period.unit is Unit.WEEKS:
        return [Step(StepCode.PERIOD_ENDS, received + timedelta(weeks=period.count) - counted_earlier, "3(2)(c)")]
    years, month = divmod(received.month - 1 + period.count, 12)
    year, month = received.year + years, month + 1
    length = calendar.monthrange(year, month)[1]
    if received.day > length:
        end_of_month = date(year, month, length)
        return [
            Step(StepCode.NO_SUCH_DATE, end_of_month, "3(2)(c)"),
            Step(StepCode.PERIOD_ENDS, end_of_month, "3(2)(c)"),
        ]
    return [Step(StepCode.PERIOD_ENDS, date(year, month, received.day) - counted_earlier, "3(2)(c)")]


def _moved_to_working_day(first: date, last: date, period: Period, days: "_WorkingDays") -> list[Step]:
    """A period ends on a working day (Article 3(4)); one of two days or more holds two working days (Article 3(5))."""
    steps, end = days.nth(last, 1)
    if end != last:
        steps.append(Step(StepCode.MOVED_TO_WORKING_DAY, end, "3(4)"))
    if period != Period(1, Unit.DAYS) and days.nth(first, 1)[1] == end:
        days_off, end = days.nth(end + ONE_DAY, 1)
        steps += [*days_off, Step(StepCode.MOVED_TO_SECOND_WORKING_DAY, end, "3(5)")]
    return steps


@dataclass(frozen=True, slots=True)
class _WorkingDays:
    """All days but public holidays, Saturdays and Sundays (Article 2(2)), in the years whose holidays are known."""

    holidays: Set[date]
    years: Set[int]

    def nth(self, day: date, count: int) -> tuple[list[Step], date]:
        """Return the `count`-th working day from `day` on, itself included, and a step for each day off before it."""
        days_off: list[Step] = []
        while True:
            reason = self._day_off(day)
            if reason is not None:
                days_off.append(Step(reason, day, "2"))
            elif count == 1:
                return days_off, day
            else:
                count -= 1
            day += ONE_DAY

    def _day_off(self, day: date) -> StepCode | None:
        if day.year not in self.years:
            raise CalendarMissing(day.year)
        if day.weekday() >= SATURDAY:
            return StepCode.WEEKEND
        return StepCode.HOLIDAY if day in self.holidays else None
