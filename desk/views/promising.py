"""What the partner is told before the answer: who deals with the request, and that it takes longer."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from desk import acting, forms, notices
from desk.access import StaffRequest, actor, read, staff
from desk.views.ticket import Attempt, ticket_page
from tickets.actions import promising
from tickets.errors import IllegalMove
from tickets.models import Message, Ticket, User
from tickets.permissions import Act


@require_POST
@staff
def extend(request: StaffRequest, reference: str) -> HttpResponse:
    """Tell the partner a later date and the reasons."""
    ticket = read(request, reference, Act.ANSWER)
    form = forms.ExtendForm(request.POST)
    if not form.is_valid():
        return acting.refuse(request, ticket, "extend", str(next(iter(form.errors.values()))[0]))
    return _told(
        request,
        ticket,
        "extend",
        lambda: promising.extend(
            actor=actor(request),
            ticket_id=ticket.pk,
            answer_by=form.cleaned_data["answer_by"],
            reasons=form.cleaned_data["reasons"],
            key=_key(request, "extend"),
            correlation=request.correlation,
            now=timezone.now(),
        ),
    )


@require_POST
@staff
def official(request: StaffRequest, reference: str) -> HttpResponse:
    """Tell the partner that `official` (a number) deals with the request."""
    ticket = read(request, reference, Act.ANSWER)
    number = request.POST.get("official", "")
    person = User.objects.filter(pk=int(number)).first() if number.isascii() and number.isdigit() else None
    if person is None:
        return acting.refuse(request, ticket, "official", _("Choose who deals with the request."))
    return _told(
        request,
        ticket,
        "official",
        lambda: promising.name_official(
            actor=actor(request),
            ticket_id=ticket.pk,
            official=person,
            key=_key(request, "official"),
            correlation=request.correlation,
            now=timezone.now(),
        ),
    )


def _told(request: StaffRequest, ticket: Ticket, where: str, tell: Callable[[], Message]) -> HttpResponse:
    """Write the mail and show it on the ticket, with its undo."""
    try:
        message = tell()
    except IllegalMove as move:
        return ticket_page(request, ticket, Attempt.refused(where, move, values=request.POST.dict()))
    seconds = settings.UNDO_SECONDS
    told = ngettext("The mail leaves in %(number)s second.", "The mail leaves in %(number)s seconds.", seconds)
    undo = notices.Undo(reverse("desk:undo", args=[ticket.reference, message.pk]), {}) if seconds else None
    notices.done(request, told % {"number": seconds}, undo)
    return redirect(reverse("desk:ticket", args=[ticket.reference]) + f"#message-{message.pk}")


def _key(request: StaffRequest, act: str) -> str:
    """What makes a double submit one mail: the key of the page, apart from that of its reply."""
    key = request.POST.get("key", "")
    return f"{act}-{key}" if forms.KEY.fullmatch(key) else ""
