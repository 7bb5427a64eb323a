"""Why something is due on its day: a deadline in words, by the period and the calendar that it was computed by."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tickets.calendars import closing_days, version_at
from tickets.deadlines import CALENDAR, REPLY, day_of
from tickets.models import CalendarVersion, Duty, Ticket, TicketDeadline
from tickets.periods import in_words
from tickets.regulation import CalendarMissing, Deadline, Period, Step, StepCode, Unit, deadline
from web import times

ONE_DAY = timedelta(days=1)
BEARING = ("number", "closing_days", "count_day_of_registration")
WORDS: dict[StepCode, Promise | str] = {
    StepCode.EVENT_DAY_NOT_COUNTED: gettext_lazy("The day of receipt is not counted."),
    StepCode.EVENT_DAY_COUNTED: gettext_lazy("The day of receipt is the first day of the period."),
    StepCode.WEEKEND: gettext_lazy("Saturdays and Sundays are no working days."),
    StepCode.NO_SUCH_DATE: gettext_lazy("The month has no such date; its last day takes its place."),
    StepCode.PERIOD_ENDS: gettext_lazy("The period ends with the last hour of this day."),
    StepCode.MOVED_TO_WORKING_DAY: gettext_lazy("The last day would be no working day; the next working day is."),
    StepCode.MOVED_TO_SECOND_WORKING_DAY: gettext_lazy("The period holds two working days; this is the second."),
}


@dataclass(frozen=True)
class Line:
    """One day of the proof. `number` counts the working days; `article` is of Regulation 1182/71, or ""."""

    day: str
    number: int | None
    words: str
    article: str


@dataclass(frozen=True)
class Proof:
    """`steps` are the law's; `days`, of a period of working days, is each day from receipt to the last one.

    `holds` says what holds beside the computed date or instead of it. Without the closing days of `missing`, a year,
    nothing could be computed.
    """

    row: TicketDeadline
    version: CalendarVersion | None
    last_day: date | None
    expires: datetime | None
    steps: tuple[Line, ...] = ()
    days: tuple[Line, ...] = ()
    holds: str = ""
    missing: int | None = None

    @property
    def period(self) -> str:
        """The period that the rule leaves, and whether the day of receipt is of it."""
        if not self.row.count:
            return _("at once, which is within an hour")
        facts = {"period": in_words(self.row.count, self.row.unit)}
        if self.version is not None and self.version.count_day_of_registration:
            return _("%(period)s, the day of receipt counted") % facts
        return _("%(period)s, the day of receipt not counted") % facts


def subquery() -> Subquery:
    """What of the calendar bears on the date of a ticket's reply, as part of the ticket's own question: for `kept`."""
    facts = JSONObject(**{fact: fact for fact in BEARING})
    of_reply = TicketDeadline.objects.filter(ticket=OuterRef(OuterRef("pk")), duty=Duty.REPLY)
    newest = of_reply.exclude(end=TicketDeadline.End.REPLACED).order_by("-pk").values("calendar_version")[:1]
    return Subquery(CalendarVersion.objects.filter(pk=Subquery(newest)).values(facts=facts)[:1])


def kept(ticket: Ticket) -> CalendarVersion | None:
    """The version that the date of a ticket's reply was computed by, of a ticket read with `subquery`."""
    facts: dict[str, Any] | None = ticket.calendar_version  # type: ignore[attr-defined]
    return CalendarVersion(**facts) if facts else None


def deadlines_of(ticket: Ticket) -> list[TicketDeadline]:
    """All deadlines of a ticket with what proves them, those of a duty one after the other.

    A ticket from before there were policies has the one of its reply, made for the occasion.
    """
    beside = ("policy", "calendar_version__calendar", "extends", "done_by")
    rows = list(TicketDeadline.objects.filter(ticket=ticket).select_related(*beside).order_by("pk"))
    if not rows and ticket.answer_by is not None:
        version = version_at(ticket.created_at, CALENDAR)
        row = TicketDeadline(duty=Duty.REPLY, count=REPLY.count, unit=REPLY.unit, calendar_version=version)
        row.started_at, row.due_on, row.told_on = ticket.received_at, ticket.answer_by, ticket.answer_by
        rows = [row]
    for row in rows:
        row.ticket = ticket
    duties = list(Duty)
    return sorted(rows, key=lambda row: duties.index(Duty(row.duty)))


def of(row: TicketDeadline, version: CalendarVersion | None) -> Proof:
    """The proof of a deadline, by the version of the calendar that it was computed by."""
    zone = ZoneInfo(settings.HOUSE_TIME_ZONE)
    if row.extends_id is not None or not row.count:
        return Proof(row, version, row.due_on, row.due_at, holds=_holds(row, row.due_on))
    counted = version is not None and version.count_day_of_registration
    days_off = closing_days(version) if version else frozenset()
    period = Period(row.count, Unit(row.unit))
    try:
        found = deadline(day_of(row.started_at), period, days_off, count_day_of_registration=counted)
    except CalendarMissing as error:
        return Proof(row, version, None, None, holds=_holds(row, None), missing=error.year)
    names = _names(version)
    steps = tuple(_line(step, names) for step in found.steps)
    days = tuple(_days(found, names)) if period.unit is Unit.WORKING_DAYS else ()
    return Proof(row, version, found.date, found.expires(zone), steps, days, _holds(row, found.date))


def _holds(row: TicketDeadline, computed: date | None) -> str:
    """What holds beside the computed date; "" when it holds alone."""
    if row.duty != Duty.REPLY:
        return ""
    if row.told_on is None:
        return _("No date was promised for this reply.")
    facts = {"date": times.day(row.told_on)}
    told_at = row.ticket.answer_by_told_at if row.told_on == row.ticket.answer_by else None
    if told_at is None and row.extends is not None:
        told_at = row.extends.ended_at
    if told_at is not None and (row.extends_id is not None or row.told_on != computed):
        told = _("The partner was told on %(told)s that the answer comes by %(date)s. That date holds.")
        return told % {**facts, "told": times.day(told_at)}
    if row.told_on != computed:
        return _("The partner was told another date, %(date)s. It stays, as no rule moves what was told.") % facts
    return ""


def _days(found: Deadline, names: dict[date, str]) -> Iterator[Line]:
    """Each day from that of receipt to the last one, the working days numbered."""
    told = {step.day: step for step in found.steps}
    first, number = found.steps[0], 0
    for offset in range((found.date - first.day).days + 1):
        day = first.day + ONE_DAY * offset
        step = told.get(day)
        if step is not None and step.code in (StepCode.WEEKEND, StepCode.HOLIDAY, StepCode.EVENT_DAY_NOT_COUNTED):
            yield _line(step, names)
            continue
        number += 1
        line = _line(step, names) if step is not None else Line(_day(day), None, "", "")
        yield Line(line.day, number, line.words, line.article)


def _line(step: Step, names: dict[date, str]) -> Line:
    words = names[step.day] if step.code is StepCode.HOLIDAY else str(WORDS[step.code])
    return Line(_day(step.day), None, words, step.article)


def _names(version: CalendarVersion | None) -> dict[date, str]:
    """What each closing day is; the list of a year that is not published yet is marked."""
    days = {}
    for day, name, _source, provisional in version.closing_days if version else ():
        words = _("Closing day, not confirmed yet: %(name)s") if provisional else _("Closing day: %(name)s")
        days[date.fromisoformat(day)] = words % {"name": name}
    return days


def _day(day: date) -> str:
    facts = {"weekday": date_format(day, "l"), "date": times.day(day)}
    return pgettext("a day of a deadline", "%(weekday)s, %(date)s") % facts
