"""What one person's report reads: the tickets behind it, and the way from each figure to them."""

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse

from reports.access import StaffRequest
from reports.asking import Asked, read
from reports.periods import LAST_MONTH, today
from tickets.models import Ticket
from tickets.permissions import counted
from tickets.search.narrowing import is_personal, narrow
from tickets.search.query import parse
from tickets.search.terms import Problem, Query, Term

_MINE = Term("assignee", "me")


@dataclass(frozen=True)
class Reading:
    """What was asked for, and the tickets that it is about. With a problem there are none.

    `own`: the person sees the figures of their own work. `scope` says of what these figures are, for the cache.
    """

    asked: Asked
    tickets: QuerySet[Ticket]
    problems: tuple[Problem, ...]
    own: bool
    scope: str
    now: datetime

    @property
    def today(self) -> date:
        """The day in Brussels."""
        return today(self.now)

    @property
    def query(self) -> Query:
        """The search that finds all of these tickets on this person's desk."""
        return self.asked.query.with_(_MINE) if self.own else self.asked.query

    def found(self, text: str = "") -> str:
        """The desk's search for those of these tickets that `text` means; empty where there is no desk.

        A figure that links to it counts what it finds.
        """
        return search(self.query, text)


def reading(request: StaffRequest, now: datetime, *, usual: str = LAST_MONTH) -> Reading:
    """What the request asks for, for the person who asks. A few statements: the queues, and the names in the search."""
    asked, known = read(request.GET, today(now), usual=usual), counted(request.user)
    narrowed = narrow(asked.query, known.tickets, user=request.user, now=now)
    scope = f"{known.scope} {request.user.pk}" if is_personal(asked.query) else known.scope
    return Reading(asked, narrowed.tickets, narrowed.problems, known.own, scope, now)


def search(query: Query, text: str = "") -> str:
    """The address of the desk's search for both."""
    for group in parse(text).groups:
        query = query.with_(*group)
    try:
        place = reverse("desk:find")
    except NoReverseMatch:
        return ""
    return f"{place}?{urlencode({'q': query.text})}"
