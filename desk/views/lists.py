"""The list of tickets."""

from collections.abc import Mapping

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from desk import filters, queries
from desk.access import StaffRequest, staff
from desk.filters import Filter


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


def _title(chosen: Filter, colleagues: Mapping[int, str]) -> str | Promise:
    if chosen.requester is not None:
        return _("Tickets of one person")
    if chosen.colleague is not None:
        return _("Assigned to %(name)s") % {"name": colleagues[chosen.colleague]}
    return filters.WHOSE[chosen.whose]
