"""Header fields: finding them, unfolding them, decoding their words and parameters. Every loop is linear."""

import binascii
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote_to_bytes

from intake.reading.charsets import decode, guess, one_line

MAX_VALUE = 200_000  # bytes of one field that are looked at
MAX_REPEATS = 20  # fields of one name
MAX_SEQUENCE = 200  # fields that are looked at in their order
MAX_LINES = 60_000  # of one header; what follows counts as body
MAX_PARAMETERS = 1_000
MAX_IDS = 1_000
MAX_ID = 995  # characters; a line of a mail holds 998 (RFC 5322, 2.1.1)

NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="))

_FIELD = re.compile(rb"([!-9;-~]{1,100})[ \t]*:")
# Names that tell a header from a line of prose with a colon.
_USUAL = frozenset(
    b"from to cc bcc subject date message-id mime-version content-type content-transfer-encoding received return-path "
    b"reply-to sender delivered-to in-reply-to references x-mailer dkim-signature list-id resent-from envelope-to "
    b"x-original-to content-disposition content-description content-id user-agent auto-submitted "
    b"authentication-results arc-seal "
    b"arc-message-signature arc-authentication-results x-received thread-topic thread-index importance "
    b"precedence x-sender x-priority final-recipient reporting-mta original-recipient action status".split()
)


class Headers:
    """The fields of one message or part by lower-case name, in the order they came."""

    def __init__(self, fields: Iterable[tuple[str, bytes]] = ()) -> None:
        self._values: dict[str, list[bytes]] = {}
        self._fields = list(fields)
        for name, value in self._fields:
            self._values.setdefault(name, []).append(value)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def names(self) -> set[str]:
        return set(self._values)

    def sequence(self, *names: str) -> Iterator[tuple[str, str]]:
        """Name and value of these fields in the order of the header, that is the newest of the transport's first."""
        chosen = ((name, value) for name, value in self._fields if name in names)
        return ((name, _as_text(value)) for (name, value), _ in zip(chosen, range(MAX_SEQUENCE), strict=False))

    def all(self, name: str) -> list[str]:
        """Every value of the field, 8-bit bytes decoded, encoded words not."""
        return [_as_text(value) for value in self._values.get(name, ())[:MAX_REPEATS]]

    def first(self, *names: str) -> str:
        """The first value that is not empty, of the first of these fields that has one; "" when none has."""
        for name in names:
            for value in self._values.get(name, ())[:MAX_REPEATS]:
                if value.strip():
                    return _as_text(value)
        return ""

    def text(self, *names: str) -> str:
        """Like `first`, as people read it: encoded words decoded, one line."""
        return one_line(decode_words(self.first(*names)))


def split_message(raw: bytes, start: int = 0) -> tuple[Headers, bytes]:
    """The header and the body of a message or part.

    A line that is no field continues the field before it when more fields follow, and otherwise starts the body:
    some senders forget to indent a folded line, others forget the empty line before the body.
    """
    fields: list[tuple[str, list[bytes]]] = []
    position = start
    for _ in range(MAX_LINES):
        if position >= len(raw):
            break
        line, after = _line(raw, position)
        if not line.strip():
            position = after
            break
        field = _FIELD.match(line)
        if field and line[:1] not in b" \t":
            fields.append((field[1].decode("ascii").lower(), [line[field.end() :]]))
        elif fields and line[:1] in b" \t":
            fields[-1][1].append(line)
        elif fields and (_fields_follow(raw, after) or _open_bracket(fields[-1][1])):
            fields[-1][1].append(b" " + line)
        else:
            break
        position = after
    return Headers((name, b"".join(lines)[:MAX_VALUE]) for name, lines in fields), raw[position:]


def start_of_header(raw: bytes) -> int:
    """Offset of the first field, past empty lines, an mbox "From " line and other junk that transports put first."""
    position = candidate = 0
    for _ in range(20):
        if position >= len(raw):
            break
        line, after = _line(raw, position)
        field = _FIELD.match(line)
        if field and (candidate == position or field[1].lower() in _USUAL):
            return position
        position = after
        if not line.strip() or line.startswith((b"From ", b">From ")):
            candidate = position
    return candidate if candidate < len(raw) else 0


def decode_words(text: str) -> str:
    """`text` with its encoded words (RFC 2047) decoded, also where they stand against the rules: inside quotes,
    without space between them, with a character cut in two. What cannot be decoded stays as it was."""
    if "=?" not in text:
        return text
    out: list[str] = []
    pending: tuple[str, bytes] | None = None
    position = 0
    while (match := _WORD.search(text, position)) is not None:
        end = text.find("?=", match.end())
        if end < 0:
            break
        between = text[position : match.start()]
        data = _word_bytes(match[2], text[match.end() : end])
        if pending is not None and (between.strip() or pending[0] != match[1].lower()):
            out.append(decode(pending[1], pending[0])[0])
            pending = None
            if between.strip():
                out.append(between)
        elif pending is None:
            out.append(between)
        pending = (match[1].lower(), pending[1] + data if pending else data)
        position = end + 2
    if pending is not None:
        out.append(decode(pending[1], pending[0])[0])
    out.append(text[position:])
    return "".join(out)


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """The value of a field before its first semicolon, lower-case, and its parameters by lower-case name (RFC 2045),
    with continuations and character sets (RFC 2231) and encoded words put together."""
    main, _, rest = value.partition(";")
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for name, text in _pairs(rest):
        base, star, number = name.partition("*")
        if not star:
            plain.setdefault(base, text)
        else:
            extended = number.endswith("*") or not number
            index = number.rstrip("*")
            if not index or (index.isascii() and index.isdigit() and len(index) <= 4):
                pieces.setdefault(base, {}).setdefault(int(index or 0), (text, extended))
    decoded = {name: decode_words(text) for name, text in plain.items()}
    decoded.update({name: _join_pieces(found) for name, found in pieces.items()})
    return main.strip().lower(), decoded


def from_base64(data: bytes) -> bytes:
    """The bytes that base64 stands for; what is not of its alphabet is passed over. Some senders join several encoded
    pieces, each with its own padding."""
    out = []
    for piece in data.translate(None, NOT_BASE64).split(b"="):
        usable = piece[:-1] if len(piece) % 4 == 1 else piece
        out.append(binascii.a2b_base64(usable + b"=" * (-len(usable) % 4)))
    return b"".join(out)


def message_ids(text: str) -> tuple[str, ...]:
    """The message identifiers in a field, without angle brackets, in their order, each once."""
    found = _BRACKETED.findall(text) or [word for word in text.split()[:MAX_IDS] if "@" in word]
    ids = (one_line(word).replace(" ", "").strip("<>")[:MAX_ID] for word in found[-MAX_IDS:])
    return tuple(dict.fromkeys(word for word in ids if word))


def moment(text: str) -> datetime | None:
    """The Date field as an aware time in UTC, or None when it is not one or no year that a mail can have."""
    try:
        found = parsedate_to_datetime(text[:200])
        found = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None
    return found if 1971 <= found.year <= 2200 else None


_WORD = re.compile(r"=\?([^\s?*]{1,60})(?:\*[^\s?]{0,30})?\?([bBqQ])\?")
_BRACKETED = re.compile(r"<([^<>]{1,2000})>")
_CLOSING = re.compile(r'"[ \t]*(?:;|\Z)')
_FREE_TEXT = frozenset({"name", "filename"})


def _line(raw: bytes, position: int) -> tuple[bytes, int]:
    end = raw.find(b"\n", position)
    return (raw[position:].rstrip(b"\r"), len(raw)) if end < 0 else (raw[position:end].rstrip(b"\r"), end + 1)


def _fields_follow(raw: bytes, position: int) -> bool:
    for _ in range(4):
        if position >= len(raw):
            return False
        line, position = _line(raw, position)
        if not line.strip():
            return False
        field = _FIELD.match(line)
        if field and field[1].lower() in _USUAL:
            return True
    return False


def _open_bracket(lines: list[bytes]) -> bool:
    """True when the field so far ends inside an angle-bracketed address."""
    return len(lines) < 100 and lines[-1].rfind(b"<") > lines[-1].rfind(b">")


def _as_text(value: bytes) -> str:
    return (value.decode("ascii") if value.isascii() else guess(value)).strip()


def _word_bytes(kind: str, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    if kind in "qQ":
        return binascii.a2b_qp(data, header=True)
    return from_base64(data)


def _pairs(rest: str) -> Iterable[tuple[str, str]]:
    position = 0
    for _ in range(MAX_PARAMETERS):
        equals = rest.find("=", position)
        if equals < 0:
            return
        name = rest[position:equals].rpartition(";")[2].strip().lower()
        start = equals + 1
        while start < len(rest) and rest[start] in " \t":
            start += 1
        if rest[start : start + 1] == '"':
            text, position = _quoted(rest, start + 1, name.partition("*")[0] in _FREE_TEXT)
        else:
            end = rest.find(";", start)
            end = len(rest) if end < 0 else end
            text, position = rest[start:end].strip(), end
        yield name, text


def _quoted(rest: str, start: int, free: bool) -> tuple[str, int]:
    """A quoted value and where it ends. File names may hold bare quotes; other values end at the first quote."""
    if free:
        match = _CLOSING.search(rest, start)
        end = match.start() if match else len(rest)
    else:
        end = rest.find('"', start)
        end = len(rest) if end < 0 else end
    return rest[start:end].replace('\\"', '"').replace("\\\\", "\\"), end + 1


def _join_pieces(found: dict[int, tuple[str, bool]]) -> str:
    label = ""
    out: list[tuple[bytes, str]] = []
    for position, index in enumerate(sorted(found)):
        text, extended = found[index]
        if extended:
            if position == 0 and text.count("'") >= 2:
                label, _, text = text.split("'", 2)
            out.append((unquote_to_bytes(text), label))
        else:
            out.append((text.encode("utf-8", "replace"), "utf-8"))
    if any(text for text, extended in found.values() if extended):
        return decode(b"".join(data for data, _ in out), label)[0]
    return decode_words(b"".join(data for data, _ in out).decode("utf-8", "replace"))
