"""Which language a request is written in, and in which one to answer.

Detection is for the worker: the first call loads a model of about 80 MiB in about a second.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from tickets.reference import languages

FALLBACK = "en"

CYRILLIC = frozenset({"bg", "ru", "uk"})
GREEK = frozenset({"el"})
DETECTABLE = frozenset(language.code for language in languages()) | {"ru"}
LATIN = DETECTABLE - CYRILLIC - GREEK

MIN_LETTERS = 4  # "ok" and "+1" are in no language
MIN_SHARE = 0.65  # of 3,000 sentences in these languages 6 were wrong and 45 unsure
UKRAINIAN_WEIGHT = 3.0  # among Cyrillic letters that decide nothing, the language in which most partners write
MAX_LENGTH = 4_000  # characters; more of a text makes no answer surer, only later

ADDRESSES = re.compile(r"\b(?:https?://|www\.)\S+|(?<!\S)\S+@\S+")
NO_LETTERS = re.compile(r"[\W\d_]+")
LATIN_I_IN_CYRILLIC = re.compile(r"(?<=[\u0400-\u04ff])i|i(?=[\u0400-\u04ff])", re.IGNORECASE)

UKRAINIAN_LETTERS = frozenset("іїєґ")
RUSSIAN_LETTERS = frozenset("ыэё")


def detect(text: str) -> str:
    """Return the ISO 639-1 code of the language of `text`: an official language of the EU, "uk" or "ru"; "" if unsure.

    Letters decide where they can; a model trained on words and their parts decides the rest. Links and addresses are
    passed over, and only the first 4,000 characters are read.
    """
    text = LATIN_I_IN_CYRILLIC.sub("і", ADDRESSES.sub(" ", text[:MAX_LENGTH]))
    letters = Counter(NO_LETTERS.sub("", text.lower()))
    if letters.total() < MIN_LETTERS:
        return ""
    cyrillic = _count(letters, "\u0400", "\u04ff")
    greek = _count(letters, "\u0370", "\u03ff") + _count(letters, "\u1f00", "\u1fff")
    latin = _count(letters, "a", "\u024f")
    most = max(cyrillic, greek, latin)
    if 2 * most <= letters.total():
        return ""
    if most == greek:
        return "el"
    if most == latin:
        return _most_likely(text, LATIN)
    return _by_cyrillic_letters(letters) or _most_likely(text, CYRILLIC)


def best_of(preferred: Sequence[str], available: Sequence[str]) -> str:
    """Return the first of the `preferred` languages that is `available`, else English, else the first available.

    Codes by ISO 639-1; of a tag such as pt-BR (RFC 5646) the language alone counts. Raises ValueError if nothing is
    available.
    """
    if not available:
        raise ValueError("no language is available")
    for tag in preferred:
        code = re.split("[-_]", tag, maxsplit=1)[0].lower()
        if code in available:
            return code
    return FALLBACK if FALLBACK in available else available[0]


def _by_cyrillic_letters(letters: Counter[str]) -> str:
    """Ukrainian and Russian have letters of their own; ъ without any of them is Bulgarian, where it is common."""
    ukrainian = sum(letters[letter] for letter in UKRAINIAN_LETTERS)
    russian = sum(letters[letter] for letter in RUSSIAN_LETTERS)
    if ukrainian == russian == 0:
        return "bg" if letters["ъ"] else ""
    return "uk" if ukrainian >= russian else "ru"


def _most_likely(text: str, candidates: frozenset[str]) -> str:
    """Return the likeliest of the candidates, "" when its share among them is too small."""
    weights = {"uk": UKRAINIAN_WEIGHT}
    shares = {code: share * weights.get(code, 1.0) for code, share in _model().rank(text) if code in candidates}
    best = max(shares, key=lambda code: shares[code])
    return best if shares[best] >= MIN_SHARE * sum(shares.values()) else ""


@cache
def _model() -> LanguageIdentifier:
    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages(DETECTABLE)
    return model


def _count(letters: Counter[str], first: str, last: str) -> int:
    return sum(number for letter, number in letters.items() if first <= letter <= last)
