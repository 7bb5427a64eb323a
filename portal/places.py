"""Where a partner is: Ukraine's regions first, then the countries of the world, named and sorted for the page.

The values are ISO 3166-2 codes for regions ("UA-59"), ISO 3166-1 codes for countries ("PL"), and "ZZ", which ISO
leaves to its users, for anything else.
"""

import gettext
import unicodedata
from functools import cache

import pycountry
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tickets import reference, regions

UKRAINE, ELSEWHERE = "UA", "ZZ"
Choices = list[tuple[str, str | list[tuple[str, str]]]]

# Nobody administers anything there.
_UNINHABITED = frozenset({"AQ", "BV", "GS", "HM", "IO", "TF", "UM"})
# What pycountry's translations lack, or say in a way that nobody looks for.
_NAMES = {
    "lv": {
        "AX": "Ālandu salas",
        "BS": "Bahamu salas",
        "CV": "Kaboverde",
        "CZ": "Čehija",
        "MK": "Ziemeļmaķedonija",
        "SZ": "Svatini",
        "TR": "Turcija",
    },
    "fr": {"IR": "Iran", "LA": "Laos"},
}
# Letters in the order of their alphabets; in the other languages of the form, accents do not count.
_ALPHABETS = {
    "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
    "lv": "aābcčdeēfgģhiījkķlļmnņoōprŗsštuūvzž",
}
_APOSTROPHES = str.maketrans("", "", "'’ʼ`")


def choices() -> Choices:
    """The options of the select, in the language of the page."""
    return _choices(get_language() or "en")


def split(place: str) -> tuple[str, str]:
    """A value of the select as country and region, either of them empty."""
    if place.startswith(f"{UKRAINE}-"):
        return UKRAINE, place
    return ("" if place == ELSEWHERE else place), ""


@cache
def _choices(language: str) -> Choices:
    ukraine = sorted(_regions(language), key=lambda row: _sort_key(row[1], language))
    countries = sorted(_countries(language), key=lambda row: _sort_key(row[1], language))
    return [
        ("", _("Choose a place")),
        (_("Ukraine"), [*ukraine, (UKRAINE, _("Ukraine: several regions, or another one"))]),
        (_("Other countries"), [*countries, (ELSEWHERE, _("A place that is not in this list"))]),
    ]


def _regions(language: str) -> list[tuple[str, str]]:
    return [
        (region.code, regions.local_name(region.code, region.name, region.name_uk, language))
        for region in reference.regions()
    ]


def _countries(language: str) -> list[tuple[str, str]]:
    catalogue = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, [language], fallback=True)
    rows = []
    for country in pycountry.countries:
        if country.alpha_2 == UKRAINE or country.alpha_2 in _UNINHABITED:
            continue
        # "Moldova" before "Moldova, Republic of", where the language has it.
        english = [name for name in (getattr(country, "common_name", ""), country.name) if name]
        local = next((catalogue.gettext(name) for name in english if catalogue.gettext(name) != name), english[0])
        name = _NAMES.get(language, {}).get(country.alpha_2, local)
        rows.append((country.alpha_2, name[0].upper() + name[1:]))
    return rows


def _sort_key(name: str, language: str) -> list[int]:
    """The place of a name in the alphabet of a language: і stands before й in Ukrainian, not after я as in Unicode."""
    plain = name.lower().translate(_APOSTROPHES).removeprefix("місто ")
    alphabet = _ALPHABETS.get(language)
    if alphabet is None:
        plain = "".join(c for c in unicodedata.normalize("NFD", plain) if not unicodedata.combining(c))
        return [ord(letter) for letter in plain]
    return [alphabet.find(letter) if letter in alphabet else -1 for letter in plain]
