"""Files under the hash of their content: the same bytes are kept once and a written file never changes.

A file is written aside, flushed to the disk, then renamed, and the folder is flushed too: what `keep` returned is
there after a power cut. Django's own storage renames on collision, which would keep the same bytes twice.
"""

import contextlib
import hashlib
import os
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage


class ContentStorage(FileSystemStorage):
    """Django's storage on the local disk, content-addressed. Names are `ab/cd/<sha256>`."""

    def keep(self, chunks: Iterable[bytes]) -> tuple[str, str, int]:
        """Store bytes durably; returns name, sha256 in hex and size in bytes. OSError when the disk refuses."""
        folder = Path(self.location)
        folder.mkdir(parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        handle, aside = tempfile.mkstemp(dir=folder, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                for chunk in chunks:
                    digest.update(chunk)
                    size += len(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            sha256 = digest.hexdigest()
            name = self.name_of(sha256)
            target = folder / name
            # An existing file of that name holds the same bytes already; replacing it is harmless and race-free.
            make_folder(target.parent, folder)
            os.replace(aside, target)
            flush_folder(target.parent)
        except BaseException:
            Path(aside).unlink(missing_ok=True)
            raise
        return name, sha256, size

    def remove_unless_fresh(self, name: str, *, seconds: float) -> bool:
        """Remove a file that nobody has kept within the last `seconds`; False when somebody has.

        A message whose row is not committed yet may have kept the same bytes a moment ago. The file is moved aside
        first and its age read then, so that no `keep` can slip between the look and the removal.
        """
        target = Path(self.path(name))
        aside = Path(self.location) / f".old-{target.name}"
        try:
            os.replace(target, aside)
        except FileNotFoundError:
            return True
        fresh = time.time() - aside.stat().st_mtime < seconds
        if fresh:
            with contextlib.suppress(FileExistsError):
                os.link(aside, target)
        aside.unlink()
        return not fresh

    @staticmethod
    def name_of(sha256: str) -> str:
        """The name under which content with this hash is kept."""
        return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"

    def _save(self, name: str, content: "File[Any]") -> str:
        return self.keep(content.chunks())[0]

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name

    def url(self, name: str | None) -> str:
        raise SuspiciousFileOperation("Files are served by views that ask for permission, never by address.")

    def read(self, name: str) -> bytes:
        """The whole content. FileNotFoundError when it is gone."""
        with self.open(name) as file:
            content: bytes = file.read()
        return content

    def stream(self, name: str) -> IO[bytes]:
        """An open file for a response."""
        return self.open(name).file  # type: ignore[return-value]


def make_folder(folder: Path, root: Path) -> None:
    """Create a folder below `root`, and `root` itself, and make each new entry durable in its parent."""
    missing = []
    while not folder.is_dir() and (folder == root or root in folder.parents):
        missing.append(folder)
        folder = folder.parent
    for step in reversed(missing):
        try:
            step.mkdir()
        except FileExistsError:
            continue
        flush_folder(step.parent)


def flush_folder(folder: Path) -> None:
    """Make the entries of a folder durable: a rename counts after a power cut only then (fsync(2))."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
