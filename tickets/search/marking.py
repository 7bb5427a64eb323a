"""Where the words of a search stand in a text: for marks, and for the piece that shows why it was found. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tickets.search.terms import Query
from tickets.search.wording import places, words

BEFORE, LENGTH = 60, 220  # characters of a piece
READ = 4000  # characters that are read word by word where a quick look finds nothing
_LETTER = r"[^\W_]"
# What may be written otherwise than it compares: everything but Latin without accents, Cyrillic and usual marks.
_WRITTEN_OTHERWISE = re.compile("[^\x00-\x7f\xa0«»\u0400-\u0450\u0452-\u045f\u0490\u0491–—“”„…№]|(?<=[\u0400-\u04ff])'")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A word of the search; any longer word that begins so is meant as well unless it is `whole`."""

    word: str
    whole: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a text, marked or not."""

    text: str
    marked: bool = False


def wanted(query: Query, *names: str) -> tuple[Wanted, ...]:
    """The words that a search looks for, those of these operators ("" is none) and nothing that it excludes."""
    found: dict[Wanted, None] = {}
    for term in query.terms:
        if term.name not in names or term.negated:
            continue
        parts = words(term.value)
        exact = term.quoted and not term.name
        for number, word in enumerate(parts, start=1):
            found[Wanted(word, exact or number < len(parts))] = None
    return tuple(found)


def marked(text: str, sought: Sequence[Wanted]) -> tuple[Part, ...]:
    """The text in parts, the words of the search marked."""
    parts, at = [], 0
    for start, end in _meant(text, sought):
        parts += [Part(text[at:start]), Part(text[start:end], marked=True)]
        at = end
    return tuple(part for part in (*parts, Part(text[at:])) if part.text)


def _meant(text: str, sought: Sequence[Wanted]) -> Iterator[tuple[int, int]]:
    """Where the words stand that are meant."""
    if not sought:
        return
    if _WRITTEN_OTHERWISE.search(text):
        yield from _read(text, sought)
        return
    # Each word is written as it compares, but for capitals: one look for all is quicker than reading each word.
    each_way = "|".join(re.escape(each.word) + (rf"(?!{_LETTER})" if each.whole else "") for each in sought)
    for match in re.finditer(f"(?<!{_LETTER})(?:{each_way}){_LETTER}*", text.lower()):
        yield match.span()


def _read(text: str, sought: Sequence[Wanted]) -> Iterator[tuple[int, int]]:
    """The same, word by word."""
    whole = {each.word for each in sought if each.whole}
    beginnings = tuple(each.word for each in sought if not each.whole)
    for start, end, word in places(text):
        if word in whole or word.startswith(beginnings):
            yield start, end


def piece(text: str, sought: tuple[Wanted, ...]) -> tuple[Part, ...]:
    """A line of the text around the first word of the search, marked; empty where none of them stands."""
    lower = text.lower()
    if len(lower) == len(text):
        # Most words stand as they are typed; reading all words of a long text costs more than looking for one.
        for each in sought:
            at = lower.find(each.word)
            while at > 0 and lower[at - 1].isalnum():
                at = lower.find(each.word, at + 1)
            if at >= 0 and (found := _around(text, at, sought)):
                return found
    if not _WRITTEN_OTHERWISE.search(text):
        return ()
    first = next(_read(text[:READ], sought), None)
    return _around(text, first[0], sought) if first else ()


def _around(text: str, at: int, sought: tuple[Wanted, ...]) -> tuple[Part, ...]:
    start = max(at - BEFORE, 0)
    if start:
        # Begin with a whole word where one begins before the place.
        space = text.find(" ", start, at)
        start = space + 1 if space >= 0 else start
    end = min(start + LENGTH, len(text))
    if end < len(text):
        space = text.rfind(" ", at + 1, end)
        end = space if space > at else end
    line = ("… " if start else "") + " ".join(text[start:end].split()) + (" …" if end < len(text) else "")
    found = marked(line, sought)
    return found if any(part.marked for part in found) else ()
