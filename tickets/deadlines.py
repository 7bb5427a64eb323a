"""Which deadline a request has: the arithmetic of `regulation` on the institution's closing days."""

from collections.abc import Collection
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet

from tickets.models import Holiday
from tickets.regulation import Deadline, Period, Unit, deadline

CALENDAR = "eu-institutions"
# Commission Decision (EU) 2024/3083, "prompt handling of enquiries": 15 working days from receipt.
REPLY = Period(15, Unit.WORKING_DAYS)


def closing_days(received_at: datetime) -> QuerySet[Holiday]:
    """The closing days that may count for what was received then: those of that year and the next."""
    year = day_of(received_at).year
    return Holiday.objects.filter(calendar=CALENDAR, date__year__gte=year, date__year__lte=year + 1)


def reply_deadline(received_at: datetime, holidays: Collection[date]) -> Deadline:
    """The last day on which an answer is in time, in Brussels; the day of receipt is not counted.

    CalendarMissing when `holidays` know none of a year that it touches.
    """
    return deadline(day_of(received_at), REPLY, frozenset(holidays))


def day_of(instant: datetime) -> date:
    """The day in Brussels."""
    return instant.astimezone(ZoneInfo(settings.HOUSE_TIME_ZONE)).date()
