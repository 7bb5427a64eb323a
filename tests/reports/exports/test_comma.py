"""CSV: what programs read is exact, and what a spreadsheet opens runs nothing."""

import csv
import io
from datetime import UTC, date, datetime

import pytest

from reports.exports.comma import MARK, many_tables, one_table, text_of
from reports.exports.tables import Column, Kind, Table

COLUMNS = [Column("Ticket"), Column("Ended", Kind.TIME), Column("Took", Kind.DURATION), Column("Due", Kind.DAY)]
MOMENT = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)


def read(lines: list[str]) -> list[list[str]]:
    text = "".join(lines)
    assert text.startswith(MARK)
    return list(csv.reader(io.StringIO(text.removeprefix(MARK))))


def test_a_row_comes_back_as_it_was() -> None:
    rows = [("SU-1", MOMENT, 90, date(2026, 11, 24)), ('a "b", c\nd', None, None, None)]
    found = read(list(one_table(Table("x", "X", COLUMNS, rows))))
    assert found == [
        ["Ticket", "Ended", "Took", "Due"],
        ["SU-1", "2026-11-24T00:30:00+01:00", "90", "2026-11-24"],
        ['a "b", c\nd', "", "", ""],
    ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\n=1", "＝1"])
def test_no_text_is_taken_for_a_formula(text: str) -> None:
    assert text_of(text, Column("x")) == f"'{text}"


def test_a_negative_number_stays_one() -> None:
    assert text_of(-3, Column("x", Kind.NUMBER)) == "-3"
    assert text_of(0.12345, Column("x", Kind.SHARE)) == "0.1235"  # to a hundredth of a percent


def test_the_lines_come_while_the_rows_do() -> None:
    taken = []

    def rows() -> object:
        for number in range(3):
            taken.append(number)
            yield (number,)

    lines = one_table(Table("x", "X", [Column("n", Kind.NUMBER)], rows()))  # type: ignore[arg-type]
    next(lines)
    assert taken == []
    next(lines)
    assert taken == [0]


def test_several_tables_are_one_of_four_columns() -> None:
    one = Table("a", "Flow", [Column("Day", Kind.DAY), Column("came"), Column("went")], [(date(2026, 1, 2), 3, 4)])
    two = Table("b", "=Bad", [Column("Topic"), Column("open")], [("-energy", 1)])
    assert read(list(many_tables([one, two], ["Table", "Line", "Column", "Value"])))[1:] == [
        ["Flow", "2026-01-02", "came", "3"],
        ["Flow", "2026-01-02", "went", "4"],
        ["'=Bad", "'-energy", "open", "1"],
    ]
