"""The periods of reports: whole days of Brussels, both ends included. Pure."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from tickets.deadlines import day_of

DAY = timedelta(days=1)
LONGEST = 3660  # days: ten years

LAST_MONTH, QUARTER, YEAR, THREE_YEARS = "last-month", "quarter", "12-months", "3-years"
PRESETS: dict[str, Promise] = {
    LAST_MONTH: pgettext_lazy("period of a report", "Last month"),
    QUARTER: pgettext_lazy("period of a report", "This quarter"),
    YEAR: pgettext_lazy("period of a report", "Last 12 months"),
    THREE_YEARS: pgettext_lazy("period of a report", "Last three years"),
}


@dataclass(frozen=True)
class Period:
    """From the first to the last day, both counted."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("a period ends before it begins")

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def start(self) -> datetime:
        """The instant at which it begins: midnight in Brussels."""
        return midnight(self.first)

    @property
    def end(self) -> datetime:
        """The instant after its last day."""
        return midnight(self.last + DAY)

    @property
    def before(self) -> "Period":
        """The period that it is compared with: of as many days before it, or of whole months where it is such."""
        last = self.first - DAY
        if months := self._months():
            return Period(_months_before(self.first, months), last)
        return Period(last - (self.days - 1) * DAY, last)

    @property
    def searched(self) -> str:
        """As the search language says it."""
        return f"{self.first.isoformat()}..{self.last.isoformat()}"

    def _months(self) -> int:
        """Of how many whole months it consists; 0 where it does not."""
        if self.first.day != 1 or (self.last + DAY).day != 1:
            return 0
        after = self.last + DAY
        return (after.year - self.first.year) * 12 + after.month - self.first.month


def preset(code: str, today: date) -> Period:
    """The period that a preset means today. Raises KeyError for a code that is none."""
    this_month = today.replace(day=1)
    if code == LAST_MONTH:
        return Period(_months_before(this_month, 1), this_month - DAY)
    if code == QUARTER:
        return Period(today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1), today)
    return Period(_months_before(today, {YEAR: 12, THREE_YEARS: 36}[code]) + DAY, today)


def midnight(day: date) -> datetime:
    """The first instant of a day in Brussels."""
    return datetime.combine(day, time.min, ZoneInfo(settings.HOUSE_TIME_ZONE))


def today(now: datetime) -> date:
    """The day in Brussels."""
    return day_of(now)


def _months_before(day: date, months: int) -> date:
    """The same day so many months before; the last one of a month that is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
