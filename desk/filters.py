"""What the list shows, as it stands in its address. Unknown values mean the usual ones: a link never breaks."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tickets.models import Ticket, User

Status = Ticket.Status

ACTIVE, SNOOZED = "active", "snoozed"
STATUSES: dict[str, str | Promise] = {
    ACTIVE: pgettext_lazy("list of tickets", "To do"),
    "snoozed": pgettext_lazy("list of tickets", "Put off"),
    "new": pgettext_lazy("list of tickets", "New"),
    "open": pgettext_lazy("list of tickets", "Open"),
    "pending": pgettext_lazy("list of tickets", "Pending"),
    "solved": pgettext_lazy("list of tickets", "Solved"),
    "closed": pgettext_lazy("list of tickets", "Closed"),
    "spam": pgettext_lazy("list of tickets", "Spam"),
}
WHOSE: dict[str, str | Promise] = {
    "all": _("All tickets"),
    "mine": _("My tickets"),
    "unassigned": _("Unassigned"),
}
ORDERS: dict[str, str | Promise] = {
    "newest": _("Newest first"),
    "waiting": _("Waiting longest first"),
}


@dataclass(frozen=True)
class Filter:
    """One list of tickets. `whose` is one of WHOSE or a colleague's number; `requester` narrows it to one person's."""

    whose: str = "all"
    status: str = ACTIVE
    order: str = "newest"
    requester: int | None = None

    @property
    def by(self) -> str:
        """The column that the list is ordered and paged by."""
        return "waiting_since" if self.order == "waiting" else "received_at"

    @property
    def descending(self) -> bool:
        return self.order == "newest"

    @property
    def address(self) -> str:
        """Where this list is; what is usual is left out."""
        usual = Filter()
        parts = {name: value for name, value in vars(self).items() if value != getattr(usual, name)}
        return reverse("desk:list") + (f"?{urlencode(parts)}" if parts else "")

    @property
    def colleague(self) -> int | None:
        """The number of the colleague whose tickets these are."""
        return None if self.whose in WHOSE else int(self.whose)

    def but(self, **changes: str) -> "Filter":
        """The same list with something else."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def apply(self, tickets: QuerySet[Ticket], user: User) -> QuerySet[Ticket]:
        """The tickets of this list. What waits longest is found among those who wait."""
        if self.status in (ACTIVE, SNOOZED):
            # What is put off is nothing to do now.
            tickets = tickets.filter(
                status__in=(Status.NEW, Status.OPEN, Status.PENDING), snoozed_until__isnull=self.status == ACTIVE
            )
        else:
            tickets = tickets.filter(status=Status(self.status))
        if self.colleague is not None:
            tickets = tickets.filter(assignee=self.colleague)
        elif self.whose != "all":
            tickets = tickets.filter(assignee=user if self.whose == "mine" else None)
        if self.requester is not None:
            tickets = tickets.filter(requester=self.requester)
        return tickets.exclude(waiting_since=None) if self.order == "waiting" else tickets


def read(query: QueryDict) -> Filter:
    """The list that an address asks for."""
    usual = Filter()

    def one_of(name: str, known: dict[str, str | Promise]) -> str:
        value = query.get(name, "")
        return value if value in known else str(getattr(usual, name))

    requester, whose = query.get("requester", ""), query.get("whose", "")
    return Filter(
        whose=whose if _is_number(whose) else one_of("whose", WHOSE),
        status=one_of("status", STATUSES),
        order=one_of("order", ORDERS),
        requester=int(requester) if _is_number(requester) else None,
    )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 18
