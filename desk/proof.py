"""Why an answer is due on its day: the deadline in words, by the calendar that held when it was computed."""

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

from tickets.calendars import closing_days, versions_at
from tickets.deadlines import CALENDAR, reply_deadline
from tickets.models import CalendarVersion, Ticket
from tickets.regulation import CalendarMissing, Deadline, Step, StepCode
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
    """`steps` are the law's; `days` is each day from receipt to the last one. `holds` says which date holds instead.

    Without the closing days of `missing`, a year, nothing could be computed.
    """

    version: CalendarVersion | None
    last_day: date | None
    expires: datetime | None
    steps: tuple[Line, ...]
    days: tuple[Line, ...]
    holds: str
    missing: int | None = None

    @property
    def counted(self) -> bool:
        """Whether the day of receipt is the first of the period."""
        return self.version is not None and self.version.count_day_of_registration


def subquery() -> Subquery:
    """What of the calendar bears on a ticket's date, as part of the ticket's own question: for `kept`."""
    facts = JSONObject(**{fact: fact for fact in BEARING})
    return Subquery(versions_at(OuterRef("created_at"), CALENDAR).values(facts=facts)[:1])


def kept(ticket: Ticket) -> CalendarVersion | None:
    """The version that a ticket's date was computed by, with what bears on it, of a ticket read with `subquery`."""
    facts: dict[str, Any] | None = ticket.calendar_version  # type: ignore[attr-defined]
    return CalendarVersion(**facts) if facts else None


def of(ticket: Ticket, version: CalendarVersion | None) -> Proof:
    """The proof of a ticket's promised date, by the calendar's version that held when it was computed."""
    try:
        found = reply_deadline(
            ticket.received_at,
            closing_days(version) if version else frozenset(),
            count_day_of_registration=version is not None and version.count_day_of_registration,
        )
    except CalendarMissing as error:
        return Proof(version, None, None, (), (), _holds(ticket, None), error.year)
    names = _names(version)
    steps = tuple(_line(step, names) for step in found.steps)
    expires = found.expires(ZoneInfo(settings.HOUSE_TIME_ZONE))
    return Proof(version, found.date, expires, steps, tuple(_days(found, names)), _holds(ticket, found.date))


def _holds(ticket: Ticket, computed: date | None) -> str:
    """What holds instead of the computed date; "" when it holds itself."""
    if ticket.answer_by is None:
        return _("No date was promised on this ticket.")
    facts = {"date": times.day(ticket.answer_by)}
    if ticket.answer_by_told_at is not None:
        told = _("The partner was told on %(told)s that the answer comes by %(date)s. That date holds.")
        return told % {**facts, "told": times.day(ticket.answer_by_told_at)}
    if ticket.answer_by != computed:
        other = _("The ticket has another date, %(date)s. It came with a merge or split, or from an unknown calendar.")
        return other % facts
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
