"""By which calendar a wait is measured: the version that held when it ended, and while it is open when it began."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from tickets.calendars import hours, version_at, versions_of
from tickets.deadlines import CALENDAR
from tickets.models import CalendarVersion
from tickets.waits.measuring import Sums, Worked
from tickets.worktime import working_seconds


@dataclass(frozen=True)
class Clock:
    """The version of the calendar, and what counts its working time."""

    version: int
    worked: Worked


# Asked for an instant; None where no calendar is kept yet.
Clocks = Callable[[datetime], Clock | None]


def ask(instant: datetime) -> Clock | None:
    """The clock that held then, in one statement."""
    version = version_at(instant, CALENDAR)
    return Clock(version.pk, partial(working_seconds, hours=hours(version))) if version else None


def known() -> Clocks:
    """All clocks, read once, for many tickets."""
    versions = list(versions_of(CALENDAR))
    return partial(_held, versions, [Clock(each.pk, Sums(hours(each))) for each in versions])


def _held(versions: Sequence[CalendarVersion], clocks: Sequence[Clock], instant: datetime) -> Clock | None:
    """The newest that held then; before the first, the first."""
    held = (
        clock for version, clock in zip(reversed(versions), reversed(clocks), strict=True) if version.made_at <= instant
    )
    return next(held, clocks[0] if clocks else None)
