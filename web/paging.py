"""Pages of a long list by the place of a row, not by its number: as quick on the last page as on the first.

No OFFSET, which reads what it skips, and no COUNT, which reads everything.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from django.core.exceptions import BadRequest, FieldDoesNotExist, ValidationError
from django.db.models import Field, Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)
_LONGEST_CURSOR = 1000


class BadCursor(BadRequest):
    """The cursor is not one of ours, or is for another list; Django answers 400."""


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of one page, and the cursors of its neighbours (None where the list ends)."""

    rows: Sequence[Row]
    next: str | None
    previous: str | None


def page(
    queryset: QuerySet[Row],
    *,
    by: str,
    cursor: str = "",
    size: int = 50,
    descending: bool = False,
    first: Sequence[Row] | None = None,
) -> Page[Row]:
    """One page of `queryset` ordered by the column or annotation `by` and then by primary key, both the same way.

    `by` must never be NULL and should have an index together with the key. An empty `cursor` is the first page; its
    rows in their order, with one more if there is one, may be given as `first` by who has a quicker way to them.
    Raises BadCursor.
    """
    place = _Place(queryset, by, descending)
    if not cursor:
        return _first(queryset, place, size) if first is None else _beginning(first, place, size)
    backward, value, key = place.read(cursor)
    ascending = descending is backward
    found = list(_beyond(queryset, place, value, key, ascending).order_by(*place.order(ascending))[: size + 1])
    more, rows = len(found) > size, found[:size]
    if not backward:
        # Something lies before: the row that the cursor names, even if every row after it is gone by now.
        return Page(rows, place.write(rows[-1], False) if more else None, place.write_back(rows, value, key))
    if not more:  # the beginning is reached; a full first page reads better than a rest
        return _first(queryset, place, size)
    rows.reverse()
    return Page(rows, place.write(rows[-1], False), place.write(rows[0], True))


class _Place(Generic[Row]):
    """Where a row stands in the order, as text that only this list understands."""

    def __init__(self, queryset: QuerySet[Row], by: str, descending: bool) -> None:
        self.by, self.descending = by, descending
        self.key_field: Field[Any, Any] = queryset.model._meta.pk
        annotation = queryset.query.annotations.get(by)
        try:
            self.field: Any = annotation.output_field if annotation else queryset.model._meta.get_field(by)
        except FieldDoesNotExist:
            raise ValueError(f"{queryset.model.__name__} has no column {by!r} to page by.") from None

    def order(self, ascending: bool) -> tuple[str, str]:
        sign = "" if ascending else "-"
        return f"{sign}{self.by}", f"{sign}pk"

    def write(self, row: Row, backward: bool) -> str:
        return self._encode(backward, getattr(row, self.by), row.pk)

    def write_back(self, rows: Sequence[Row], value: Any, key: Any) -> str:
        """The cursor of the page before: from its first row, or from the old place when the page is empty."""
        return self.write(rows[0], True) if rows else self._encode(True, value, key)

    def _encode(self, backward: bool, value: Any, key: Any) -> str:
        text = value.isoformat() if isinstance(value, date) else str(value)
        parts = [self._list(), int(backward), text, str(key)]
        return base64.urlsafe_b64encode(json.dumps(parts, separators=(",", ":")).encode()).decode().rstrip("=")

    def read(self, cursor: str) -> tuple[bool, Any, Any]:
        """(backward, value, key) with the columns' own types. Raises BadCursor on everything else."""
        try:
            if len(cursor) > _LONGEST_CURSOR:
                raise BadCursor
            parts = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
            whose, backward, value, key = parts
            if whose != self._list() or backward not in (0, 1) or not _texts(value, key):
                raise BadCursor
            return bool(backward), self._typed(self.field, value), self._typed(self.key_field, key)
        except (ValueError, TypeError, binascii.Error, ValidationError, RecursionError):
            raise BadCursor from None

    def _list(self) -> str:
        return ("-" if self.descending else "") + self.by

    @staticmethod
    def _typed(field: Any, text: str) -> Any:
        value = field.to_python(text)
        if value is None or (isinstance(value, int) and abs(value) >= 2**63):
            raise BadCursor
        return value


def _texts(*values: object) -> bool:
    return all(isinstance(value, str) and "\x00" not in value for value in values)


def _first(queryset: QuerySet[Row], place: _Place[Row], size: int) -> Page[Row]:
    return _beginning(list(queryset.order_by(*place.order(not place.descending))[: size + 1]), place, size)


def _beginning(found: Sequence[Row], place: _Place[Row], size: int) -> Page[Row]:
    rows = found[:size]
    return Page(rows, place.write(rows[-1], False) if len(found) > size else None, None)


def _beyond(queryset: QuerySet[Row], place: _Place[Row], value: Any, key: Any, ascending: bool) -> QuerySet[Row]:
    """Rows after the place. The outer bound says nothing new, but it is what an index can use."""
    compare = "gt" if ascending else "lt"
    further = Q(**{f"{place.by}__{compare}": value})
    tied = Q(**{place.by: value, f"pk__{compare}": key})
    return queryset.filter(Q(**{f"{place.by}__{compare}e": value}) & (further | tied))
