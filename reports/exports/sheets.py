"""Tables as an Excel workbook (ISO/IEC 29500): real days, times, durations and numbers, and a sheet of definitions."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from reports.definitions import DEFINITIONS
from reports.exports.tables import Kind, Table, Value

MOST_ROWS = 100_000  # of a table; Excel takes ten times as many, people do not, and the reader has to wait for it
_DAY = 86_400
_FORMATS: dict[Kind, dict[str, Any]] = {
    Kind.NUMBER: {"num_format": "#,##0"},
    Kind.DAY: {"num_format": "yyyy-mm-dd"},
    Kind.TIME: {"num_format": "yyyy-mm-dd hh:mm"},
    Kind.DURATION: {"num_format": "[h]:mm:ss"},
    Kind.SHARE: {"num_format": "0.0%"},
}
_WIDTHS = {Kind.TEXT: 30, Kind.LINK: 40, Kind.TIME: 17}
_LONGEST = 32_767  # characters of a cell


def workbook(path: Path, tables: Iterable[Table], about: Sequence[tuple[str, str]]) -> int:
    """Write the workbook and return how many rows it has. Each row leaves memory when it is written.

    `about` says on the first sheet what this is: pairs of a name and a value.
    """
    # Nothing is ever taken for a formula, a number or a link because of how it looks: each cell is written by its kind.
    options = {"constant_memory": True, "tmpdir": str(path.parent)}
    rows = 0
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"author": settings.HOUSE_NAME, "created": datetime.now(UTC).replace(tzinfo=None)})
        _pairs(book, pgettext("sheet of a workbook", "About"), about)
        for number, table in enumerate(tables, 1):
            rows += _sheet(book, f"{number} {table.name}", table)
        _definitions(book)
    return rows


def _sheet(book: Any, name: str, table: Table) -> int:
    sheet = book.add_worksheet(_sheet_name(name))
    heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    formats = {kind: book.add_format(look) for kind, look in _FORMATS.items()}
    sheet.freeze_panes(1, 1)
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, _WIDTHS.get(column.kind, 14))
        sheet.write_string(0, place, column.name, heading)
    number = 0
    for number, row in enumerate(table.rows, 1):
        for place, (value, column) in enumerate(zip(row, table.columns, strict=True)):
            _write(sheet, number, place, value, column.kind, formats.get(column.kind))
    return number


def _write(sheet: Any, row: int, place: int, value: Value, kind: Kind, look: Any) -> None:
    if value is None:
        return
    if isinstance(value, datetime):
        local = value.astimezone(ZoneInfo(settings.HOUSE_TIME_ZONE)).replace(tzinfo=None)
        sheet.write_datetime(row, place, local, look)
    elif isinstance(value, date):
        sheet.write_datetime(row, place, value, look)
    elif isinstance(value, int | float):
        sheet.write_number(row, place, value / _DAY if kind is Kind.DURATION else value, look)
    elif kind is Kind.LINK and value:
        sheet.write_url(row, place, value[:2000], string=value[:2000])
    else:
        sheet.write_string(row, place, value[:_LONGEST], look)


def _pairs(book: Any, name: str, pairs: Sequence[tuple[str, str]]) -> None:
    sheet = book.add_worksheet(_sheet_name(name))
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 80)
    bold, wrapped = book.add_format({"bold": True, "valign": "top"}), book.add_format({"text_wrap": True})
    for row, (left, right) in enumerate(pairs):
        sheet.write_string(row, 0, left, bold)
        sheet.write_string(row, 1, right, wrapped)


def _definitions(book: Any) -> None:
    """What every figure means, with its example: the words of the page “How we count”."""
    sheet = book.add_worksheet(_sheet_name(_("How we count")))
    heading = book.add_format({"bold": True, "bottom": 1})
    bold = book.add_format({"bold": True, "valign": "top", "text_wrap": True})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for place, (name, width) in enumerate(((_("Figure"), 28), (_("What it means"), 70), (_("Example"), 70))):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, name, heading)
    for row, each in enumerate(DEFINITIONS, 1):
        sheet.write_string(row, 0, str(each.name), bold)
        sheet.write_string(row, 1, str(each.meaning), wrapped)
        sheet.write_string(row, 2, str(each.example), wrapped)


def _sheet_name(name: str) -> str:
    """At most 31 characters, without those that Excel forbids."""
    return "".join(" " if each in "[]:*?/\\'" else each for each in name)[:31].strip()
