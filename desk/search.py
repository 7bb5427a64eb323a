"""What the page of a search reads. The number of statements does not depend on how much is found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from desk.counting import at_most, planned_cost
from tickets.models import Ticket, User
from tickets.permissions import visible
from tickets.questions import Given, Question
from tickets.search.narrowing import narrow
from tickets.search.showing import Hit, hits, needs_texts, with_texts
from tickets.search.terms import Problem, Query
from web.paging import Page, page

PAGE = 25
COUNTED = 1000
# A page of results takes 30 ms beside counting; the planner's units are some 200 a millisecond.
COUNT_SECONDS, COUNT_COST = 0.01, 2_000


@dataclass(frozen=True)
class Results:
    """One page of what was found. `number` of all tickets; with `more`, there are more than so many."""

    page: Page[Ticket]
    hits: Sequence[Hit]
    number: int
    more: bool
    problems: Sequence[Problem]


def results(query: Query, user: User, *, cursor: str, now: datetime) -> Results:
    """One page of the tickets that a search means, the newest first. Raises BadCursor."""
    narrowed = narrow(query, visible(user), user=user, now=now)
    if narrowed.problems:
        return Results(Page((), None, None), (), 0, False, narrowed.problems)
    # What is written anew for each search finds the numbers alone; what is told of them is always the same question.
    numbers = narrowed.tickets.only("received_at")
    found = page(numbers, by="received_at", cursor=cursor, size=PAGE, descending=True)
    number, more = len(found.rows), False
    if found.next or found.previous:
        number, more = _number(narrowed.tickets, narrowed.frequent)
    return Results(found, hits(query, _with_facts(query, [ticket.pk for ticket in found.rows])), number, more, ())


def _with_facts(query: Query, numbers: Sequence[int]) -> list[Ticket]:
    """The tickets of these numbers, in their order, with what is shown of them."""
    asked = _WITH_TEXTS if needs_texts(query) else _WITHOUT
    found = {ticket.pk: ticket for ticket in asked.all(numbers=list(numbers))}
    return [found[number] for number in numbers if number in found]


def _facts() -> QuerySet[Ticket]:
    names = ("requester", "organisation", "assignee")
    own = ("reference", "subject", "status", "sensitive", "received_at")
    found = Ticket.objects.filter(pk__any_of=Given("numbers")).select_related(*names).order_by()
    return found.only(*own, *(f"{each}__name" for each in names))


_WITHOUT, _WITH_TEXTS = Question(_facts), Question(lambda: with_texts(_facts()))


def _number(tickets: QuerySet[Ticket], frequent: bool | None) -> tuple[int, bool]:
    """How many there are, counted only where that is quick: the index has named them, or it takes no time."""
    if frequent is None:
        quick = planned_cost(COUNTED + 1, tickets) < COUNT_COST
        counted = at_most(COUNTED + 1, tickets, seconds=COUNT_SECONDS) if quick else None
        return (PAGE, True) if counted is None else (min(counted, COUNTED), counted > COUNTED)
    if frequent:
        return COUNTED, True
    number = tickets.order_by()[: COUNTED + 1].count()
    return min(number, COUNTED), number > COUNTED
