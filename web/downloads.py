"""Files that people sent us, handed out so that no browser runs them."""

import re
import unicodedata
from pathlib import PurePosixPath
from typing import IO
from urllib.parse import quote

from django.http import FileResponse

# A browser shows these without running anything of ours or theirs. SVG and HTML are programs, and not among them.
INLINE_TYPES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf"})
# Types that a browser might run or render if the header below were lost on the way.
_ACTIVE = re.compile(r"html|xml|svg|script|ecmascript|flash|x-shockwave|hta", re.IGNORECASE)
_TYPE = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9!#$&^_.+-]{0,126}/[a-zA-Z0-9][a-zA-Z0-9!#$&^_.+-]{0,126}")
_SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'self'"
# Chromium's own PDF viewer does not start in a sandbox; it runs the file's scripts in one of its own.
_PDF = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
_LONGEST_NAME = 150


def file_response(
    stream: IO[bytes], *, name: str, content_type: str, inline: bool = False, no_store: bool = False
) -> FileResponse:
    """The file as a download, or shown in the browser if `inline` is asked and its type is a safe one.

    `name` is what the sender called it and may be anything; `content_type` should come from the file's content.
    `no_store` keeps it out of every cache, the browser's own included.
    """
    media_type = content_type.split(";", 1)[0].strip().lower()
    if not _TYPE.fullmatch(media_type) or _ACTIVE.search(media_type):
        media_type = "application/octet-stream"
    shown = inline and media_type in INLINE_TYPES
    headers = {
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": _PDF if shown and media_type == "application/pdf" else _SANDBOX,
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store" if no_store else "private, no-cache",
    }
    response = FileResponse(stream, content_type=media_type, headers=headers)
    response["Content-Disposition"] = disposition(name, inline=shown)  # after Django's own, made from the stream's name
    return response


def disposition(name: str, *, inline: bool = False) -> str:
    """The Content-Disposition header of RFC 6266: an ASCII name for old clients, and the true one in UTF-8."""
    clean = safe_name(name)
    ascii_name = unicodedata.normalize("NFKD", clean).encode("ascii", "ignore").decode()
    ascii_name = re.sub(r"[\"\\%;]", "_", ascii_name).strip()
    stem, suffix = PurePosixPath(ascii_name).stem, PurePosixPath(ascii_name).suffix
    if not re.search(r"[A-Za-z0-9]", stem) or stem.startswith("."):
        ascii_name = "file" + (suffix or (stem if re.fullmatch(r"\.[A-Za-z0-9]{1,10}", stem) else ""))
    how = "inline" if inline else "attachment"
    header = f'{how}; filename="{ascii_name}"'
    return header if ascii_name == clean else f"{header}; filename*=UTF-8''{quote(clean, safe='')}"


def safe_name(name: str) -> str:
    """The name without path, control or direction characters, at most 150 characters with its ending kept."""
    # Category C holds controls, surrogates and the direction marks that make "exe.pdf" of "fdp.exe".
    visible = "".join(" " if c.isspace() else c for c in name if c.isspace() or unicodedata.category(c)[0] != "C")
    last = re.split(r"[/\\]", visible)[-1]
    tidy = re.sub(r"[<>:\"|?*\s]+", " ", last).strip(" .")
    if not tidy:
        return "file"
    if len(tidy) <= _LONGEST_NAME:
        return tidy
    suffix = PurePosixPath(tidy).suffix[:20]
    return tidy[: _LONGEST_NAME - len(suffix)].rstrip(" .") + suffix
