"""How a list of tickets is narrowed and ordered, by what an index serves. The search language would join here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from tickets.models import Ticket, User

Status = Ticket.Status
TO_DO = (Status.NEW, Status.OPEN, Status.PENDING)


@dataclass(frozen=True)
class Order:
    """The column that a list is ordered and paged by."""

    by: str
    descending: bool


ORDERS = {
    "newest": Order("received_at", descending=True),
    "oldest": Order("received_at", descending=False),
    "waiting": Order("waiting_since", descending=False),
}


def apply(asked: Mapping[str, Any], tickets: QuerySet[Ticket], owner: User) -> tuple[QuerySet[Ticket], Order]:
    """The tickets that valid query parameters ask for. What waits longest is found among those who wait."""
    order = ORDERS[asked["order"]]
    if status := asked.get("status"):
        to_do = status == "to-do"
        tickets = tickets.filter(status__in=TO_DO, snoozed_until=None) if to_do else tickets.filter(status=status)
    if assignee := asked.get("assignee"):
        tickets = tickets.filter(assignee={"me": owner.pk, "none": None}.get(assignee, assignee))
    for name in ("requester", "organisation"):
        if name in asked:
            tickets = tickets.filter(**{name: asked[name]})
    if "received_after" in asked:
        tickets = tickets.filter(received_at__gt=asked["received_after"])
    if "received_before" in asked:
        tickets = tickets.filter(received_at__lt=asked["received_before"])
    return (tickets.exclude(waiting_since=None) if order.by == "waiting_since" else tickets), order
