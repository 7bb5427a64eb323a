"""The reference data in the tables at little cost: made once by a process, later tests get the same rows copied.

A test that is about loading them calls the command itself.
"""

import io
from collections.abc import Callable, Sequence

from django.core.management import call_command
from django.db import connection, models, transaction

from tickets.management.commands import load_reference
from tickets.models import (
    Calendar,
    CalendarOpening,
    CalendarVersion,
    Contact,
    Holiday,
    Hromada,
    Policy,
    Queue,
    Region,
    ReplyTemplate,
    ReplyTemplateText,
    Topic,
)

CALENDARS = (Calendar, CalendarOpening, Holiday, CalendarVersion)


class Furniture:
    """Rows of these tables, which are empty before: what `make` makes, at its first use in a process."""

    def __init__(self, make: Callable[[], object], tables: Sequence[type[models.Model]]) -> None:
        self._make = make
        self._tables = [table._meta.db_table for table in tables]
        self._copies: dict[str, bytes] = {}

    def put(self) -> None:
        """Into the tables; with numbers of rows that are the same each time."""
        if self._copies:
            with transaction.atomic():
                self._copy()
            return
        self._make()
        self._copies = {table: rows for table in self._tables if (rows := _rows_of(table))}

    def _copy(self) -> None:
        advanced = (
            f"setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM \"{table}\"))"
            for table in self._copies
        )
        with connection.cursor() as cursor:
            for table, rows in self._copies.items():
                with cursor.copy(f'COPY "{table}" FROM STDIN') as stream:
                    stream.write(rows)
            cursor.execute(f"SELECT {', '.join(advanced)}")


def _load() -> None:
    call_command("load_reference", stdout=io.StringIO())
    Hromada.objects.all().delete()


_HOUSE = Furniture(_load, (Queue, Topic, Region, *CALENDARS, Policy, Contact, ReplyTemplate, ReplyTemplateText))
_HROMADAS = Furniture(lambda: Hromada.objects.bulk_create(load_reference.missing_hromadas()), (Hromada,))


def furnish(*, hromadas: bool = False) -> None:
    """What every installation has: what `load_reference` loads; nothing where it is.

    The hromadas are for the few tests that look one up: it takes ten times as long to put them than all the rest.
    """
    if not Queue.objects.exists():
        _HOUSE.put()
    if hromadas:
        _HROMADAS.put()


def policies() -> list[Policy]:
    """The shipped policies, for a house whose queues are in their table and whose other rows a test makes itself."""
    return load_reference.missing_policies()


def _rows_of(table: str) -> bytes:
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" TO STDOUT') as stream:
        return b"".join(bytes(piece) for piece in stream)
