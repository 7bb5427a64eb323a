"""How long partners waited, for a period and a search: panels, the first at once, the others as they are there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from reports import filtering, panels, showing
from reports.access import StaffRequest, staff
from reports.figures import Figures, Page, keep_page, pages
from reports.filtering import Way
from reports.names import Names
from reports.panels import PANELS, Panel
from reports.reading import Reading, reading

WHOLE = "whole"  # asks for all panels at once


@dataclass(frozen=True)
class Place:
    """Where a panel stands. Without `html` it is still to come, from `address`."""

    panel: Panel
    address: str
    html: SafeString | None = None
    made_at: datetime | None = None


@require_safe
@staff
def response(request: StaffRequest) -> HttpResponse:
    """The page: its first panel, those that are kept, and places for the others; with `whole=1` all of them."""
    read, names = reading(request, timezone.now()), Names()
    context = {"current": "response", **filtering.context(read, names, request.path)}
    if not read.problems:
        places = list(_places(read, names, whole=WHOLE in request.GET))
        context |= {
            "places": places,
            "made_at": min(place.made_at for place in places if place.made_at),
            "all_at_once": f"{request.path}?{urlencode({**read.asked.parts, WHOLE: '1'})}",
            "switches": list(_switches(read, request.path)),
        }
    return render(request, "reports/response.html", context)


@require_safe
@staff
def one(request: StaffRequest, panel: str) -> HttpResponse:
    """One panel alone, for the page that stands already."""
    read, wanted = reading(request, timezone.now()), PANELS.get(panel)
    if wanted is None or read.problems:
        raise Http404
    kept = pages(read, [wanted.code]).get(wanted.code)
    return HttpResponse(kept.html if kept else _html(wanted, read, Names(), panels.made(wanted, read)))


def _places(read: Reading, names: Names, *, whole: bool) -> Iterator[Place]:
    """What is kept as it stands, else made of the figures that are kept; the first panel, or all, made anew if not."""
    ready = pages(read, list(PANELS))
    for number, panel in enumerate(PANELS.values()):
        address = reverse("reports:response_panel", args=[panel.code]) + read.asked.address
        if panel.code in ready:
            yield Place(panel, address, ready[panel.code].html, ready[panel.code].made_at)
            continue
        found = panels.made(panel, read) if whole or number == 0 else panels.kept(panel, read)
        yield Place(panel, address, _html(panel, read, names, found), found.made_at) if found else Place(panel, address)


def _html(panel: Panel, read: Reading, names: Names, found: Figures[Any]) -> SafeString:
    """The panel as it stands in the page."""
    context = {"panel": panel, "shown": showing.shown(panel, found.value, read, names)}
    return keep_page(read, panel.code, Page(render_to_string("reports/panel.html", context), found.made_at))


def _switches(read: Reading, path: str) -> Iterator[tuple[str, Sequence[Way]]]:
    """By which clock the figures are made, and the ways to the other one."""
    asked = read.asked

    def way(words: str, name: str, on: bool) -> Way:
        return Way(words, path + asked.switched(**{name: on}).address, getattr(asked, name) == on)

    yield (
        _("Time"),
        [
            way(pgettext("kind of time", "calendar"), "working", False),
            way(pgettext("kind of time", "working"), "working", True),
        ],
    )
    yield (
        _("Waiting for others"),
        [
            way(pgettext("time waiting for others", "included (gross)"), "net", False),
            way(pgettext("time waiting for others", "left out (net)"), "net", True),
        ],
    )
    yield (
        _("Average of the answered"),
        [
            way(pgettext("the average", "not shown"), "average", False),
            way(pgettext("the average", "shown"), "average", True),
        ],
    )
