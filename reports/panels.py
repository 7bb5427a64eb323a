"""The panels of the response times: which there are, how their figures are made, and under which name they are kept."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reports.figures import Figures, figures, known
from reports.names import DIMENSIONS
from reports.on_time import OnTime
from reports.periods import Period
from reports.queries.cohorts import FINAL, FIRST, NEXT, RESOLVED, Cohort, cohorts, tickets_behind
from reports.queries.deadlines import replies_on_time
from reports.reading import Reading
from reports.survival import Reached, estimate_counted
from reports.waiting import HALF, Waiting, waiting


@dataclass(frozen=True)
class Waits:
    """The waiting of a period and of the one before, and how many tickets the waits and those that left belong to.

    `stood`: how many tickets those waits belong to that stood still, by whom we waited for, where that is left out.
    """

    now: Waiting
    before: Waiting
    tickets: int
    left: int
    stood: Mapping[str, int]


@dataclass(frozen=True)
class Deadlines:
    """The share of replies within their deadlines, of a period and of the one before, and how many left."""

    now: OnTime
    before: OnTime
    left: int


@dataclass(frozen=True)
class Parts:
    """The waiting of each part of a dimension; of the period before, when half of a part had their answer."""

    now: Mapping[Hashable, Waiting]
    before: Mapping[Hashable, Reached]


@dataclass(frozen=True)
class Panel:
    """One panel: `kind` names its template and what its figures are, `subject` the measure or the dimension.

    `definition` is the anchor of how it is counted.
    """

    code: str
    kind: str
    subject: str
    title: str | Promise
    definition: str


WAITS, ON_TIME, PARTS = "waits", "deadlines", "parts"
_BY = {
    "topic": _("First response by topic"),
    "region": _("First response by region"),
    "language": _("First response by language"),
    "channel": _("First response by channel"),
    "kind": _("First response by kind"),
    "queue": _("First response by queue"),
}
_ALL = (
    Panel("first", WAITS, FIRST, _("First response"), "first-response"),
    Panel("on-time", ON_TIME, "", _("Replies within their deadline"), "on-time"),
    Panel("next", WAITS, NEXT, _("Next response"), "next-response"),
    Panel("resolution", WAITS, RESOLVED, _("First resolution"), "resolution"),
    Panel("final", WAITS, FINAL, _("Last resolution"), "resolution"),
    *(Panel(f"by-{code}", PARTS, code, words, "first-response") for code, words in _BY.items()),
)
PANELS: Mapping[str, Panel] = {panel.code: panel for panel in _ALL}


def made(panel: Panel, reading: Reading) -> Figures[Any]:
    """The figures of a panel, made where none are kept: two to four statements."""
    return figures(reading, panel.code, lambda: _MAKERS[panel.kind](panel, reading))


def kept(panel: Panel, reading: Reading) -> Figures[Any] | None:
    """The same if they are kept."""
    return known(reading, panel.code)


def _waits(panel: Panel, reading: Reading) -> Waits:
    period, net = reading.asked.period, reading.asked.net
    now, before = (waiting(_cohort(reading, panel.subject, each)) for each in (period, period.before))
    if panel.subject == NEXT:  # a ticket has several of them
        behind = tickets_behind(reading.tickets, NEXT, period, net=net)
        return Waits(now, before, behind.counted, behind.left, behind.stood)
    return Waits(now, before, now.n, now.excluded, {cause: each.waits for cause, each in now.left_out.items()})


def _deadlines(panel: Panel, reading: Reading) -> Deadlines:
    period = reading.asked.period
    now, left = replies_on_time(reading.tickets, period, reading.now)
    before, _left = replies_on_time(reading.tickets, period.before, reading.now)
    return Deadlines(now, before, left)


def _parts(panel: Panel, reading: Reading) -> Parts:
    period, column = reading.asked.period, DIMENSIONS[panel.subject].column
    now, before = (_cohorts(reading, FIRST, each, column) for each in (period, period.before))
    halves = {
        key: estimate_counted(cohort.waits).answered.reached(HALF) for key, cohort in before.items() if cohort.waits
    }
    return Parts({key: waiting(cohort) for key, cohort in now.items()}, halves)


def _cohort(reading: Reading, measure: str, period: Period) -> Cohort:
    return _cohorts(reading, measure, period, "").get(None) or Cohort()


def _cohorts(reading: Reading, measure: str, period: Period, by: str) -> Mapping[Hashable, Cohort]:
    asked = reading.asked
    return cohorts(reading.tickets, measure, period, now=reading.now, working=asked.working, net=asked.net, by=by)


_MAKERS: Mapping[str, Callable[[Panel, Reading], Any]] = {WAITS: _waits, ON_TIME: _deadlines, PARTS: _parts}
