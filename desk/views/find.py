"""The search box: a reference leads to its ticket, everything else to what was found."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from desk import search
from desk.access import StaffRequest, staff
from tickets.permissions import visible
from tickets.search.marking import Part
from tickets.search.query import parse
from tickets.search.terms import Problem, Query, group_text

REFERENCE = re.compile(r"(?:[A-Za-z]{1,8}[\s-]*)?(\d{4})[\s-]+(\d{1,6})")


@dataclass(frozen=True)
class Chip:
    """One condition of the search, and the address of the search without it."""

    text: str
    address: str


@dataclass(frozen=True)
class Mistake:
    """What is wrong with the search, and the search with that place marked."""

    message: str
    typed: tuple[Part, ...]


@require_safe
@staff
def find(request: StaffRequest) -> HttpResponse:
    """What was found, newest first; without a search, what one can type."""
    asked = request.GET.get("q", "").strip()
    reference = REFERENCE.fullmatch(asked)
    if reference:
        number = f"{settings.REFERENCE_PREFIX}-{reference[1]}-{int(reference[2]):06d}"
        if visible(request.user).filter(reference=number).exists():
            return redirect("desk:ticket", number)
    query = parse(asked)
    results = None
    if query or query.problems:
        results = search.results(query, request.user, cursor=request.GET.get("cursor", ""), now=timezone.now())
    return render(
        request,
        "desk/find.html",
        {
            "asked": asked,
            "results": results,
            "chips": list(_chips(query)),
            "mistakes": mistakes(query.typed, results.problems) if results else [],
            "as_list": urlencode({"q": query.text}),
        },
    )


def address(query: Query) -> str:
    """Where a search is."""
    return reverse("desk:find") + (f"?{urlencode({'q': query.text})}" if query else "")


def mistakes(typed: str, problems: Sequence[Problem]) -> list[Mistake]:
    """What is wrong with a search, each where it stands."""
    return [_mistake(typed, problem) for problem in problems]


def _chips(query: Query) -> Iterator[Chip]:
    return (Chip(group_text(group), address(query.without(group))) for group in query.groups)


def _mistake(typed: str, problem: Problem) -> Mistake:
    end = problem.start + problem.length
    parts = (Part(typed[: problem.start]), Part(typed[problem.start : end], marked=True), Part(typed[end:]))
    return Mistake(problem.message, tuple(part for part in parts if part.text))
