"""How long partners wait, estimated from answered and open tickets alike. Pure: values in, values out, no clock.

A ticket without an answer has waited so far and will wait longer: leaving it out, as an average of the answered ones
does, makes a late house look quick. Here it counts for as long as it was seen. The estimators, and why these:
docs/decisions/0010-how-waiting-is-estimated.md.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from itertools import groupby
from math import exp, log, sqrt
from operator import itemgetter
from statistics import NormalDist
from typing import NamedTuple

CONFIDENCE = 0.95
_TAIL = (1 - CONFIDENCE) / 2
_Z = NormalDist().inv_cdf(1 - _TAIL)
# Shares are sums of many fractions: nine tenths, added up, may miss 0.9 by a rounding error and must not.
_ROUNDING = 1e-9


class End(Enum):
    """What a wait came to, as far as it was seen."""

    ANSWERED = "answered"
    CLOSED = "closed"  # without an answer: no answer will come any more
    OPEN = "open"  # still waiting


class Wait(NamedTuple):
    """`seconds` from the partner's message to its end or, while open, to the moment of looking; calendar or working."""

    seconds: int
    end: End


class NotReached(Enum):
    """In place of a time: the share was not reached in what was seen. Not "never", and not zero."""

    NOT_REACHED = "not reached"


NOT_REACHED = NotReached.NOT_REACHED


class Share(NamedTuple):
    """A share between 0 and 1, with the ends of its 95 % band."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Reached:
    """When a share was reached, in the unit of the waits. The band's ends are times, or not reached, by themselves."""

    at: float | NotReached
    low: float | NotReached
    high: float | NotReached


@dataclass(frozen=True)
class Curve:
    """The share of all waits that ended in one way within a time: steps that rise, and the band at each.

    `times` are those at which somebody's wait ended so; the share stays until the next one. `last` is the longest time
    anybody was seen to wait, or None when no wait is open beyond the last step: then the share stays for good.
    `unseen` are the ages of the open ones, in order: how many rows `n` had left the sample at a time.
    """

    n: int
    times: Sequence[float]
    shares: Sequence[Share]
    last: float | None
    unseen: Sequence[float]

    def within(self, time: float) -> Share | None:
        """The share within `time`, that moment included; None where nobody was watched for so long."""
        if not self.n or (self.last is not None and time > self.last):
            return None
        step = bisect_right(self.times, time)
        if step:
            return self.shares[step - 1]
        return Share(0.0, 0.0, 1.0 - _surely(self.n - bisect_left(self.unseen, time)))

    def reached(self, share: float) -> Reached:
        """The first time at which at least `share` of the waits had ended so; 0.5 asks for the median.

        The band holds the times at which the band of the curve contains `share` (Brookmeyer and Crowley 1982).
        """
        if not 0 < share < 1:
            raise ValueError("a share to be reached lies between 0 and 1")
        return Reached(
            self._first(share, (each.value for each in self.shares)),
            self._first(share, (each.high for each in self.shares)),
            self._first(share, (each.low for each in self.shares)),
        )

    def _first(self, share: float, values: Iterator[float]) -> float | NotReached:
        for time, value in zip(self.times, values, strict=True):
            if value >= share - _ROUNDING:
                return time
        return NOT_REACHED


class Step(NamedTuple):
    """A time at which waits ended: those that were watched until then, and how many of them ended how."""

    time: float
    at_risk: int
    answered: int
    closed: int


@dataclass(frozen=True)
class Estimate:
    """`n` waits, of which so many were answered, closed without an answer, or are open; and what follows from them.

    At every time the shares of `answered` and `closed` add up to that of `over`: waits that ended in either way. One
    minus `over` is the Kaplan-Meier curve of those still waiting. Where nothing was closed without an answer, one minus
    `answered` is the same curve. `steps`, `last` and `unseen` are what the curves are made of.
    """

    n: int
    n_answered: int
    n_closed: int
    n_open: int
    steps: Sequence[Step]
    last: float | None
    unseen: Sequence[float]

    @cached_property
    def answered(self) -> Curve:
        return self._curve([step.answered for step in self.steps])

    @cached_property
    def closed(self) -> Curve:
        return self._curve([step.closed for step in self.steps])

    @cached_property
    def over(self) -> Curve:
        return self._curve([step.answered + step.closed for step in self.steps])

    def _curve(self, ends: Sequence[int]) -> Curve:
        times = [step.time for step, ended in zip(self.steps, ends, strict=True) if ended]
        return Curve(self.n, times, list(_incidence(self.n, self.steps, ends, self.unseen)), self.last, self.unseen)


def estimate(waits: Iterable[tuple[float, End]]) -> Estimate:
    """Estimate the waiting of a cohort from its `Wait`s, or from pairs whose time has another unit. O(n log n).

    Raises ValueError for a wait of less than nothing: then a clock is wrong, and no figure should hide it.
    """
    ordered = sorted(waits, key=itemgetter(0))
    if ordered and ordered[0][0] < 0:
        raise ValueError("nobody waits for less than no time")
    steps, unseen = list(_steps(ordered)), [time for time, end in ordered if end is End.OPEN]
    answered, closed = sum(step.answered for step in steps), sum(step.closed for step in steps)
    # An open wait of the same age as the last end was still there after it, so something is left to be seen.
    last = ordered[-1][0] if unseen and unseen[-1] == ordered[-1][0] else None
    return Estimate(len(ordered), answered, closed, len(unseen), steps, last, unseen)


def average_of_answered(waits: Iterable[Wait]) -> float | None:
    """The mean of those that were answered, in seconds; None without any.

    Shown on demand only, and labelled: it leaves out everybody who still waits, so it is too low, most of all for the
    newest tickets.
    """
    seconds = [wait.seconds for wait in waits if wait.end is End.ANSWERED]
    return sum(seconds) / len(seconds) if seconds else None


def _steps(ordered: Sequence[tuple[float, End]]) -> Iterator[Step]:
    """The times of ends. Who is open at such a time was still waiting when others' waits ended: counted as watched."""
    at_risk = len(ordered)
    for time, group in groupby(ordered, key=itemgetter(0)):
        ends = [end for _, end in group]
        answered, closed = ends.count(End.ANSWERED), ends.count(End.CLOSED)
        if answered or closed:
            yield Step(time, at_risk, answered, closed)
        at_risk -= len(ends)


def _incidence(n: int, steps: Sequence[Step], ends: Sequence[int], unseen: Sequence[float]) -> Iterator[Share]:
    """The cumulative incidence of some `ends` among all: a share for each step that has any (Aalen and Johansen 1978).

    Its variance is that of the delta method (Collett, Modelling Survival Data in Medical Research, 3rd edition, on
    competing risks): sum((F - F_i)^2 a_i) + sum(b_i) - 2 sum((F - F_i) c_i), with the squares multiplied out so that
    one pass is enough. Asked for all ends together it is Greenwood's (1926).
    """
    share, waiting = 0.0, 1.0
    a = a_f = a_ff = b = c = c_f = 0.0
    for step, ended in zip(steps, ends, strict=True):
        at_risk, gone = step.at_risk, step.answered + step.closed
        if ended:
            share += waiting * ended / at_risk
            b += waiting**2 * (at_risk - ended) * ended / at_risk**3
            weight = waiting * ended / at_risk**2
            c += weight
            c_f += weight * share
        if gone < at_risk:  # after the last wait nothing follows that its weight could bear on
            weight = gone / (at_risk * (at_risk - gone))
            a += weight
            a_f += weight * share
            a_ff += weight * share**2
        waiting *= 1 - gone / at_risk
        if ended:
            variance = share**2 * a - 2 * share * a_f + a_ff + b - 2 * (share * c - c_f)
            yield _with_band(share, variance, n - bisect_left(unseen, step.time))


def _with_band(share: float, variance: float, watched: int) -> Share:
    """The band on the scale of log(-log(1 - share)), which stays between 0 and 1 (Kalbfleisch and Prentice 1980).

    Once all had this end that scale has no value: then the exact limit for `watched` of `watched` holds.
    """
    if share > 1 - _ROUNDING:
        return Share(1.0, _surely(watched), 1.0)
    left = log(1 - share)
    spread = exp(_Z * sqrt(max(variance, 0.0)) / ((1 - share) * -left))
    return Share(share, 1 - exp(left / spread), 1 - exp(left * spread))


def _surely(watched: int) -> float:
    """The least share that is likely when all of `watched` did the same (Clopper and Pearson 1934); 0 for none."""
    return _TAIL ** (1 / watched) if watched else 0.0
