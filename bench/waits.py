"""The reply cycles, the resolution and the deadlines of a sample ticket: read from its facts as the acts read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Model

from bench.copying import Row, Table
from bench.tickets import Sample
from tickets.deadlines import CALENDAR, REPLY
from tickets.models import Duty, Event, Holiday, Message, Policy, ReplyCycle, Resolution, Ticket, TicketDeadline
from tickets.regulation import CalendarMissing, Period, Unit, deadline
from tickets.waits.clocks import Clocks, known
from tickets.waits.facts import Facts, Said, Step
from tickets.waits.finding import find
from tickets.waits.rows import cycle_row, resolution_row

CYCLES, RESOLUTIONS, DEADLINES = Table(ReplyCycle), Table(Resolution), Table(TicketDeadline)
CYCLES_EACH, DEADLINES_EACH = 3, 2  # ids that each ticket has for them
URGENT_SHARE = 10  # one in so many had to be answered within a working day
URGENT, OFFICIAL = Period(1, Unit.WORKING_DAYS), Period(14, Unit.DAYS)


@dataclass(frozen=True)
class Rules:
    """By what the tickets are measured: the versions of the calendar, its closing days, and the policy of each duty."""

    clocks: Clocks
    holidays: frozenset[date]
    policies: Mapping[str, int]


def rules() -> Rules:
    """Those of the database; of several policies of a duty the first that fits all tickets."""
    fits_all = Policy.objects.filter(active=True, queue=None, topic=None, kind="", priority=None, danger_to_life=False)
    policies = dict(fits_all.order_by("-position", "-pk").values_list("duty", "pk"))
    holidays = Holiday.objects.filter(calendar=CALENDAR).values_list("date", flat=True)
    return Rules(known(), frozenset(holidays), policies)


def facts(sample: Sample, author: int, sent_at: datetime) -> Facts:
    """What happened on the ticket: asked, answered, written once more, and closed where it is."""
    kind, first = Message.Kind, 3 * sample.number - 2
    said = (
        Said(first, kind.INBOUND, "", "", sample.asked_at, None, None),
        Said(first + 1, kind.OUTBOUND, nature(sample), Message.Delivery.SENT, sample.answered_at, sent_at, author),
        Said(first + 2, kind.INBOUND, "", "", sample.thanked_at, None, None),
    )
    status = Ticket.Status.CLOSED if sample.closed_at else Ticket.Status.OPEN
    closed = {"from": Ticket.Status.OPEN, "to": Ticket.Status.CLOSED}
    steps = (Step(Event.Verb.STATUS, sample.closed_at, False, closed),) if sample.closed_at else ()
    return Facts(sample.number, sample.asked_at, status, "", sample.closed_at, said, steps)


def nature(sample: Sample) -> str:
    """What the agent's message was."""
    return Message.Nature.HOLDING if sample.held else Message.Nature.ANSWER


def cycles(told: Facts, rules: Rules) -> list[Row]:
    """One row a wait: the first response, and what follows it."""
    found = find(told)
    first = (told.ticket - 1) * CYCLES_EACH
    made = (cycle_row(told.ticket, cycle, found.pauses, rules.clocks) for cycle in found.cycles)
    return [CYCLES.row(**_values(row, first + row.number)) for row in made]


def resolutions(told: Facts, rules: Rules) -> list[Row]:
    """One row when the ticket was closed."""
    row = resolution_row(told, find(told), rules.clocks)
    return [RESOLUTIONS.row(**_values(row, told.ticket))] if row else []


def deadlines(sample: Sample, answered_at: datetime | None, author: int, rules: Rules) -> list[Row]:
    """The reply that was due, and the official to be named, who was named with the end; open while the ticket is."""
    version = rules.clocks(sample.asked_at)
    reply = URGENT if sample.number % URGENT_SHARE == 0 else REPLY
    owed = ((Duty.REPLY, reply, answered_at), (Duty.OFFICIAL, OFFICIAL, sample.closed_at))
    made = []
    for place, (duty, period, done_at) in enumerate(owed):
        due_on = _due_on(_day(sample.asked_at), period, rules.holidays)
        row = DEADLINES.row(
            id=(sample.number - 1) * DEADLINES_EACH + place + 1,
            ticket_id=sample.number,
            policy_id=rules.policies.get(duty),
            duty=duty,
            started_at=sample.asked_at,
            due_on=due_on,
            due_at=_midnight_after(due_on),
            calendar_version_id=version.version if version else None,
            ended_at=done_at,
            end=TicketDeadline.End.DONE if done_at else "",
            done_by_id=author if done_at else None,
        )
        made.append(row)
    return made


def _values(row: Model, number: int) -> dict[str, Any]:
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return {**values, "id": number}


@cache
def _due_on(received: date, period: Period, holidays: frozenset[date]) -> date:
    """The last day; where the closing days of a year are not known, as if New Year's Day were the only one."""
    try:
        return deadline(received, period, holidays).date
    except CalendarMissing as error:
        return _due_on(received, period, holidays | {date(error.year, 1, 1)})


def _midnight_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, _HOUSE_TIME).astimezone(UTC)


def _day(at: datetime) -> date:
    return at.astimezone(_HOUSE_TIME).date()


_HOUSE_TIME = ZoneInfo(settings.HOUSE_TIME_ZONE)
