"""How things stand now: what is open, who waits how long, what is late, and whose it is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from reports import filtering
from reports.access import StaffRequest, staff
from reports.figures import figures, parts
from reports.names import DIMENSIONS, Names, Part
from reports.periods import DAY
from reports.queries import now as queries
from reports.queries.now import Standing, Tally
from reports.reading import Reading, reading
from tickets.models import User
from web import times

OPEN = "status:new,open,pending"
PARTS = ("now_top", "now_rest")  # what of the page names nobody, so that it may be kept
NOT_LEFT = "-status:spam,merged"


@dataclass(frozen=True)
class Count:
    """A number and the search that finds its tickets; a zero leads nowhere."""

    number: int
    address: str
    words: str = ""


@dataclass(frozen=True)
class Line:
    """A line of a table: a name, and the open, waiting and overdue tickets of it."""

    name: str
    counts: Sequence[Count]


@dataclass(frozen=True)
class Table:
    """Lines that add up to `all`; `most` is the length of the longest bar."""

    code: str
    words: str | Promise
    heading: str | Promise
    lines: Sequence[Line]
    most: int


@require_safe
@staff
def now(request: StaffRequest) -> HttpResponse:
    """The page Now. Its figures are at most five minutes old, the list of the oldest is of this moment."""
    read, names = reading(request, timezone.now()), Names()
    context = {"current": "now", **filtering.context(read, names, request.path, periods=False)}
    if not read.problems:
        found = figures(read, "now", lambda: queries.standing(read.tickets, read.now))
        context |= {
            "made_at": found.made_at,
            **parts(read, PARTS, lambda: found, lambda value: _shown(value, read, names))[0],
            "oldest": queries.oldest(read.tickets),
            "longest": read.found("is:waiting"),
            "people": None if read.own else _people(found.value, read),
        }
    return render(request, "reports/now.html", context)


def _shown(found: Standing, read: Reading, names: Names) -> dict[str, Any]:
    return {
        "counts": list(_counts(found, read)),
        "tables": list(_tables(found, read, names)),
        "ages": list(_ages(found, read)),
        "most_aged": max(found.ages),
        "next_week": list(_next_week(found, read)),
        "came": _came(found, read),
        "ended": _ended(found, read),
    }


def _counts(found: Standing, read: Reading) -> Iterator[Count]:
    """The numbers on top of the page."""
    tally, unassigned = found.all, found.people.get(None, Tally())
    today, week = found.due_between(found.day, found.day), found.due_between(found.day, found.sunday)
    rest = f"due:{found.day.isoformat()}..{found.sunday.isoformat()}"
    yield Count(tally.open, read.found(OPEN), pgettext("number of tickets", "open"))
    yield Count(tally.waiting, read.found("is:waiting"), pgettext("number of tickets", "wait for our answer"))
    yield Count(tally.overdue, read.found("is:overdue"), pgettext("number of tickets", "overdue"))
    yield Count(today, read.found(f"due:{found.day.isoformat()}"), pgettext("number of tickets", "due today"))
    yield Count(week, read.found(rest), pgettext("number of tickets", "due today or later this week"))
    if not read.own:
        text = f"is:unassigned {OPEN}"
        yield Count(unassigned.open, read.found(text), pgettext("number of tickets", "nobody’s"))


def _tables(found: Standing, read: Reading, names: Names) -> Iterator[Table]:
    for code, tallies in found.parts.items():
        lines = _lines({names.part(code, key): tally for key, tally in tallies.items()}, read)
        by = DIMENSIONS[code]
        yield Table(code, by.words, by.heading, lines, max((each.open for each in tallies.values()), default=0))


def _people(found: Standing, read: Reading) -> Table:
    """What each colleague has: load, not speed. In the order of their names, as nobody is ranked."""
    ids = [key for key in found.people if key is not None]
    people = {pk: Part(name, f"assignee:{email}") for pk, name, email in _named(ids)}
    nobody = Part(pgettext("assignee", "nobody"), "assignee:none")
    lines = [_line(people[key], found.people[key], read) for key in people]
    if None in found.people:
        lines.insert(0, _line(nobody, found.people[None], read))
    return Table(
        "people", _("Assignee"), _("By assignee"), lines, max((each.open for each in found.people.values()), default=0)
    )


def _named(ids: Sequence[int]) -> Sequence[tuple[int, str, str]]:
    return list(User.objects.filter(pk__in=ids).order_by("name", "pk").values_list("pk", "name", "email"))


def _lines(tallies: Mapping[Part, Tally], read: Reading) -> list[Line]:
    """The parts with most open tickets first."""
    ordered = sorted(tallies.items(), key=lambda each: (-each[1].open, each[0].label.casefold()))
    return [_line(part, tally, read) for part, tally in ordered]


def _line(part: Part, tally: Tally, read: Reading) -> Line:
    searched = (OPEN, "is:waiting", "is:overdue")
    numbers = (tally.open, tally.waiting, tally.overdue)
    return Line(
        part.label,
        [Count(n, read.found(f"{part.term} {text}")) for n, text in zip(numbers, searched, strict=True)],
    )


def _ages(found: Standing, read: Reading) -> Iterator[Count]:
    for band, number in enumerate(found.ages):
        first, last = queries.band_days(found.day, band)
        text = f"waits:{first.isoformat() if first else ''}..{last.isoformat()}"
        yield Count(number, read.found(text), age_words(band))


def age_words(band: int) -> str:
    """How long the tickets of a band have waited, in words."""
    first, after = queries.AGES[band], queries.AGES[band + 1] if band + 1 < len(queries.AGES) else None
    if first == 0:
        return _("since today")
    if after is None:
        return ngettext("%(number)s day or more", "%(number)s days or more", first) % {"number": first}
    return _("%(first)s to %(last)s days") % {"first": first, "last": after - 1}


def _next_week(found: Standing, read: Reading) -> Iterator[Count]:
    """What is promised for each day from Monday on; a Saturday or Sunday stands there only if something is."""
    for number in range(1, 8):
        day: date = found.sunday + number * DAY
        promised = found.due_between(day, day)
        if promised or number <= 5:
            yield Count(promised, read.found(f"due:{day.isoformat()}"), times.day(day))


def _weeks(found: Standing) -> str:
    first = found.day - queries.WEEKS * 7 * DAY
    return f"{first.isoformat()}..{(found.day - DAY).isoformat()}"


def _came(found: Standing, read: Reading) -> Count:
    return Count(found.came, read.found(f"received:{_weeks(found)} {NOT_LEFT}"))


def _ended(found: Standing, read: Reading) -> Count:
    return Count(found.ended, read.found(f"resolved:{_weeks(found)} {NOT_LEFT}"))
