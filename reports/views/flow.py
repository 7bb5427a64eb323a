"""Flow: what came, what was resolved, what stays, and at which hours."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import formats, timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from reports import filtering
from reports.access import StaffRequest, staff
from reports.columns import Column, columns
from reports.figures import Figures, figures, parts
from reports.names import Names
from reports.periods import Period
from reports.queries import flow as queries
from reports.queries.flow import Flow, Slice
from reports.reading import Reading, reading
from reports.views.now import NOT_LEFT, Count
from tickets import flow as conditions
from tickets import interim
from web import times

SHADES = 4


@dataclass(frozen=True)
class Line:
    """A line of the table: its days in words, and what came, was resolved and stayed open."""

    name: str
    counts: Sequence[Count]


@dataclass(frozen=True)
class Picture:
    """A chart with what stands above it."""

    name: str
    svg: SafeString


@dataclass(frozen=True)
class Cell:
    """An hour of a weekday: how many, where they are, and how dark it is, from 0 to `SHADES`."""

    count: Count
    shade: int


@dataclass(frozen=True)
class Hour:
    """A row of the grid: the hour in Brussels and in Kyiv, and its seven days."""

    brussels: str
    kyiv: str
    cells: Sequence[Cell]


@require_safe
@staff
def flow(request: StaffRequest) -> HttpResponse:
    """The page Flow."""
    read, names = reading(request, timezone.now()), Names()
    context = {"current": "flow", **filtering.context(read, names, request.path)}
    if not read.problems:
        shown, made_at = parts(read, ["flow_figures"], lambda: made(read), lambda found: _shown(found, read))
        context |= {"made_at": made_at, **shown}
    return render(request, "reports/flow.html", context)


def made(read: Reading) -> Figures[Flow]:
    """The figures of the page, kept for a while."""
    return figures(read, "flow", lambda: queries.flow_of(read.tickets, read.asked.period, today=read.today))


def _shown(found: Flow, read: Reading) -> dict[str, Any]:
    days = read.asked.period.searched
    weekdays = [formats.date_format(date(2026, 6, day), "D") for day in range(1, 8)]  # the first was a Monday
    return {
        "flow": found,
        "counts": list(_counts(found, read, days)),
        "sentence": sentence(found),
        "pictures": list(_pictures(found, read)),
        "split": found.split,
        "lines": [_line(each, read) for each in found.slices],
        "weekdays": weekdays,
        "grids": [
            (
                "arrivals",
                pgettext("tickets by hour", "When requests arrive"),
                _hours(found.arrivals, read, f"received:{days} {NOT_LEFT}", "hour"),
            ),
            (
                "answers",
                pgettext("tickets by hour", "When first answers leave"),
                _hours(found.answers, read, f"answered:{days} {NOT_LEFT}", "answerhour"),
            ),
        ],
        "steps": list(_steps(found, read, days)),
        "most_steps": max(found.acknowledged.steps.values()),
        "acknowledged": acknowledged(found),
        "interim": list(_interim(found, read, days)),
        "most_interim": max(found.interim.values()),
        "before_answers": before_answers(found),
    }


def sentence(found: Flow) -> str:
    """What happened, in one sentence."""
    change = found.open_after - found.open_before
    facts = {"came": found.came, "resolved": found.resolved, "open": found.open_after, "change": abs(change)}
    if change > 0:
        return (
            _("%(came)s came and %(resolved)s were resolved: %(open)s are open, %(change)s more than before.") % facts
        )
    if change < 0:
        return (
            _("%(came)s came and %(resolved)s were resolved: %(open)s are open, %(change)s fewer than before.") % facts
        )
    return _("%(came)s came and %(resolved)s were resolved: %(open)s are open, as many as before.") % facts


def acknowledged(found: Flow) -> str:
    """How soon the acknowledgements left, in one sentence."""
    half = found.acknowledged.half
    if not found.came:
        return ""
    if half is None:
        return _("Fewer than half have an acknowledgement.")
    return _("Half had the acknowledgement within %(time)s.") % {"time": seconds(half)}


def before_answers(found: Flow) -> str:
    """How many partners were told that their answer takes longer, in one sentence."""
    facts = {"number": found.interim["holding"], "within": found.interim["within"]}
    text = ngettext(
        "%(number)s ticket had a holding reply, %(within)s while the deadline for the reply still ran.",
        "%(number)s tickets had a holding reply, %(within)s while the deadline for the reply still ran.",
        found.interim["holding"],
    )
    return text % facts if facts["number"] else ""


def seconds(value: float) -> str:
    """A short time in words: seconds where it is less than two minutes."""
    whole = round(value)
    if whole < 120:
        return ngettext("%(number)s second", "%(number)s seconds", whole) % {"number": whole}
    start = datetime(2026, 1, 1, tzinfo=ZoneInfo("UTC"))
    return times.waited(start, start + timedelta(seconds=whole))


def period_words(period: Period) -> str:
    """Its first and last day in words; of one day that alone."""
    if period.days == 1:
        return times.day(period.first)
    return _("%(first)s to %(last)s") % {"first": times.day(period.first), "last": times.day(period.last)}


def kyiv(hour: int, period: Period) -> str:
    """Which hour it is in Kyiv then: two where the clocks of the two do not change together."""
    ours, theirs = ZoneInfo(settings.HOUSE_TIME_ZONE), ZoneInfo(settings.PARTNER_TIME_ZONE)
    days = {period.first, period.last, period.first + timedelta(days=period.days // 2)}
    hours = {datetime(day.year, day.month, day.day, hour, tzinfo=ours).astimezone(theirs).hour for day in days}
    return "–".join(f"{each:02d}" for each in sorted(hours))


def _count(read: Reading, number: int, text: str, words: str = "") -> Count:
    return Count(number, read.found(text) if number else "", words)


def _counts(found: Flow, read: Reading, days: str) -> Iterator[Count]:
    last = found.slices[-1].last.isoformat()
    came = f"received:{days} {NOT_LEFT}"
    yield _count(read, found.came, came, pgettext("number of tickets", "came"))
    yield _count(read, found.resolved, f"resolved:{days} {NOT_LEFT}", pgettext("number of tickets", "resolved"))
    yield _count(read, found.open_after, _open(last), pgettext("number of tickets", "open at the end"))
    again = pgettext("number of tickets", "of those that came, opened again later")
    yield _count(read, found.reopened, f"{came} is:reopened", again)
    lost = pgettext("number of tickets", "with mail of ours that did not arrive")
    yield _count(read, found.undelivered, f"undelivered:{days}", lost)
    left = pgettext("number of tickets", "came and are left out: spam or merged")
    yield _count(read, found.left, f"received:{days} status:spam,merged", left)


def _line(each: Slice, read: Reading) -> Line:
    days = Period(each.first, each.last)
    return Line(
        period_words(days),
        [
            _count(read, each.came, f"received:{days.searched} {NOT_LEFT}"),
            _count(read, each.resolved, f"resolved:{days.searched} {NOT_LEFT}"),
            _count(read, each.open, _open(each.last.isoformat())),
        ],
    )


def _open(last: str) -> str:
    """The search for what was open when a day ended."""
    return f"received:..{last} -resolved:..{last} {NOT_LEFT}"


def _pictures(found: Flow, read: Reading) -> Iterator[Picture]:
    """Small multiples: what came and what was resolved on one scale, what stays open on its own."""
    lines = [_line(each, read) for each in found.slices]
    names = (
        ("came", pgettext("tickets over time", "Came")),
        ("resolved", pgettext("tickets over time", "Resolved")),
        ("open", pgettext("tickets over time", "Open at the end")),
    )
    together = max((number for each in found.slices for number in (each.came, each.resolved)), default=0)
    usual = max(Period(each.first, each.last).days for each in found.slices)
    for place, (code, name) in enumerate(names):
        values = [
            Column(
                _short(each, found.split),
                line.counts[place].number,
                f"{line.name}: {line.counts[place].number}",
                line.counts[place].address,
                whole=code == "open" or found.split == "month" or Period(each.first, each.last).days == usual,
            )
            for each, line in zip(found.slices, lines, strict=True)
        ]
        svg = columns(f"flow-{code}", name, _description(values, lines), values, top=0 if code == "open" else together)
        yield Picture(name, mark_safe(svg))  # noqa: S308  # made by ElementTree, which escapes


def _description(values: Sequence[Column], lines: Sequence[Line]) -> str:
    highest = max(range(len(values)), key=lambda place: values[place].value)
    return _("Highest: %(number)s, %(days)s. The table below has every number.") % {
        "number": values[highest].value,
        "days": lines[highest].name,
    }


def _short(each: Slice, split: str) -> str:
    return formats.date_format(each.first, "M y" if split == "month" else "j M")


def _hours(counts: Mapping[tuple[int, int], int], read: Reading, text: str, operator: str) -> list[Hour]:
    """The hours of the day, without those of the night in which nothing ever happened."""
    there = {hour for _weekday, hour in counts} | set(range(8, 19))
    most = max(counts.values(), default=0)
    found = []
    for hour in range(min(there), max(there) + 1):
        cells = []
        for weekday in range(1, 8):
            number = counts.get((weekday, hour), 0)
            code = f"{operator}:{conditions.WEEKDAYS[weekday - 1]}-{hour:02d}"
            cells.append(Cell(_count(read, number, f"{text} {code}"), -(-SHADES * number // most) if most else 0))
        found.append(Hour(f"{hour:02d}", kyiv(hour, read.asked.period), cells))
    return found


def _steps(found: Flow, read: Reading, days: str) -> Iterator[Count]:
    for step, (_limit, words) in conditions.STEPS.items():
        number = found.acknowledged.steps[step]
        yield _count(read, number, f"received:{days} ack:{step} {NOT_LEFT}", str(words))


def _interim(found: Flow, read: Reading, days: str) -> Iterator[tuple[Count, bool]]:
    """What was sent before an answer; of each whether it is a part of what stands above it."""
    for code, kind in interim.KINDS.items():
        number = found.interim[code]
        yield _count(read, number, f"interim:{days}/{code} {NOT_LEFT}", str(kind.words)), kind.part
