"""Lists under a name: saving the one that is looked at, renaming, sharing, deleting; and what its lines show."""

from django.core.cache import cache
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from desk import filters, notices
from desk.access import StaffRequest, actor, staff
from desk.views.lists import Attempt, counts_key, list_page
from tickets.actions import saved_views
from tickets.errors import IllegalMove
from tickets.models import SavedView
from tickets.permissions import may_change_view


@require_POST
@staff
def save(request: StaffRequest) -> HttpResponse:
    """Keep the list at `place` under a `name`, `shared` or not; or, with `instead`, as what an own view shows now."""
    place = _place(request)
    chosen, who = filters.read(place, request.user), actor(request)
    query, columns = chosen.query.text, list(chosen.shown(request.user))
    instead = request.POST.get("instead", "")
    try:
        if instead.isascii() and instead.isdigit():
            view = saved_views.change_view(
                actor=who, view_id=int(instead[:17]), query=query, order=chosen.order, columns=columns
            )
        else:
            name, shared = request.POST.get("name", ""), request.POST.get("shared") == "1"
            view = saved_views.save_view(
                actor=who,
                name=name,
                query=query,
                order=chosen.order,
                columns=columns,
                shared=shared,
                now=timezone.now(),
            )
    except IllegalMove as move:
        return list_page(request, place, Attempt("view", str(move.message), request.POST.dict()))
    return _show(request, view, _("The view “%(name)s” is saved.") % {"name": view.name})


@require_POST
@staff
def change(request: StaffRequest, view_id: int) -> HttpResponse:
    """Give a view another `name`, and share it or not."""
    name, shared = request.POST.get("name", ""), request.POST.get("shared") == "1"
    try:
        view = saved_views.change_view(actor=actor(request), view_id=view_id, name=name, shared=shared)
    except IllegalMove as move:
        attempt = Attempt("view", str(move.message), request.POST.dict())
        return list_page(request, QueryDict(f"view={view_id}"), attempt)
    return _show(request, view, _("The view “%(name)s” is saved.") % {"name": view.name})


@require_POST
@staff
def delete(request: StaffRequest, view_id: int) -> HttpResponse:
    """Take a view out of everybody's sight."""
    try:
        view = saved_views.delete_view(actor=actor(request), view_id=view_id, now=timezone.now())
    except IllegalMove as move:
        notices.failed(request, move.message)
        return redirect("desk:list")
    undo = notices.Undo(reverse("desk:view_restore", args=[view.pk]), {})
    notices.done(request, _("The view “%(name)s” is deleted.") % {"name": view.name}, undo)
    cache.delete(counts_key(request.user))
    return redirect("desk:list")


@require_POST
@staff
def restore(request: StaffRequest, view_id: int) -> HttpResponse:
    """Bring a deleted view back."""
    try:
        view = saved_views.restore_view(actor=actor(request), view_id=view_id)
    except IllegalMove as move:
        notices.failed(request, move.message)
        return redirect("desk:list")
    return _show(request, view, _("The view “%(name)s” is back.") % {"name": view.name})


@require_POST
@staff
def columns(request: StaffRequest) -> HttpResponse:
    """Choose what each line shows: of the saved view at `place` if one may change it, else of one's own lists."""
    place, who = _place(request), actor(request)
    place.pop("columns", None)
    chosen, usual = filters.read(place, request.user), request.POST.get("usual") == "1"
    names = [name for name in filters.COLUMNS if name in request.POST.getlist("column")]
    if usual:
        names = list(filters.USUAL_COLUMNS)
    if chosen.saved is None:
        saved_views.choose_columns(actor=who, columns=None if usual else names)
    elif may_change_view(request.user, chosen.saved):
        saved_views.change_view(actor=who, view_id=chosen.saved.pk, columns=names)
    else:
        place["columns"] = ",".join(names)  # a colleague's view stays as it is
    where = place.urlencode()
    return redirect(reverse("desk:list") + (f"?{where}" if where else ""))


def _place(request: StaffRequest) -> QueryDict:
    """The list that the form stood on."""
    return QueryDict(request.POST.get("place", "")[:4000], mutable=True)


def _show(request: StaffRequest, view: SavedView, words: str) -> HttpResponse:
    cache.delete(counts_key(request.user))
    notices.done(request, words)
    return redirect(reverse("desk:list") + f"?view={view.pk}")
