"""How long partners wait, estimated from answered and open tickets alike. Pure: values in, values out, no clock.

A ticket without an answer has waited so far and will wait longer: leaving it out, as an average of the answered ones
does, makes a late house look quick. Here it counts for as long as it was seen. The estimators, and why these:
docs/decisions/0010-how-waiting-is-estimated.md.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property
from math import exp, log, sqrt
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

    `times` are those at which somebody's wait ended so; the share in `values` stays until the next one. `last` is the
    longest time anybody was seen to wait, or None when no wait is open beyond the last step: then the share stays for
    good. `unseen` are the ages of the open ones, in order: so many of all `n` had left the sample at a time. Bands are
    made of `variances` when they are asked for: a view needs few of a hundred thousand.
    """

    n: int
    times: Sequence[float]
    values: Sequence[float]
    variances: Sequence[float]
    last: float | None
    unseen: Sequence[float]

    def within(self, time: float) -> Share | None:
        """The share within `time`, that moment included; None where nobody was watched for so long."""
        if not self.n or (self.last is not None and time > self.last):
            return None
        step = bisect_right(self.times, time)
        return self.share(step - 1) if step else Share(0.0, 0.0, 1.0 - _surely(self._watched(time)))

    def reached(self, share: float) -> Reached:
        """The first time at which at least `share` of the waits had ended so; 0.5 asks for the median.

        The band holds the times around it where the band of the curve contains `share` (Brookmeyer and Crowley 1982).
        """
        if not 0 < share < 1:
            raise ValueError("a share to be reached lies between 0 and 1")
        enough = share - _ROUNDING
        at = low = high = bisect_left(self.values, enough)
        while low and self.share(low - 1).high >= enough:
            low -= 1
        while high < len(self.times) and self.share(high).low < enough:
            high += 1
        return Reached(self._time(at), self._time(low), self._time(high))

    def share(self, step: int) -> Share:
        """The share at one of the steps, and its band on the scale of log(-log(1 - share)), which stays within 0 and 1.

        (Kalbfleisch and Prentice 1980.) Once all waits had this end that scale has no value: then the exact limit holds
        for those that were watched until then.
        """
        value = self.values[step]
        if value > 1 - _ROUNDING:
            return Share(1.0, _surely(self._watched(self.times[step])), 1.0)
        left = log(1 - value)
        spread = exp(_Z * sqrt(self.variances[step]) / ((1 - value) * -left))
        return Share(value, 1 - exp(left / spread), 1 - exp(left * spread))

    def thinned(self, width: float) -> "Curve":
        """The same with one step at most in each `width` of time, the last of it: enough for a picture, cheap to keep.

        What is asked of it between two steps is as of the earlier one.
        """
        kept = [
            step
            for step, time in enumerate(self.times)
            if step + 1 == len(self.times) or time // width != self.times[step + 1] // width
        ]
        times, values, variances = (
            [column[step] for step in kept] for column in (self.times, self.values, self.variances)
        )
        return replace(self, times=times, values=values, variances=variances)

    def _watched(self, time: float) -> int:
        return self.n - bisect_left(self.unseen, time)

    def _time(self, step: int) -> float | NotReached:
        return self.times[step] if step < len(self.times) else NOT_REACHED


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
        values, variances = _incidence(self.steps, ends)
        return Curve(self.n, times, values, variances, self.last, self.unseen)


def estimate(waits: Iterable[tuple[float, End]]) -> Estimate:
    """Estimate the waiting of a cohort from its `Wait`s, or from pairs whose time has another unit. O(n log n).

    Raises ValueError for a wait of less than nothing: then a clock is wrong, and no figure should hide it.
    """
    return estimate_counted((time, end, 1) for time, end in waits)


def estimate_counted(waits: Iterable[tuple[float, End, int]]) -> Estimate:
    """The same from waits of which so many are alike: a database groups a million in the time that it reads them.

    A count of 0 says nothing. Raises ValueError as above, and for a count below 0.
    """
    answered: Counter[float] = Counter()
    closed: Counter[float] = Counter()
    unseen: Counter[float] = Counter()
    for time, end, number in waits:
        if time < 0 or number < 0:
            raise ValueError("nobody waits for less than no time")
        if number:
            (answered if end is End.ANSWERED else closed if end is End.CLOSED else unseen)[time] += number
    n_answered, n_closed, n_open = answered.total(), closed.total(), unseen.total()
    n = n_answered + n_closed + n_open
    steps = list(_steps(answered, closed, unseen, n))
    ages = [age for age, number in sorted(unseen.items()) for _ in range(number)]
    # An open wait of the same age as the last end was still there after it, so something is left to be seen.
    last = ages[-1] if ages and not (steps and steps[-1].time > ages[-1]) else None
    return Estimate(n, n_answered, n_closed, n_open, steps, last, ages)


def average_of_answered(waits: Iterable[Wait]) -> float | None:
    """The mean of those that were answered, in seconds; None without any.

    Shown on demand only, and labelled: it leaves out everybody who still waits, so it is too low, most of all for the
    newest tickets.
    """
    seconds = [wait.seconds for wait in waits if wait.end is End.ANSWERED]
    return sum(seconds) / len(seconds) if seconds else None


def _steps(answered: Counter[float], closed: Counter[float], unseen: Counter[float], watched: int) -> Iterator[Step]:
    """The times of ends. Who is open at such a time was still waiting when others' waits ended: counted as watched."""
    for time in sorted(answered.keys() | closed.keys() | unseen.keys()):
        if gone := answered[time] + closed[time]:
            yield Step(time, watched, answered[time], closed[time])
        watched -= gone + unseen[time]


def _incidence(steps: Sequence[Step], ends: Sequence[int]) -> tuple[list[float], list[float]]:
    """The cumulative incidence of some `ends` among all, and its variance: at each step with any (Aalen-Johansen).

    The variance is that of the delta method (Collett, Modelling Survival Data in Medical Research, 3rd edition, on
    competing risks): sum((F - F_i)^2 a_i) + sum(b_i) - 2 sum((F - F_i) c_i), with the squares multiplied out so that
    one pass is enough. Asked for all ends together it is Greenwood's (1926).
    """
    values: list[float] = []
    variances: list[float] = []
    share, waiting = 0.0, 1.0
    a = a_f = a_ff = b = c = c_f = 0.0
    for (_, at_risk, answered, closed), ended in zip(steps, ends, strict=True):
        gone = answered + closed
        if ended:
            share += waiting * ended / at_risk
            weight = waiting * ended / at_risk**2
            b += weight * waiting * (at_risk - ended) / at_risk
            c += weight
            c_f += weight * share
        if gone < at_risk:  # after the last wait nothing follows that its weight could bear on
            weight = gone / (at_risk * (at_risk - gone))
            a += weight
            a_f += weight * share
            a_ff += weight * share * share
        waiting *= 1 - gone / at_risk
        if ended:
            values.append(share)
            variances.append(max(share * share * a - 2 * share * a_f + a_ff + b - 2 * (share * c - c_f), 0.0))
    return values, variances


def _surely(watched: int) -> float:
    """The least share that is likely when all of `watched` did the same (Clopper and Pearson 1934); 0 for none."""
    return _TAIL ** (1 / watched) if watched else 0.0
