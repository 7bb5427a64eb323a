"""Who is named to read a sensitive ticket."""

from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from desk import notices
from desk.access import StaffRequest, actor, read, staff
from tickets.actions import access
from tickets.errors import IllegalMove
from tickets.models import Ticket, User
from tickets.permissions import Act


@require_POST
@staff
def name(request: StaffRequest, reference: str) -> HttpResponse:
    """Name a person to read the ticket while it is sensitive."""
    told = _("%(name)s may read the ticket now.")
    return _act(request, read(request, reference, Act.TRIAGE), access.name_reader, told)


@require_POST
@staff
def remove(request: StaffRequest, reference: str) -> HttpResponse:
    """Take the name away again."""
    told = _("%(name)s is named no more.")
    return _act(request, read(request, reference, Act.TRIAGE), access.remove_reader, told)


def _act(request: StaffRequest, ticket: Ticket, act: Callable[..., Ticket], told: str) -> HttpResponse:
    chosen = request.POST.get("reader", "")
    person = User.objects.filter(pk=int(chosen)).first() if chosen.isascii() and chosen.isdigit() else None
    if person is None:
        raise Http404
    try:
        act(actor=actor(request), ticket_id=ticket.pk, reader=person, now=timezone.now())
    except IllegalMove as move:
        notices.failed(request, str(move))
        return redirect("desk:ticket", ticket.reference)
    notices.done(request, told % {"name": person.name})
    if request.sight.tickets.filter(pk=ticket.pk).exists():
        return redirect("desk:ticket", ticket.reference)
    notices.done(request, _("You do not see the ticket any more."))
    return redirect("desk:list")
