"""Mails out of files: single ones (.eml), mbox files of any size, and folders of them, Maildir among them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from intake.reading.headers import Headers, moment, split_message, start_of_header

LINE = 1024 * 1024  # bytes read at once; a longer line comes in pieces
HEADER = 256 * 1024  # bytes in which the header of a mail must lie
OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
AHEAD = timedelta(hours=26)  # a clock may be wrong by a day and more, not by a year

# What starts a mail in an mbox (RFC 4155): "From ", the sender, a time with its year at the end.
_START = re.compile(rb"From \S.{0,300}\d{1,2}:\d\d.{0,40}?(?:19|20)\d\d")
_QUOTED_START = re.compile(rb">+From ")
_TIME = re.compile(r"([A-Z][a-z]{2}) +(\d{1,2}) +(\d{1,2}:\d\d(?::\d\d)?)(?: +[A-Z]{2,5})? +((?:19|20)\d\d)")
_USUAL = ("from", "date", "subject", "to", "message-id", "received", "return-path", "delivered-to")
_ENDINGS = (".eml", ".mbox", ".mbx", ".mbs")


@dataclass(frozen=True, kw_only=True)
class FoundMail:
    """One mail in a file. `content` is None where there is no mail, and `problem` the code of why."""

    path: Path
    number: int
    read_bytes: int  # how far into all the files this mail ends, for the progress
    content: bytes | None
    received_at: datetime | None = None
    problem: str = ""


def files_in(paths: list[Path]) -> list[Path]:
    """The files that may hold mail, folders walked in order. FileNotFoundError names a path that is not there."""
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(path)
        found += sorted(_walk(path)) if path.is_dir() else [path]
    return found


def mails_in(files: list[Path], *, largest: int, now: datetime) -> Iterator[FoundMail]:
    """Each mail in the files, one in memory at a time. `largest` is the most bytes that a mail may have.

    `received_at` is the original time, as near to the receipt as the mail tells: the last server's Received field, the
    separator of the mbox, the Date field. Times before 1990 or in the future are passed over.
    """
    done = 0
    for path in files:
        try:
            for number, (separator, content, problem) in enumerate(_mails(path, largest), 1):
                done += len(separator) + len(content)
                yield _found(path, number, done, separator, content, problem, now)
        except OSError:
            yield FoundMail(path=path, number=0, read_bytes=done, content=None, problem="not-readable")


def original_time(content: bytes, separator: bytes, *, now: datetime) -> datetime | None:
    """When the mail was received, or as near to it as it says; None when it says nothing that can be."""
    headers = _header(content)
    candidates = [
        moment(headers.first("received").rpartition(";")[2]),
        _separator_time(separator),
        moment(headers.first("date")),
    ]
    return next((time for time in candidates if time and OLDEST <= time <= now + AHEAD), None)


def _walk(folder: Path) -> Iterator[Path]:
    """The mail files below a folder. In a Maildir those under `cur` and `new`, elsewhere by name or first line."""
    for path in folder.rglob("*"):
        if not path.is_file():
            continue
        named = _in_maildir(path) or path.name.lower().endswith(_ENDINGS)
        if named or (not path.name.startswith(".") and _starts_as_mbox(path)):
            yield path


def _in_maildir(path: Path) -> bool:
    return path.parent.name in ("cur", "new") and (path.parent.parent / "cur").is_dir()


def _starts_as_mbox(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return _START.match(file.readline(400)) is not None
    except OSError:
        return False


def _mails(path: Path, largest: int) -> Iterator[tuple[bytes, bytes, str]]:
    """Separator, content and problem of each mail in one file."""
    if not _starts_as_mbox(path):
        with path.open("rb") as file:
            content = file.read(largest + 1)
        yield b"", content[:largest], "too-big" if len(content) > largest else ""
        return
    separator, lines, size, blank = b"", list[bytes](), 0, True
    with path.open("rb") as file:
        while line := file.readline(LINE):
            if blank and _START.match(line[:400]):
                if separator:
                    yield separator, _joined(lines), "too-big" if size > largest else ""
                separator, lines, size = line, [], 0
            else:
                size += len(line)
                if size <= largest:
                    lines.append(line[1:] if _QUOTED_START.match(line) else line)
            blank = line in (b"\n", b"\r\n")
    yield separator, _joined(lines), "too-big" if size > largest else ""


def _joined(lines: list[bytes]) -> bytes:
    """The mail without the empty line that the mbox puts behind it."""
    return b"".join(lines[:-1] if lines and lines[-1] in (b"\n", b"\r\n") else lines)


def _found(
    path: Path, number: int, done: int, separator: bytes, content: bytes, problem: str, now: datetime
) -> FoundMail:
    if not problem and not any(name in _header(content) for name in _USUAL):
        problem = "no-mail"
    if problem:
        return FoundMail(path=path, number=number, read_bytes=done, content=None, problem=problem)
    time = original_time(content, separator, now=now)
    return FoundMail(
        path=path, number=number, read_bytes=done, content=content, received_at=min(time, now) if time else now
    )


def _header(content: bytes) -> Headers:
    head = content[:HEADER]
    return split_message(head, start_of_header(head))[0]


def _separator_time(separator: bytes) -> datetime | None:
    """The time at the end of an mbox separator, which is in UTC (RFC 4155)."""
    match = _TIME.search(separator.decode("ascii", "replace"))
    return moment(f"{match[2]} {match[1]} {match[4]} {match[3]} +0000") if match else None
