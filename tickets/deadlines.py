"""Which deadline a request has: the arithmetic of `regulation` on the institution's closing days."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from tickets.models import Holiday
from tickets.regulation import Deadline, Period, Unit, deadline

CALENDAR = "eu-institutions"
# Commission Decision (EU) 2024/3083, "prompt handling of enquiries": 15 working days from receipt.
REPLY = Period(15, Unit.WORKING_DAYS)


def reply_deadline(received_at: datetime) -> Deadline:
    """The last day on which an answer is in time, in Brussels; the day of receipt is not counted.

    CalendarMissing when the closing days of a year that it touches are not known.
    """
    received = received_at.astimezone(ZoneInfo(settings.HOUSE_TIME_ZONE)).date()
    years = (received.year, received.year + 1)
    holidays = Holiday.objects.filter(calendar=CALENDAR, date__year__gte=years[0], date__year__lte=years[1])
    return deadline(received, REPLY, frozenset(holidays.values_list("date", flat=True)))
