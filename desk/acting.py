"""An act from the ticket page: done, said with a way back, or refused beside the control it was asked at."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from desk import notices
from desk.access import StaffRequest
from desk.notices import Undo
from desk.views.ticket import Attempt, ticket_page
from tickets.errors import IllegalMove
from tickets.models import Ticket

Done = Callable[[], object]


def act(
    request: StaffRequest,
    ticket: Ticket,
    where: str,
    done: Done,
    told: str | Promise,
    undo: Undo | None,
    **more: Any,
) -> HttpResponse:
    """Do it, say it with a way back, and show the ticket, or the list when the ticket is out of sight now.

    `where` names the control at which a refusal is said; `more` is what it keeps of what was typed.
    """
    try:
        done()
    except IllegalMove as move:
        return ticket_page(request, ticket, Attempt.refused(where, move, values=request.POST.dict(), **more))
    if not request.sight.tickets.filter(pk=ticket.pk).exists():
        notices.done(request, told)
        notices.done(request, _("You do not see the ticket any more."))
        return redirect("desk:list")
    notices.done(request, told, undo)
    return redirect("desk:ticket", ticket.reference)


def refuse(request: StaffRequest, ticket: Ticket, where: str, problem: str | Promise) -> HttpResponse:
    """Say beside the control that what was typed cannot be used."""
    attempt = Attempt(where=where, problem=str(problem), values=request.POST.dict(), status=422)
    return ticket_page(request, ticket, attempt)
