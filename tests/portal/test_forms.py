from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from portal import tokens
from portal.forms import LONGEST_MESSAGE, RequestForm

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SUBMISSION = tokens.Submission("x", NOW - timedelta(minutes=5))

pytestmark = pytest.mark.usefixtures("reference_data")


def form(values: dict[str, Any], submission: tokens.Submission | None = SUBMISSION, **changes: Any) -> RequestForm:
    return RequestForm({**values, **changes}, submission=submission, now=NOW)


def test_a_whole_form_is_valid(values: dict[str, Any]) -> None:
    assert form(values).errors == {}


def test_an_empty_form_says_for_each_required_field_what_to_do() -> None:
    errors = form({}).errors
    assert set(errors) == {"name", "email", "place", "kind", "topic", "subject", "message"}
    assert not any("required" in message for messages in errors.values() for message in messages)


def test_a_need_must_say_what_is_needed_and_a_question_need_not(values: dict[str, Any]) -> None:
    assert set(form(values, need_item="").errors) == {"need_item"}
    assert form(values, need_item="", kind="enquiry").errors == {}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "olena"),
        ("email", "olena@"),
        ("phone", "call me"),
        ("phone", "12"),
        ("place", "XX"),
        ("kind", "complaint"),
        ("topic", "nothing"),
        ("needed_by", "2026-11-22"),
        ("needed_by", "soon"),
        ("letter_date", "2026-11-24"),
        ("letter_date", "31.2.2026"),
        ("message", "x" * (LONGEST_MESSAGE + 1)),
        ("name", "\x00"),
    ],
)
def test_what_cannot_be_right_is_an_error_of_its_field(values: dict[str, Any], field: str, value: str) -> None:
    assert set(form(values, **{field: value}).errors) == {field}


@pytest.mark.parametrize("phone", ["+380 44 000 00 00", "(044) 000-00-00", "0032 2 282 2545", "00/32.2.282"])
def test_phone_numbers_are_taken_as_people_write_them(values: dict[str, Any], phone: str) -> None:
    assert form(values, phone=phone).errors == {}


@pytest.mark.parametrize("written", ["2026-11-20", "20.11.2026", "20/11/2026"])
def test_dates_are_taken_as_browsers_and_people_write_them(values: dict[str, Any], written: str) -> None:
    filled = form(values, letter_date=written)
    assert filled.is_valid()
    assert filled.cleaned_data["letter_date"].isoformat() == "2026-11-20"


def test_today_in_kyiv_is_not_yet_to_come(values: dict[str, Any]) -> None:
    late = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)  # 24 November in Kyiv, still the 23rd in Brussels
    submission = tokens.Submission("x", late - timedelta(minutes=5))
    assert RequestForm({**values, "letter_date": "2026-11-24"}, submission=submission, now=late).is_valid()


@pytest.mark.parametrize(
    ("opened", "words"),
    [
        (None, "could not check"),
        (tokens.Submission("x", NOW - timedelta(seconds=1)), "more quickly"),
        (tokens.Submission("x", NOW - timedelta(hours=25)), "more than a day"),
    ],
)
def test_a_page_that_was_not_ours_too_quick_or_too_old_is_looked_at_again(
    values: dict[str, Any], opened: tokens.Submission | None, words: str
) -> None:
    assert words in str(form(values, opened).non_field_errors())


def test_the_stamp_is_not_spoken_of_while_something_else_is_to_mend(values: dict[str, Any]) -> None:
    assert set(form(values, None, name="").errors) == {"name"}


def test_the_trap_names_the_field_to_clear(values: dict[str, Any]) -> None:
    assert set(form(values, notes_2="https://spam.example").errors) == {"notes_2"}
