"""The figures of a panel as a page shows them: sentence, numbers with their band, picture, tables, and links."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from reports import charts, panels, sentences, words
from reports.names import DIMENSIONS, Names, Part
from reports.panels import Deadlines, Panel, Parts, Waits
from reports.queries.cohorts import FIRST, NEXT, RESOLVED
from reports.reading import Reading
from reports.survival import NotReached, Reached
from reports.waiting import HALF, NEARLY_ALL, QUANTILES, Waiting, axis
from tickets.endings import STOOD_FOR
from tickets.models import Ticket

CHARTS = 9  # parts that have a picture; the table has all of them
STEPS = (1, 2, 5, 10, 15, 20, 30, 60, 90)  # days in the table beside a curve


@dataclass(frozen=True)
class Quantile:
    """A share and when it was reached, in words."""

    share: str
    at: str
    band: str
    before: str


@dataclass(frozen=True)
class Number:
    """A number of tickets, waits or deadlines, and the search behind it; empty where it leads nowhere."""

    number: int
    address: str
    words: str


@dataclass(frozen=True)
class Pause:
    """For whom we waited, how many waits stood still for it and how many tickets they belong to, how long together."""

    words: str
    waits: int
    tickets: Number
    time: str


@dataclass(frozen=True)
class PartLine:
    """One part of a dimension: its name, figures in words, and its picture where it has one.

    `before` is when half had their answer in the period before.
    """

    name: str
    half: str
    most: str
    band: str
    before: str
    numbers: Sequence[Number]
    chart: SafeString | None


def shown(panel: Panel, value: Any, read: Reading, names: Names) -> Mapping[str, Any]:
    """What the template of the panel needs."""
    makers: dict[str, Callable[[], Mapping[str, Any]]] = {
        panels.WAITS: lambda: _waits(panel, value, read),
        panels.ON_TIME: lambda: _deadlines(value, read),
        panels.PARTS: lambda: _parts(panel, value, read, names),
    }
    return makers[panel.kind]()


def _waits(panel: Panel, found: Waits, read: Reading) -> Mapping[str, Any]:
    now, asked = found.now, read.asked
    average = None if now.average is None else words.length(now.average, working=asked.working)
    return {
        "sentence": sentences.waiting(panel.subject, now, working=asked.working),
        "n": now.n,
        "quantiles": list(_quantiles(found, working=asked.working)),
        "chart": _chart(panel.code, str(panel.title), panel.subject, now, now.axis, read) if now.n else None,
        "curve": list(_curve(now)),
        "numbers": list(_numbers(panel.subject, found, read)),
        "unmeasured": now.unmeasured,
        "at_once": now.at_once if asked.working else 0,
        "average": average if asked.average else None,
        "gross_only": asked.net and panel.subject in (FIRST, RESOLVED),
        "left_out": list(_left_out(panel.subject, found, read)),
    }


def _quantiles(found: Waits, *, working: bool) -> Iterator[Quantile]:
    names = (_("half"), _("three in four"), _("nine in ten"))
    for name, at, before in zip(names, found.now.reached, found.before.reached, strict=True):
        was = words.length(before.at, working=working) if found.before.n else pgettext("figure", "nobody wrote")
        yield Quantile(name, words.length(at.at, working=working), words.band(at, working=working), was)


def _left_out(measure: str, found: Waits, read: Reading) -> Iterator[Pause]:
    """What net left out; nothing where it leaves nothing out."""
    period = read.asked.period.searched
    for code, cause in STOOD_FOR.items():
        if cause in found.now.left_out:
            each = found.now.left_out[cause]
            of = f"next:{period}/{code}" if measure == NEXT else f"received:{period} -status:spam,merged paused:{code}"
            tickets = Number(found.stood[cause], read.found(of), "")
            time = words.length(each.seconds, working=read.asked.working)
            yield Pause(str(Ticket.WaitingFor(cause).label), each.waits, tickets, time)


def _chart(code: str, title: str, measure: str, found: Waiting, days: int, read: Reading) -> SafeString:
    """The curve. Its letters are escaped by the maker of the picture."""
    working = read.asked.working
    half, most = (found.reached[QUANTILES.index(share)] for share in (HALF, NEARLY_ALL))
    marks = [
        charts.Mark(share, text % {"time": words.length(each.at, working=working)})
        for share, each, text in ((HALF, half, _("half: %(time)s")), (NEARLY_ALL, most, _("nine in ten: %(time)s")))
        if not isinstance(each.at, NotReached)
    ]
    line = _("without an answer") if measure in (FIRST, NEXT) else _("not resolved")
    axis = _("days of working time") if working else pgettext("axis of a picture", "days")
    said = charts.Words(
        title, sentences.waiting(measure, found, working=working), line, axis,
        tuple(words.percent(share) for share in (1, 0.5, 0)),  # type: ignore[arg-type]
    )  # fmt: skip
    return mark_safe(charts.waiting(code, found.curve, days, said, marks))  # noqa: S308 - made of escaped text


def _curve(found: Waiting) -> Iterator[tuple[str, str]]:
    """The picture as a table: who had no answer after so many days."""
    for days in STEPS:
        share = found.within(days)
        if days > found.axis or share is None:
            return
        label = ngettext("%(number)s day", "%(number)s days", days) % {"number": days}
        yield label, words.percent(1 - share.value)


def _numbers(measure: str, found: Waits, read: Reading) -> Iterator[Number]:
    now, period = found.now, read.asked.period.searched
    if measure in (FIRST, NEXT):
        of, opened, gone = f"{measure}:{period}", f"{measure}:{period}/open", f"{measure}:{period}/left"
    else:
        of = f"received:{period} -status:spam,merged"
        opened = f"{of} -is:resolved" if measure == RESOLVED else f"{of} -resolved:1970.."
        gone = f"received:{period} status:spam,merged"
    if found.tickets != now.n:
        text = ngettext("%(number)s wait", "%(number)s waits", now.n) % {"number": now.n}
        yield Number(now.n, "", text)
        text = ngettext("of %(number)s ticket", "of %(number)s tickets", found.tickets) % {"number": found.tickets}
    else:
        text = ngettext("%(number)s ticket", "%(number)s tickets", now.n) % {"number": now.n}
    yield Number(found.tickets, read.found(of), text)
    text = ngettext("%(number)s still open", "%(number)s still open", now.open) % {"number": now.open}
    yield Number(now.open, read.found(opened), text)
    text = ngettext("%(number)s excluded", "%(number)s excluded", now.excluded) % {"number": now.excluded}
    yield Number(now.excluded, read.found(gone) if found.left == now.excluded else "", text)


def _deadlines(found: Deadlines, read: Reading) -> Mapping[str, Any]:
    now, period = found.now, read.asked.period.searched
    counted = (
        ("kept", now.kept, pgettext("deadline", "answered in time")),
        ("late", now.late, pgettext("deadline", "late, or open and overdue")),
        ("closed", now.closed, pgettext("deadline", "closed without an answer before it")),
        ("undecided", now.undecided, pgettext("deadline", "open and not yet due")),
    )
    left = ngettext("%(number)s excluded", "%(number)s excluded", found.left) % {"number": found.left}
    whole = ngettext("%(number)s deadline", "%(number)s deadlines", now.n) % {"number": now.n}
    return {
        "sentence": sentences.on_time(now),
        "n": now.n,
        "share": now.share,
        "least": now.least,
        "most": now.most,
        "before": found.before.share,
        "counts": [Number(number, read.found(f"reply:{period}/{code}"), text) for code, number, text in counted],
        "longest": max(number for _code, number, _text in counted),
        "numbers": [
            Number(now.n, read.found(f"reply:{period}"), whole),
            Number(found.left, read.found(f"reply:{period}/left"), left),
        ],
    }


def _parts(panel: Panel, found: Parts, read: Reading, names: Names) -> Mapping[str, Any]:
    """The parts by how many tickets they have: never by how quick they are. All pictures have one scale."""
    days = max((axis(each.reached[:2], each.curve) for each in found.now.values() if each.n), default=2)
    named = sorted(
        ((names.part(panel.subject, key), key, each) for key, each in found.now.items()),
        key=lambda line: (-line[2].n, line[0].label.casefold()),
    )
    lines = []
    for place, (part, key, each) in enumerate(named):
        drawn = each.n and place < CHARTS
        chart = _chart(f"{panel.code}-{place}", part.label, FIRST, each, days, read) if drawn else None
        lines.append(_part_line(part, each, found.before.get(key), chart, read))
    return {"lines": lines, "heading": DIMENSIONS[panel.subject].words, "more": len(lines) > CHARTS, "charts": CHARTS}


def _part_line(part: Part, found: Waiting, before: Reached | None, chart: SafeString | None, read: Reading) -> PartLine:
    def time(reached: Reached) -> str:
        return words.length(reached.at, working=read.asked.working)

    return PartLine(
        part.label,
        time(found.reached[0]) if found.n else "",
        time(found.reached[-1]) if found.n else "",
        words.band(found.reached[0], working=read.asked.working) if found.n else "",
        time(before) if before else pgettext("figure", "nobody wrote"),
        list(_part_numbers(found, part.term, read)),
        chart,
    )


def _part_numbers(each: Waiting, term: str, read: Reading) -> Iterator[Number]:
    period = read.asked.period.searched
    yield Number(each.n, read.found(f"first:{period} {term}"), "")
    yield Number(each.open, read.found(f"first:{period}/open {term}"), "")
    yield Number(each.excluded, read.found(f"first:{period}/left {term}"), "")
