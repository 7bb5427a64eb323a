"""Phone calls: logged on a ticket, or the beginning of one."""

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from desk import forms, notices
from desk.access import StaffRequest, actor, read, staff
from desk.choices import languages
from desk.views.ticket import Attempt, ticket_page
from tickets.actions import phoning
from tickets.errors import IllegalMove
from tickets.permissions import Act


@require_POST
@staff
def log(request: StaffRequest, reference: str) -> HttpResponse:
    """Write down a call on the ticket."""
    ticket = read(request, reference, Act.ANSWER)
    form = forms.CallForm(request.POST)
    if not form.is_valid():
        return ticket_page(request, ticket, Attempt(where="call", call=form, status=422))
    written = form.cleaned_data
    try:
        message = phoning.log_call(
            actor=actor(request),
            ticket_id=ticket.pk,
            text=written["text"],
            outcome=written["outcome"],
            at=_at(written["at"]),
            now=timezone.now(),
        )
    except IllegalMove as move:
        return ticket_page(request, ticket, Attempt.refused("call", move, call=form))
    notices.done(request, _("The call is written down. Only colleagues see it."), draft=f"call-{ticket.reference}")
    return redirect(reverse("desk:ticket", args=[ticket.reference]) + f"#message-{message.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
@staff
def new(request: StaffRequest) -> HttpResponse:
    """Open a ticket for somebody who calls."""
    posted = request.POST if request.method == "POST" else None
    form = forms.NewCallForm(posted, initial={"key": forms.new_key(), "acknowledge": True})
    if form.is_valid():
        written = form.cleaned_data
        caller = phoning.Caller(
            **{name: written[name] for name in ("name", "address", "phone", "organisation", "language")}
        )
        try:
            ticket = phoning.open_call(
                actor=actor(request),
                caller=caller,
                subject=written["subject"],
                text=written["text"],
                answer=written["answer"],
                at=_at(written["at"]),
                acknowledge=written["acknowledge"],
                key=written["key"],
                now=timezone.now(),
            )
        except IllegalMove as move:
            form.add_error(None, str(move.message))
        else:
            notices.done(request, _("The call is a ticket now."))
            return redirect("desk:ticket", ticket.reference)
    context = {"form": form, "languages": languages(), "current": "call"}
    return render(request, "desk/new_call.html", context, status=422 if form.errors else 200)


def _at(at: datetime | None) -> datetime:
    """When the call was; now, when nothing was entered."""
    return at or timezone.now()
