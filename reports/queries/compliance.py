"""Compliance: what became of every deadline that fell due in a period. An exact count, never an estimate.

A deadline belongs to the period in which its last day lies. So all of a period that is over are decided, "did we keep
last month's" has one answer that no later arrival changes, and the coming week shows what was promised for it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from reports.periods import Period
from reports.queries.grouping import alike
from tickets.models import Duty, Ticket, TicketDeadline

End = TicketDeadline.End
KEPT, LATE, OVERDUE, AHEAD, EXTENDED, CLOSED = "kept", "late", "overdue", "ahead", "extended", "closed"
REPLACED, MERGED, SPAM = "replaced", "merged", "spam"
VERDICTS: dict[str, Promise] = {
    KEPT: pgettext_lazy("verdict on a deadline", "kept"),
    LATE: pgettext_lazy("verdict on a deadline", "late"),
    OVERDUE: pgettext_lazy("verdict on a deadline", "open and late"),
    AHEAD: pgettext_lazy("verdict on a deadline", "open, not yet due"),
    EXTENDED: pgettext_lazy("verdict on a deadline", "extended with notice"),
    CLOSED: pgettext_lazy("verdict on a deadline", "closed without it"),
}
# Never owed, owed elsewhere, or with a row that took its place: counted apart.
LEFT: dict[str, Promise] = {
    REPLACED: pgettext_lazy("verdict on a deadline", "replaced after a change of rules"),
    MERGED: pgettext_lazy("verdict on a deadline", "merged into another ticket"),
    SPAM: pgettext_lazy("verdict on a deadline", "spam"),
}
MEANINGS: dict[str, Promise] = {**VERDICTS, **LEFT}


@dataclass(frozen=True)
class Compliance:
    """The deadlines of a period: how many by duty and verdict. Every one is in exactly one place."""

    numbers: Mapping[tuple[str, str], int]

    @property
    def duties(self) -> list[str]:
        """The duties of which there is a deadline, in their usual order."""
        there = {duty for duty, _ in self.numbers}
        return [duty for duty in Duty.values if duty in there]

    @property
    def all(self) -> int:
        """Every deadline of the period, those that left included."""
        return sum(self.numbers.values())

    @property
    def owed(self) -> int:
        """Those that count: all but those that left."""
        return sum(self.number(verdict) for verdict in VERDICTS)

    def number(self, verdict: str, duty: str = "") -> int:
        """How many came to this, of one duty or of all."""
        return sum(n for (each, came_to), n in self.numbers.items() if came_to == verdict and duty in ("", each))


def verdicts(now: datetime) -> dict[str, Q]:
    """What each deadline came to until now; each is in exactly one.

    In time is what ended before `due_at`, the instant after the last day. What was extended or closed after it is late.
    """
    in_time = Q(ended_at__lt=F("due_at"))
    return {
        KEPT: Q(end=End.DONE) & in_time,
        EXTENDED: Q(end=End.EXTENDED) & in_time,
        CLOSED: Q(end=End.CLOSED) & in_time,
        LATE: Q(end__in=(End.DONE, End.EXTENDED, End.CLOSED), ended_at__gte=F("due_at")),
        OVERDUE: Q(end=End.OPEN, due_at__lte=now),
        AHEAD: Q(end=End.OPEN, due_at__gt=now),
        **{code: Q(end=code) for code in LEFT},
    }


def deadlines(tickets: QuerySet[Ticket], period: Period, *, now: datetime) -> QuerySet[TicketDeadline]:
    """The deadlines of these tickets whose last day lies in the period, each with its `verdict`.

    `due_at` is the instant after the last day, or on it where the duty is to be done at once: so the bounds differ.
    """
    last_day_in = Q(due_at__gt=period.start, due_at__lte=period.end)
    verdict = Case(
        *(When(condition, then=Value(code)) for code, condition in verdicts(now).items()), output_field=CharField()
    )
    of_tickets = TicketDeadline.objects.filter(last_day_in, ticket__in=tickets.order_by().values("pk"))
    return of_tickets.annotate(verdict=verdict)


def compliance(tickets: QuerySet[Ticket], period: Period, *, now: datetime) -> Compliance:
    """Count them all. One statement."""
    counted: QuerySet[Any] = deadlines(tickets, period, now=now).order_by()
    rows = alike(counted.values_list("duty", "verdict"))
    return Compliance({(duty, verdict): number for duty, verdict, number in sorted(rows)})


def chosen(
    rows: QuerySet[TicketDeadline], *, duties: Sequence[str], verdict_codes: Sequence[str], now: datetime
) -> QuerySet[TicketDeadline]:
    """Those of some duties and verdicts; of all where none are named. With what the list shows of each."""
    if duties:
        rows = rows.filter(duty__in=duties)
    if verdict_codes:
        meaning = verdicts(now)
        wanted = Q()
        for code in verdict_codes:
            wanted |= meaning[code]
        rows = rows.filter(wanted)
    return rows.select_related("ticket", "policy")


def stream(rows: QuerySet[TicketDeadline], *, size: int = 2000) -> Iterator[TicketDeadline]:
    """All of them in the order of their dates, some at a time, so that memory does not grow with their number."""
    ordered = rows.order_by("due_at", "pk")
    after: TicketDeadline | None = None
    while True:
        part = ordered
        if after is not None:
            beyond = Q(due_at__gt=after.due_at) | Q(due_at=after.due_at, pk__gt=after.pk)
            part = ordered.filter(Q(due_at__gte=after.due_at) & beyond)
        found = list(part[:size])
        yield from found
        if len(found) < size:
            return
        after = found[-1]
