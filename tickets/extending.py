"""How far the date of a reply may be moved with notice: as far as the policy of its deadline may be extended.

A policy without an extension sets no limit here: the date of a holding reply is then the house's own promise.
"""

from collections.abc import Collection, Iterable
from datetime import date

from tickets.deadlines import day_of, in_force
from tickets.models import Duty, Ticket, TicketDeadline
from tickets.regulation import CalendarMissing, Period, Unit, extended

End = TicketDeadline.End


def limit(ticket: Ticket) -> date | None:
    """The last day to which the date of the open reply may be moved; None where there is no limit."""
    rows = TicketDeadline.objects.filter(ticket=ticket, duty=Duty.REPLY).exclude(end=End.REPLACED)
    first = beginning(rows.select_related("policy").order_by("pk"))
    if first is None or first.policy is None or not first.policy.extension_count:
        return None
    rules = in_force()
    more = Period(first.policy.extension_count, Unit(first.policy.extension_unit))
    return last_day(first, more, rules.closing_days, counted=rules.counted)


def beginning(rows: Iterable[TicketDeadline]) -> TicketDeadline | None:
    """Of a ticket's deadlines, but the replaced ones, that of the open reply as it was before any extension."""
    replies = [row for row in rows if row.duty == Duty.REPLY]
    began = next((row.started_at for row in replies if row.end == End.OPEN), None)
    return next((row for row in replies if row.started_at == began and row.extends_id is None), None)


def last_day(first: TicketDeadline, more: Period, closing_days: Collection[date], *, counted: bool) -> date | None:
    """The last day when `first` is extended by `more`; None while the closing days of a year are not known.

    `counted`: whether the day of receipt counts. `closing_days` begin before the deadline did.
    """
    if not first.count:
        return None
    period, received = Period(first.count, Unit(first.unit)), day_of(first.started_at)
    try:
        return extended(
            received, period, first.due_on, more, frozenset(closing_days), count_day_of_registration=counted
        )
    except CalendarMissing:
        return None
