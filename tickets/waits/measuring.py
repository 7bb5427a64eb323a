"""How long waits were: whole seconds of calendar and of working time, and the pauses within them. Pure.

Fractions of a second are dropped from both ends of an interval, in calendar time as in working time, so that the
figures of adjoining intervals add up.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tickets.models import Ticket
from tickets.waits.facts import Pause
from tickets.worktime import DAY, OpeningHours, open_spans

SECOND = timedelta(seconds=1)
Worked = Callable[[datetime, datetime], int]
Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Measures:
    """The columns of `Measured`: seconds from one instant to another, and those of them that were pauses, by cause.

    `paused_since`: since when a wait that has no end yet stands still, None where it does not.
    """

    calendar_seconds: int | None = None
    working_seconds: int | None = None
    requester_pause: int = 0
    requester_pause_working: int = 0
    third_party_pause: int = 0
    third_party_pause_working: int = 0
    paused_since: datetime | None = None


def measure(since: datetime, until: datetime | None, pauses: Sequence[Pause], worked: Worked | None) -> Measures:
    """Measure a wait. Of one without an end the pauses that are over; without `worked` no working time is known."""
    lasting = next((pause for pause in pauses if pause.until is None), None) if until is None else None
    spans = {cause: _within(pauses, cause, since, until) for cause in Ticket.WaitingFor}
    requester, third_party = spans[Ticket.WaitingFor.REQUESTER], spans[Ticket.WaitingFor.THIRD_PARTY]
    return Measures(
        None if until is None else calendar_seconds(since, until),
        None if worked is None or until is None else worked(since, until),
        sum(calendar_seconds(*span) for span in requester),
        0 if worked is None else sum(worked(*span) for span in requester),
        sum(calendar_seconds(*span) for span in third_party),
        0 if worked is None else sum(worked(*span) for span in third_party),
        max(lasting.since, since) if lasting else None,
    )


def calendar_seconds(since: datetime, until: datetime) -> int:
    """Whole seconds from one instant to another."""
    return _second(until) - _second(since)


def _within(
    pauses: Sequence[Pause], cause: str, since: datetime, until: datetime | None
) -> list[tuple[datetime, datetime]]:
    """The parts of pauses that lie within a wait and are over."""
    found = []
    for pause in pauses:
        over = [each for each in (pause.until, until) if each is not None]
        if pause.cause == cause and over and max(pause.since, since) < min(over):
            found.append((max(pause.since, since), min(over)))
    return found


class Sums:
    """Working time as a sum from a day long ago, kept by days: many intervals by one calendar cost little each.

    The same figures as `working_seconds`, whose intervals add up.
    """

    def __init__(self, hours: OpeningHours) -> None:
        self.hours = hours
        self._days: dict[int, tuple[int, Spans]] = {}
        self._first = self._last = 0

    def __call__(self, since: datetime, until: datetime) -> int:
        """Working seconds from `since` to `until`, both aware; 0 when `until` is not after `since`."""
        first, last = _second(since), _second(until)
        if last <= first:
            return 0
        self._reach(first // DAY, last // DAY)
        return self._until(last) - self._until(first)

    def _until(self, second: int) -> int:
        before, spans = self._days[second // DAY]
        return before + sum(min(closes, second) - opens for opens, closes in spans if opens < second)

    def _reach(self, first: int, last: int) -> None:
        """Know the days (since 1970, by UTC) from the first to the last, and all between: sum until then, and spans."""
        if not self._days:
            self._days[first], self._first, self._last = (0, self._spans(first)), first, first
        for day in range(self._last + 1, last + 1):
            before, spans = self._days[day - 1]
            self._days[day] = before + _length(spans), self._spans(day)
        for day in range(self._first - 1, first - 1, -1):
            spans = self._spans(day)
            self._days[day] = self._days[day + 1][0] - _length(spans), spans
        self._first, self._last = min(self._first, first), max(self._last, last)

    def _spans(self, day: int) -> Spans:
        return tuple(open_spans(day * DAY, (day + 1) * DAY, self.hours))


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _second(instant: datetime) -> int:
    return (instant - EPOCH) // SECOND


def _length(spans: Spans) -> int:
    return sum(closes - opens for opens, closes in spans)
