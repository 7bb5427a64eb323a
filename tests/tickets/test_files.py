"""Files are kept once, under what they are."""

import pytest

from tests.making_files import PDF, PROGRAM, asice
from tickets.files import keep, safe_name, storage


def test_a_kept_file_is_what_its_content_says_and_quarantined_by_it() -> None:
    letter = keep(PDF, name="letter.exe.pdf", declared_type="application/x-msdownload")
    assert (letter.content_type, letter.declared_type, letter.quarantine) == (
        "application/pdf", "application/x-msdownload", "",
    )  # fmt: skip
    assert keep(PROGRAM, name="photo.jpg", declared_type="image/jpeg").quarantine == "program"
    assert keep(asice(**{"a.exe": PROGRAM}), name="letter.asice").quarantine == "archive-danger"


def test_the_same_bytes_are_kept_once_whatever_they_are_called() -> None:
    first, second = keep(PDF + b"once", name="one.pdf"), keep(PDF + b"once", name="two.pdf", inline=True)
    assert (first.path, first.sha256) == (second.path, second.sha256)
    assert (first.name, second.name) == ("one.pdf", "two.pdf")
    folder = storage().path(first.path).rpartition("/")[0]
    assert storage().listdir(folder)[1] == [first.sha256]


def test_marks_that_turn_a_name_around_are_told_and_taken_out() -> None:
    file = keep(PDF, name="letter\u202efdp.doc")
    assert (file.name, file.quarantine) == ("letterfdp.doc", "disguised")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("лист.pdf", "лист.pdf"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\temp\\a.doc", "C:_temp_a.doc"),
        ("two\r\nlines.txt", "twolines.txt"),
        ("gpj.exe\u202etxt", "gpj.exetxt"),
        ("", "file"),
        (" . ", "file"),
        ("long" * 100 + ".pdf", ("long" * 100)[:251] + ".pdf"),
    ],
)
def test_a_file_name_is_one_harmless_line(name: str, expected: str) -> None:
    assert safe_name(name) == expected
    assert len(safe_name(name)) <= 255
