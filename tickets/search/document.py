"""What of a text goes into the index: PostgreSQL's vector of words and their places, written here. Pure.

A vector is at most 1 MB and knows the first 16,383 places (PostgreSQL, "Text Search: Limitations"): each message brings
so many words at most, and a ticket that is full takes words without places, then none.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from tickets.search.wording import words

MOST_WORDS = 20_000  # of one message
MOST_BYTES = 250_000  # of one message in the index
_LAST_PLACE = 16_383
_MOST_PLACES = 255  # of one word
# Between two texts lies a gap, so that the end of one and the beginning of the next are no phrase.
_GAP = 2


class Weight(StrEnum):
    """Which part of a ticket a word stands in: PostgreSQL's labels."""

    PEOPLE = "A"
    ORGANISATION = "B"
    SUBJECT = "C"
    TEXT = "D"


@dataclass(frozen=True, slots=True)
class Vector:
    """A vector as PostgreSQL reads it, with and without the places of the words, and about how many bytes each has."""

    text: str
    size: int
    bare: str
    bare_size: int


def vector(pieces: Iterable[tuple[Weight, str]]) -> Vector:
    """The vector of these texts. What does not fit is left out, so those that come first are the safest."""
    found: dict[str, list[str]] = {}
    size = bare_size = place = number = 0
    for weight, text in pieces:
        label = "" if weight is Weight.TEXT else weight.value
        place += _GAP
        for word in words(text):
            number += 1
            if number > MOST_WORDS or size > MOST_BYTES:
                break
            place += 1
            if word not in found:
                found[word] = []
                cost = len(word.encode()) + 4
                size, bare_size = size + cost, bare_size + cost
            if len(found[word]) < _MOST_PLACES:
                found[word].append(f"{place if place < _LAST_PLACE else _LAST_PLACE}{label}")
                size += 2
    # A word has letters and digits alone, nothing that would have to be escaped between quotes.
    text = " ".join([f"'{word}':{','.join(places)}" for word, places in found.items()])
    bare = "'" + "' '".join(found) + "'" if found else ""
    return Vector(text, size, bare, bare_size)
