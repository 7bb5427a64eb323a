"""What a report tells of a cohort's waiting: the figures, and a curve that is small enough to be kept. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil

from reports.charts import DAY
from reports.queries.cohorts import Cohort
from reports.queries.pauses import LeftOut
from reports.survival import Curve, End, NotReached, Reached, Share, estimate_counted

HALF, MOST, NEARLY_ALL = 0.5, 0.75, 0.9
QUANTILES = (HALF, MOST, NEARLY_ALL)
COLUMNS = 360  # of a picture's width: more steps than that are not seen
MONTH = 27  # days, so that a picture of them has thirty
AXES = (2, 5, 10, 15, 20, 30, 60, 90, 180, 365)  # days that a picture may show


@dataclass(frozen=True)
class Waiting:
    """Seconds throughout. `n` = `answered` + `closed` + `open`; `excluded` and `unmeasured` are not among them.

    `reached` has a time for each of QUANTILES. `average` is that of the answered, for those who ask for it. `at_once`
    counts those of them whose time is not even a minute: of working time, because they were answered outside of it.
    `left_out` is what net leaves out, by cause.
    """

    n: int
    answered: int
    closed: int
    open: int
    excluded: int
    unmeasured: int
    reached: Sequence[Reached]
    average: float | None
    curve: Curve
    axis: int
    at_once: int = 0
    left_out: Mapping[str, LeftOut] = field(default_factory=dict)

    def within(self, days: int) -> Share | None:
        """The share that had an answer within so many days, as far as the kept curve tells."""
        return self.curve.within(days * DAY)


def waiting(cohort: Cohort) -> Waiting:
    """Estimate a cohort."""
    estimated = estimate_counted(cohort.waits)
    curve = estimated.answered
    reached = [curve.reached(share) for share in QUANTILES]
    days = axis(reached, curve)
    seconds = sum(time * number for time, end, number in cohort.waits if end is End.ANSWERED)
    return Waiting(
        n=estimated.n,
        answered=estimated.n_answered,
        closed=estimated.n_closed,
        open=estimated.n_open,
        excluded=cohort.excluded,
        unmeasured=cohort.unmeasured,
        reached=reached,
        average=seconds / estimated.n_answered if estimated.n_answered else None,
        curve=curve.thinned(days * DAY / COLUMNS),
        axis=days,
        at_once=sum(number for time, end, number in cohort.waits if end is End.ANSWERED and not time),
        left_out=cohort.left_out,
    )


def axis(reached: Sequence[Reached], curve: Curve) -> int:
    """How many days a picture shows: until nine in ten are reached; while they are not, all that is within a month."""
    times = [each.at for each in reached if not isinstance(each.at, NotReached)]
    if len(times) < len(reached):
        seen = curve.last if curve.last is not None else max(curve.times, default=0)
        times.append(min(seen, MONTH * DAY))
    wanted = ceil(1.1 * max(times, default=0) / DAY)
    return next((days for days in AXES if days >= wanted), AXES[-1])
