"""How long partners waited, for a period and a search: panels, the first at once, the others as they are there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from reports import filtering, panels, showing
from reports.access import StaffRequest, staff
from reports.figures import Figures
from reports.filtering import Way
from reports.names import Names
from reports.panels import PANELS, Panel
from reports.reading import Reading, reading

WHOLE = "whole"  # asks for all panels at once


@dataclass(frozen=True)
class Place:
    """Where a panel stands. Without `shown` it is still to come, from `address`."""

    panel: Panel
    address: str
    shown: Mapping[str, Any] | None = None
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
            "missing": any(place.shown is None for place in places),
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
    place = _place(wanted, read, Names(), panels.made(wanted, read))
    return render(request, "reports/panel.html", {"place": place, "asked": read.asked})


def _places(read: Reading, names: Names, *, whole: bool) -> Iterator[Place]:
    for number, panel in enumerate(PANELS.values()):
        needed = whole or number == 0
        yield _place(panel, read, names, panels.made(panel, read) if needed else panels.kept(panel, read))


def _place(panel: Panel, read: Reading, names: Names, found: Figures[Any] | None) -> Place:
    address = reverse("reports:response_panel", args=[panel.code]) + read.asked.address
    if found is None:
        return Place(panel, address)
    return Place(panel, address, showing.shown(panel, found.value, read, names), found.made_at)


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
