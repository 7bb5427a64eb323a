"""What goes into a file: tables whose columns say what kind of value they hold. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

Value = str | int | float | date | datetime | None


class Kind(StrEnum):
    """What a column holds. Times are instants and shown on Brussels' clock; durations are seconds, shares 0 to 1."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    TIME = "time"
    DURATION = "duration"
    SHARE = "share"
    LINK = "link"


@dataclass(frozen=True)
class Column:
    """The heading of a column, in the reader's language, and its kind."""

    name: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True)
class Table:
    """One table: a code that programs know it by, its name, its columns, and rows of as many values.

    `rows` may be a stream that is read once.
    """

    code: str
    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Value]]
