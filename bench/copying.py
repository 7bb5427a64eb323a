"""Writing rows by COPY: many times quicker than INSERT, and with flat memory."""

import json
from collections.abc import Iterable
from typing import Any

from django.db import connection, models

Row = list[Any]


class Table:
    """The table of a model. What a row does not say has the default of its field."""

    def __init__(self, model: type[models.Model]) -> None:
        fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.GeneratedField)]
        names = ", ".join(f'"{field.column}"' for field in fields)
        self.copy = f'COPY "{model._meta.db_table}" ({names}) FROM STDIN'
        self._defaults = [(field.attname, _plain(_default(field))) for field in fields]
        self._known = {name for name, _ in self._defaults}

    def row(self, **values: Any) -> Row:
        """The values in the order of the columns; lists and dictionaries become JSON. KeyError for an unknown name."""
        if not values.keys() <= self._known:
            raise KeyError(values.keys() - self._known)
        return [_plain(values[name]) if name in values else default for name, default in self._defaults]


def write(table: Table, rows: Iterable[Row]) -> None:
    """Send rows to their table in one COPY."""
    connection.ensure_connection()
    with connection.connection.cursor() as cursor, cursor.copy(table.copy) as copy:
        for row in rows:
            copy.write_row(row)


def _default(field: "models.Field[Any, Any]") -> Any:
    # An array is written as PostgreSQL writes it, all else that is not plain is JSON.
    if type(field).__name__ == "ArrayField" and not field.null:
        return "{}"
    return field.get_default()


def _plain(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, (dict, list)) else value
