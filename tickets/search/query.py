"""The language of the search box, read: `parse` takes any text and never fails. Pure.

generators hospital          both words, anywhere in the ticket, each also as the beginning of a longer one
"diesel generators"          these words, one after the other
-bus  -status:closed         not this
energy OR winter  status:new,open     one of them
org:"Sumy city council"      an operator (see `operators`) with a value of several words
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tickets.search import operators
from tickets.search.terms import Group, Problem, Query, Term

LONGEST = 1000  # characters
MOST_TERMS = 30
OPENING, CLOSING = '"“”„«', '"”“»'
_QUOTED = f"[{OPENING}](?P<quoted>[^{CLOSING}]*)(?P<end>[{CLOSING}]|$)"
# A name, a colon and no "//" behind it: an address of a page is words.
_TERM = re.compile(
    rf"(?P<minus>-+)?(?:(?P<name>[A-Za-z]{{2,20}}):(?!//))?(?:{_QUOTED}|(?P<plain>[^\s{OPENING}{CLOSING}]*))"
)
_LETTER = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of the text: a term as typed, or the word OR."""

    start: int
    length: int
    negated: bool = False
    name: str = ""
    value: str = ""
    quoted: bool = False
    unclosed: bool = False
    is_or: bool = False


def parse(text: str) -> Query:
    """The search that a text means. What it does not mean is left out and explained in `problems`."""
    typed, problems = text.replace("\x00", " "), []
    if len(typed) > LONGEST:
        problems.append(Problem(LONGEST, len(typed) - LONGEST, _too_long()))
        typed = typed[:LONGEST]
    groups: list[Group] = []
    joining: _Piece | None = None  # an OR that waits for its right side
    number = 0
    for piece in _pieces(typed):
        if piece.is_or:
            if joining or not groups:
                problems.append(Problem(piece.start, piece.length, _lonely_or()))
            else:
                joining = piece
            continue
        number += 1
        if number > MOST_TERMS:
            problems.append(Problem(piece.start, len(typed) - piece.start, _too_many()))
            break
        found, wrong = _terms(piece)
        problems += wrong
        if found:
            _add(groups, found, joined=joining is not None)
        joining = None
    if joining:
        problems.append(Problem(joining.start, joining.length, _lonely_or()))
    return Query(tuple(groups), tuple(problems), typed)


def _add(groups: list[Group], found: Group, *, joined: bool) -> None:
    """Take in what one piece said. Of several values that are excluded all must be away, so each is its own group."""
    if joined:
        groups[-1] = tuple(dict.fromkeys((*groups[-1], *found)))
    elif found[0].negated:
        groups.extend((term,) for term in found if (term,) not in groups)
    elif found not in groups:
        groups.append(found)


def _pieces(text: str) -> Iterator[_Piece]:
    for match in _TERM.finditer(text):
        if not match[0]:
            continue
        plain, quoted = match["plain"] or "", match["quoted"]
        yield _Piece(
            start=match.start(),
            length=len(match[0]),
            negated=bool(match["minus"]),
            name=match["name"] or "",
            value=plain if quoted is None else quoted,
            quoted=quoted is not None,
            unclosed=quoted is not None and not match["end"],
            is_or=match[0] == "OR",
        )


def _terms(piece: _Piece) -> tuple[Group, list[Problem]]:
    """The terms that a piece means: several where values are separated by commas."""
    if piece.unclosed:
        return (), [_at(piece, _("This quotation mark is not closed. Put another one behind the last word."))]
    operator = operators.named(piece.name)
    # "Re: letter" has no operator in it, nor has "Attention:".
    words = piece.name if operator is None and not piece.value and not piece.quoted else ""
    if words or not piece.name:
        value = words or " ".join(piece.value.split())
        if not _LETTER.search(value):
            # A dash or a dot between words is nothing to look for.
            wrong = _("There are no letters or digits here to look for.")
            return (), [_at(piece, wrong)] if piece.quoted else []
        return (_term(piece, "", value),), []
    if operator is None:
        return (), [_at(piece, operators.unknown(piece.name))]
    found, problems = [], []
    for value in [piece.value] if piece.quoted else piece.value.split(","):
        code, wrong = operators.checked(operator, " ".join(value.split()))
        if wrong:
            problems.append(_at(piece, wrong))
        elif operator.choices is None and not operator.day and not _LETTER.search(code):
            problems.append(_at(piece, _("There are no letters or digits here to look for.")))
        else:
            found.append(_term(piece, operator.name, code))
    return tuple(dict.fromkeys(found)), problems


def _term(piece: _Piece, name: str, value: str) -> Term:
    # Where "OR" is a word, as in "OR:", it has to be written in quotes.
    quoted = not name and (piece.quoted or value == "OR")
    return Term(name, value, piece.negated, quoted, piece.start, piece.length)


def _at(piece: _Piece, message: str) -> Problem:
    return Problem(piece.start, piece.length, message)


def _lonely_or() -> str:
    return _("“OR” stands between two terms: energy OR winter. Put it in quotes to search for the word.")


def _too_long() -> str:
    return _("A search has at most %(number)s characters. The rest was left out.") % {"number": LONGEST}


def _too_many() -> str:
    return _("A search has at most %(number)s terms. The rest was left out.") % {"number": MOST_TERMS}
