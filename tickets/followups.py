"""What is due to be followed up, as questions that an index answers; and by which plan."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet

from tickets.deadlines import CALENDAR, day_of
from tickets.models import Absence, Holiday, Ticket, TicketDeadline
from tickets.models.ticket import TO_DO
from tickets.stages import Deadline, Plan, WorkingDays

# Further than any stage lies from its deadline.
AROUND = timedelta(days=120)
# What `facts` reads of a row.
FACTS = ("duty", "started_at", "due_on", "due_at")


def plan(now: datetime) -> Plan:
    """The plan of the house, with the closing days around today. One statement."""
    today = day_of(now)
    return Plan(
        soon=settings.FOLLOW_UP_SOON_DAYS,
        ceiling=settings.FOLLOW_UP_CEILING_DAYS,
        escalated=settings.FOLLOW_UP_ESCALATE_DAYS,
        days=WorkingDays(closing_days(today - AROUND, today + 4 * AROUND)),
        zone=ZoneInfo(settings.HOUSE_TIME_ZONE),
    )


def closing_days(first: date, last: date) -> frozenset[date]:
    """The closing days of the house between two days, provisional ones too."""
    known = Holiday.objects.filter(calendar=CALENDAR, date__gte=first, date__lte=last)
    return frozenset(known.values_list("date", flat=True))


def facts(deadline: TicketDeadline) -> Deadline:
    """What decides on the stages of a row."""
    return Deadline(deadline.duty, deadline.started_at, deadline.due_on, deadline.due_at)


def to_look_at(now: datetime) -> QuerySet[TicketDeadline]:
    """Open deadlines of which a stage begins, the longest due first."""
    return TicketDeadline.objects.filter(end=TicketDeadline.End.OPEN, look_at__lte=now).order_by("look_at", "id")


def near(until: datetime) -> QuerySet[TicketDeadline]:
    """Open deadlines that expire until then, the first one first, with their tickets. Imported ones have none."""
    return (
        TicketDeadline.objects.filter(end=TicketDeadline.End.OPEN, due_at__lte=until, ticket__status__in=TO_DO)
        .exclude(ticket__channel=Ticket.Channel.IMPORT)
        .select_related("ticket__queue", "ticket__assignee")
        .order_by("due_at", "id")
    )


def to_alert() -> QuerySet[Ticket]:
    """Tickets with danger to life of which nobody was told yet, the oldest first."""
    untold = Ticket.objects.filter(danger_to_life=True, alerted_at__isnull=True, status__in=TO_DO)
    return untold.exclude(channel=Ticket.Channel.IMPORT).order_by("received_at")


def to_remind(now: datetime) -> QuerySet[Ticket]:
    """Tickets whose partner may have to be reminded of our question, the longest due first."""
    return Ticket.objects.filter(remind_at__lte=now).order_by("remind_at")


def absences_to_start(today: date) -> QuerySet[Absence]:
    """Absences that have begun and are not over, of which the substitute was not told."""
    return Absence.objects.filter(
        deleted_at__isnull=True,
        last_day__gte=today,
        first_day__lte=today,
        start_told_at__isnull=True,
        substitute__isnull=False,
    ).order_by("last_day", "id")


def absences_to_end(today: date) -> QuerySet[Absence]:
    """Absences that are over, or were taken back, of whose start the substitute was told."""
    told = Absence.objects.filter(start_told_at__isnull=False, end_told_at__isnull=True)
    return told.filter(Q(last_day__lt=today) | Q(deleted_at__isnull=False)).order_by("last_day", "id")
