"""How we count: what each figure means, with an example."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reports.access import StaffRequest, staff
from reports.definitions import DEFINITIONS


@require_safe
@staff
def how(request: StaffRequest) -> HttpResponse:
    """The definitions of all figures, each at the anchor that figures link to."""
    return render(request, "reports/how.html", {"current": "how", "definitions": DEFINITIONS})
