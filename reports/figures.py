"""Figures that are kept for a while: read from the cache, or made and put there.

They are frozen values without words, so that one set serves every language, and belong to one person with their rights
(`permissions.Counted.scope`): nobody is shown figures that were made of what somebody else may see.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.core.cache import cache

from reports.reading import Reading

KEPT_SECONDS = 300  # figures are at most so old, and say when they were made
_VERSION = 1  # of what is kept; another one after a change of the values


T = TypeVar("T")


@dataclass(frozen=True)
class Figures(Generic[T]):
    """What was counted, and at which moment."""

    value: T
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


def _key(reading: Reading, name: str) -> str:
    what = repr((_VERSION, reading.scope, reading.asked.key, name))
    return f"report-{hashlib.sha256(what.encode()).hexdigest()}"
