"""Rows that every mail leaves, written by statements whose text is made once for each table.

Django would write the text anew for each row, and that takes longer than the database needs to run it. Values go to the
driver as they are, without `Field.pre_save`, checks and signals: give them the types of their columns. The default
database is meant.
"""

from functools import cache
from operator import attrgetter
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import JSONField, Model
from psycopg.types.json import Jsonb


def insert(*rows: Model) -> None:
    """Write new rows of one model in one statement; each learns its number."""
    if not rows:
        return
    kind = _columns(type(rows[0]))
    with connection.cursor() as cursor:
        cursor.execute(kind.insertion(len(rows)), [value for row in rows for value in kind.values(row)])
        for row, (number,) in zip(rows, cursor.fetchall(), strict=True):
            _numbered(row, number)


def insert_new(row: Model) -> bool:
    """Write a row unless one that is unique by the same values is there; False then, and nothing is written."""
    kind = _columns(type(row))
    with connection.cursor() as cursor:
        cursor.execute(kind.insertion(1, "ON CONFLICT DO NOTHING"), kind.values(row))
        written = cursor.fetchone()
    if written:
        _numbered(row, written[0])
    return written is not None


def update(row: Model, *names: str) -> None:
    """Write these fields of a row that is there, best locked: that it is gone, nobody would notice."""
    kind = _columns(type(row), names)
    with connection.cursor() as cursor:
        cursor.execute(kind.change, [*kind.values(row), row.pk])


def _numbered(row: Model, number: object) -> None:
    row.pk = number
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


class _Columns:
    """Some columns of a table, as text, and the way from an object to their values."""

    def __init__(self, model: type[Model], fields: list[Any]) -> None:
        quoted = connection.ops.quote_name
        self.table, self.key = quoted(model._meta.db_table), quoted(str(model._meta.pk.column))
        self.names = [quoted(field.column) for field in fields]
        self.places = [
            f"%s::{field.db_type(connection)}" if isinstance(field, ArrayField) else "%s" for field in fields
        ]
        self.json = [place for place, field in enumerate(fields) if isinstance(field, JSONField)]
        self.read = attrgetter(*(field.attname for field in fields))
        self.single = len(fields) == 1
        pairs = (f"{name} = {place}" for name, place in zip(self.names, self.places, strict=True))
        self.change = f"UPDATE {self.table} SET {', '.join(pairs)} WHERE {self.key} = %s"  # noqa: S608 - names of ours
        self._insertions: dict[tuple[int, str], str] = {}

    def insertion(self, number: int, conflict: str = "") -> str:
        """The text that writes so many rows, and what it does about those that are there."""
        text = self._insertions.get((number, conflict))
        if text is None:
            rows = ", ".join([f"({', '.join(self.places)})"] * number)
            into = f"INSERT INTO {self.table} ({', '.join(self.names)})"
            text = self._insertions[number, conflict] = f"{into} VALUES {rows} {conflict} RETURNING {self.key}"
        return text

    def values(self, row: Model) -> list[Any]:
        values = [self.read(row)] if self.single else list(self.read(row))
        for place in self.json:
            if values[place] is not None:
                values[place] = Jsonb(values[place])
        return values


@cache
def _columns(model: type[Model], names: tuple[str, ...] = ()) -> _Columns:
    """The columns of these fields; without names all but a number that the database gives."""
    fields = model._meta.concrete_fields
    if names:
        return _Columns(model, [model._meta.get_field(name) for name in names])
    return _Columns(model, [field for field in fields if field is not model._meta.pk])
