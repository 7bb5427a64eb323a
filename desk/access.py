"""Who comes in: signed-in staff only, and each ticket through the one place that knows who may see it."""

from django.http import Http404, HttpRequest
from django.utils import timezone

from desk import queries
from tickets.actions import access
from tickets.actions.record import Actor
from tickets.models import Ticket, User
from tickets.permissions import Act, Sight, may, role_allows, sight
from web.guard import View, staff

__all__ = ["StaffRequest", "View", "actor", "look", "read", "seen_or_404", "staff", "ticket_or_404"]


class StaffRequest(HttpRequest):
    """A request of a signed-in person. After `look`, `sight` is what of tickets they may see."""

    user: User
    correlation: str
    sight: Sight


def look(request: StaffRequest) -> None:
    """Find out which tickets this person may see."""
    request.sight = sight(request.user)


def ticket_or_404(request: StaffRequest, reference: str, act: Act = Act.VIEW) -> Ticket:
    """The ticket, if this person may do this with it. To others it does not exist: a 403 would tell that it does."""
    look(request)
    ticket = queries.ticket_of(request.sight, reference, timezone.now())
    if ticket is None or (act is not Act.VIEW and not may(request.user, act, ticket)):
        raise Http404
    return ticket


def seen_or_404(request: StaffRequest, reference: str, act: Act) -> Ticket:
    """The same without what its page tells, for what happens every few seconds; nothing of the ticket is shown then."""
    look(request)
    ticket = request.sight.tickets.filter(reference=reference.upper()).first()
    if ticket is None or not role_allows(request.user, act):
        raise Http404
    return ticket


def read(request: StaffRequest, reference: str, act: Act = Act.VIEW) -> Ticket:
    """The same for looking at its content, which is recorded when the ticket is sensitive."""
    ticket = ticket_or_404(request, reference, act)
    access.view(actor=actor(request), ticket=ticket, now=timezone.now())
    return ticket


def actor(request: StaffRequest) -> Actor:
    """Who acts."""
    return Actor.staff(request.user)
