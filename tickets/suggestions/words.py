"""What a request is about, by its words: stems of seven languages in `tickets/data/words.csv`. Pure.

A stem stands for every word that begins with it, because most of these languages inflect; `bus=` is the whole word,
`partner+city` are words that follow each other closely, and `!` says that a word alone tells much. Words of a subject
count three times, because it is written to say what the letter is about.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from tickets.reference import queues, stems, topics
from tickets.search import wording
from tickets.suggestions.values import FAIR, STRONG, Asked, Suggestion

SHORTEST, LONGEST = 2, 18  # characters of a stem
APART = 3  # so many words on may the next word of a phrase stand
IN_SUBJECT = 3
NAMED = 3  # words that a reason names
CLEARLY = 1.5  # times the score of the next best value
# The score from which a value is worth saying, and from which it is sure.
ENOUGH, SURE = {"topic": 2, "kind": 2}, {"topic": 5, "kind": 4}


@dataclass(frozen=True)
class Stem:
    """One entry of the table: the words of a phrase, of which the first is looked up."""

    value: str
    weight: int
    parts: tuple[tuple[str, bool], ...]  # the beginning of a word, and whether it is the whole word


def by_words(asked: Asked) -> Iterator[Suggestion]:
    """Topic, kind and, where a topic has one of its own, queue."""
    for name in ("topic", "kind"):
        found = _score(name, asked)
        ranked = sorted(found, key=lambda value: -found[value][0])
        if not ranked or found[ranked[0]][0] < ENOUGH[name]:
            continue
        score, words = found[ranked[0]]
        next_best = found[ranked[1]][0] if len(ranked) > 1 else 0
        strength = STRONG if score >= SURE[name] and score >= CLEARLY * next_best else FAIR
        facts = {"words": ", ".join(words[:NAMED])}
        yield Suggestion(name, ranked[0], strength, "words", facts)
        if name == "topic" and ranked[0] in _queues():
            yield Suggestion("queue", _queues()[ranked[0]], strength, "words", facts)
        if name == "topic" and next_best >= ENOUGH[name]:
            facts = {"words": ", ".join(found[ranked[1]][1][:NAMED])}
            yield Suggestion(name, ranked[1], FAIR, "words", facts)


def named_regions(asked: Asked) -> dict[str, str]:
    """The regions of Ukraine that are named by their main towns, each with the words that do."""
    return {code: ", ".join(words[:NAMED]) for code, (_, words) in _score("region", asked).items()}


def _score(name: str, asked: Asked) -> dict[str, tuple[float, list[str]]]:
    """For each value how much speaks for it, each stem once, and the words that do."""
    weights: dict[str, dict[Stem, int]] = defaultdict(dict)
    named: dict[str, dict[str, str]] = defaultdict(dict)
    for text, factor in ((asked.subject, IN_SUBJECT), (asked.text, 1)):
        for stem, said in _found(name, text):
            weights[stem.value].setdefault(stem, factor * stem.weight)
            named[stem.value].setdefault(said.lower(), said)
    return {value: (sum(found.values()), list(named[value].values())) for value, found in weights.items()}


def _found(name: str, text: str) -> Iterator[tuple[Stem, str]]:
    """The stems that a text has, each with the words as they stand there."""
    places = list(wording.places(text))
    words = [word for _start, _end, word in places]
    for number, word in enumerate(words):
        for length in range(SHORTEST, min(len(word), LONGEST) + 1):
            for stem in _table()[name].get(word[:length], ()):
                last = _end_of(stem, words, number)
                if last is not None:
                    yield stem, text[places[number][0] : places[last][1]]


def _end_of(stem: Stem, words: Sequence[str], start: int) -> int | None:
    """Where a phrase that begins here ends; None where it does not stand here."""
    if not _is(words[start], stem.parts[0]):
        return None
    place = start
    for part in stem.parts[1:]:
        near = range(place + 1, min(place + 1 + APART, len(words)))
        found = next((each for each in near if _is(words[each], part)), None)
        if found is None:
            return None
        place = found
    return place


def _is(word: str, part: tuple[str, bool]) -> bool:
    beginning, whole = part
    return word == beginning if whole else word.startswith(beginning)


@cache
def _table() -> dict[str, dict[str, list[Stem]]]:
    """The stems of each field by the beginning of their first word."""
    table: dict[str, dict[str, list[Stem]]] = defaultdict(lambda: defaultdict(list))
    for row in stems():
        for text in row.words:
            stem = _stem(text, row.value)
            table[row.field][stem.parts[0][0]].append(stem)
    return table


def _stem(text: str, value: str) -> Stem:
    parts = text.rstrip("!").split("+")
    folded = [(_folded(part.rstrip("=")), part.endswith("=")) for part in parts if part]
    return Stem(value, 2 if text.endswith("!") or len(folded) > 1 else 1, tuple(folded))


def _folded(part: str) -> str:
    return "".join(wording.words(part)) or part


@cache
def _queues() -> dict[str, str]:
    """The queues of topics whose tickets are not for all eyes."""
    restricted = {queue.code for queue in queues() if queue.restricted}
    return {topic.code: topic.queue for topic in topics() if topic.queue in restricted}
