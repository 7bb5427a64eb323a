"""What a list reads: one page of its lines, and how long it is as far as one cares to know.

The number of statements does not depend on the size of anything, and each stops after so many rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from desk import filters
from desk.counting import at_most
from desk.filters import Filter
from desk.lines import Line, lines, with_facts
from desk.shipped import SHIPPED
from tickets.models import Ticket, User
from tickets.permissions import views, visible
from tickets.search.narrowing import Narrowed, narrow
from web.paging import Page, page

PAGE = 40
MOST_COUNTED = 1000
COUNT_SECONDS = 0.5


@dataclass(frozen=True)
class Lines:
    """One page of a list; `narrowed` says what of its search means nothing here."""

    page: Page[Any]
    rows: Sequence[Line]
    narrowed: Narrowed


def read(user: User, chosen: Filter, *, cursor: str, now: datetime) -> Lines:
    """One page of a list. Raises BadCursor."""
    order, narrowed = filters.ORDERS[chosen.order], found(chosen, visible(user), user, now)
    # What is written anew for each search finds the numbers alone; what is told of them is always the same question.
    numbers = narrowed.tickets.only(order.by)
    shown = page(numbers, by=order.by, cursor=cursor, size=PAGE, descending=order.descending)
    tickets = with_facts([ticket.pk for ticket in shown.rows], now)
    return Lines(shown, lines(tickets, now=now, columns=chosen.shown(user)), narrowed)


def found(chosen: Filter, seen: QuerySet[Ticket], user: User, now: datetime) -> Narrowed:
    """The tickets of a list, in no order. `seen` are those that this person may see."""
    query, among = filters.ORDERS[chosen.order].narrowed(chosen.query)
    return narrow(query, seen.filter(among), user=user, now=now)


def counts(user: User, now: datetime) -> dict[str, int | None]:
    """How long each view of the side bar is, up to MOST_COUNTED; None where counting took too long.

    One statement for each view, which stops at that number.
    """
    lists = [filters.of_shipped(each) for each in SHIPPED] + [filters.of_saved(each) for each in views(user)]
    seen = visible(user)
    return {
        each.view: at_most(MOST_COUNTED, found(each, seen, user, now).tickets, seconds=COUNT_SECONDS) for each in lists
    }
