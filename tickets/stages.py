"""How near a deadline is: when each stage of it begins, in working days. Pure.

Days are Brussels'; a stage begins with the first instant of its day. Working days are those of Regulation (EEC,
Euratom) No 1182/71, Article 2(2): all but Saturdays, Sundays and the closing days of the house.
"""

from collections.abc import Set
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tickets.models import Duty, TicketDeadline
from tickets.regulation import SATURDAY

Stage = TicketDeadline.Stage
ONE_DAY = timedelta(days=1)
# More days off in a row than any calendar has: whoever closes for ever gets an answer all the same.
MOST_DAYS_OFF = 60


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """The working days of the house; of a year whose closing days are not known, all weekdays."""

    closing_days: Set[date]

    def includes(self, day: date) -> bool:
        return day.weekday() < SATURDAY and day not in self.closing_days

    def before(self, day: date, number: int) -> date:
        """The working day that is `number` working days before `day`."""
        return self._step(day, number, -ONE_DAY)

    def after(self, day: date, number: int) -> date:
        """The working day that is `number` working days after `day`."""
        return self._step(day, number, ONE_DAY)

    def _step(self, day: date, number: int, step: timedelta) -> date:
        for _ in range(number):
            for _ in range(MOST_DAYS_OFF):
                day += step
                if self.includes(day):
                    break
        return day


@dataclass(frozen=True, slots=True)
class Plan:
    """When the stages of a deadline begin, in working days before (`soon`, `ceiling`) and after (`escalated`) it."""

    soon: int
    ceiling: int
    escalated: int
    days: WorkingDays
    zone: ZoneInfo

    def start_of(self, day: date) -> datetime:
        """The first instant of a day, whatever the clocks do on it."""
        return datetime.combine(day, time.min, self.zone)

    def horizon(self, today: date) -> datetime:
        """A deadline that expires later than this is far."""
        return self.start_of(self.days.after(today, max(self.soon, self.ceiling)) + ONE_DAY)


@dataclass(frozen=True, slots=True)
class Deadline:
    """What decides on the stages of a deadline."""

    duty: str
    started_at: datetime
    due_on: date
    due_at: datetime


def begins(deadline: Deadline, plan: Plan) -> list[tuple[datetime, str]]:
    """When each stage begins, in the order of time.

    What would have begun before the period ran, as with a deadline of one day, is left out: who opens the ticket sees
    it. An acknowledgement leaves by itself, so only its delay is told.
    """
    overdue = (deadline.due_at, Stage.OVERDUE)
    escalated = (plan.start_of(plan.days.after(deadline.due_on, plan.escalated)), Stage.ESCALATED)
    if deadline.duty == Duty.ACKNOWLEDGE:
        return [overdue, escalated]
    soon = (plan.start_of(plan.days.before(deadline.due_on, plan.soon)), Stage.SOON)
    today = (plan.start_of(deadline.due_on), Stage.TODAY)
    nearer = [soon, today]
    if deadline.duty == Duty.FINAL:
        nearer = [(plan.start_of(plan.days.before(deadline.due_on, plan.ceiling)), Stage.CEILING), *nearer]
    return [*sorted(each for each in nearer if each[0] > deadline.started_at), overdue, escalated]


def stage_at(deadline: Deadline, plan: Plan, now: datetime) -> str:
    """The stage that a deadline is in; `Stage.FAR` before the first begins."""
    return next((stage for begin, stage in reversed(begins(deadline, plan)) if begin <= now), Stage.FAR)


def next_look(deadline: Deadline, plan: Plan, now: datetime) -> datetime | None:
    """When the next stage begins; None when none is to come."""
    return next((begin for begin, _stage in begins(deadline, plan) if begin > now), None)
