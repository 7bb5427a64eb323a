"""Texts as words that compare alike: small letters, accents of Latin letters left out, every apostrophe the same. Pure.

The index, the search and the marks in what was found all read texts by this file, so that they agree; PostgreSQL's own
parser takes a file name for a host and half of a letter's number for a negative one.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence

LONGEST_WORD = 60  # characters; PostgreSQL takes 2,046 bytes, and nobody types so many
# Each stands for the apostrophe inside Ukrainian words; in Latin script it ends a word (l'énergie).
_APOSTROPHES = str.maketrans(dict.fromkeys("’ʼ‘ʻ`´ʹ′＇", "'"))
_MARKS = "\u0300-\u036f\u00ad\u200b-\u200d\u2060"  # combining accents, and what is not seen inside a word
_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # written without spaces: each is a word
_LETTER = rf"[^\W_{_IDEOGRAPHS}]"
_WORD = re.compile(
    rf"[{_IDEOGRAPHS}]|{_LETTER}(?:{_LETTER}|[{_MARKS}]|(?<=[\u0400-\u04ff])'(?=[\u0400-\u04ff]))*",
)
_UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060']")
_LATIN_ACCENT = re.compile("(?<=[a-z])[\u0300-\u036f]+")
# Letters that Unicode does not take apart; ё is written е as often as not.
_ALIKE = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "ı": "i", "ħ": "h", "æ": "ae", "œ": "oe", "þ": "th", "ё": "е"})


def words(text: str) -> list[str]:
    """The words of a text in their order, as they compare."""
    return [word for word in _compared(_WORD.findall(_plain(text))) if word]


def places(text: str) -> Iterator[tuple[int, int, str]]:
    """Where each word of a text starts and ends, and the word as it compares."""
    found = list(_WORD.finditer(_plain(text)))
    for match, word in zip(found, _compared([match[0] for match in found]), strict=False):
        yield match.start(), match.end(), word


def _compared(words: Sequence[str]) -> list[str]:
    """Each word as it compares; one empty word for none."""
    # All at once: a line end stands between the words, and no step makes or joins one.
    return [word[:LONGEST_WORD] for word in _folded("\n".join(words)).split("\n")]


def _plain(text: str) -> str:
    """The text with one kind of apostrophe; every character keeps its place."""
    return text if text.isascii() else text.translate(_APOSTROPHES)


def _folded(words: str) -> str:
    if words.isascii():
        return words.lower()
    # Some signs of Arabic and Greek come apart with a space; the word is one all the same.
    folded = unicodedata.normalize("NFKC", _UNSEEN.sub("", words)).casefold().replace(" ", "")
    apart = unicodedata.normalize("NFD", folded.translate(_ALIKE))
    return unicodedata.normalize("NFC", _LATIN_ACCENT.sub("", apart))
