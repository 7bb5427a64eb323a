"""The lists of tickets: a page, its lines alone for a page that refreshes itself, and how long each view is."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse, HttpResponseNotModified, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_safe

from desk import filters, listing, shipped
from desk.access import StaffRequest, staff
from desk.choices import Choices, choices_of_lists
from desk.filters import Filter
from desk.writing import part, written
from tickets.models import Ticket, User
from tickets.permissions import may_change_view
from tickets.search.terms import Problem, Term, group_text

COUNTS_SECONDS = 5
STATUSES: tuple[tuple[Term, str | Promise], ...] = (
    (Term("is", "todo"), pgettext_lazy("list of tickets", "To do")),
    (Term("is", "snoozed"), pgettext_lazy("list of tickets", "Put off")),
    (Term("status", "new"), pgettext_lazy("list of tickets", "New")),
    (Term("status", "open"), pgettext_lazy("list of tickets", "Open")),
    (Term("status", "pending"), pgettext_lazy("list of tickets", "Pending")),
    (Term("status", "solved"), pgettext_lazy("list of tickets", "Solved")),
    (Term("status", "closed"), pgettext_lazy("list of tickets", "Closed")),
    (Term("status", "spam"), pgettext_lazy("list of tickets", "Spam")),
)


@dataclass(frozen=True)
class Way:
    """A link to another list. `now` when it is this one."""

    words: str | Promise
    address: str
    now: bool = False


@dataclass(frozen=True)
class Attempt:
    """What somebody tried on the list and could not do: `where` names the menu that says it.

    `values` is what was typed, `picked` which tickets were selected: both stay.
    """

    where: str = ""
    problem: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    picked: frozenset[str] = frozenset()


NONE = Attempt()


@require_safe
@staff
def tickets(request: StaffRequest) -> HttpResponse:
    """Two lines for each ticket, page by page."""
    return list_page(request, request.GET)


def list_page(request: StaffRequest, asked: QueryDict, attempt: Attempt = NONE) -> HttpResponse:
    """The page of a list, after an attempt too."""
    chosen, known = filters.read(asked, request.user), choices_of_lists(request.user)
    facts = _lines(request.user, chosen, asked, attempt.picked)
    context = {
        **facts,
        "lines": written("desk/lines.html", facts, request),
        "title": _title(chosen),
        "asked": "" if chosen.view else chosen.query.typed or chosen.query.text,
        "current": chosen.view,
        "known": known,
        "terms": list(_chips(chosen)),
        "people": list(_people(chosen, known, request.user)),
        "statuses": list(_statuses(chosen)),
        "orders": [
            Way(order.words, chosen.ordered(code).address, code == chosen.order)
            for code, order in filters.ORDERS.items()
        ],
        "all_columns": filters.COLUMNS,
        "saved": chosen.saved,
        "may_change": chosen.saved is not None and may_change_view(request.user, chosen.saved),
        "own_views": [view for view in known.views if view.offered],
        "outcomes": Ticket.Outcome.choices,
        "attempt": attempt,
    }
    return render(request, "desk/list.html", context, status=409 if attempt.where else 200)


@require_safe
@staff
def rows(request: StaffRequest) -> HttpResponse:
    """The lines of a list alone, for a page that is open already; 304 when it has them as they are."""
    chosen = filters.read(request.GET, request.user)
    answer = part(request, "desk/lines.html", _lines(request.user, chosen, request.GET))
    mark = f'"{hashlib.sha256(answer.content).hexdigest()[:32]}"'
    if request.headers.get("If-None-Match") == mark:
        return HttpResponseNotModified()
    answer.headers["ETag"] = mark
    return answer


@require_safe
@staff
def counts(request: StaffRequest) -> JsonResponse:
    """How long each view of the side bar is, as it stands there: "7", "999+", or "" when counting took too long."""
    key = counts_key(request.user)
    known = cache.get(key)
    if known is None:
        known = {view: _count_words(number) for view, number in listing.counts(request.user, timezone.now()).items()}
        cache.set(key, known, COUNTS_SECONDS)
    return JsonResponse(known)


def counts_key(user: User) -> str:
    """Where the counts of a person wait; to be forgotten when that person changed what they count."""
    return f"desk-counts:{user.pk}"


def _lines(user: User, chosen: Filter, asked: QueryDict, picked: frozenset[str] = frozenset()) -> dict[str, Any]:
    """What the lines of a list need; `picked` are those that are selected."""
    lines = listing.read(user, chosen, cursor=asked.get("cursor", ""), now=timezone.now())
    return {
        "chosen": chosen,
        "page": lines.page,
        "rows": lines.rows,
        "picked": picked,
        "columns": chosen.shown(user),
        "asked_for": asked,
        "problems": lines.narrowed.problems,
        "house_mail": settings.MAIL_ADDRESS,
        "asked_parts": _parts(chosen.query.typed, lines.narrowed.problems),
    }


def _parts(typed: str, problems: Sequence[Problem]) -> list[tuple[str, bool]]:
    """What was typed, cut where it is not understood: each part, and whether it is such a one."""
    parts, place = [], 0
    for each in problems:
        start = max(each.start, place)
        parts += [(typed[place:start], False), (typed[start : each.start + each.length], True)]
        place = max(place, each.start + each.length)
    return [*parts, (typed[place:], False)]


def _count_words(number: int | None) -> str:
    if number is None:
        return ""
    return f"{listing.MOST_COUNTED - 1}+" if number >= listing.MOST_COUNTED else str(number)


def _title(chosen: Filter) -> str | Promise:
    if chosen.saved is not None:
        return chosen.saved.name
    return shipped.named(chosen.view).words if chosen.view else pgettext("list of tickets", "Found tickets")


def _chips(chosen: Filter) -> Iterator[Way]:
    """What is searched for, term by term, each with the way to the list without it."""
    for group in chosen.query.groups:
        yield Way(group_text(group), chosen.searching(chosen.query.without(group)).address)


def _people(chosen: Filter, known: Choices, user: User) -> Iterator[Way]:
    """By whom the list can be narrowed."""
    query = chosen.query
    now = query.value("assignee")
    nobody = Term("is", "unassigned") in query.terms or now == "none"
    yield Way(_("Anybody"), chosen.with_assignee("").address, not now and not nobody)
    yield Way(_("Me"), chosen.with_assignee("me").address, now == "me")
    yield Way(_("Nobody"), chosen.with_assignee("none").address, nobody)
    for person in known.people:
        if person.offered and person.pk != user.pk:
            yield Way(person.name, chosen.with_assignee(person.name).address, now.lower() == person.name.lower())


def _statuses(chosen: Filter) -> Iterator[Way]:
    """By which status the list can be narrowed."""
    said = list(chosen.query.terms)
    for term, words in STATUSES:
        yield Way(words, chosen.with_status(term).address, term in said)
