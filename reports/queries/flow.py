"""Flow: what came, what was resolved and what stayed, when partners write and when answers leave.

Everything is counted from the tickets themselves, so that each figure is what the search behind it finds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Aggregate, Count, F, FloatField, Func, Q, QuerySet, Value
from django.db.models.functions import Coalesce, ExtractHour, ExtractIsoWeekDay, TruncDate

from reports.periods import DAY, Period
from tickets import flow
from tickets.models import Resolution, Ticket
from tickets.models.ticket import TO_DO

DAILY, WEEKLY = 62, 371  # days of the longest period that is shown by days, and by weeks; above, by months
SPLITS = ("day", "week", "month")


@dataclass(frozen=True)
class Slice:
    """Some days, both ends included: how many tickets came, were resolved, and were open when the last day ended."""

    first: date
    last: date
    came: int
    resolved: int
    open: int


@dataclass(frozen=True)
class Acknowledged:
    """How many tickets were acknowledged within each step of `tickets.flow.STEPS`; together all that came.

    `half` and `nine_in_ten`: seconds until so many of all had it; None where so many have none.
    """

    steps: Mapping[str, int]
    half: float | None
    nine_in_ten: float | None


@dataclass(frozen=True)
class Flow:
    """The flow of a period. `split` is how it is cut: one of `SPLITS`.

    `open_before` were open when it began. `reopened` of those that came were opened again later. `left` came and are
    merged or spam now: they are in no other figure. `arrivals` and `answers` count tickets by weekday (1 is Monday) and
    hour in Brussels. `undelivered`: tickets with a mail of ours, written in the period, that did not arrive.
    """

    split: str
    slices: tuple[Slice, ...]
    open_before: int
    reopened: int
    left: int
    arrivals: Mapping[tuple[int, int], int]
    answers: Mapping[tuple[int, int], int]
    acknowledged: Acknowledged
    undelivered: int

    @property
    def came(self) -> int:
        """All that came."""
        return sum(each.came for each in self.slices)

    @property
    def resolved(self) -> int:
        """All that were resolved."""
        return sum(each.resolved for each in self.slices)

    @property
    def open_after(self) -> int:
        """How many were open when the period, or the day of looking, ended."""
        return self.slices[-1].open if self.slices else self.open_before


def flow_of(tickets: QuerySet[Ticket], period: Period, *, today: date) -> Flow:
    """The flow of these tickets. Days to come are not shown. Nine statements, each along an index of times."""
    counted = tickets.exclude(status__in=flow.LEFT).order_by()
    cohort = tickets.filter(received_at__gte=period.start, received_at__lt=period.end).order_by()
    came = _by_day(counted.filter(received_at__gte=period.start, received_at__lt=period.end), "received_at")
    ended = Resolution.objects.filter(ticket__in=counted.values("pk")).order_by()
    gone = _by_day(ended.filter(last_at__gte=period.start, last_at__lt=period.end), "last_at")
    before = _open_at(counted, ended, period.start)
    facts = cohort.aggregate(
        reopened=Count("pk", filter=flow.reopened() & ~Q(status__in=flow.LEFT)),
        left=Count("pk", filter=Q(status__in=flow.LEFT)),
    )
    first_answers = counted.filter(flow.answered(period.start, period.end))
    return Flow(
        split=split_of(period),
        slices=tuple(slices(period, min(period.last, max(today, period.first)), came, gone, before)),
        open_before=before,
        **facts,
        arrivals=_by_hour(cohort.exclude(status__in=flow.LEFT), "received_at"),
        answers=_by_hour(first_answers, "first_answered_at"),
        acknowledged=_acknowledged(cohort.exclude(status__in=flow.LEFT)),
        undelivered=tickets.filter(flow.undelivered(period.start, period.end)).count(),
    )


def split_of(period: Period) -> str:
    """By what a period is cut, so that a picture of it can be read."""
    return "day" if period.days <= DAILY else "week" if period.days <= WEEKLY else "month"


def cuts(period: Period, last: date) -> list[Period]:
    """The period until `last`, cut into days, calendar weeks or calendar months; the outer ones may be shorter."""
    step = {"day": _next_day, "week": _next_week, "month": _next_month}[split_of(period)]
    found, first = [], period.first
    while first <= last:
        following = step(first)
        found.append(Period(first, min(following - DAY, last)))
        first = following
    return found


def slices(period: Period, last: date, came: Mapping[date, int], gone: Mapping[date, int], before: int) -> list[Slice]:
    """The days until `last` in cuts: what came and was resolved in each, and what stayed of that and `before`."""
    found, waiting = [], before
    for cut in cuts(period, last):
        days = [cut.first + number * DAY for number in range(cut.days)]
        arrived, resolved = (sum(counts.get(day, 0) for day in days) for counts in (came, gone))
        waiting += arrived - resolved
        found.append(Slice(cut.first, cut.last, arrived, resolved, waiting))
    return found


def _open_at(counted: QuerySet[Ticket], ended: QuerySet[Resolution], moment: datetime) -> int:
    """How many were open at a moment: those that still are, and those that were resolved later. Two indexes, so two.

    One that was opened again counts as open in between; nothing else would let the figures of two days add up.
    """
    still = counted.filter(received_at__lt=moment, status__in=TO_DO).count()
    return still + ended.filter(last_at__gte=moment, ticket__received_at__lt=moment).count()


def _by_day(tickets: QuerySet[Ticket] | QuerySet[Resolution], column: str) -> dict[date, int]:
    rows = tickets.annotate(on=TruncDate(column, tzinfo=_zone())).values("on").annotate(number=Count("pk"))
    return {row["on"]: row["number"] for row in rows.order_by("on")}


def _by_hour(tickets: QuerySet[Ticket], column: str) -> dict[tuple[int, int], int]:
    zone = _zone()
    rows = tickets.annotate(
        weekday=ExtractIsoWeekDay(column, tzinfo=zone), hour=ExtractHour(column, tzinfo=zone)
    ).values("weekday", "hour")
    counted = rows.annotate(number=Count("pk")).order_by("weekday", "hour")
    return {(row["weekday"], row["hour"]): row["number"] for row in counted}


def _acknowledged(tickets: QuerySet[Ticket]) -> Acknowledged:
    """Whoever has no acknowledgement counts as having waited for ever, so that none can make the figure better."""
    took = Coalesce(_Seconds(F("acknowledged_at") - F("received_at")), Value(float("inf")), output_field=FloatField())
    found = tickets.annotate(took=took).aggregate(
        half=_Quantile("took", share=0.5),
        nine_in_ten=_Quantile("took", share=0.9),
        **{step: Count("pk", filter=flow.acknowledged(step)) for step in flow.STEPS},
    )
    half, nine = (None if found[name] in (None, float("inf")) else found[name] for name in ("half", "nine_in_ten"))
    return Acknowledged({step: found[step] for step in flow.STEPS}, half, nine)


class _Seconds(Func):
    template = "EXTRACT(EPOCH FROM %(expressions)s)::float8"
    output_field = FloatField()


class _Quantile(Aggregate):
    """The first value that so large a share of all does not exceed."""

    template = "percentile_disc(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


def _next_day(day: date) -> date:
    return day + DAY


def _next_week(day: date) -> date:
    return day + timedelta(days=7 - day.weekday())


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _zone() -> ZoneInfo:
    return ZoneInfo(settings.HOUSE_TIME_ZONE)
