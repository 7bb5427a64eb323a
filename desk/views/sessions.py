"""Where a person is signed in, and ending it."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from desk import notices
from desk.access import StaffRequest, staff
from desk.signing_in import sessions


@require_GET
@staff
def show(request: StaffRequest) -> HttpResponse:
    """All sessions of this person."""
    return render(request, "desk/sessions.html", {"places": sessions.places(request, request.user)})


@require_POST
@staff
def end(request: StaffRequest, session_id: int) -> HttpResponse:
    """End one other session; one that has ended already is no error."""
    if sessions.end(request.user, session_id, but=request.session.session_key):
        notices.done(request, _("That session has ended."))
    else:
        notices.failed(request, _("That session had ended before."))
    return redirect("desk:sessions")


@require_POST
@staff
def end_others(request: StaffRequest) -> HttpResponse:
    """End all sessions but this one."""
    ended = sessions.end_all(request.user, but=request.session.session_key)
    told = ngettext("%(number)s session has ended.", "%(number)s sessions have ended.", ended) % {"number": ended}
    notices.done(request, told)
    return redirect("desk:sessions")
