"""Figures that are kept for a while: read from the cache, or made and put there.

They are frozen values without words, so that one set serves every language, and all who see the same tickets
(`permissions.Counted.scope`): nobody is shown figures that were made of what only somebody else may see.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from reports.reading import Reading

KEPT_SECONDS = 300  # figures are at most so old, and say when they were made
_PERSONAL = frozenset(("", "from", "org", "subject", "assignee", "tag"))  # operators whose values are people's words
_VERSION = 3  # of what is kept; another one after a change of the values


T = TypeVar("T")


@dataclass(frozen=True)
class Figures(Generic[T]):
    """What was counted, and at which moment."""

    value: T
    made_at: datetime


@dataclass(frozen=True)
class Page:
    """A part of a page, and when its figures were made."""

    html: SafeString
    made_at: datetime


def figures(reading: Reading, name: str, make: Callable[[], T]) -> Figures[T]:
    """The figures of this name for what is read, made where none are kept."""
    kept: Figures[T] | None = known(reading, name)
    if kept is None:
        kept = Figures(make(), reading.now)
        cache.set(_key(reading, name), kept, KEPT_SECONDS)
    return kept


def known(reading: Reading, name: str) -> Figures[Any] | None:
    """The same if they are kept, without making them."""
    found: Figures[Any] | None = cache.get(_key(reading, name))
    return found


def pages(reading: Reading, names: Sequence[str]) -> dict[str, Page]:
    """The parts of pages that are kept under these names, in the language of the page; asked for all at once."""
    keys = {_page_key(reading, name): name for name in names}
    return {keys[key]: page for key, page in cache.get_many(keys).items()}


def keep_page(reading: Reading, name: str, page: Page) -> SafeString:
    """Keep a part of a page as long as its figures may be shown, and give its text.

    It bears the search in its links: where that has words or names in it, nothing is kept, so that the cache holds
    figures and codes alone.
    """
    left = KEPT_SECONDS - (reading.now - page.made_at).total_seconds()
    if left > 0 and all(term.name not in _PERSONAL for term in reading.asked.query.terms):
        cache.set(_page_key(reading, name), page, left)
    return page.html


def parts(
    reading: Reading, names: Sequence[str], make: Callable[[], Figures[T]], show: Callable[[T], Mapping[str, Any]]
) -> tuple[dict[str, SafeString], datetime]:
    """Parts of a page, each a template of its name: as they are kept, else of figures; and when those were made."""
    kept = pages(reading, names)
    if kept.keys() >= set(names):
        return {name: kept[name].html for name in names}, min(page.made_at for page in kept.values())
    found = make()
    shown = dict(show(found.value))
    html = {name: render_to_string(f"reports/{name}.html", shown) for name in names}
    return {name: keep_page(reading, name, Page(html[name], found.made_at)) for name in names}, found.made_at


def _page_key(reading: Reading, name: str) -> str:
    return _key(reading, f"{name} {get_language()} {reading.asked.average}")


def _key(reading: Reading, name: str) -> str:
    what = repr((_VERSION, reading.scope, reading.asked.key, name))
    return f"report-{hashlib.sha256(what.encode()).hexdigest()}"
