"""Files that partners send: kept by content, typed by content, quarantined by rule.

The name and the declared type are the sender's words; what a file is, its bytes say. Quarantine hides nothing: the
file is kept and listed, only not opened without a warning.
"""

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import puremagic
from django.core.files.storage import default_storage

from tickets.models import DiscardedFile
from tickets.storage import ContentStorage

UNKNOWN = "application/octet-stream"
HEAD_BYTES = 64 * 1024
MAX_ARCHIVE_ENTRIES = 2_000

# E-signature containers are Ukraine's ordinary letters: data, never quarantined for being an archive.
SIGNATURE_NAMES = (".p7s", ".asice", ".asics", ".sce", ".scs")
SIGNATURE_TYPES = ("application/vnd.etsi.asic-e+zip", "application/vnd.etsi.asic-s+zip")
PROGRAMS = (".exe", ".dll", ".scr", ".com", ".msi", ".cpl", ".jar", ".apk", ".pif")
SCRIPTS = (".bat", ".cmd", ".ps1", ".vbs", ".vbe", ".js", ".jse", ".wsf", ".wsh", ".hta", ".reg", ".sh", ".chm")
SHORTCUTS = (".lnk", ".url", ".scf")
DANGEROUS_NAMES = PROGRAMS + SCRIPTS + SHORTCUTS
DISK_IMAGES = (".iso", ".img", ".vhd", ".vhdx", ".dmg", ".one", ".onepkg")
ARCHIVES = (".zip", ".rar", ".7z", ".gz", ".tar", ".tgz", ".bz2", ".xz", ".cab", ".arj", ".ace")
MACRO_NAMES = (".docm", ".dotm", ".xlsm", ".xltm", ".xlsb", ".xlam", ".pptm", ".potm", ".ppsm", ".ppam")
PROGRAM_STARTS = (b"MZ", b"\x7fELF", b"#!")
CLOSED_ARCHIVE_STARTS = (b"Rar!", b"7z\xbc\xaf", b"MSCF", b"**ACE")
SHORTCUT_START = b"L\x00\x00\x00\x01\x14\x02\x00"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HTML_START = re.compile(rb"^(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head|body|script|!--)", re.I)
SVG_START = re.compile(rb"<svg[\s>]", re.I)


@dataclass(frozen=True, kw_only=True)
class StoredFile:
    """A file in the storage, with what its content told. `quarantine` is a code, or "" when it may be opened."""

    name: str
    path: str
    sha256: str
    size: int
    content_type: str
    declared_type: str = ""
    quarantine: str = ""
    content_id: str = ""
    inline: bool = False


def keep(
    content: bytes, *, name: str, declared_type: str = "", content_id: str = "", inline: bool = False
) -> StoredFile:
    """Store a file durably and say what it is. OSError when the disk refuses."""
    path, sha256, size = storage().keep([content])
    content_type = type_of(content, name)
    return StoredFile(
        name=safe_name(name),
        path=path,
        sha256=sha256,
        size=size,
        content_type=content_type,
        declared_type=declared_type[:100],
        quarantine=quarantine_of(content, name, content_type),
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


def type_of(content: bytes, name: str) -> str:
    """The media type that the bytes show; the name only refines what has one signature for many types."""
    head = content[:HEAD_BYTES]
    if not head:
        return "application/x-empty"
    if HTML_START.match(head):
        return "text/html"
    if head.lstrip()[:5] in (b"<?xml", b"<svg ", b"<svg>") and SVG_START.search(head):
        return "image/svg+xml"
    if head.startswith(b"PK\x03\x04"):
        return _type_of_zip(content)
    try:
        found = puremagic.from_string(head, mime=True, filename=name)
    except (puremagic.PureError, ValueError):
        found = ""
    if found and not found.startswith("text/"):
        return str(found)
    return "text/plain" if _is_text(head) else UNKNOWN


def quarantine_of(content: bytes, name: str, content_type: str) -> str:
    """Why a file must not be opened without a warning, as a code; "" when nothing speaks against it."""
    lower = name.lower()
    if lower.endswith(SIGNATURE_NAMES) or content_type in SIGNATURE_TYPES:
        return ""
    web_page = content_type == "text/html" or lower.endswith((".htm", ".html", ".xhtml", ".shtml", ".mht", ".mhtml"))
    checks = (
        ("program", lower.endswith(DANGEROUS_NAMES) or content.startswith(PROGRAM_STARTS)),
        ("shortcut", content.startswith(SHORTCUT_START)),
        ("web-page", web_page),
        ("drawing-with-script", content_type == "image/svg+xml" or lower.endswith((".svg", ".svgz"))),
        ("disk-image", lower.endswith(DISK_IMAGES) or content[0x8001:0x8006] == b"CD001"),
        ("macros", lower.endswith(MACRO_NAMES) or _has_macros(content)),
        ("archive", _is_closed_archive(content, lower, content_type)),
    )
    return next((code for code, found in checks if found), "")


def _is_closed_archive(content: bytes, lower: str, content_type: str) -> bool:
    """An archive that nobody can look into: encrypted, of a kind we do not read, or with another archive inside."""
    if content_type == "application/zip":
        return _zip_is_closed(content)
    return content.startswith(CLOSED_ARCHIVE_STARTS) or (lower.endswith(ARCHIVES) and not content.startswith(b"PK"))


def _entries(content: bytes) -> list[zipfile.ZipInfo] | None:
    """The directory of a zip, never its contents: a bomb costs nothing. None when it cannot be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, RuntimeError):
        return None
    return entries if len(entries) <= MAX_ARCHIVE_ENTRIES else None


def _zip_is_closed(content: bytes) -> bool:
    entries = _entries(content)
    if entries is None:
        return True
    bad = ARCHIVES + DANGEROUS_NAMES + DISK_IMAGES + MACRO_NAMES
    return any(entry.flag_bits & 1 or entry.filename.lower().endswith(bad) for entry in entries)


def _names(content: bytes) -> Iterable[str]:
    return (entry.filename for entry in _entries(content) or [])


def _has_macros(content: bytes) -> bool:
    if content.startswith(OLE):
        # The folder of an OLE file holds its names in UTF-16; a VBA project shows there, and so do embedded programs.
        return any(mark.encode("utf-16-le") in content for mark in ("VBA", "_VBA_PROJECT", "Macros", "Ole10Native"))
    return content.startswith(b"PK\x03\x04") and any(
        name.lower().endswith("vbaproject.bin") for name in _names(content)
    )


def _type_of_zip(content: bytes) -> str:
    names = set(_names(content))
    office = "application/vnd.openxmlformats-officedocument."
    if "[Content_Types].xml" in names:
        for folder, kind in (
            ("word/", "wordprocessingml.document"),
            ("xl/", "spreadsheetml.sheet"),
            ("ppt/", "presentationml.presentation"),
        ):
            if any(name.startswith(folder) for name in names):
                return office + kind
    # ASiC and OpenDocument put an uncompressed entry "mimetype" first (ETSI EN 319 162-1, OpenDocument 1.3 part 2).
    if content[30:38] == b"mimetype":
        declared = content[38:138].split(b"PK")[0].decode("ascii", "replace")
        if re.fullmatch(r"application/[a-z0-9.+-]{3,80}", declared):
            return declared
    return "application/zip"


def _is_text(head: bytes) -> bool:
    if b"\x00" in head:
        return False
    control = sum(byte < 32 and byte not in (9, 10, 12, 13, 27) for byte in head)
    return control * 100 <= len(head)
