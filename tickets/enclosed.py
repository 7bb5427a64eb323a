"""Files that lie in attached messages and in PDF: found within bounds, for the quarantine to judge.

Whoever opens such a message or document opens what lies in it with one more click. `Closed` says that nobody can look
at all of it.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from itertools import islice

from tickets import filetypes
from tickets.archives import MAX_MEMBERS, Budget, Closed
from tickets.compound import CompoundFile, Kind, Unreadable
from tickets.documents import tables_of_pdf

CLOSED = "archive-closed"
MAX_LEVELS = 200  # multiparts and messages in one mail: deeper nesting costs the parser far more than its bytes
HEAD_BYTES = 16 * 1024
_FIELD = re.compile(
    rb"(?:>?From .{1,500}\r?\n)?(?:return-path|received|from|to|subject|date|message-id|mime-version|content-type|"
    rb"sender|delivered-to|reply-to|dkim-signature|authentication-results|arc-[a-z-]{1,40}|x-[a-z0-9-]{1,60}):",
    re.I,
)
_FROM = re.compile(rb"^(?:from|received):", re.I | re.M)
_TO = re.compile(rb"^(?:subject|mime-version|content-type|to|date):", re.I | re.M)
_LEVEL = re.compile(rb"multipart/|message/rfc822|message/global", re.I)
_OUTLOOK_DATA, _OUTLOOK_NAMES = "__substg1.0_37010102", ("__substg1.0_3707001f", "__substg1.0_3704001f")

# A name in PDF may be spelled by numbers (ISO 32000-1, 7.3.5); /EF leads from a specification to its stream (7.11.3).
_EF = re.compile(rb"/(?:E|#45)(?:F|#46)\s{0,20}<<([^<>]{0,400})>>")
_REFERENCE = re.compile(rb"(\d{1,10})\s{1,20}\d{1,5}\s{1,20}R")
_OBJECT = re.compile(rb"(?<!\d)(\d{1,10})\s{1,20}\d{1,5}\s{1,20}obj\b")
_STREAM = re.compile(rb"/Type\s{0,20}/EmbeddedFile\b")
_NAME = re.compile(rb"/U?F\s{0,20}(?:\(((?:\\.|[^()\\]){1,300})\)|<([0-9A-Fa-f\s]{2,1200})>)", re.S)
_AROUND, _DICTIONARY = 1_000, 2_000  # bytes in which a specification, and the dictionary of a stream, are looked for


@dataclass(frozen=True)
class Enclosed:
    """A file, or of one that has none here (`content` is None) the name alone."""

    name: str
    content: bytes | None


def is_mail(content: bytes, name: str) -> bool:
    """Whether a mail program opens this as a message (RFC 5322)."""
    head = content[:HEAD_BYTES].lstrip()
    return name.endswith((".eml", ".emlx")) or bool(_FIELD.match(head) and _FROM.search(head) and _TO.search(head))


def in_mail(content: bytes, budget: Budget) -> Iterator[Enclosed]:
    """What hangs on a mail, messages included; its own text and HTML are no files. Raises Closed."""
    if sum(1 for _ in _LEVEL.finditer(content)) > MAX_LEVELS:
        raise Closed(CLOSED)
    try:
        parts = list(islice(_parts(message_from_bytes(content, policy=policy.compat32)), MAX_MEMBERS + 1))
        found = [Enclosed(_name(part), _content(part)) for part in parts[:MAX_MEMBERS]]
    except (MessageError, RecursionError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise Closed(CLOSED) from error
    if len(parts) > MAX_MEMBERS:
        raise Closed(CLOSED)
    for each in found:
        size = len(each.content or b"")
        if budget.take(size) < size:
            raise Closed("archive-huge")
        yield each


def in_outlook_message(content: bytes, budget: Budget) -> Iterator[Enclosed]:
    """The attachments of a .msg and of the messages in it (MS-OXMSG 2.2.2), and their names, each by itself."""
    try:
        file = CompoundFile(content)
        streams = [entry for entry in file.entries if entry.kind == Kind.STREAM]
        data = [entry for entry in streams if entry.name.lower() == _OUTLOOK_DATA]
        names = [entry for entry in streams if entry.name.lower() in _OUTLOOK_NAMES]
        if len(data) + len(names) > MAX_MEMBERS:
            raise Closed(CLOSED)
        for entry in names:
            yield Enclosed(file.content(entry, 600).decode("utf-16-le", "replace"), None)
        for entry in data:
            if budget.take(entry.size) < entry.size:
                raise Closed("archive-huge")
            yield Enclosed("", file.content(entry, entry.size))
    except Unreadable as error:
        raise Closed(CLOSED) from error


def in_pdf(content: bytes, budget: Budget) -> Iterator[Enclosed]:
    """The files in a PDF, and their names, each by itself. Raises Closed where one is packed as we do not know it."""
    numbers, names = set[bytes](), set[str]()
    for text in tables_of_pdf(content):
        for match in _EF.finditer(text):
            numbers.update(_REFERENCE.findall(match[1]))
            around = text[max(0, match.start() - _AROUND) : match.end() + _AROUND]
            names.update(map(_pdf_name, _NAME.finditer(around)))
            if len(numbers) + len(names) > MAX_MEMBERS:
                raise Closed(CLOSED)
    yield from (Enclosed(name, None) for name in sorted(names))
    places = {match.start() for match in _STREAM.finditer(content)}
    if numbers:
        places |= {match.end() for match in _OBJECT.finditer(content) if match[1] in numbers}
    if len(places) > MAX_MEMBERS:
        raise Closed(CLOSED)
    starts = {
        start for start in (content.find(b"stream", place, place + _DICTIONARY) for place in places) if start >= 0
    }
    for start in sorted(starts):
        yield Enclosed("", _pdf_stream(content, start, budget))


def _parts(mail: Message) -> Iterator[Message]:
    """The parts that are files. A message in the mail is one of them, whole, and is not looked into here.

    Raises Closed where a part says that it has parts and none can be told from another (RFC 2046 5.1.1).
    """
    for part in mail.get_payload() if mail.is_multipart() else [mail]:
        if not isinstance(part, Message):
            continue
        kind = part.get_content_maintype()
        if kind == "multipart":
            if not part.is_multipart():
                raise Closed(CLOSED)
            yield from _parts(part)
        elif kind != "text" or part.get_filename() or part.get_content_disposition() == "attachment":
            yield part


def _content(part: Message) -> bytes:
    if part.get_content_maintype() == "message" and part.is_multipart():
        return b"".join(inner.as_bytes() for inner in part.get_payload() if isinstance(inner, Message))
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _name(part: Message) -> str:
    is_message = part.get_content_type() in ("message/rfc822", "message/global")
    given = str(part.get_filename() or ("message.eml" if is_message else ""))
    # Mail programs read encoded words here too, though a parameter must not hold any (RFC 2047, section 5).
    return str(make_header(decode_header(given))) if "=?" in given else given


def _pdf_name(match: "re.Match[bytes]") -> str:
    raw = re.sub(rb"\\(.)", rb"\1", match[1], flags=re.S) if match[1] is not None else _from_hex(match[2])
    return raw.decode("utf-16", "replace") if raw.startswith((b"\xfe\xff", b"\xff\xfe")) else raw.decode("latin-1")


def _from_hex(digits: bytes) -> bytes:
    plain = b"".join(digits.split())
    return bytes.fromhex((plain + b"0" * (len(plain) % 2)).decode("ascii"))


def _pdf_stream(content: bytes, start: int, budget: Budget) -> bytes:
    """The bytes of the stream whose keyword stands here, unpacked where they are packed by Flate alone."""
    dictionary = content[content.rfind(b"obj", 0, start) : start]
    begin = start + len(b"stream")
    begin += 2 if content[begin : begin + 2] == b"\r\n" else 1
    filters = re.findall(rb"/(?:[A-Za-z0-9]{1,20}Decode|Fl|Crypt)\b", dictionary)
    end = content.find(b"endstream", begin)
    packed = content[begin : end if end >= 0 else len(content)]
    if not filters:
        return packed
    if filters not in ([b"/FlateDecode"], [b"/Fl"]):
        raise Closed(CLOSED)
    granted = budget.take(budget.left)
    opener = zlib.decompressobj()
    try:
        found = opener.decompress(packed, granted)
    except zlib.error as error:
        raise Closed(CLOSED) from error  # in a PDF with a password, nobody can look into its files
    budget.give_back(granted - len(found))
    if not opener.eof:
        raise Closed("archive-huge" if len(found) == granted else CLOSED)
    return found


def kind_of(found: Enclosed) -> str:
    """The media type of what was found; "" of a name alone."""
    return "" if found.content is None else filetypes.type_of(found.content, found.name)
