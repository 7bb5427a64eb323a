"""The search box: a reference leads to its ticket, an address to the tickets of its owner, the rest to a list."""

import re
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from desk.access import StaffRequest, staff
from tickets.permissions import visible
from tickets.search.terms import Term

REFERENCE = re.compile(r"(?:[A-Za-z]{1,8}[\s-]*)?(\d{4})[\s-]+(\d{1,6})")
ADDRESS = re.compile(r"[^\s@:\"]+@[^\s@:\"]+")


@require_safe
@staff
def find(request: StaffRequest) -> HttpResponse:
    """Where what was typed into the search box leads."""
    asked = request.GET.get("q", "").strip()[:1000]
    reference = REFERENCE.fullmatch(asked)
    if reference:
        number = f"{settings.REFERENCE_PREFIX}-{reference[1]}-{int(reference[2]):06d}"
        if visible(request.user).filter(reference=number).exists():
            return redirect("desk:ticket", number)
    if not asked:
        return redirect("desk:list")
    text = Term("from", asked.lower()).text if ADDRESS.fullmatch(asked) else asked
    return redirect(f"{reverse('desk:list')}?{urlencode({'q': text})}")
