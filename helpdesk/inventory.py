"""Which files the rows name, and whether they are there: the question behind every backup.

Files are named by their hash and never change, so a file that is there and has its hash is the right one. What waits
for an unsent form is not asked for: it lasts a day and no ticket names it.
"""

import hashlib
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.db.models import Model

from intake.models import RawMail
from tickets.models import Attachment, DiscardedFile, DraftFile, Message

NAMING: tuple[tuple[type[Model], str], ...] = (
    (RawMail, "path"),
    (RawMail, "request_path"),
    (Message, "raw_path"),
    (Attachment, "path"),
    (DraftFile, "path"),
)
BLOCK = 1024 * 1024  # bytes read at once
# A file that is younger may be named by a row that is not committed yet.
FRESH_SECONDS = 3600.0


@dataclass(frozen=True)
class Named:
    """A row and the file that it names."""

    row: str  # "intake.rawmail 12"
    path: str  # "ab/cd/<sha256>"


@dataclass
class Findings:
    """What does not agree: rows whose file is missing or damaged, and files that no row names."""

    rows_without_file: list[Named] = field(default_factory=list)
    files_without_row: list[str] = field(default_factory=list)


def named_files() -> Iterator[Named]:
    """Every row that names a file, in the transaction of the caller."""
    for model, column in NAMING:
        rows = model._default_manager.exclude(**{column: ""}).order_by("pk").values_list("pk", column)
        for number, path in rows.iterator():
            yield Named(f"{model._meta.label_lower} {number}", path)


def live(folder: Path, *, hashes: bool = False) -> Findings:
    """Hold the rows of the running service against its files; `hashes` reads each file to its end.

    Files that wait for their removal, and those that a transaction may be about to name, are not told of.
    """
    found = compare(named_files(), folder, hashes=hashes, older_than=FRESH_SECONDS)
    going = set(DiscardedFile.objects.values_list("path", flat=True))
    found.files_without_row = [path for path in found.files_without_row if path not in going]
    return found


def compare(named: Iterable[Named], folder: Path, *, hashes: bool = False, older_than: float = 0.0) -> Findings:
    """Hold rows against the files in a folder; only files that are older than so many seconds count as without row."""
    found, there = Findings(), set[str]()
    for each in named:
        if each.path in there or _is_there(folder / each.path, hashes=hashes):
            there.add(each.path)
        else:
            found.rows_without_file.append(each)
    before = time.time() - older_than
    for path in sorted(folder.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*")):
        name = str(path.relative_to(folder))
        if name not in there and path.stat().st_mtime <= before:
            found.files_without_row.append(name)
    return found


def has_its_hash(path: Path) -> bool:
    """Whether a file's content is what its name says."""
    with path.open("rb") as file:
        digest = hashlib.sha256()
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest() == path.name


def _is_there(path: Path, *, hashes: bool) -> bool:
    return path.is_file() and (not hashes or has_its_hash(path))
