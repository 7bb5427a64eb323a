"""How long partners waited, for a period and a search."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from reports import filtering
from reports.access import StaffRequest, staff
from reports.names import Names
from reports.reading import reading


@require_safe
@staff
def response(request: StaffRequest) -> HttpResponse:
    """The page of response times: its first panel at once, the others as they are there."""
    read, names = reading(request, timezone.now()), Names()
    context = {"current": "response", **filtering.context(read, names, request.path)}
    return render(request, "reports/response.html", context)


@require_safe
@staff
def one(request: StaffRequest, panel: str) -> HttpResponse:
    """One panel alone, for the page that stands already."""
    raise Http404
