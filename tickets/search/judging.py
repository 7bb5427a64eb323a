"""Whether a search means a ticket, as an expression inside a statement about that ticket: what rules are asked by.

`narrowing` finds tickets among all; here the tickets are few and known, so that every term is asked of each of them and
nothing is read before. Both take their meanings from the same conditions.
"""

from datetime import datetime

from django.db.models import BooleanField, Case, Exists, Q, Value, When
from django.db.models.expressions import Combinable

from tickets.search import named
from tickets.search.conditions import Asking, condition
from tickets.search.matching import asks_for_words
from tickets.search.named import Named, UnknownName
from tickets.search.narrowing import says
from tickets.search.terms import Problem, Query, Term


def verdict(query: Query, *, now: datetime) -> Combinable:
    """True or False of a ticket, and NULL where a name in the search is nobody's any more.

    So a rule of which a topic was renamed does nothing, where its opposite (`-topic:`) would mean every ticket. Raises
    UnknownName for `assignee:me`: nobody asks.
    """
    asking, wanted = Asking(None, now), Q()
    for group in query.groups:
        any_of = Q()
        for term in group:
            meant = _meaning(term, asking)
            any_of |= ~meant if term.negated else meant
        wanted &= any_of
    if not wanted:
        return Value(True, BooleanField())
    names = known(query)
    unknown = [When(~names, then=Value(None))] if names else []
    return Case(*unknown, When(wanted, then=Value(True)), default=Value(False), output_field=BooleanField())


def known(query: Query) -> Q:
    """Whether every name in the search is somebody's, for any statement; an empty condition where it has no names."""
    found = Q()
    for term in query.terms:
        meant = _named(term)
        if isinstance(meant, Named):
            found &= Q(Exists(meant.rows))
    return found


def problems(query: Query, *, now: datetime) -> tuple[Problem, ...]:
    """What of a search means nothing to a rule, with the sentence for each. Asks the database once for each name."""
    found, asking = list(query.problems), Asking(None, now)
    for term in query.terms:
        if term.name in named.NAMED:
            try:
                condition(term, asking)
            except UnknownName as unknown:
                found.append(Problem(term.start, term.length, str(unknown)))
    return tuple(sorted(found, key=lambda problem: problem.start))


def asks_for_the_hour(typed: str) -> bool:
    """Whether a search may say another thing later on the same day: `reply:` alone knows hours. Days are Brussels'."""
    return "reply:" in typed.lower()


def _meaning(term: Term, asking: Asking) -> Q:
    if asks_for_words(term):
        return Q(says(term))
    found = _named(term)
    if found is None:
        return condition(term, asking)
    return found if isinstance(found, Q) else found.inside()


def _named(term: Term) -> Q | Named | None:
    """What an operator that takes names says; None of any other."""
    return named.NAMED[term.name](term.value, None) if term.name in named.NAMED else None
