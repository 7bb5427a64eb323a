"""The structure of a message (MIME, RFC 2045 and 2046): a tree of parts, bounded in number and depth."""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from intake.reading.headers import NOT_BASE64, Headers, from_base64, parameters, split_message

MAX_PARTS = 1_000
MAX_DEPTH = 30


@dataclass(kw_only=True)
class Part:
    """One part of a message. `raw` is its body as it came; `children` are those of a multipart."""

    headers: Headers
    raw: bytes
    type: str
    parameters: dict[str, str]
    disposition: str
    filename: str
    children: list["Part"] = field(default_factory=list)

    @property
    def content_id(self) -> str:
        return self.headers.first("content-id").strip().strip("<>").strip()

    def content(self) -> bytes:
        """The body with its transfer encoding undone; bytes that do not fit it are passed over, not refused."""
        encoding = self.headers.first("content-transfer-encoding").lower().partition(";")[0].strip(" \"'")
        if encoding == "base64":
            return _base64(self.raw)
        if encoding == "quoted-printable":
            return binascii.a2b_qp(self.raw)
        if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
            return uudecoded(self.raw.splitlines())
        return self.raw

    def leaves(self) -> Iterator["Part"]:
        """Every part that holds content, in the order of the message."""
        waiting = [self]
        while waiting:
            part = waiting.pop()
            if part.children:
                waiting.extend(reversed(part.children))
            else:
                yield part


def structure(headers: Headers, body: bytes) -> tuple[Part, set[str]]:
    """The tree of a message and the codes of what was left out or repaired on the way."""
    defects: set[str] = set()
    root = _part(headers, body, "text/plain")
    waiting = [(root, 0)]
    count = 1
    while waiting:
        part, depth = waiting.pop()
        if not part.type.startswith("multipart/"):
            continue
        if depth >= MAX_DEPTH:
            defects.add("too-deep")
            part.type = "application/octet-stream"
            continue
        default = "message/rfc822" if part.type == "multipart/digest" else "text/plain"
        for piece in _pieces(part):
            if count >= MAX_PARTS:
                defects.add("too-many-parts")
                break
            count += 1
            part.children.append(_part(*split_message(piece), default))
        if part.children:
            part.raw = b""
            waiting.extend((child, depth + 1) for child in part.children)
        else:
            defects.add("no-boundary")
            part.type = "text/plain"
    return root, defects


def uudecoded(lines: list[bytes]) -> bytes:
    """The bytes of uuencoded lines; the frame and lines that are none are passed over."""
    out = []
    for line in lines:
        if line.startswith((b"begin ", b"end")) or not line:
            continue
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            # Some encoders write a wrong number of trailing spaces; the first byte says how many bytes are meant.
            needed = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                out.append(binascii.a2b_uu(line[:needed]))
            except binascii.Error:
                continue
    return b"".join(out)


_TYPE = re.compile(r"([a-z0-9!#$&^_.+-]{1,100})/([a-z0-9!#$&^_.+-]{1,100})")
_BOUNDARY_END = re.compile(rb"(--)?[ \t]*(?=\r?\n|\Z)")
_FIRST_BOUNDARY = re.compile(rb"\s{0,100}--([^\s-][^\r\n]{0,200})\r?\n")


def _part(headers: Headers, body: bytes, default: str) -> Part:
    declared, found = parameters(headers.first("content-type"))
    disposition, options = parameters(headers.first("content-disposition"))
    match = _TYPE.match(declared)
    if match:
        kind = match[0]
    elif not declared or declared.startswith("text"):
        kind = default
    else:
        kind = "application/octet-stream" if options.get("filename") or found.get("name") else default
    filename = options.get("filename") or options.get("name") or found.get("name") or found.get("filename") or ""
    return Part(headers=headers, raw=body, type=kind, parameters=found, disposition=disposition, filename=filename)


def _pieces(part: Part) -> Iterator[bytes]:
    """What stands between the boundary lines. A missing boundary parameter is read off the first boundary line."""
    boundary = part.parameters.get("boundary", "").encode("utf-8", "replace").rstrip()
    if not boundary or b"--" + boundary not in part.raw:
        first = _FIRST_BOUNDARY.match(part.raw)
        if first is None:
            return
        boundary = first[1].rstrip()
    # Looked for as it stands: a pattern for each mail would take longer to compile than the mail to read.
    raw, delimiter = b"\n" + part.raw, b"\n--" + boundary
    start, place = -1, raw.find(delimiter)
    while place >= 0:
        behind = _BOUNDARY_END.match(raw, place + len(delimiter))
        if behind:
            if start >= 0:
                yield raw[start : place - (raw[place - 1 : place] == b"\r")]
            if behind[1]:
                return
            start = behind.end() + (2 if raw[behind.end() : behind.end() + 1] == b"\r" else 1)
        place = raw.find(delimiter, place + len(delimiter))
    if 0 <= start < len(raw):
        yield raw[start:]


def _base64(raw: bytes) -> bytes:
    """The decoded body, or the body itself when it is labelled base64 but for the most part is not."""
    solid = len(raw.translate(None, b" \t\r\n"))
    alphabet = len(raw.translate(None, NOT_BASE64))
    prose = alphabet < 0.8 * solid or raw.strip().count(b" ") > solid // 20
    return raw if prose else from_base64(raw)
