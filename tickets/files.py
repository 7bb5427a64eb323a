"""Files that partners send: kept by content, typed by content, quarantined by rule.

The name and the declared type are the sender's words; what a file is, its bytes say. Quarantine hides nothing: the
file is kept and listed, only not opened without a warning.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.files.storage import default_storage

from tickets import filetypes, quarantine
from tickets.models import DiscardedFile
from tickets.storage import ContentStorage


@dataclass(frozen=True, kw_only=True)
class StoredFile:
    """A file in the storage, with what its content told. `quarantine` is a code, or "" when it may be opened.

    `container` is the place, among the files of its message, of the signed container that it was found in; `signers`
    are the names that a signature claims, which nobody has verified.
    """

    name: str
    path: str
    sha256: str
    size: int
    content_type: str
    declared_type: str = ""
    quarantine: str = ""
    content_id: str = ""
    inline: bool = False
    container: int | None = None
    signers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Judged:
    """What the content of a file told: its media type, and the code of its quarantine, or ""."""

    content_type: str
    quarantine: str


def judge(content: bytes, *, name: str) -> Judged:
    """Look into a file, and store nothing."""
    content_type = filetypes.type_of(content, name)[:100]
    return Judged(content_type, quarantine.quarantine_of(content, name, content_type))


def keep(
    content: bytes,
    *,
    name: str,
    declared_type: str = "",
    content_id: str = "",
    inline: bool = False,
    judged: Judged | None = None,
) -> StoredFile:
    """Store a file durably and say what it is, as `judged` before or now. OSError when the disk refuses."""
    path, sha256, size = storage().keep([content])
    found = judged or judge(content, name=name)
    return StoredFile(
        name=safe_name(name),
        path=path,
        sha256=sha256,
        size=size,
        content_type=found.content_type,
        declared_type=declared_type[:100],
        quarantine=found.quarantine,
        content_id=content_id[:255],
        inline=inline,
    )


def discard(paths: Iterable[str], *, now: datetime) -> None:
    """Note, in the caller's transaction, that a row no longer names these files; the disk follows later."""
    DiscardedFile.objects.bulk_create(
        [DiscardedFile(path=path, discarded_at=now) for path in sorted(paths)], ignore_conflicts=True
    )


def storage() -> ContentStorage:
    """The configured storage, typed as ours."""
    return default_storage  # type: ignore[return-value]


def safe_name(name: str) -> str:
    """A file name that is one line, has no path and at most 255 characters, its ending kept."""
    flat = "".join(c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    flat = re.sub(r"[\\/]+", "_", flat).strip(" .") or "file"
    if len(flat) <= 255:
        return flat
    stem, dot, ending = flat.rpartition(".")
    return f"{stem[: 254 - len(ending)]}.{ending}" if dot and len(ending) < 20 else flat[:255]
