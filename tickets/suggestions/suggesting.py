"""What a new ticket seems to be: every source is asked, what was said already is left alone, the best is kept.

A source takes what the ticket says and its neighbours and yields suggestions, weak ones too. Another source, such as
rules, is one more line in SOURCES; its reason needs its sentence (`desk/reasons.py`). Where two are equally sure, the
one that stands first speaks: a letter that says where it comes from is right about it.
"""

from collections.abc import Callable, Iterable, Sequence

from tickets.neighbours import Neighbour
from tickets.suggestions.history import by_history
from tickets.suggestions.places import by_places
from tickets.suggestions.values import FAIR, Asked, Suggestion, best
from tickets.suggestions.words import by_words

Source = Callable[[Asked, Sequence[Neighbour]], Iterable[Suggestion]]
SOURCES: tuple[Source, ...] = (
    lambda asked, _near: by_places(asked),
    by_history,
    lambda asked, _near: by_words(asked),
)


def suggest(asked: Asked, near: Sequence[Neighbour]) -> list[Suggestion]:
    """For each field that nobody has filled in the likely values, the strongest first."""
    found = [each for source in SOURCES for each in source(asked, near)]
    open_fields = [each for each in found if each.field not in asked.said and each.strength >= FAIR]
    return best([each for each in open_fields if (each.field, each.value) != ("kind", "enquiry")])
