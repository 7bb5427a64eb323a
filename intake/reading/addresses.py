"""Addresses out of header fields (RFC 5322, 3.4), as senders really write them. Linear, bounded, never raises."""

import re
from dataclasses import dataclass

from intake.reading.charsets import one_line
from intake.reading.headers import decode_words

MAX_ADDRESSES = 1_000
MAX_ADDRESS = 320  # characters: 64 before the @, 255 after it (RFC 5321, 4.5.3.1)
MAX_NAME = 500


@dataclass(frozen=True, kw_only=True)
class Mailbox:
    """One address. `address` is in small letters, "" when none could be read; `name` is one line, may be ""."""

    name: str
    address: str


def mailboxes(value: str) -> tuple[Mailbox, ...]:
    """The mailboxes of an address field; groups are opened, pieces without an address left out."""
    return tuple(box for box in _read(value) if box.address)


def first_mailbox(value: str) -> Mailbox:
    """The first mailbox with an address; without one, what stands there as the name."""
    found = _read(value)
    return next((box for box in found if box.address), found[0] if found else Mailbox(name="", address=""))


def address_in(text: str) -> str:
    """The first thing in `text` that is an address, in small letters, or ""."""
    match = _around_at(_ADDRESS, text)
    return _address(match[0]) if match else ""


_ADDRESS = re.compile(r'(?:"[^"@<>\r\n]{1,64}"|[^\s<>"\',;:()\[\]\\@]{1,200})@[^\s<>"\',;:()\[\]\\@]{1,255}')
_ADDRESS_WITH_APOSTROPHE = re.compile(
    r'(?:"[^"@<>]{1,64}"|[^\s<>",;:()\[\]\\@]{1,200})@(?:\[[\w.:]{1,60}\]|[^\s<>"\',;:()\[\]\\@]{1,255})'
)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.S)
_PLAIN = re.compile(r'[^"(<,;:=]+')


class _Piece:
    """What was collected between two separators."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.comments: list[str] = []
        self.angle: str | None = None

    def empty(self) -> bool:
        return self.angle is None and not "".join(self.words).strip() and not self.comments


def _read(value: str) -> list[Mailbox]:
    pieces = _merged(_pieces(value))
    boxes = [_mailbox(piece) for piece in pieces]
    if boxes and not any(box.address for box in boxes) and "=?" in value:
        decoded = decode_words(value)  # the whole field was encoded, address and all
        if "=?" not in decoded:
            return [_mailbox(piece) for piece in _merged(_pieces(decoded))]
    return boxes


def _pieces(value: str) -> list[_Piece]:
    found: list[_Piece] = []
    piece = _Piece()
    position = 0
    group_end = value.rfind(";")
    # Once a bracket has no end, no later one of its kind has: it is then a letter like others.
    dead: set[str] = set()
    while position < len(value) and len(found) < MAX_ADDRESSES:
        char = value[position]
        if char in ",;":
            if not piece.empty():
                found.append(piece)
            piece = _Piece()
            position += 1
        elif char == ":" and position < group_end and piece.angle is None and "@" not in "".join(piece.words):
            piece = _Piece()  # the name of a group
            position += 1
        else:
            position = _token(value, position, piece, dead)
    if not piece.empty() and len(found) < MAX_ADDRESSES:
        found.append(piece)
    return found


def _token(value: str, position: int, piece: _Piece, dead: set[str]) -> int:
    """Add the token at `position` to `piece`; returns where it ends."""
    char = value[position]
    if char == '"' and char not in dead:
        quoted = _QUOTED.match(value, position)
        if quoted:
            text = re.sub(r"\\(.)", r"\1", quoted[1])
            local = value[quoted.end() : quoted.end() + 1] == "@"
            piece.words.append(f'"{text}"' if local else text)
            return quoted.end()
        dead.add(char)
    elif char == "(" and char not in dead:
        end = _comment_end(value, position)
        if end > 0:
            piece.comments.append(value[position + 1 : end - 1])
            return end
        dead.add(char)
    elif char == "<":
        return _angle(value, position, piece)
    elif char == "=" and value.startswith("=?", position) and "=?" not in dead:
        charset_end = value.find("?", position + 2, position + 100)
        end = value.find("?=", charset_end + 3) if charset_end > 0 else 0
        if end > 0:
            piece.words.append(value[position : end + 2])
            return end + 2
        if end < 0:
            dead.add("=?")
    plain = _PLAIN.match(value, position)
    end = plain.end() if plain else position + 1
    piece.words.append(value[position:end])
    return end


def _angle(value: str, position: int, piece: _Piece) -> int:
    """Add what stands in angle brackets; a bracket that is never closed ends at the next separator or bracket."""
    end = value.find(">", position, position + 2_000)
    again = value.find("<", position + 1, position + 2_000)
    closed = end > 0 and not 0 <= again < end
    if not closed:
        stops = [stop for stop in (value.find(mark, position, position + 2_000) for mark in ",; ") if stop > 0]
        end = again if again > 0 else min(stops, default=min(len(value), position + 2_000))
    inner = value[position + 1 : end]
    if "@" in inner or (closed and piece.angle is None):
        piece.angle = inner if piece.angle is None or "@" not in piece.angle else piece.angle
    elif inner:
        piece.words.append(inner)
    return end + 1 if closed else max(end, position + 1)


def _comment_end(value: str, position: int) -> int:
    depth = 0
    for match in re.finditer(r"[()\\]", value[position : position + 5_000]):
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if depth == 0:
            return position + match.end()
    return -1


def _merged(pieces: list[_Piece]) -> list[_Piece]:
    """A bare comma in a name ("Koval, Olena <...>") splits a mailbox in two: put such halves together."""
    out: list[_Piece] = []
    for piece in pieces:
        before = out[-1] if out else None
        if (
            before
            and piece.angle is not None
            and piece.words
            and before.angle is None
            and "@" not in "".join(before.words)
        ):
            piece.words = [*before.words, ", ", *piece.words]
            out.pop()
        out.append(piece)
    return out


def _mailbox(piece: _Piece) -> Mailbox:
    phrase = "".join(piece.words).strip()
    address = _address(piece.angle) if piece.angle is not None else ""
    if address:
        return Mailbox(name=_name(phrase or " ".join(piece.comments)), address=address)
    match = _around_at(_ADDRESS_WITH_APOSTROPHE, phrase)
    if match:
        rest = phrase.replace(match[0], " ", 1).strip(" <>'\"-")
        return Mailbox(name=_name(rest or " ".join(piece.comments)), address=_address(match[0]))
    return Mailbox(name=_name(phrase or " ".join(piece.comments)), address="")


def _around_at(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The first match of an address pattern in `text`: only tried around the first few "@", so that the time it takes
    does not grow with the text."""
    at = -1
    for _ in range(5):
        at = text.find("@", at + 1)
        match = pattern.search(text[max(0, at - 200) : at + 260]) if at >= 0 else None
        if match or at < 0:
            return match
    return None


def _address(text: str) -> str:
    """`text` as an address in small letters, or "". A route before it (RFC 5322, 4.4) and stray dots are dropped."""
    text = one_line(decode_words(text))
    text = text.rpartition(":")[2] if ":" in text and "[" not in text else text
    text = text.strip("<>' ,;") if text.startswith('"') else text.replace(" ", "").strip("<>'\",;")
    local, at, domain = text.lower().rpartition("@")
    domain = domain.strip(".>")
    if not at or not local or not domain or len(local) + len(domain) >= MAX_ADDRESS:
        return ""
    match = _ADDRESS_WITH_APOSTROPHE.fullmatch(f"{local}@{domain}")
    return match[0] if match else ""


def _name(text: str) -> str:
    name = one_line(decode_words(text)).strip()
    if len(name) >= 2 and name[0] == name[-1] and name[0] in "'\"":
        name = name[1:-1].strip()
    return name[:MAX_NAME].strip()
