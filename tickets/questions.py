"""Questions whose text is made once and asked with new values each time.

For each mail Django would write the same few questions anew, and that takes longer than the database needs to answer
them. What every mail asks goes by here; all else is asked the usual way.

    LOCKED = Question(lambda: Ticket.objects.select_for_update().filter(pk=Given("ticket")))
    ticket = LOCKED.first(ticket=7)

Values go to the driver as they are: give them the types of their columns. The default database is meant throughout.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Field, ForeignKey, Lookup, Model, QuerySet
from django.db.models.query import RelatedPopulator, get_related_populators
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError
from psycopg.sql import quote

from notifications.rows import insert_new

__all__ = ["AnyOf", "Given", "Handwritten", "Question", "insert_new"]

Row = TypeVar("Row")
M = TypeVar("M", bound=Model)


class Given(Expression):
    """The place of a value in a `Question`."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)


@ForeignKey.register_lookup  # which takes over none of a plain field's
@Field.register_lookup
class AnyOf(Lookup):
    """`field__any_of=Given("name")`: what `in` asks, with one list as the value, so that the text stays the same."""

    lookup_name = "any_of"

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        field, of_field = self.process_lhs(compiler, connection)
        values, of_values = self.process_rhs(compiler, connection)
        return f"{field} = ANY({values})", (*of_field, *of_values)


class Question(Generic[Row]):
    """A queryset with `Given` values, written at its first use; its rows are objects, or tuples of `values_list`.

    Objects are made as Django makes them, with `select_related`, `only` and annotations. Prefetching and flat lists it
    does not know. A queryset that locks is for a transaction, and says so as Django's does.
    """

    def __init__(self, queryset: Callable[[], "QuerySet[Any, Row]"]) -> None:
        self._queryset = queryset

    def all(self, **given: object) -> list[Row]:
        """Every row of the answer, in its order."""
        written = self._written
        if written.locks and not connection.in_atomic_block:
            raise TransactionManagementError("rows are locked in a transaction")
        values: list[Any] = [given[name] for name in written.names]
        with connection.cursor() as cursor:
            cursor.execute(written.text, values)
            return [written.reader.read(row) for row in cursor.fetchall()]

    def first(self, **given: object) -> Row | None:
        """The first row of the answer, or None."""
        return next(iter(self.all(**given)), None)

    @cached_property
    def _written(self) -> "_Written":
        query = self._queryset().query
        compiler = query.get_compiler(DEFAULT_DB_ALIAS)
        sql, values = compiler.as_sql()
        # What stays the same stands in the text: the planner must see it to find a partial index by it.
        places = iter(["%s" if isinstance(each, Given) else quote(each).replace("%", "%%") for each in values])
        text = re.sub("%s", lambda _: next(places), sql)
        names = [each.name for each in values if isinstance(each, Given)]
        return _Written(text, names, query.select_for_update, _Reader(compiler))


class Handwritten(Generic[M]):
    """A statement of our own that gives whole rows of a model; their columns stand in the place of `{columns}`."""

    def __init__(self, model: type[M], text: str) -> None:
        self._model, self._text = model, text

    def first(self, **given: Any) -> M | None:
        """The first row of the answer, or None."""
        text, reader = self._written
        with connection.cursor() as cursor:
            cursor.execute(text, given)
            row = cursor.fetchone()
        made: M | None = reader.read(row) if row else None
        return made

    @cached_property
    def _written(self) -> "tuple[str, _Reader]":
        compiler = self._model._default_manager.all().query.get_compiler(DEFAULT_DB_ALIAS)
        compiler.as_sql()
        columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in self._model._meta.concrete_fields)
        return self._text.replace("{columns}", columns), _Reader(compiler)


@dataclass(frozen=True)
class _Written:
    """The text of a queryset, the names of the values to come in their order, and how its answer is read."""

    text: str
    names: list[str]
    locks: bool
    reader: "_Reader"


class _Reader:
    """How a row of an answer becomes what the queryset of this compiler, which has written its text, would give."""

    def __init__(self, compiler: SQLCompiler) -> None:
        select, known = compiler.select or [], compiler.klass_info
        found = compiler.get_converters([each[0] for each in select])
        self.converters = [(place, converters, column) for place, (converters, column) in found.items()]
        self.model: type[Model] | None = known["model"] if known and compiler.query.default_cols else None
        self.annotations: dict[str, int] = compiler.annotation_col_map or {}
        self.related: list[RelatedPopulator] = []
        if known and self.model:
            fields = known["select_fields"]
            self.columns = slice(fields[0], fields[-1] + 1)
            self.names = [each[0].target.attname for each in select[self.columns]]
            self.related = get_related_populators(known, select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]  # newer stubs

    def read(self, row: tuple[Any, ...]) -> Any:
        if self.converters:
            row = self._converted(row)
        if self.model is None:
            return row
        made = self.model.from_db(DEFAULT_DB_ALIAS, self.names, row[self.columns])
        for each in self.related:
            each.populate(row, made)
        for name, place in self.annotations.items():
            setattr(made, name, row[place])
        return made

    def _converted(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        values = list(row)
        for place, converters, column in self.converters:
            for convert in converters:
                values[place] = convert(values[place], column, connection)
        return tuple(values)
