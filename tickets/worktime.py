"""Working time: seconds of opening hours between two instants, and the instant at which so many have passed.

Pure. An instant is working time when the wall clock of the calendar's time zone shows an opening hour on a day that is
no holiday; so a clock change in the night adds nothing to an office's day, and one within opening hours adds or takes
the hour that people really worked.
"""

from collections.abc import Iterator, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise

DAY = 86_400
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LAST_SECOND = (datetime(9999, 12, 30, tzinfo=UTC) - EPOCH) // timedelta(seconds=1)
MIDNIGHT = time(0)


@dataclass(frozen=True, slots=True)
class Opening:
    """Opening hours within one day, on the wall clock, to the second; an end of 00:00 is the midnight after it."""

    start: time
    end: time

    def __post_init__(self) -> None:
        if not 0 <= self.seconds[0] < self.seconds[1]:
            raise ValueError(f"opening hours end before they start: {self.start} to {self.end}")

    @property
    def seconds(self) -> tuple[int, int]:
        """Start and end in seconds after 00:00 on the wall clock."""
        return _second_of_day(self.start), _second_of_day(self.end) if self.end != MIDNIGHT else DAY


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """When a house works: `week` holds the openings of Monday to Sunday, `holidays` the days on which it stays shut."""

    zone: tzinfo
    week: tuple[tuple[Opening, ...], ...]
    holidays: Set[date]

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError(f"a week has seven days, not {len(self.week)}")
        if not any(self.week):
            raise ValueError("a house that never opens has no working time")
        for openings in self.week:
            for earlier, later in pairwise(openings):
                if later.seconds[0] < earlier.seconds[1]:
                    raise ValueError(f"opening hours overlap or are out of order: {earlier} and {later}")


def working_seconds(start: datetime, end: datetime, hours: OpeningHours) -> int:
    """Return the working seconds from `start` to `end`, both aware; 0 when `end` is not after `start`.

    Fractions of a second are dropped from both instants, so that the figures of adjoining intervals add up.
    """
    return sum(closes - opens for opens, closes in open_spans(_timestamp(start), _timestamp(end), hours))


def after_working_seconds(start: datetime, seconds: int, hours: OpeningHours) -> datetime:
    """Return, in UTC, the first instant at which `seconds` of working time have passed since `start` (aware).

    Fractions of a second are dropped from `start`. Raises ValueError for a negative number and OverflowError when the
    instant lies beyond the year 9999.
    """
    if seconds < 0:
        raise ValueError(f"working time cannot run backwards: {seconds} s")
    begin = _timestamp(start)
    if seconds == 0:
        return datetime.fromtimestamp(begin, UTC)
    for opens, closes in open_spans(begin, LAST_SECOND, hours):
        if opens + seconds <= closes:
            return datetime.fromtimestamp(opens + seconds, UTC)
        seconds -= closes - opens
    raise OverflowError("the calendar ends before the working time has passed")


def open_spans(start: int, end: int, hours: OpeningHours) -> Iterator[tuple[int, int]]:
    """Yield the spans of working time from `start` to `end`, in order; all are POSIX time stamps in whole seconds."""
    week = [[opening.seconds for opening in openings] for openings in hours.week]
    for piece_start, piece_end, offset in _pieces(start, end, hours.zone):
        for day_number in range((piece_start + offset) // DAY, (piece_end - 1 + offset) // DAY + 1):
            day = date.fromordinal(EPOCH.toordinal() + day_number)
            if day in hours.holidays:
                continue
            midnight = day_number * DAY - offset
            for opens, closes in week[day.weekday()]:
                span = max(midnight + opens, piece_start), min(midnight + closes, piece_end)
                if span[0] < span[1]:
                    yield span


def _pieces(start: int, end: int, zone: tzinfo) -> Iterator[tuple[int, int, int]]:
    """Cut the time from `start` to `end` into pieces of at most a day, each with one offset from UTC in seconds."""
    offset = _offset(start, zone)
    while start < end:
        stop = min(start + DAY, end)
        next_offset = _offset(stop, zone)
        if next_offset != offset:
            stop = _clock_change(start, stop, zone)
        yield start, stop, offset
        start, offset = stop, next_offset


def _clock_change(before: int, after: int, zone: tzinfo) -> int:
    """Return the first second of the new offset, found by halving: a time zone tells offsets, but not its changes."""
    old = _offset(before, zone)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(middle, zone) == old:
            before = middle
        else:
            after = middle
    return after


def _offset(timestamp: int, zone: tzinfo) -> int:
    offset = datetime.fromtimestamp(timestamp, zone).utcoffset()
    if offset is None:
        raise ValueError(f"{zone} is no time zone with an offset from UTC")
    return round(offset.total_seconds())


def _timestamp(instant: datetime) -> int:
    return (instant - EPOCH) // timedelta(seconds=1)


def _second_of_day(wall_clock: time) -> int:
    return wall_clock.hour * 3600 + wall_clock.minute * 60 + wall_clock.second
