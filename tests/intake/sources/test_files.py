from datetime import UTC, datetime
from pathlib import Path

import pytest

from intake.sources.files import FoundMail, files_in, mails_in, original_time
from tests.intake.letters import letter

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
START = b"From olena@hromada.example Mon Mar  2 09:30:00 2026\n"


def found(*paths: Path, largest: int = 1_000_000) -> list[FoundMail]:
    return list(mails_in(files_in(list(paths)), largest=largest, now=NOW))


def test_an_eml_file_is_one_mail(tmp_path: Path) -> None:
    raw = letter()
    (tmp_path / "one.eml").write_bytes(raw)
    assert [mail.content for mail in found(tmp_path / "one.eml")] == [raw]


def test_an_mbox_is_split_at_its_separators_and_quoted_ones_are_restored(tmp_path: Path) -> None:
    one = b"Subject: one\n\ntext\n>From here on\n>>From there\nFrom here no date follows\n"
    two = b"Subject: two\n\nFrom me with love\n"
    (tmp_path / "old").write_bytes(START + one + b"\n" + START + two + b"\n")
    restored = one.replace(b">From", b"From", 1).replace(b">>From", b">From")
    assert [mail.content for mail in found(tmp_path / "old")] == [restored, two]
    assert [mail.number for mail in found(tmp_path / "old")] == [1, 2]


def test_an_mbox_is_read_without_holding_it_in_memory(tmp_path: Path) -> None:
    with (tmp_path / "big.mbox").open("wb") as file:
        for number in range(200):
            file.write(START + f"Subject: {number}\n\n".encode() + b"x" * 50_000 + b"\n\n")
    mails = mails_in([tmp_path / "big.mbox"], largest=60_000, now=NOW)
    assert [mail.problem for mail in mails] == [""] * 200


def test_the_bytes_read_rise_to_the_size_of_the_files(tmp_path: Path) -> None:
    (tmp_path / "a.mbox").write_bytes((START + b"Subject: x\n\ntext\n\n") * 3)
    steps = [mail.read_bytes for mail in found(tmp_path / "a.mbox")]
    assert steps == sorted(steps)
    assert steps[-1] <= (tmp_path / "a.mbox").stat().st_size


def test_a_folder_is_walked_and_other_files_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.EML").write_bytes(letter("b"))
    (tmp_path / "a.eml").write_bytes(letter("a"))
    (tmp_path / "Archive").write_bytes(START + b"Subject: c\n\nc\n")
    (tmp_path / "notes.txt").write_bytes(b"buy milk")
    (tmp_path / ".hidden").write_bytes(START + b"Subject: d\n\nd\n")
    assert [path.name for path in files_in([tmp_path])] == ["Archive", "a.eml", "b.EML"]


def test_a_maildir_gives_what_is_in_new_and_cur(tmp_path: Path) -> None:
    for folder in ("new", "cur", "tmp", ".Sent/cur", ".Sent/new"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "new" / "1.host").write_bytes(letter("new"))
    (tmp_path / "cur" / "2.host:2,S").write_bytes(letter("read"))
    (tmp_path / ".Sent/cur" / "3.host:2,S").write_bytes(letter("sent"))
    (tmp_path / "tmp" / "4.host").write_bytes(letter("half"))
    (tmp_path / "dovecot-uidlist").write_bytes(b"3 V1")
    assert sorted(path.name for path in files_in([tmp_path])) == ["1.host", "2.host:2,S", "3.host:2,S"]


def test_a_path_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as error:
        files_in([tmp_path / "nowhere"])
    assert error.value.args[0] == tmp_path / "nowhere"


@pytest.mark.parametrize(
    ("content", "problem"), [(b"", "no-mail"), (b"\xff\xd8\xff\xe0 a picture", "no-mail"), (b"x" * 2_000, "too-big")]
)
def test_what_is_no_mail_is_told_with_the_reason(tmp_path: Path, content: bytes, problem: str) -> None:
    (tmp_path / "x.eml").write_bytes(content)
    (mail,) = found(tmp_path / "x.eml", largest=1_000)
    assert (mail.content, mail.problem) == (None, problem)


def test_a_mail_that_is_too_big_does_not_hide_the_next(tmp_path: Path) -> None:
    big = START + b"Subject: big\n\n" + b"x" * 5_000 + b"\n\n"
    (tmp_path / "a.mbox").write_bytes(big + START + b"Subject: small\n\ntext\n")
    assert [mail.problem for mail in found(tmp_path / "a.mbox", largest=1_000)] == ["too-big", ""]


RECEIVED = "Received: from a by b; Mon, 2 Mar 2026 10:00:00 +0100\n"
DATED = "Date: Sun, 1 Mar 2026 08:00:00 +0200\n"


@pytest.mark.parametrize(
    ("header", "separator", "expected"),
    [
        (RECEIVED + DATED, START, datetime(2026, 3, 2, 9, 0, tzinfo=UTC)),
        (DATED, START, datetime(2026, 3, 2, 9, 30, tzinfo=UTC)),
        (DATED, b"", datetime(2026, 3, 1, 6, 0, tzinfo=UTC)),
        ("Date: Sun, 1 Mar 2099 08:00:00 +0200\n", START, datetime(2026, 3, 2, 9, 30, tzinfo=UTC)),
        ("Date: Thu, 1 Jan 1970 00:00:00 +0000\n", b"", None),
        ("Date: yesterday\n", b"From x@y.example yesterday\n", None),
    ],
)
def test_the_original_time_is_the_one_nearest_to_the_receipt(
    header: str, separator: bytes, expected: datetime | None
) -> None:
    assert original_time(header.encode() + b"Subject: x\n\ntext", separator, now=NOW) == expected
