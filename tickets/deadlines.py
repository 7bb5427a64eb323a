"""Which deadline a request has: the arithmetic of `regulation` on the institution's closing days."""

from collections.abc import Collection
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from tickets.regulation import Deadline, Period, Unit, deadline

CALENDAR = "eu-institutions"
# Commission Decision (EU) 2024/3083, "prompt handling of enquiries": 15 working days from receipt.
REPLY = Period(15, Unit.WORKING_DAYS)


def days_that_count(received_at: datetime) -> tuple[date, date]:
    """The first and the last day whose closing may count for what was received then: of that year and the next."""
    year = day_of(received_at).year
    return date(year, 1, 1), date(year + 1, 12, 31)


def reply_deadline(
    received_at: datetime, holidays: Collection[date], *, count_day_of_registration: bool = False
) -> Deadline:
    """The last day on which an answer is in time, in Brussels; the day of receipt counts only where the house says so.

    CalendarMissing when `holidays` know none of a year that it touches.
    """
    day = day_of(received_at)
    return deadline(day, REPLY, frozenset(holidays), count_day_of_registration=count_day_of_registration)


def day_of(instant: datetime) -> date:
    """The day in Brussels."""
    return instant.astimezone(ZoneInfo(settings.HOUSE_TIME_ZONE)).date()
