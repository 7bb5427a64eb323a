"""Flow: what came, what was resolved and what stayed, when partners write and when answers leave.

Everything is counted from the tickets themselves, so that each figure is what the search behind it finds.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    ExpressionWrapper,
    F,
    Func,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import ExtractHour, TruncDate

from reports.periods import DAY, Period
from reports.queries.grouping import alike
from tickets import flow, interim
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

    `half` and `nine_in_ten`: whole seconds until so many of all had it; None where so many have none.
    """

    steps: Mapping[str, int]
    half: int | None
    nine_in_ten: int | None


@dataclass(frozen=True)
class Flow:
    """The flow of a period. `split` is how it is cut: one of `SPLITS`.

    `open_before` were open when it began. `reopened` of those that came were opened again later. `left` came and are
    merged or spam now: they are in no other figure. `arrivals` and `answers` count tickets by weekday (1 is Monday) and
    hour in Brussels. `undelivered`: tickets with a mail of ours, written in the period, that did not arrive.
    `interim`: tickets that were sent something in the period that ends no wait, by the kinds of `tickets.interim`; one
    that was sent several things is in several of these numbers.
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
    interim: Mapping[str, int]

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
    """The flow of these tickets. Days to come are not shown. Nine statements."""
    counted = tickets.exclude(status__in=flow.LEFT).order_by()
    cohort = counted.filter(received_at__gte=period.start, received_at__lt=period.end)
    arrived, left = _arrivals(tickets.filter(received_at__gte=period.start, received_at__lt=period.end).order_by())
    ended = Resolution.objects.filter(ticket__in=counted.values("pk")).order_by()
    again = Resolution.objects.filter(reopenings__gt=0, ticket__in=cohort.values("pk")).order_by()
    resolved = ended.filter(last_at__gte=period.start, last_at__lt=period.end).values_list(_day("last_at"))
    before, last = _open_at(counted, ended, period.start), min(period.last, max(today, period.first))
    first_answers = counted.filter(flow.answered(period.start, period.end))
    return Flow(
        split=split_of(period),
        slices=tuple(slices(period, last, _by_day(arrived), dict(alike(resolved)), before)),
        open_before=before,
        reopened=again.count(),
        left=left,
        arrivals=_by_hour(arrived),
        answers=_by_hour(_hours(first_answers, "first_answered_at")),
        acknowledged=_acknowledged(cohort),
        undelivered=tickets.filter(flow.undelivered(period.start, period.end)).count(),
        interim=_interim(counted, period),
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


Hours = Mapping[tuple[date, int], int]  # how many tickets in each hour of each day, of Brussels


def _arrivals(tickets: QuerySet[Ticket]) -> tuple[Hours, int]:
    """When those that count came, and how many came and do not count. One statement."""
    hours, left = Counter[tuple[date, int]](), 0
    gone = ExpressionWrapper(Q(status__in=flow.LEFT), BooleanField())
    for day, hour, is_gone, number in alike(tickets.values_list(*_moment("received_at"), gone)):
        if is_gone:
            left += number
        else:
            hours[(day, hour)] += number
    return hours, left


def _hours(tickets: QuerySet[Ticket], column: str) -> Hours:
    return {(day, hour): number for day, hour, number in alike(tickets.values_list(*_moment(column)))}


def _by_day(hours: Hours) -> Counter[date]:
    found = Counter[date]()
    for (day, _hour), number in hours.items():
        found[day] += number
    return found


def _by_hour(hours: Hours) -> Counter[tuple[int, int]]:
    """By weekday and hour."""
    found = Counter[tuple[int, int]]()
    for (day, hour), number in hours.items():
        found[(day.isoweekday(), hour)] += number
    return found


def _moment(column: str) -> tuple[TruncDate, ExtractHour]:
    return _day(column), ExtractHour(column, tzinfo=_zone())


def _day(column: str) -> TruncDate:
    return TruncDate(column, tzinfo=_zone())


def _acknowledged(tickets: QuerySet[Ticket]) -> Acknowledged:
    """Whoever has no acknowledgement counts as having waited for ever, so that none can make the figure better."""
    step = Case(*(When(flow.acknowledged(code), then=Value(code)) for code in flow.STEPS), output_field=CharField())
    rows = alike(tickets.values_list(step, _Seconds(F("acknowledged_at") - F("received_at"))))
    steps = Counter(dict.fromkeys(flow.STEPS, 0))
    times = Counter[int]()
    for code, seconds, number in rows:
        steps[code] += number
        if seconds is not None:
            times[seconds] += number
    whole = steps.total()
    return Acknowledged(steps, _reached(times, 0.5 * whole), _reached(times, 0.9 * whole))


def _interim(counted: QuerySet[Ticket], period: Period) -> Mapping[str, int]:
    """How many tickets were sent what. Of mails it reads those of the period alone, along their index."""
    mails = interim.sent(period.start, period.end).filter(ticket__in=counted.values("pk"))
    kinds = {code: Count("ticket", distinct=True, filter=kind.mails()) for code, kind in interim.KINDS.items()}
    return mails.aggregate(**kinds)


def _reached(times: Counter[int], number: float) -> int | None:
    """The first time within which so many had theirs; None where fewer ever had."""
    known = 0
    for time in sorted(times):
        known += times[time]
        if known >= number:
            return time
    return None


class _Seconds(Func):
    """Whole seconds: an acknowledgement is told in seconds."""

    template = "round(date_part('epoch', %(expressions)s))::int"
    output_field = IntegerField()


def _next_day(day: date) -> date:
    return day + DAY


def _next_week(day: date) -> date:
    return day + timedelta(days=7 - day.weekday())


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _zone() -> ZoneInfo:
    return ZoneInfo(settings.HOUSE_TIME_ZONE)
