"""Triage mode: one new ticket after the other, sorted with one post each, and each of them with a way back.

What somebody has sorted today and laid aside is kept in the session; who sorts at the same time sees the same tickets,
and is told when a colleague was quicker.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from desk import deadline, letters, notices, queries, sorting
from desk.access import StaffRequest, actor, look, read, staff
from desk.choices import choices
from desk.views.joining import UNKNOWN, other_ticket
from desk.views.triage import organisation_of
from tickets.actions import access, bulk, merging, triage
from tickets.actions.record import Actor
from tickets.actions.sorting import Chosen, sort
from tickets.errors import IllegalMove
from tickets.models import Queue, Region, Ticket, Topic, User
from tickets.permissions import Act
from web import html

MOST_LATER = 500  # tickets that one person lays aside


@require_safe
@staff
def next_ticket(request: StaffRequest) -> HttpResponse:
    """The next new ticket, or the one of `ticket` while it is new; when there is none, what to do instead."""
    look(request)
    now = timezone.now()
    waiting = sorting.waiting(request.sight.tickets).values_list("reference", flat=True)
    asked = request.GET.get("ticket", "")
    reference = waiting.filter(reference=asked.upper()[:20]).first() if asked else None
    reference = reference or waiting.exclude(pk__in=_sitting(request)["later"]).first()
    ticket = queries.ticket_of(request.sight, reference, now) if reference else None
    if ticket is None:
        return _page(request, {"left": len(_sitting(request)["later"])})
    access.view(actor=actor(request), ticket=ticket, now=now)
    return _sheet(request, ticket)


@require_POST
@staff
def act(request: StaffRequest, reference: str) -> HttpResponse:
    """Do to the ticket what the pressed button says: sort, spam, later, or join it with `other`."""
    ticket = read(request, reference, Act.TRIAGE)
    name = next((name for name in ACTS if name in request.POST), None)
    if name is None:
        raise Http404
    return ACTS[name](request, ticket)


@require_POST
@staff
def undo(request: StaffRequest) -> HttpResponse:
    """Take back what was done as `batch`, and show its ticket again."""
    try:
        batch = UUID(request.POST.get("batch", ""))
    except ValueError:
        raise Http404 from None
    result = bulk.undo(actor=actor(request), batch=batch, now=timezone.now())
    for each in result.refused:
        notices.failed(request, each.message)
    if result.changed:
        notices.done(request, _("It is as before."))
        _count(request, -1)
    return redirect(_address(request.POST.get("ticket", "")))


@require_POST
@staff
def again(request: StaffRequest) -> HttpResponse:
    """Show what was laid aside."""
    request.session["sorting"] = _sitting(request) | {"later": []}
    return redirect("desk:sorting")


def _sort(request: StaffRequest, ticket: Ticket) -> HttpResponse:
    """Do what the sheet says, where that is not what it said before."""
    chosen = _chosen(request.POST)
    told = _("%(reference)s is sorted.") % {"reference": ticket.reference}

    def do(one: Actor) -> object:
        return sort(actor=one, ticket_id=ticket.pk, correlation=request.correlation, now=timezone.now(), **chosen)

    return _do(request, ticket, do, told)


def _spam(request: StaffRequest, ticket: Ticket) -> HttpResponse:
    told = _("%(reference)s is put aside as spam. Nothing is deleted.") % {"reference": ticket.reference}
    return _do(request, ticket, lambda one: triage.mark_spam(actor=one, ticket_id=ticket.pk, now=timezone.now()), told)


def _join(request: StaffRequest, ticket: Ticket) -> HttpResponse:
    """Merge the ticket into `other`."""
    other = other_ticket(request)
    if other is None:
        return _sheet(request, ticket, problem=str(UNKNOWN), status=422)
    told = _("%(reference)s is merged into %(other)s.") % {"reference": ticket.reference, "other": other.reference}
    return _do(
        request,
        ticket,
        lambda one: merging.merge(actor=one, ticket_id=ticket.pk, into_id=other.pk, now=timezone.now()),
        told,
    )


def _later(request: StaffRequest, ticket: Ticket) -> HttpResponse:
    """Lay the ticket aside until the others are sorted. The ticket itself does not change."""
    known = _sitting(request)
    request.session["sorting"] = known | {"later": [*known["later"], ticket.pk][-MOST_LATER:]}
    return redirect("desk:sorting")


def _do(request: StaffRequest, ticket: Ticket, done: Callable[[Actor], object], told: str) -> HttpResponse:
    """Do it in one transaction under a batch, which the way back names; then the next ticket."""
    batch = uuid4()
    try:
        if ticket.status != Ticket.Status.NEW:
            raise IllegalMove("sorted", _("Somebody has sorted this ticket meanwhile."))
        done(replace(actor(request), batch=batch))
    except IllegalMove as move:
        if move.code == "sorted":
            notices.failed(request, f"{ticket.reference}: {move.message}")
            return redirect("desk:sorting")
        return _sheet(request, ticket, problem=str(move.message), typed=request.POST.dict(), status=409)
    _count(request, 1)
    if request.sight.tickets.filter(pk=ticket.pk).exists():
        values = {"batch": str(batch), "ticket": ticket.reference}
        notices.done(request, told, notices.Undo(reverse("desk:sorting_undo"), values))
    else:
        notices.done(request, told)
        notices.done(request, _("You do not see the ticket any more."))
    return redirect("desk:sorting")


def _sheet(
    request: StaffRequest,
    ticket: Ticket,
    *,
    problem: str = "",
    typed: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    known, family = choices(ticket, request.user), queries.family(ticket, request.sight)
    waiting = deadline.waiting(ticket, now=timezone.now(), holidays=frozenset(ticket.closing_days))  # type: ignore[attr-defined]
    context = {
        "ticket": ticket,
        "waiting": waiting,
        "chips": queries.chips(ticket),
        "known": known,
        "letters": letters.first_letters(ticket, family),
        "sheet": sorting.sheet(ticket, known, request.sight.tickets, request.user, typed or {}),
        "problem": problem,
        "typed": typed or {},
        "sandbox": html.SANDBOX,
        # A letter offers here what helps to sort it, and no more.
        "menus": {"replies": False},
        "may_split": False,
        "translation_language": "",
        "security_mail": "",
    }
    return _page(request, context, status)


def _page(request: StaffRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    done, waiting = _sitting(request)["done"], sorting.number_waiting(request.sight.tickets)
    more = {"current": "sorting", "done": done, "all": done + waiting}
    return render(request, "desk/sorting.html", context | more, status=status)


def _chosen(posted: Mapping[str, str]) -> Chosen:
    """What was changed on the sheet. What was left alone there is left alone, whatever a colleague did meanwhile."""
    new = {
        name: posted[name] for name in sorting.FIELDS if name in posted and posted[name] != posted.get(f"was_{name}")
    }
    chosen: Chosen = {}
    if "kind" in new:
        chosen["kind"] = new["kind"]
    if "topic" in new:
        chosen["topic"] = get_object_or_404(Topic, code=new["topic"]) if new["topic"] else None
    if "region" in new:
        chosen["region"] = get_object_or_404(Region, code=new["region"]) if new["region"] else None
    if "queue" in new:
        chosen["queue"] = get_object_or_404(Queue, code=new["queue"])
    if "assignee" in new:
        chosen["assignee"] = get_object_or_404(User, pk=_number(new["assignee"])) if new["assignee"] else None
    typed = posted.get("organisation_name", "").strip()
    if typed or "organisation" in new:
        chosen["organisation"] = organisation_of(typed or new["organisation"])
    return chosen


def _sitting(request: StaffRequest) -> dict[str, Any]:
    """What this person has sorted and laid aside today."""
    day = deadline.today(timezone.now()).isoformat()
    known = request.session.get("sorting", {})
    return known if known.get("day") == day else {"day": day, "done": 0, "later": []}


def _count(request: StaffRequest, by: int) -> None:
    known = _sitting(request)
    request.session["sorting"] = known | {"done": max(0, known["done"] + by)}


def _address(reference: str) -> str:
    """Triage mode at this ticket."""
    whole = reverse("desk:sorting")
    return f"{whole}?ticket={reference}" if reference.replace("-", "").isalnum() else whole


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


ACTS: dict[str, Callable[[StaffRequest, Ticket], HttpResponse]] = {
    "sort": _sort,
    "spam": _spam,
    "later": _later,
    "other": _join,
}
