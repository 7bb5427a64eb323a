"""When a report is due by mail: a week on the Monday after it, a month on the first working day after it. Pure."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from reports.periods import DAY, Period, today
from tickets.regulation import SATURDAY

AT = time(6, 30)  # in Brussels: before anybody opens their mail
WEEKLY, MONTHLY = "weekly", "monthly"


@dataclass(frozen=True)
class Occasion:
    """A report that is due: of which period, and since when. `key` names it for good, so that it is sent once."""

    kind: str
    period: Period
    due_at: datetime

    @property
    def key(self) -> str:
        return f"report:{self.kind}:{self.period.first.isoformat()}"


def due(now: datetime, closing_days: Collection[date]) -> Iterator[Occasion]:
    """The last week and the last month whose reports are due by now; of those before, nobody wants to read any more.

    So what was missed while the house was down is sent once when it is back, and no pile of reports with it.
    """
    day = today(now)
    monday = day - day.weekday() * DAY
    if _at(monday) > now:
        monday -= timedelta(weeks=1)
    yield Occasion(WEEKLY, Period(monday - timedelta(weeks=1), monday - DAY), _at(monday))
    first = day.replace(day=1)
    if _at(_working_day(first, closing_days)) > now:
        first = (first - DAY).replace(day=1)
    month = Period((first - DAY).replace(day=1), first - DAY)
    yield Occasion(MONTHLY, month, _at(_working_day(first, closing_days)))


def _working_day(day: date, closing_days: Collection[date]) -> date:
    """This day, or the first after it on which the house works."""
    while day.weekday() >= SATURDAY or day in closing_days:
        day += DAY
    return day


def _at(day: date) -> datetime:
    return datetime.combine(day, AT, ZoneInfo(settings.HOUSE_TIME_ZONE))
