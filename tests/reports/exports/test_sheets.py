"""The workbook, read from its XML: cells are what they are, and none is a formula."""

import re
import tracemalloc
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest

from reports.definitions import DEFINITIONS
from reports.exports.sheets import workbook
from reports.exports.tables import Column, Kind, Table

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
COLUMNS = [
    Column("Ticket"), Column("Ended", Kind.TIME), Column("Took", Kind.DURATION), Column("Due", Kind.DAY),
    Column("Share", Kind.SHARE), Column("Proof", Kind.LINK), Column("Number", Kind.NUMBER),
]  # fmt: skip
ROW = (
    "=HYPERLINK(1)", datetime(2026, 11, 23, 23, 30, tzinfo=UTC), 90_000, date(2026, 11, 24), 0.5,
    "https://help.example/proof/", 7,
)  # fmt: skip


def written(tmp_path: Path, *rows: tuple[object, ...]) -> zipfile.ZipFile:
    path = tmp_path / "x.xlsx"
    table = Table("deadlines", "Deadlines [all]: a long name of a sheet", COLUMNS, rows)  # type: ignore[arg-type]
    assert workbook(path, [table], [("Report", "Deadlines"), ("Made", "=now()")]) == len(rows)
    return zipfile.ZipFile(path)


def cells(book: zipfile.ZipFile, sheet: int) -> dict[str, tuple[str, str]]:
    """Each cell: its type and its value."""
    tree = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{sheet}.xml"))
    found = {}
    for cell in tree.iter(f"{MAIN}c"):
        value = cell.find(f"{MAIN}v")
        text = "".join(each.text or "" for each in cell.iter(f"{MAIN}t"))
        found[cell.attrib["r"]] = (cell.get("t", "n"), text if value is None else value.text or "")
    return found


def test_days_times_durations_and_numbers_are_typed(tmp_path: Path) -> None:
    found = cells(written(tmp_path, ROW), 2)
    days = (datetime(2026, 11, 24, 0, 30) - datetime(1899, 12, 30)).total_seconds() / 86_400  # noqa: DTZ001  # Excel's
    assert found["B2"][0] == "n"
    assert abs(float(found["B2"][1]) - days) < 1e-9
    assert float(found["C2"][1]) == pytest.approx(90_000 / 86_400)
    assert float(found["D2"][1]) == (date(2026, 11, 24) - date(1899, 12, 30)).days
    assert float(found["E2"][1]) == 0.5
    assert found["G2"] == ("n", "7")


def test_text_that_looks_like_a_formula_is_text(tmp_path: Path) -> None:
    book = written(tmp_path, ROW)
    assert cells(book, 2)["A2"][1] == "=HYPERLINK(1)"
    assert "<f>" not in "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))


def test_a_sheet_tells_what_it_is_and_one_what_each_figure_means(tmp_path: Path) -> None:
    book = written(tmp_path, ROW)
    assert cells(book, 1)["B1"][1] == "Deadlines"
    names = re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
    assert names == ["About", "1 Deadlines  all   a long name", "How we count"]
    definitions = cells(book, 3)
    assert definitions[f"A{len(DEFINITIONS) + 1}"][1] == str(DEFINITIONS[-1].name)


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    peaks = []
    for number in (2_000, 20_000):
        table = Table("x", "X", [Column("n", Kind.NUMBER), Column("t")], ((each, "text") for each in range(number)))
        tracemalloc.start()
        workbook(tmp_path / "x.xlsx", [table], [])
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]
