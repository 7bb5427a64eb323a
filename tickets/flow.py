"""What was answered, acknowledged, opened again or did not arrive, as conditions on tickets.

Said once, for the reports and for the search: a figure and the search that it opens cannot tell
different stories. Hours and weekdays are Brussels'.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay
from django.db.models.lookups import Exact
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from tickets.models import Message, Resolution, Ticket

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")  # as the search language says them
# Spam never asked for anything; a merged ticket lives on in another one.
LEFT = (Ticket.Status.MERGED, Ticket.Status.SPAM)
NOT_ARRIVED = (Message.Delivery.FAILED, Message.Delivery.BOUNCED)
# Time from receipt until the acknowledgement was handed over, in steps; each begins where the one before ends.
STEPS: dict[str, tuple[timedelta | None, Promise]] = {
    "minute": (timedelta(minutes=1), pgettext_lazy("acknowledged within", "up to a minute")),
    "quarter": (timedelta(minutes=15), pgettext_lazy("acknowledged within", "1 to 15 minutes")),
    "hour": (timedelta(hours=1), pgettext_lazy("acknowledged within", "15 minutes to an hour")),
    "day": (timedelta(days=1), pgettext_lazy("acknowledged within", "an hour to a day")),
    "later": (None, pgettext_lazy("acknowledged within", "more than a day")),
    "none": (None, pgettext_lazy("acknowledged within", "not acknowledged")),
}


def answered(start: datetime, end: datetime) -> Q:
    """First answered in this time: the answer was handed over."""
    return Q(first_answered_at__gte=start, first_answered_at__lt=end)


def undelivered(start: datetime, end: datetime) -> Q:
    """A mail of ours that was written in this time did not arrive."""
    mails = Message.objects.filter(delivery__in=NOT_ARRIVED, received_at__gte=start, received_at__lt=end)
    return Q(pk__in=mails.values("ticket"))


def reopened() -> Q:
    """Opened again after it was resolved, at least once."""
    return Q(Exists(Resolution.objects.filter(ticket=OuterRef("pk"), reopenings__gt=0)))


def acknowledged(step: str) -> Q:
    """The acknowledgement was handed over within this step of `STEPS`; each ticket is in exactly one of them."""
    if step == "none":
        return Q(acknowledged_at=None)
    names = list(STEPS)
    before = STEPS[names[names.index(step) - 1]][0] if names.index(step) else None
    limit, wanted = STEPS[step][0], Q(acknowledged_at__isnull=False)
    if before is not None:
        wanted &= Q(acknowledged_at__gt=F("received_at") + before)
    if limit is not None:
        wanted &= Q(acknowledged_at__lte=F("received_at") + limit)
    return wanted


def in_hour(column: str, value: str) -> Q:
    """Whether the moment in `column` fell into an hour of a weekday, such as `tue-09`."""
    weekday, hour = value.split("-")
    zone = ZoneInfo(settings.HOUSE_TIME_ZONE)
    fits = Q(Exact(ExtractIsoWeekDay(column, tzinfo=zone), WEEKDAYS.index(weekday) + 1))
    return fits & Q(Exact(ExtractHour(column, tzinfo=zone), int(hour)))
