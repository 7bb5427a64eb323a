"""Compliance: what became of each deadline, and the list that an auditor asks for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from reports import filtering
from reports.access import StaffRequest, staff
from reports.figures import Figures, figures, parts
from reports.names import Names
from reports.queries import compliance as queries
from reports.queries.compliance import LEFT, MEANINGS, VERDICTS, Compliance
from reports.reading import Reading, reading
from reports.views.now import Count
from tickets.models import Duty
from web.paging import page

PAGE, PRINTED = 50, 1000  # rows of a page, and of one for paper
DUTIES = dict(Duty.choices)


@dataclass(frozen=True)
class Line:
    """A duty, and how many of its deadlines came to what."""

    name: str
    counts: Sequence[Count]


@require_safe
@staff
def compliance(request: StaffRequest) -> HttpResponse:
    """The page Compliance."""
    read, names = reading(request, timezone.now()), Names()
    context = {"current": "compliance", **filtering.context(read, names, request.path)}
    if not read.problems:
        shown, made_at = parts(read, ["compliance_figures"], lambda: made(read), lambda found: _shown(found, read))
        context |= {"made_at": made_at, **shown}
    return render(request, "reports/compliance.html", context)


@require_safe
@staff
def deadlines(request: StaffRequest) -> HttpResponse:
    """Every deadline with what became of it, by its date; `print` for paper."""
    read, names = reading(request, timezone.now()), Names()
    duties, verdicts = picked(request.GET)
    context = {"current": "compliance", **filtering.context(read, names, request.path)}
    if not read.problems:
        printed = "print" in request.GET
        found = page(
            rows_of(read, duties, verdicts),
            by="due_at",
            cursor=request.GET.get("cursor", ""),
            size=PRINTED if printed else PAGE,
        )
        context |= {
            "page": found,
            "rows": found.rows,
            "printed": printed,
            "whole": reverse("reports:compliance") + read.asked.address,
            "as_print": _list(read, duties, verdicts, print="1"),
            "export_fields": [("duty", each) for each in duties] + [("verdict", each) for each in verdicts],
            "heading": heading(duties, verdicts),
            "now": read.now,
        }
    return render(request, "reports/deadlines.html", context)


def made(read: Reading) -> Figures[Compliance]:
    """The figures of the page, kept for a while."""
    return figures(read, "compliance", lambda: queries.compliance(read.tickets, read.asked.period, now=read.now))


def picked(asked: QueryDict) -> tuple[list[str], list[str]]:
    """The duties and verdicts that a list is narrowed to; what is none of them is passed over."""
    duties = [each for each in asked.getlist("duty") if each in Duty.values]
    return duties, [each for each in asked.getlist("verdict") if each in MEANINGS]


def rows_of(read: Reading, duties: Sequence[str], verdicts: Sequence[str]) -> Any:
    """The deadlines of the list."""
    rows = queries.deadlines(read.tickets, read.asked.period, now=read.now)
    return queries.chosen(rows, duties=duties, verdict_codes=verdicts, now=read.now)


def heading(duties: Sequence[str], verdicts: Sequence[str]) -> str:
    """What the list holds, in words; empty for all."""
    parts = [", ".join(str(DUTIES[each]) for each in duties), ", ".join(str(MEANINGS[each]) for each in verdicts)]
    return " · ".join(part for part in parts if part)


def share_kept(found: Compliance) -> float | None:
    """The kept ones of those that are decided: kept or late, whatever came later. None without any."""
    kept = found.number(queries.KEPT)
    decided = kept + found.number(queries.LATE) + found.number(queries.OVERDUE)
    return kept / decided if decided else None


def sentence(found: Compliance) -> str:
    """What became of them, in one sentence."""
    late = found.number(queries.LATE) + found.number(queries.OVERDUE)
    kept, share = found.number(queries.KEPT), share_kept(found)
    facts = {"kept": kept, "late": late, "ahead": found.number(queries.AHEAD)}
    if not found.owed:
        return _("No deadline fell due in this period.")
    if share is None:
        return _("Nothing of this period is decided yet: %(ahead)s are open and not yet due.") % facts
    facts["share"] = formats.number_format(round(100 * share, 1))  # type: ignore[assignment]
    return _("%(kept)s were kept and %(late)s were not: %(share)s %% of what is decided was kept.") % facts


def _shown(found: Compliance, read: Reading) -> dict[str, Any]:
    return {
        "compliance": found,
        "sentence": sentence(found),
        "counts": [_count(read, found, "", each, words) for each, words in VERDICTS.items()],
        "left": [_count(read, found, "", each, words) for each, words in LEFT.items()],
        "owed": Count(found.owed, _list(read, [], list(VERDICTS))),
        "all": Count(found.all, _list(read, [], [])),
        "verdicts": list(VERDICTS.values()),
        "lines": list(_lines(found, read)),
        "most": max((found.number(each) for each in VERDICTS), default=0),
        "list": _list(read, [], []),
    }


def _lines(found: Compliance, read: Reading) -> Iterator[Line]:
    for duty in found.duties:
        counts = [_count(read, found, duty, each, words) for each, words in VERDICTS.items()]
        owed = Count(sum(each.number for each in counts), _list(read, [duty], list(VERDICTS)))
        yield Line(str(DUTIES[duty]), [*counts, owed])
    counts = [_count(read, found, "", each, words) for each, words in VERDICTS.items()]
    name = pgettext("duties", "all together")
    yield Line(name, [*counts, Count(found.owed, _list(read, [], list(VERDICTS)))])


def _count(read: Reading, found: Compliance, duty: str, verdict: str, words: str | Promise) -> Count:
    return Count(found.number(verdict, duty), _list(read, [duty] if duty else [], [verdict]), str(words))


def _list(read: Reading, duties: Sequence[str], verdicts: Sequence[str], **more: str) -> str:
    """The address of the list of these."""
    parts: list[tuple[str, str]] = [*read.asked.parts.items(), *(("duty", each) for each in duties)]
    parts += [*(("verdict", each) for each in verdicts), *more.items()]
    return f"{reverse('reports:deadlines')}{'?' if parts else ''}{urlencode(parts)}"
