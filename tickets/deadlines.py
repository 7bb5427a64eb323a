"""Which deadlines a ticket has: the arithmetic of `regulation` on the house's policies and closing days.

A deadline runs from the moment when the house could know of what is asked, and its days are Brussels'. It ends by what
was really handed over (`standing`), and a change of rules moves none that has ended.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection

from tickets.models import Duty, TicketDeadline
from tickets.policies import ACTIVE, Rule, Traits, choose
from tickets.regulation import Deadline, Period, Unit, deadline

CALENDAR = "eu-institutions"
# Commission Decision (EU) 2024/3083, "prompt handling of enquiries": 15 working days from receipt.
REPLY = Period(15, Unit.WORKING_DAYS)
# What is due at once is a machine's work: after an hour something is wrong.
AT_ONCE = timedelta(hours=1)
# They run from the beginning of a wait, each wait anew.
WAITED_FOR = (Duty.REPLY, Duty.FINAL)
_RULES = f"""
    SELECT {ACTIVE}, ARRAY(SELECT date FROM tickets_holiday WHERE calendar = %s),
        EXISTS (SELECT FROM tickets_calendar WHERE code = %s AND count_day_of_registration),
        (SELECT v.id FROM tickets_calendarversion v JOIN tickets_calendar c ON c.id = v.calendar_id
         WHERE c.code = %s ORDER BY v.number DESC LIMIT 1)
"""  # noqa: S608 - text of ours


@dataclass(frozen=True, slots=True)
class Due:
    """`on` is the last day, in Brussels; `at` the instant after which it is too late; `steps` say why, if any."""

    on: date
    at: datetime
    found: Deadline | None = None


@dataclass(frozen=True)
class Rules:
    """What deadlines are computed by: the policies in the order in which they are tried, and the closing days.

    `counted`: whether the day of receipt counts. `version`: the key of the calendar's newest version, if one is kept.
    """

    policies: tuple[Rule, ...]
    closing_days: Collection[date]
    counted: bool = False
    version: int | None = None
    _found: dict[tuple[Period, date], Due] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def _closed(self) -> frozenset[date]:
        return frozenset(self.closing_days)

    def choose(self, traits: Traits) -> dict[str, Rule]:
        """For each duty the rule that holds for a ticket of these traits."""
        return choose(self.policies, traits)

    def due(self, rule: Rule, started_at: datetime) -> Due:
        """By when a rule asks what it asks. CalendarMissing when the closing days of a year are not known."""
        if rule.period is None:
            return Due(day_of(started_at + AT_ONCE), started_at + AT_ONCE)
        return self.due_after(rule.period, day_of(started_at))

    def due_after(self, period: Period, day: date) -> Due:
        """When a period ends whose event was on this day, in Brussels. CalendarMissing likewise."""
        if (period, day) not in self._found:
            found = deadline(day, period, self._closed, count_day_of_registration=self.counted)
            self._found[period, day] = Due(found.date, end_of(found.date), found)
        return self._found[period, day]


def in_force() -> Rules:
    """The rules of now, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_RULES, [CALENDAR] * 3)
        policies, closing_days, counted, version = cursor.fetchone()
    return Rules(tuple(map(Rule.read, policies)), closing_days, counted, version)


def days_that_count(received_at: datetime) -> tuple[date, date]:
    """The first and the last day whose closing may count for what was received then: of that year and the next."""
    year = day_of(received_at).year
    return date(year, 1, 1), date(year + 1, 12, 31)


def day_of(instant: datetime) -> date:
    """The day in Brussels."""
    return instant.astimezone(ZoneInfo(settings.HOUSE_TIME_ZONE)).date()


def end_of(day: date) -> datetime:
    """The instant after the last hour of a day in Brussels."""
    return Deadline(day, ()).expires(ZoneInfo(settings.HOUSE_TIME_ZONE))


def row_of(columns: Mapping[str, Any]) -> TicketDeadline:
    """A deadline from its columns as JSON. A column that this code does not know yet is left out."""
    values = {name: columns[name] for name in _NAMES if name in columns}
    for name in _DAYS:
        values[name] = date.fromisoformat(values[name]) if values.get(name) else None
    for name in _MOMENTS:
        values[name] = datetime.fromisoformat(values[name]) if values.get(name) else None
    row = TicketDeadline(**values)
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    return row


_NAMES = [field.attname for field in TicketDeadline._meta.concrete_fields]
_DAYS, _MOMENTS = ("due_on", "told_on"), ("started_at", "due_at", "ended_at")
