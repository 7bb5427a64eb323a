from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tickets.models import CalendarVersion, Holiday

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
LIST = "date,name\n2027-12-23,Extra day\n2027-12-24,End-of-year day\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "days-2027.csv"
    path.write_text(LIST, encoding="utf-8")
    return path


def taken(file: Path, *options: str) -> list[str]:
    output = StringIO()
    call_command("import_calendar", str(file), *options, stdout=output)
    return output.getvalue().splitlines()


def test_a_published_list_is_taken_in_and_told_line_by_line(file: Path) -> None:
    told = taken(file, "--source", "OJ C 7")
    assert told == [
        "+ 2027-12-23 Extra day",
        "~ 2027-12-24 End-of-year day",
        "Added: 1, changed: 1, taken away: 0",
        "Dates that partners were told stay as they are.",
    ]
    extra = Holiday.objects.get(date=date(2027, 12, 23))
    assert (extra.calendar, extra.source, extra.provisional) == ("eu-institutions", "OJ C 7", False)
    assert CalendarVersion.objects.count() == 2


def test_taken_in_again_it_changes_nothing(file: Path) -> None:
    taken(file)
    assert taken(file) == ["Added: 0, changed: 0, taken away: 0"]
    assert CalendarVersion.objects.count() == 2


def test_a_dry_run_tells_what_it_would_take_away_and_changes_nothing(file: Path) -> None:
    before = list(Holiday.objects.values_list().order_by("pk"))
    told = taken(file, "--replace", "--dry-run")
    assert "- 2027-12-31 End-of-year day (provisional)" in told
    assert told[-1] == "Nothing was changed: this was a dry run."
    assert list(Holiday.objects.values_list().order_by("pk")) == before
    assert CalendarVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "options", "told"),
    [
        ("date,name\n24/12/2027,Eve\n", (), "Line 2: “24/12/2027” is no date"),
        (LIST, ("--calendar", "moon"), "no calendar “moon”. Those that there are: eu-institutions"),
        ("x" * 1_000_001, (), "too large"),
    ],
    ids=["mistake", "calendar", "size"],
)
def test_what_cannot_be_taken_in_is_refused_whole(
    file: Path, content: str, options: tuple[str, ...], told: str
) -> None:
    file.write_text(content, encoding="utf-8")
    with pytest.raises(CommandError, match=told):
        taken(file, *options)
    assert CalendarVersion.objects.count() == 1


def test_a_file_that_is_not_there_is_an_error_and_no_trace(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        taken(tmp_path / "nowhere.ics")
