"""A search on the tables: the tickets that it means, as a query that any list can order and page.

The trap: a word that few tickets have, asked newest first, makes PostgreSQL walk all tickets. So the index is asked
first for a limited number of tickets. So few are named to the query; are there more, the word is frequent, and walking
newest first with the word as a filter finds a page at once. Either way the result is exactly the same.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Exists, F, Lookup, OuterRef, Q, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from tickets.models import SearchDocument, Ticket, User
from tickets.search.conditions import Asking, condition
from tickets.search.matching import asks_for_words, matching, matching_all, only_excludes
from tickets.search.named import UnknownName
from tickets.search.terms import Group, Problem, Query, Term

FEW = 5000  # tickets that are named to the query one by one


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The tickets that a search means, and what of it means nothing here. With a problem there are no tickets.

    `frequent` says how many tickets have the words, seen or not: False at most FEW, which the query names; True more,
    and the search asks for nothing else; None where nobody knows without counting.
    """

    tickets: QuerySet[Ticket]
    problems: tuple[Problem, ...]
    frequent: bool | None = None


def narrow(query: Query, tickets: QuerySet[Ticket], *, user: User, now: datetime) -> Narrowed:
    """Those of `tickets` that the search means. Callers hand in what may be seen (`permissions.visible`).

    It asks the database once for each name of a region, topic, queue, tag or person, and once for the words.
    """
    asking, problems = Asking(user, now), list(query.problems)
    positive = [group for group in query.groups if _is_of_words(group) and not only_excludes(group)]
    for group in query.groups:
        if group in positive:
            continue
        wanted = Q()
        for term in group:
            try:
                meant = _meaning(term, asking)
            except UnknownName as unknown:
                problems.append(Problem(term.start, term.length, str(unknown)))
            else:
                wanted |= ~meant if term.negated else meant
        tickets = tickets.filter(wanted)
    if problems:
        return Narrowed(tickets.none(), tuple(sorted(problems, key=lambda problem: problem.start)))
    if not positive:
        return Narrowed(tickets, ())
    return _with_words(tickets, matching_all(positive), alone=len(positive) == len(query.groups))


def _is_of_words(group: Group) -> bool:
    return all(asks_for_words(term) for term in group)


def _meaning(term: Term, asking: Asking) -> Q:
    if asks_for_words(term):
        return Q(Exists(SearchDocument.objects.filter(ticket=OuterRef("pk"), words__matches=matching(term))))
    return condition(term, asking)


def _with_words(tickets: QuerySet[Ticket], asked: str, *, alone: bool) -> Narrowed:
    found = SearchDocument.objects.filter(words__matches=asked).order_by().values_list("pk", flat=True)
    ids = list(found[: FEW + 1])
    if len(ids) > FEW:
        return Narrowed(tickets.filter(document__words__matches=asked), (), True if alone else None)
    return Narrowed(tickets.filter(_OneOf(F("pk"), ids)), (), False)


class _OneOf(Lookup):
    """One of many numbers, as one parameter."""

    lookup_name = "one_of"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        lhs, lhs_params = self.process_lhs(compiler, connection)
        return f"{lhs} = ANY(%s)", (*lhs_params, self.rhs)
