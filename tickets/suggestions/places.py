"""Which hromada and region a request comes from: by KATOTTG code, domain, or name in signature, subject, text. Pure.

Hromadas bear adjectives, which Ukrainian inflects: "Лебединської міської ради", "Лебединська громада". An adjective
alone says little, so a word such as громада, міська, рада or область has to follow closely, and tells a hromada from a
raion and an oblast of the same name. Names repeat: where several hromadas share one, the oblast or raion that is named
beside must tell which, or there is no suggestion.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from tickets.reference import Hromada, hromadas, regions
from tickets.search import wording
from tickets.suggestions.values import FAIR, STRONG, Asked, Suggestion
from tickets.suggestions.words import named_regions

# A code names its hromada by the first seven digits, whichever of its places it is of. Its letters may be Cyrillic.
KATOTTG = re.compile(r"\b[UuУу][AaАа]\s?(\d{7})\d{10}\b")
# The house of a local authority: lebedyn-rada.gov.ua, lebedyn-gromada.gov.ua.
AUTHORITY = re.compile(r"^([a-z-]{3,40}?)-?(?:gromada|hromada|miskrada|miska-?rada|rada|mrada|otg|mtg|tg)$")
CRIMEA = "UA-43"
AHEAD = 4  # words in which what an adjective belongs to follows
OF_HROMADA = ("громад", "міськ", "селищн", "сільськ", "рад", "тг", "отг", "мтг", "hromad", "gromad", "communit", "city",
    "town", "municipal", "village", "settlement", "territorial", "городск", "поселков")  # fmt: skip
OF_REGION = ("област", "обл", "ова", "ода", "oblast", "region", "obwod", "apgabal", "gebiet")
OF_RAION = ("район", "raion", "rayon")
BEFORE = frozenset(("м", "місто", "міста", "місті", "смт", "селище", "city", "town", "municipality", "ville", "miasto",
    "miasta", "miescie", "stadt", "город", "города", "городе", "pilseta", "pilsetas", "hromada"))  # fmt: skip
_SINGULAR = re.compile(r"^(.{2,}?[сцз]ьк)(?:а|ої|ій|у|ою)$")
_ENDS = re.compile(r"(?:ська|цька|зька|а)$")
_LATIN_ENDS = re.compile(r"(?:ska|ka|a)$")
NOUN_ENDS = frozenset(("", "а", "у", "и", "і", "ю", "я", "ь", "е", "ом", "ем", "ою", "ам", "ах", "ка",
    "ки", "ку", "ці", "кою", "ць", "ця", "цю", "цем", "са", "си", "сі", "су", "жжя", "жжі"))  # fmt: skip
LATIN_NOUN_ENDS = frozenset(("", "y", "i", "a", "s", "ka", "ky", "ku", "e", "es", "ts", "sia", "tsia", "zhzhia",
    "skyi"))  # fmt: skip
# The adjective of the country: "українська громада" are Ukrainians somewhere.
NOT_ALONE = frozenset({"українськ", "ukrainska"})


@dataclass(frozen=True)
class _Named:
    """What a text names: hromadas with the words that do, regions said in full, and whether a name is left unclear."""

    hromadas: Mapping[Hromada, str]
    regions: frozenset[str]
    unclear: bool = False


def by_places(asked: Asked) -> Iterator[Suggestion]:
    """Organisation and region. From abroad a place of Ukraine is rather whom one wants to help."""
    hromada, strength, reason, facts = _hromada(asked)
    if hromada is not None and not asked.abroad:
        facts = {"name": hromada.name_uk, "raion": hromada.raion_uk, **facts}
        yield Suggestion("organisation", hromada.katottg, strength, reason, facts)
        yield Suggestion("region", hromada.region, strength, "hromada", {"name": hromada.name_uk})
        return
    said = _named(f"{asked.subject}\n{asked.signature}\n{asked.text}").regions
    if len(said) == 1:
        code = next(iter(said))
        yield Suggestion(
            "region",
            code,
            FAIR if asked.abroad else STRONG,
            "region",
            {"words": next(each.name_uk for each in regions() if each.code == code)},
        )
        return
    places = named_regions(asked)
    if len(places) == 1:
        code, words = next(iter(places.items()))
        yield Suggestion("region", code, FAIR, "region", {"words": words})


def hromada_named(text: str) -> str:
    """The KATOTTG code of the one hromada that a text names, by code or by name; empty when it names none."""
    hromada, _strength, _reason, _facts = _hromada(Asked(text=text))
    return hromada.katottg if hromada else ""


def _hromada(asked: Asked) -> tuple[Hromada | None, int, str, dict[str, str]]:
    """The hromada, how sure, why: the surest way that names exactly one."""
    codes = {found[1] for found in KATOTTG.finditer(f"{asked.subject}\n{asked.text}\n{asked.signature}")}
    by_code = [_by_digits()[code] for code in codes if code in _by_digits()]
    if len(by_code) == 1:
        return by_code[0], STRONG, "katottg", {"code": by_code[0].katottg}
    of_domain = _of_domain(asked.domain)
    if of_domain is not None:
        return (
            of_domain,
            STRONG if asked.domain.endswith((".ua", ".укр")) else FAIR,
            "domain_name",
            {"domain": asked.domain},
        )
    around = _named(f"{asked.subject}\n{asked.text}\n{asked.signature}").regions
    for where, text in (("signature", asked.signature), ("subject", asked.subject), ("text", asked.text)):
        found = _named(text, around)
        if found.hromadas:
            hromada, words = next(iter(found.hromadas.items()))
            sure = len(found.hromadas) == 1 and not found.unclear
            return hromada, STRONG if sure else FAIR, where, {"words": words}
    return None, 0, "", {}


def _named(text: str, around: frozenset[str] = frozenset()) -> _Named:
    """The hromadas that a text names beyond doubt, and the regions that it names in full.

    `around` are the regions named elsewhere in the letter, which tell hromadas of one name apart.
    """
    places = list(wording.places(text))
    words = [word for _start, _end, word in places]
    kinds = [_kind_of(word) for word in words]
    said: set[str] = set()
    raions: set[str] = set()
    candidates: list[tuple[Sequence[Hromada], int, int]] = []
    for number, word in enumerate(words):
        meant, end = _belongs_to(words, kinds, number)
        if meant == "region":
            said |= _regions().get(_adjective(word), frozenset())
        elif meant == "raion":
            raions.add(_adjective(word))
        elif meant == "hromada":
            candidates.append((_bearing(words, number), number, end))
        elif _is_behind_town(words, number):
            candidates.append((_of_noun(word), number, number))
    found: dict[Hromada, str] = {}
    unclear = False
    for bearing, start, end in candidates:
        one = _the_one(bearing, said or around, raions)
        if one is not None:
            found.setdefault(one, text[places[start][0] : places[end][1]])
        unclear |= bool(bearing) and one is None
    return _Named(found, frozenset(said), unclear)


def _kind_of(word: str) -> str:
    """Of what a word tells that an adjective before it names it."""
    if word.startswith(OF_REGION):
        return "region"
    if word.startswith(OF_RAION):
        return "raion"
    return "hromada" if word.startswith(OF_HROMADA) else ""


def _belongs_to(words: Sequence[str], kinds: Sequence[str], number: int) -> tuple[str, int]:
    """What a word that may name a place belongs to, and where that stands; "" when it names none."""
    for place in range(number + 1, min(number + 1 + AHEAD, len(words))):
        if kinds[place] == "region":
            return "region", place
        if kinds[place] == "raion":
            return "raion", place
        if kinds[place] == "hromada":
            named = words[number] not in NOT_ALONE and _adjective(words[number]) not in NOT_ALONE
            return ("hromada", place) if named and not kinds[number] else ("", 0)
        if _adjective(words[place]) in _adjectives() or words[place] in _latin():
            break  # another name begins
    return "", 0


def _is_behind_town(words: Sequence[str], number: int) -> bool:
    """Whether a word for a town stands before: "м. Лебедин", "the city of Lebedyn"."""
    before = words[max(0, number - 2) : number]
    return bool(before) and (before[-1] in BEFORE or (before[-1] in ("of", "de") and before[0] in BEFORE))


def _bearing(words: Sequence[str], number: int) -> list[Hromada]:
    """The hromadas of this name; one of two parts stands behind a hyphen, which is no word."""
    word = words[number]
    found = _adjectives().get(_adjective(word)) or _latin().get(word) or _of_noun(word)
    before = words[number - 1] if number else ""
    compound = [each for each in found if before and before in _firsts(each)]
    return compound or [each for each in found if "-" not in each.name_uk]


def _the_one(bearing: Sequence[Hromada], around: Iterable[str], raions: set[str]) -> Hromada | None:
    """The one that is meant, where one name is borne by several."""
    if len(bearing) > 1:
        bearing = [each for each in bearing if each.region in around] or bearing
    if len(bearing) > 1:
        bearing = [each for each in bearing if _raion(each) in raions] or bearing
    return bearing[0] if len(bearing) == 1 else None


def _of_domain(domain: str) -> Hromada | None:
    """The hromada whose authority bears this domain, where only one has such a name."""
    house = AUTHORITY.match(domain.partition(".")[0])
    sound = _sound(house[1]) if house else ""
    found = _sounding().get(sound) or _shortened(sound, _sounding(), LATIN_NOUN_ENDS)
    return found[0] if len(found) == 1 else None


def _of_noun(word: str) -> list[Hromada]:
    """The hromadas around a town of this name: Лебедин, Лебедина, Lebedyn."""
    if word.isascii():
        return _shortened(word, _latin_bases(), LATIN_NOUN_ENDS)
    return _shortened(word, _bases(), NOUN_ENDS)


def _shortened(word: str, known: Mapping[str, list[Hromada]], ends: Container[str]) -> list[Hromada]:
    """What is known under the word without one of its ends, the shortest end first."""
    for cut in range(len(word), max(2, len(word) - 7), -1):
        if word[:cut] in known and word[cut:] in ends:
            return known[word[:cut]]
    return []


def _adjective(word: str) -> str:
    """The unchanging part of an adjective in the singular: "лебединськ" of "лебединської"."""
    match = _SINGULAR.match(word)
    return match[1] if match else word


def _sound(name: str) -> str:
    """A name in Latin letters as its spellings agree: Trostyanets and Trostianets, gromada and hromada."""
    plain = name.lower().replace("-", "").replace("kh", "h").translate(str.maketrans("gyjw", "hiiv"))
    return plain.replace("ii", "i")


def _last(name: str) -> str:
    return wording.words(name)[-1] if name else ""


@cache
def _regions() -> Mapping[str, frozenset[str]]:
    """The codes of oblasts by their adjective, and by the first word of their name in English."""
    oblasts = [each for each in regions() if each.name.endswith("oblast")]
    names = [(_adjective(wording.words(each.name_uk)[-2]), each.code) for each in oblasts]
    names += [(wording.words(each.name)[-2], each.code) for each in oblasts]
    return {name: frozenset({code}) for name, code in names}


@cache
def _firsts(hromada: Hromada) -> tuple[str, ...]:
    """What stands before the hyphen of a name, in both scripts."""
    return tuple(parts[-2] for name in (hromada.name_uk, hromada.name) if len(parts := wording.words(name)) > 1)


@cache
def _raion(hromada: Hromada) -> str:
    return _adjective(_last(hromada.raion_uk))


@cache
def _by_digits() -> Mapping[str, Hromada]:
    return {each.katottg[2:9]: each for each in hromadas()}


@cache
def _adjectives() -> Mapping[str, list[Hromada]]:
    return _by(lambda each: _adjective(_last(each.name_uk)))


@cache
def _latin() -> Mapping[str, list[Hromada]]:
    return _by(lambda each: _last(each.name))


@cache
def _bases() -> Mapping[str, list[Hromada]]:
    return _by(lambda each: _ENDS.sub("", _last(each.name_uk)))


@cache
def _latin_bases() -> Mapping[str, list[Hromada]]:
    return _by(lambda each: _LATIN_ENDS.sub("", _last(each.name)))


@cache
def _sounding() -> Mapping[str, list[Hromada]]:
    return _by(lambda each: _sound(_LATIN_ENDS.sub("", each.name)))


def _by(key: Callable[[Hromada], str]) -> Mapping[str, list[Hromada]]:
    """Those that can write to us by a part of their name; under it only a code finds one in Crimea."""
    table: dict[str, list[Hromada]] = defaultdict(list)
    for each in hromadas():
        if each.region != CRIMEA:
            table[key(each)].append(each)
    return dict(table)
