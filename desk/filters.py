"""What a list shows: a search, an order, and the facts of its lines, as its address says them.

`q` is a text of the search language, `view` the code of a view that ships or the number of a saved one, `order` one of
ORDERS, `columns` the facts with commas. What is usual is left out; unknown values mean the usual: a link never breaks.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote_plus

from django.db.models import Q
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from desk import shipped
from desk.shipped import Shipped
from tickets.models import SavedView, User
from tickets.models.ticket import DUE, TO_DO
from tickets.permissions import views
from tickets.search.query import parse
from tickets.search.terms import Query, Term
from web.addresses import address

RECEIVED = "received"


@dataclass(frozen=True)
class Order:
    """A way to sort, which an index serves. It finds those alone who have what it sorts `by`: they are `among`.

    A condition that stands twice changes nothing but the planner's guess: it takes the two for independent, expects
    next to nothing, and sorts what it could walk. So `said` are terms that `among` says already, because only what is
    to do waits for us; `saying` are terms that say what `among` does, and more.
    """

    words: str | Promise
    by: str
    descending: bool
    among: Q
    said: tuple[str, ...] = ()
    saying: tuple[str, ...] = ()

    def narrowed(self, query: Query) -> tuple[Query, Q]:
        """What to search for, and what the tickets must have beside that."""
        alone = {group[0].text: group for group in query.groups if len(group) == 1}
        if alone.keys() & set(self.saying):
            return query, Q()
        left = tuple(group for group in query.groups if group not in [alone.get(text) for text in self.said])
        # To do is also what is not put off, which `among` does not say.
        here = "is:todo" in alone and "is:todo" in self.said
        among = self.among & Q(snoozed_until=None) if here else self.among
        return replace(query, groups=left), among


_STANDS = (Term("is", "todo"), Term("is", "done"), Term("is", "snoozed"), Term("is", "snoozed", negated=True))
_WAITING = ("is:todo", "is:waiting", "waiting:us")
ORDERS: dict[str, Order] = {
    RECEIVED: Order(_("Newest first"), "received_at", True, Q()),
    "waiting": Order(
        _("Waiting longest first"), "waiting_since", False, Q(waiting_since__isnull=False), _WAITING, ("is:overdue",)
    ),
    "due": Order(
        _("Due first"),
        "answer_by",
        False,
        DUE,
        _WAITING,
        ("is:overdue", "due:today", "due:tomorrow", "due:week", "due:month"),
    ),
    "message": Order(_("Last message first"), "last_message_at", True, Q(last_message_at__isnull=False)),
}
# What a line can show beside the subject, which it always shows.
COLUMNS: dict[str, str | Promise] = {
    "reference": pgettext_lazy("column of a list", "Reference"),
    "requester": pgettext_lazy("column of a list", "Requester"),
    "organisation": pgettext_lazy("column of a list", "Organisation"),
    "region": pgettext_lazy("column of a list", "Region"),
    "topic": pgettext_lazy("column of a list", "Topic"),
    "language": pgettext_lazy("column of a list", "Language"),
    "status": pgettext_lazy("column of a list", "Status"),
    "assignee": pgettext_lazy("column of a list", "Assignee"),
    "waiting": pgettext_lazy("column of a list", "Waiting since"),
    "due": pgettext_lazy("column of a list", "Due"),
    "message": pgettext_lazy("column of a list", "Last message"),
}
USUAL_COLUMNS = tuple(name for name in COLUMNS if name != "message")


@dataclass(frozen=True)
class Filter:
    """One list of tickets. `view` is what it is known as while it is exactly that: a code, a number, or nothing.

    `columns` are those that the address or the view names; without them the person's own hold.
    """

    query: Query
    order: str = RECEIVED
    columns: tuple[str, ...] | None = None
    view: str = ""
    saved: SavedView | None = None
    usual_order: str = RECEIVED
    usual_columns: tuple[str, ...] | None = None

    @property
    def parts(self) -> dict[str, str]:
        """What the address says after its question mark."""
        parts = {"view": self.view} if self.view else {"q": self.query.text}
        if self.view == shipped.SHIPPED[0].code:
            parts = {}  # the list itself
        if self.order != self.usual_order:
            parts["order"] = self.order
        if self.columns != self.usual_columns and self.columns is not None:
            parts["columns"] = ",".join(self.columns)
        return parts

    @property
    def address(self) -> str:
        """Where this list is."""
        parts = "&".join([f"{name}={quote_plus(value)}" for name, value in self.parts.items()])
        return address("desk:list") + (f"?{parts}" if parts else "")

    def ordered(self, order: str) -> "Filter":
        """The same list in another order."""
        return replace(self, order=order)

    def searching(self, query: Query) -> "Filter":
        """The list of another search, in the same order; known as a shipped view where it is one."""
        known = shipped.known(query)
        return Filter(
            query=query,
            order=self.order,
            columns=self.columns,
            view=known.code if known else "",
            usual_order=known.order if known else RECEIVED,
        )

    def with_status(self, term: Term) -> "Filter":
        """The list narrowed to one status, or to what is to do, instead of what it says about the status now."""
        query = self.query
        for said in list(query.terms):
            if said.name == "status" or said in _STANDS:
                query = query.without(said)
        ended = term.name == "status" and term.value not in TO_DO
        # Who has ended waits for nothing, and nothing is due.
        order = RECEIVED if ended and self.order in ("waiting", "due") else self.order
        return replace(self, order=order).searching(query.with_(term))

    def with_assignee(self, value: str) -> "Filter":
        """The list narrowed to somebody's tickets, to nobody's (`none`), or not (empty)."""
        query = self.query.without_operator("assignee").without(Term("is", "unassigned"))
        if value == "none":
            return self.searching(query.with_(Term("is", "unassigned")))
        return self.searching(query.with_(Term("assignee", value)) if value else query)

    def shown(self, user: User) -> Sequence[str]:
        """The facts of each line, in the order in which lines have them."""
        columns = self.columns if self.columns is not None else user.list_columns
        return USUAL_COLUMNS if columns is None else [name for name in COLUMNS if name in columns]


def read(asked: QueryDict, user: User) -> Filter:
    """The list that an address asks for. One statement if it is a saved view, else none."""
    view, text = asked.get("view", ""), asked.get("q")
    if text is not None and not view:
        found = Filter(Query()).searching(parse(text))
    elif _is_number(view):
        found = _saved(int(view), user)
    else:
        found = of_shipped(shipped.named(view))
    order, columns = asked.get("order", ""), asked.get("columns")
    if order in ORDERS:
        found = replace(found, order=order)
    elif text is not None and not view:
        found = replace(found, order=found.usual_order)
    if columns is not None:
        found = replace(found, columns=_columns(columns.split(",")))
    return found


def of_shipped(view: Shipped) -> Filter:
    """The list of a view that ships."""
    return Filter(query=view.query, order=view.order, view=view.code, usual_order=view.order)


def of_saved(view: SavedView) -> Filter:
    """The list of a saved view."""
    order = view.order if view.order in ORDERS else RECEIVED
    columns = _columns(view.columns) if view.columns is not None else None
    return Filter(parse(view.query), order, columns, str(view.pk), view, order, columns)


def _saved(number: int, user: User) -> Filter:
    view = views(user).filter(pk=number).first()
    return of_saved(view) if view else of_shipped(shipped.named(""))


def _columns(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in COLUMNS if name in names)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 18
