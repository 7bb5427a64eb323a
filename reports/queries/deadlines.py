"""The deadlines for a reply that began in a period, grouped as `on_time` takes them.

The database counts exactly which were kept; only the place of each within its own time is rounded, to ten thousandths:
of 15 working days that is three minutes, and no deadline changes sides by it.
"""

from datetime import datetime

from django.db.models import Case, F, FloatField, Func, IntegerField, QuerySet, When
from django.db.models import Value as Constant
from django.db.models.functions import Cast, Floor, Greatest, Least

from reports import on_time
from reports.on_time import OnTime, on_time_counted
from reports.periods import Period
from reports.queries.grouping import alike
from reports.survival import End
from tickets.endings import COUNTED_DEADLINES, LEFT_DEADLINES, deadline_ends
from tickets.models import Duty, Ticket, TicketDeadline

GRAIN = 10_000


class Epoch(Func):
    """The seconds of a span of time; EXTRACT would give a numeric, which is slow to reckon with."""

    template = "date_part('epoch', %(expressions)s)"
    output_field = FloatField()


_ENDS = {"kept": End.ANSWERED, "closed": End.CLOSED, "undecided": End.OPEN}


def replies_on_time(tickets: QuerySet[Ticket], period: Period, now: datetime) -> tuple[OnTime, int]:
    """The share of replies within their deadline, and how many deadlines left the cohort. One statement."""
    meanings, until = deadline_ends(now), Case(When(ended_at=None, then=Constant(now)), default=F("ended_at"))
    used = Epoch(until - F("started_at")) * float(GRAIN) / Epoch(F("due_at") - F("started_at"))
    verdict = Case(*(When(meanings[name], then=Constant(name)) for name in meanings))
    within = Greatest(Least(Cast(used, FloatField()), Constant(float(GRAIN))), Constant(0.0))
    rows = (
        TicketDeadline.objects.filter(
            COUNTED_DEADLINES | LEFT_DEADLINES,
            duty=Duty.REPLY,
            started_at__gte=period.start,
            started_at__lt=period.end,
            ticket__in=tickets,
        )
        .order_by()
        .values_list(verdict, Cast(Floor(within), IntegerField()))
    )
    left, cases = 0, []
    for came_to, place, number in alike(rows):
        if came_to == "left":
            left += number
        elif came_to == "late":
            cases.append((on_time.Case(GRAIN + 1, GRAIN, End.OPEN), number))
        else:
            cases.append((on_time.Case(place, GRAIN, _ENDS[came_to]), number))
    return on_time_counted(cases), left
