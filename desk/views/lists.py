"""The list of tickets, and the way to one by its reference or the partner's address."""

import re
from collections.abc import Mapping

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from desk import filters, queries
from desk.access import StaffRequest, staff
from desk.filters import Filter
from tickets.models import RequesterAddress
from tickets.permissions import visible

REFERENCE = re.compile(r"(?:[A-Za-z]{1,8}[\s-]*)?(\d{4})[\s-]+(\d{1,6})")


@require_safe
@staff
def tickets(request: StaffRequest) -> HttpResponse:
    """Two lines for each ticket, page by page."""
    chosen, colleagues = filters.read(request.GET), queries.colleagues(request.user)
    if chosen.colleague is not None and chosen.colleague not in colleagues:
        chosen = chosen.but(whose="mine" if chosen.colleague == request.user.pk else "all")
    page, rows = queries.rows(request.user, chosen, cursor=request.GET.get("cursor", ""), now=timezone.now())
    return render(
        request,
        "desk/list.html",
        {
            "title": _title(chosen, colleagues),
            "chosen": chosen,
            "page": page,
            "rows": rows,
            "people": [
                (words, chosen.but(whose=str(whose)).address, str(whose) == chosen.whose)
                for whose, words in [*filters.WHOSE.items(), *colleagues.items()]
            ],
            "statuses": [
                (words, chosen.but(status=status).address, status == chosen.status)
                for status, words in filters.STATUSES.items()
            ],
            "orders": [
                (words, chosen.but(order=order).address, order == chosen.order)
                for order, words in filters.ORDERS.items()
            ],
            "current": chosen.whose if chosen.requester is None else "",
        },
    )


@require_safe
@staff
def find(request: StaffRequest) -> HttpResponse:
    """A reference leads to its ticket, an e-mail address to the tickets of its owner."""
    asked = request.GET.get("q", "").strip()[:320]
    reference = REFERENCE.fullmatch(asked)
    if reference:
        number = f"{settings.REFERENCE_PREFIX}-{reference[1]}-{int(reference[2]):06d}"
        if visible(request.user).filter(reference=number).exists():
            return redirect("desk:ticket", number)
    elif "@" in asked:
        known = RequesterAddress.objects.filter(address=asked.lower()).values_list("requester", flat=True).first()
        if known is not None and visible(request.user).filter(requester=known).exists():
            return redirect(Filter(requester=known).address)
    if not asked:
        return redirect("desk:list")
    return render(request, "desk/not_found.html", {"asked": asked}, status=404)


def _title(chosen: Filter, colleagues: Mapping[int, str]) -> str | Promise:
    if chosen.requester is not None:
        return _("Tickets of one person")
    if chosen.colleague is not None:
        return _("Assigned to %(name)s") % {"name": colleagues[chosen.colleague]}
    return filters.WHOSE[chosen.whose]
