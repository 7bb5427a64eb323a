"""Which share of tickets was answered within its deadline, each ticket measured by its own. Pure.

An exact count is possible only for tickets whose deadline has passed. Of the others, those that are answered early are
known before those that will be late, so counting what is decided makes the newest weeks look perfect. The share is
therefore estimated with the undecided ones in it, and the limits that need no estimate stand beside it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from reports.survival import End, Share, estimate_counted


class Case(NamedTuple):
    """A ticket with a deadline: calendar seconds from the partner's message to its end or until now, and until due."""

    waited: int
    allowed: int
    end: End


@dataclass(frozen=True)
class OnTime:
    """Every ticket in exactly one of the four counts, and the estimated share of all that are answered in time.

    `kept`: answered in time, the last second included. `late`: not answered when the deadline passed, whatever came
    later. `closed`: closed without an answer before it. `undecided`: open, and not yet due.
    `share` is None where no ticket has reached its deadline, so that nothing is known about the end.
    """

    kept: int
    late: int
    closed: int
    undecided: int
    share: Share | None

    @property
    def n(self) -> int:
        return self.kept + self.late + self.closed + self.undecided

    @property
    def least(self) -> float | None:
        """The share if none of the undecided is answered in time; None without any ticket."""
        return self.kept / self.n if self.n else None

    @property
    def most(self) -> float | None:
        """The share if all of the undecided are answered in time; None without any ticket."""
        return (self.kept + self.undecided) / self.n if self.n else None


def on_time(cases: Iterable[Case]) -> OnTime:
    """Count and estimate. Time runs as a part of what each ticket was allowed, so all deadlines fall on 1.

    Without undecided tickets the share is the plain one, kept of all. Raises ValueError for a deadline that is no later
    than the message, and for a wait of less than nothing.
    """
    return on_time_counted((case, 1) for case in cases)


def on_time_counted(cases: Iterable[tuple[Case, int]]) -> OnTime:
    """The same from cases of which so many are alike."""
    kept = late = closed = undecided = 0
    relative: list[tuple[float, End, int]] = []
    for (waited, allowed, end), number in cases:
        if allowed <= 0:
            raise ValueError("a deadline comes after the message")
        # Exact where it matters: whole seconds are equal if and only if their quotient is 1, far beyond any lifetime.
        relative.append((waited / allowed, end, number))
        if waited > allowed:
            late += number
        elif end is End.ANSWERED:
            kept += number
        elif end is End.CLOSED:
            closed += number
        else:
            undecided += number
    return OnTime(kept, late, closed, undecided, estimate_counted(relative).answered.within(1.0))
