"""The reference data that ships with the code: what is read from `tickets/data/`, whose README.md names each source.

Pure readers, each file read once a process. The tables that staff may edit start from these rows (`load_reference`).
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Queue:
    code: str
    name: str
    name_uk: str
    name_lv: str
    name_fr: str
    restricted: bool


@dataclass(frozen=True, slots=True)
class Topic:
    """`queue` is the code of the queue that such requests belong in."""

    code: str
    queue: str
    name: str
    name_uk: str
    name_lv: str
    name_fr: str


@dataclass(frozen=True, slots=True)
class Region:
    """A region of Ukraine: `code` by ISO 3166-2, whose digits are not always those of the KATOTTG code."""

    code: str
    katottg: str
    name: str
    name_uk: str


@dataclass(frozen=True, slots=True)
class Hromada:
    """A territorial community of Ukraine; `region` is the ISO 3166-2 code. Names repeat, even within a raion."""

    katottg: str
    name: str
    name_uk: str
    raion: str
    raion_uk: str
    region: str


@dataclass(frozen=True, slots=True)
class Holiday:
    """A weekday on which the EU institutions in Brussels are closed; provisional until their list is published."""

    date: date
    name: str
    source: str
    provisional: bool


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the language chooser; `official` is its group: official languages of the EU, or other languages."""

    code: str
    endonym: str
    official: bool


@dataclass(frozen=True, slots=True)
class Contact:
    """A body that requests may be passed on to. An address is given only where it is plainly public."""

    code: str
    name: str
    name_uk: str
    name_lv: str
    name_fr: str
    address: str
    phone: str
    website: str
    languages: tuple[str, ...]
    purpose: str


@dataclass(frozen=True, slots=True)
class Stems:
    """The beginnings of words that speak for one `value` of a `field`."""

    field: str
    value: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """An answer that is given often: `texts` by language, codes of its topic and competent body, or ""."""

    code: str
    name: str
    name_uk: str
    name_lv: str
    name_fr: str
    topic: str
    nature: str
    contact: str
    texts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """By when a duty is to be done. `queue` is the code of a queue or ""; a `count` of 0 means at once."""

    code: str
    duty: str
    count: int
    unit: str
    extension_count: int
    extension_unit: str
    queue: str
    kind: str
    danger_to_life: bool
    position: int
    name: str
    source: str


@cache
def queues() -> tuple[Queue, ...]:
    return tuple(Queue(restricted=_flag(row.pop("restricted")), **row) for row in _rows("queues.csv"))


@cache
def topics() -> tuple[Topic, ...]:
    """In the order in which the form offers them."""
    return tuple(Topic(**row) for row in _rows("topics.csv"))


@cache
def regions() -> tuple[Region, ...]:
    """The 27 regions of Ukraine: 24 oblasts, Crimea, and the cities of Kyiv and Sevastopol."""
    return tuple(Region(**row) for row in _rows("regions.csv"))


@cache
def hromadas() -> tuple[Hromada, ...]:
    """The 1,772 hromadas in the order of their codes: 1,469 and 303 in Crimea. Kyiv and Sevastopol have none."""
    iso = {region.katottg: region.code for region in regions()}
    return tuple(Hromada(region=iso[row.pop("region_katottg")], **row) for row in _rows("hromadas.csv"))


@cache
def holidays() -> tuple[Holiday, ...]:
    return tuple(
        Holiday(date.fromisoformat(row["date"]), row["name"], row["source"], _flag(row["provisional"]))
        for row in _rows("holidays.csv")
    )


@cache
def contacts() -> tuple[Contact, ...]:
    """In the order in which the desk offers them."""
    return tuple(Contact(languages=tuple(row.pop("languages").split()), **row) for row in _rows("contacts.csv"))


@cache
def templates() -> tuple[Template, ...]:
    """In the order in which the desk offers them."""
    return tuple(Template(texts=_texts(row["code"]), **row) for row in _rows("templates.csv"))


@cache
def policies() -> tuple[Policy, ...]:
    """The rules of response times that the house starts with."""
    return tuple(
        Policy(
            count=int(row.pop("count")),
            extension_count=int(row.pop("extension_count")),
            danger_to_life=_flag(row.pop("danger_to_life")),
            position=int(row.pop("position")),
            **row,
        )
        for row in _rows("policies.csv")
    )


@cache
def languages() -> tuple[Language, ...]:
    """The 24 official languages of the EU in the order that its institutions use, then Ukrainian."""
    return tuple(Language(row["code"], row["endonym"], _flag(row["official"])) for row in _rows("languages.csv"))


@cache
def free_mail() -> frozenset[str]:
    """Domains that say nothing about who writes: anybody can have an address there."""
    return frozenset(row["domain"] for row in _rows("free_mail.csv"))


@cache
def stems() -> tuple[Stems, ...]:
    """The words by which fields of a request are guessed; `tickets/suggestions/words.py` says how they are written."""
    return tuple(Stems(row["field"], row["value"], tuple(row["words"].split())) for row in _rows("words.csv"))


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, strict=True)


def _texts(code: str) -> tuple[tuple[str, str], ...]:
    files = sorted((FOLDER / "templates").glob(f"{code}.*.txt"))
    return tuple((file.name.split(".")[1], file.read_text(encoding="utf-8").strip()) for file in files)


def _flag(value: str) -> bool:
    return {"yes": True, "no": False}[value]
