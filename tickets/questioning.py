"""When a partner is reminded of our question, and when its ticket may end without the answer. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

REMINDERS = 2
# Between two mails that no person wrote; and between the notice and the end that it tells.
GAP, NOTICE = timedelta(days=14), timedelta(days=14)
# A notice whose day passed so long ago, because nothing ran or nothing was to be closed, holds no more.
STALE = timedelta(days=7)


class Step(StrEnum):
    REMIND = "remind"
    NOTICE = "notice"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Reminded:
    """The reminder of this number, counted from 1, was written then."""

    number: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Announced:
    """The end was told: from when it may come, two weeks after the notice was handed over."""

    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Next:
    """What is done next, and when; of reminders which one."""

    step: Step
    at: datetime
    number: int = 0


def next_step(
    asked_at: datetime, reminded: Sequence[Reminded], announced: Announced | None, *, every: timedelta, now: datetime
) -> Next:
    """What follows on a question that was handed over at `asked_at`, with a reminder `every` so often.

    Of reminders that were missed only the last one is made up for. The notice comes as long after the last reminder.
    """
    last = max((each.number for each in reminded), default=0)
    latest = max((each.at for each in reminded), default=None)
    if last < REMINDERS:
        passed = [number for number in range(last + 1, REMINDERS + 1) if asked_at + number * every <= now]
        number = passed[-1] if passed else last + 1
        at = asked_at + number * every
        return Next(Step.REMIND, max(at, latest + GAP) if latest else at, number)
    if announced is None or now > announced.closes_at + STALE:
        return Next(Step.NOTICE, (latest or asked_at) + every)
    return Next(Step.CLOSE, announced.closes_at)
