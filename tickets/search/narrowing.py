"""A search on the tables: the tickets that it means, as a query that any list can order and page.

The trap: a word that few tickets have, asked newest first, makes PostgreSQL walk all tickets. So the index is asked
first, for a limited number of tickets. If they are all, they are named to the query. If there are more, the word is
frequent, and walking newest first with the word as a filter finds a page at once. The rows are the same either way.
Even to find too many, the index gathers them all. So what the planner knows to stand in a good part of all tickets is
frequent without asking: that it knows from a sample of the tickets themselves, and for a word it did not meet it says
less. Of words in a row, and of words in one part of a ticket, it knows only how many tickets have each anywhere; there
the newest tickets have to show as well that they are frequent. Both queries are written so that the planner has no
choice that depends on what it believes of a word.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, ExpressionWrapper, F, Lookup, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.db.models.sql.compiler import SQLCompiler

from tickets.models import SearchDocument, Ticket, User
from tickets.search.conditions import Asking, condition
from tickets.search.matching import asks_for_words, index_is_enough, matching, matching_all, only_excludes
from tickets.search.named import UnknownName
from tickets.search.operators import ME
from tickets.search.terms import Group, Problem, Query, Term

FEW = 5000  # tickets that are named to the query one by one
FEW_READ = 500  # the same where the index is not enough and the words of each ticket are read
# Of a beginning that the planner has not met it believes that one ticket in fifty has it.
SURE, SURE_SHARE = 4 * FEW, 0.05
NEWEST, ENOUGH = 1000, 26  # of so many newest tickets so many must have the words: a page, and one that says "more"
_BELIEVED = """
    EXPLAIN (FORMAT JSON)
    SELECT FROM tickets_searchdocument WHERE words @@ %s::tsquery UNION ALL SELECT FROM tickets_searchdocument
"""
_IN_THE_NEWEST = """
    SELECT count(*) FROM (
        SELECT FROM (SELECT id FROM tickets_ticket ORDER BY received_at DESC, id DESC LIMIT %s) AS newest
        WHERE (SELECT words @@ %s::tsquery FROM tickets_searchdocument WHERE ticket_id = newest.id)
        LIMIT %s
    ) AS found
"""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The tickets that a search means, and what of it means nothing here. With a problem there are no tickets.

    `frequent` says how many tickets have the words, seen or not: False few, which the query names; True more,
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
    of_words = [group for group in query.groups if _is_of_words(group)]
    if all(only_excludes(group) for group in of_words):
        of_words = []  # the index names tickets that have words, not those that lack them
    for group in query.groups:
        if group in of_words:
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
    if not of_words:
        return Narrowed(tickets, ())
    return _with_words(tickets, of_words, alone=len(of_words) == len(query.groups))


def is_personal(query: Query) -> bool:
    """Whether the search means other tickets when somebody else asks: it says `me`."""
    return any(term.name == "assignee" and term.value == ME for term in query.terms)


def says(term: Term) -> Coalesce:
    """Whether the words of a ticket are those of a term, as if it were not negated; asked of each ticket."""
    return _says(matching(term))


def _is_of_words(group: Group) -> bool:
    return all(asks_for_words(term) for term in group)


def _meaning(term: Term, asking: Asking) -> Q:
    if asks_for_words(term):
        return Q(says(term))
    return condition(term, asking)


def _with_words(tickets: QuerySet[Ticket], groups: Sequence[Group], *, alone: bool) -> Narrowed:
    asked, few = matching_all(groups), FEW if index_is_enough(groups) else min(FEW, FEW_READ)
    frequent = Narrowed(tickets.filter(_says(asked)), (), True if alone else None)
    if _is_known_to_be_frequent(asked) and (index_is_enough(groups) or _is_frequent_in_the_newest(asked)):
        return frequent
    found = SearchDocument.objects.filter(_dear_to_read(), words__matches=asked).order_by()
    ids = list(found.values_list("pk", flat=True)[: few + 1])
    if len(ids) > few:
        return frequent
    return Narrowed(tickets.filter(_OneOf(F("pk"), ids)), (), False)


def _is_known_to_be_frequent(asked: str) -> bool:
    """Whether the planner believes that far more tickets than a few have the words. It reads no ticket for it."""
    with connection.cursor() as cursor:
        cursor.execute(_BELIEVED, [asked])
        (((plan,),),) = cursor.fetchall()
    having, all_of_them = (each["Plan Rows"] for each in plan["Plan"]["Plans"])
    return bool(having > SURE and having > SURE_SHARE * all_of_them)


def _is_frequent_in_the_newest(asked: str) -> bool:
    """Whether a page is soon full of tickets that have the words. It reads the words of some of the newest tickets."""
    with connection.cursor() as cursor:
        cursor.execute(_IN_THE_NEWEST, [NEWEST, asked, ENOUGH])
        ((found,),) = cursor.fetchall()
    return bool(found == ENOUGH)


def _dear_to_read() -> Q:
    """True of every document; its second half is never run.

    The words of a document lie packed beside its row, which the planner does not count: for a frequent word it would
    read thousands of documents one after the other, where the index names the tickets in no time. This makes it count.
    """
    there = Ticket.objects.filter(pk=OuterRef("pk")).values(there=Value(True))
    return Q(size__gte=0) | Q(Subquery(there, output_field=BooleanField()))


def _says(asked: str) -> Coalesce:
    """Whether the words of a ticket match: looked up for the one ticket, never by a join that reads all of them."""
    match = ExpressionWrapper(Q(words__matches=asked), BooleanField())
    document = SearchDocument.objects.filter(ticket=OuterRef("pk")).values(match=match)
    return Coalesce(Subquery(document), Value(False), output_field=BooleanField())


class _OneOf(Lookup):
    """One of many numbers, as one parameter.

    The second half is true of every number. The planner takes it for rare, so it fetches these rows and sorts them, and
    never walks all rows in the hope to meet them.
    """

    lookup_name = "one_of"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        lhs, lhs_params = self.process_lhs(compiler, connection)
        return f"({lhs} = ANY(%s) AND {lhs} %% 1 = 0)", (*lhs_params, self.rhs, *lhs_params)
