"""The reference data in the tables at little cost: its command loads them once, later tests get the same rows copied.

A test that is about loading them calls the command itself.
"""

import io

from django.core.management import call_command
from django.db import connection

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
LOADED = (Queue, Topic, Region, Hromada, *CALENDARS, Policy, Contact, ReplyTemplate, ReplyTemplateText)
TABLES = [table._meta.db_table for table in LOADED]
_copies: dict[str, bytes] = {}


def furnish() -> None:
    """What every installation has: what `load_reference` loads; nothing where it is."""
    if Queue.objects.exists():
        return
    if not _copies:
        call_command("load_reference", stdout=io.StringIO())
        _copies.update({table: _rows_of(table) for table in TABLES})
        return
    with connection.cursor() as cursor:
        for table, rows in _copies.items():
            with cursor.copy(f'COPY "{table}" FROM STDIN') as stream:
                stream.write(rows)
        advanced = (
            f"setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM \"{table}\"))" for table in TABLES
        )
        cursor.execute(f"SELECT {', '.join(advanced)}")


def policies() -> list[Policy]:
    """The shipped policies, for a house whose queues are in their table and whose other rows a test makes itself."""
    return load_reference.missing_policies()


def _rows_of(table: str) -> bytes:
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" TO STDOUT') as stream:
        return b"".join(bytes(piece) for piece in stream)
