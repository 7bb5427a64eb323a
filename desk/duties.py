"""The deadlines of a ticket as its page tells them: what, until when, how it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from desk import deadline
from tickets import extending
from tickets.deadlines import day_of, row_of
from tickets.models import Duty, Ticket, TicketDeadline
from tickets.regulation import Period, Unit
from web import times

End = TicketDeadline.End
BY = ("policy__extension_count", "policy__extension_unit")  # by how much the policy lets it be extended
COLUMNS = ("id", "duty", "count", "unit", "started_at", "due_on", "due_at", "told_on", "ended_at", "end", "extends_id")


@dataclass(frozen=True)
class DutyLine:
    """`state` is "", "soon", "late" or "done"; `told` is the date that the partner was told, if it is another."""

    row: TicketDeadline
    duty: str
    words: str
    state: str
    told: date | None


def subquery() -> ArraySubquery:
    """The deadlines that hold, as part of the ticket's own question: for `lines`."""
    rows = TicketDeadline.objects.filter(ticket=OuterRef("pk")).exclude(end=End.REPLACED).order_by("pk")
    return ArraySubquery(rows.values(row=JSONObject(**{name: name for name in (*COLUMNS, *BY)})))


def lines(ticket: Ticket, *, now: datetime, holidays: frozenset[date]) -> list[DutyLine]:
    """The newest deadline of each duty. `holidays` are the closing days to come."""
    newest: dict[str, TicketDeadline] = {}
    for columns in ticket.kept_deadlines:  # type: ignore[attr-defined]
        newest[columns["duty"]] = row_of(columns)
    return [_line(newest[duty], now, holidays) for duty in Duty.values if duty in newest]


def reply_of(found: Sequence[DutyLine]) -> DutyLine | None:
    """The line of the reply, while it is open."""
    return next((each for each in found if each.row.duty == Duty.REPLY and not each.row.end), None)


def stricter(ticket: Ticket, found: Sequence[DutyLine]) -> DutyLine | None:
    """The deadline of the reply where it comes before the date that the partner was told."""
    line = reply_of(found)
    return line if line is not None and line.told is not None and line.row.due_on < line.told else None


def holding_due(ticket: Ticket, found: Sequence[DutyLine], *, now: datetime, holidays: frozenset[date]) -> date | None:
    """The day of the reply when it is so near that a holding reply should go out: three working days, or fewer."""
    line = reply_of(found)
    if line is None or ticket.settled:
        return None
    due = min(filter(None, (line.row.due_on, line.told)))
    return due if deadline.working_days(deadline.today(now), due, holidays) <= deadline.SOON else None


def movable_until(ticket: Ticket, *, holidays: frozenset[date], counted: bool) -> date | None:
    """The last day to which the date of the reply may be moved; None where its policy sets no limit.

    `holidays` are the closing days since the beginning of the wait; `counted`: whether the day of receipt counts.
    """
    rows = {columns["id"]: columns for columns in ticket.kept_deadlines}  # type: ignore[attr-defined]
    first = extending.beginning(map(row_of, rows.values()))
    if first is None:
        return None
    count, unit = (rows[first.pk][name] for name in BY)
    more = Period(count, Unit(unit)) if count else None
    return extending.last_day(first, more, holidays, counted=counted) if more else None


def _line(row: TicketDeadline, now: datetime, holidays: frozenset[date]) -> DutyLine:
    told = row.told_on if row.told_on != row.due_on else None
    words, state = (_ended(row), "done") if row.end else _left(row, now, holidays)
    if row.end == End.DONE and row.ended_at is not None and row.ended_at >= row.due_at:
        state = "late"
    return DutyLine(row, str(Duty(row.duty).label), words, state, told)


def _left(row: TicketDeadline, now: datetime, holidays: frozenset[date]) -> tuple[str, str]:
    day = deadline.today(now)
    if not row.count and now >= row.due_at:
        return _("overdue"), "late"
    left = deadline.working_days(day, row.due_on, holidays)
    state = "late" if row.due_on < day else "soon" if left <= deadline.SOON else ""
    return deadline.left_words(day, row.due_on, left), state


def _ended(row: TicketDeadline) -> str:
    day = times.day(day_of(row.ended_at)) if row.ended_at else ""
    if row.end == End.DONE:
        in_time = row.ended_at is not None and row.ended_at < row.due_at
        told = _("done on %(day)s, in time") if in_time else _("done on %(day)s, too late")
        return told % {"day": day}
    if row.end == End.CLOSED:
        return _("closed on %(day)s without it") % {"day": day}
    return str(End(row.end).label)
