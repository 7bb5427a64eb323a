"""Tables as CSV (RFC 4180), in UTF-8 with a mark that spreadsheets need, a line at a time."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from reports.exports.tables import Column, Kind, Table, Value

MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
# A spreadsheet takes a cell that begins so for a formula, and a formula can send what is beside it anywhere.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class _Echo:
    """Gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def one_table(table: Table) -> Iterator[str]:
    """A table as it is: its headings, then its rows. Memory does not grow with their number."""
    writer = csv.writer(_Echo())
    yield MARK + writer.writerow([_harmless(column.name) for column in table.columns])
    for row in table.rows:
        yield writer.writerow([text_of(value, column) for value, column in zip(row, table.columns, strict=True)])


def many_tables(tables: Iterable[Table], headings: Sequence[str]) -> Iterator[str]:
    """Several tables in one, a value a line: table, line (the first cell of its row), column, value.

    `headings` are the names of these four.
    """
    writer = csv.writer(_Echo())
    yield MARK + writer.writerow([_harmless(each) for each in headings])
    for table in tables:
        for row in table.rows:
            line, *values = [text_of(value, column) for value, column in zip(row, table.columns, strict=True)]
            for value, column in zip(values, table.columns[1:], strict=True):
                yield writer.writerow([_harmless(table.name), line, _harmless(column.name), value])


def text_of(value: Value, column: Column) -> str:
    """A value as text that programs read: ISO 8601 days and times, seconds, shares between 0 and 1."""
    if value is None:
        return ""
    if column.kind is Kind.TIME and isinstance(value, datetime):
        return value.astimezone(ZoneInfo(settings.HOUSE_TIME_ZONE)).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.4f}" if column.kind is Kind.SHARE else f"{value:g}"
    return str(value) if isinstance(value, int) else _harmless(value)


def _harmless(text: str) -> str:
    """Text that no spreadsheet runs: an apostrophe before it says that it is text (OWASP, CSV injection)."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
