"""Where the quoted history or the signature at the end of a mail begins. Nothing is cut: the caller folds.

Only a block that reaches to the end counts. An answer written below or between quoted lines is the sender's own text,
and no rule here hides it; in doubt the text stays open. All rules look at a bounded number of lines.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass

from intake.reading import phrases

MAX_HEADER_LINES = 4  # over how many lines the line above a quotation is wrapped
MAX_SIGNATURE_LINES = 25
MAX_LINES = 20_000  # of a longer text nothing is folded

_INVISIBLE = dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), 0xFEFF, 0x2060])
_QUOTED = re.compile(r"\s{0,4}(?:>|&gt;|[A-Z]{1,3}>)")
_WROTE = re.compile(rf"(?<!\w)(?:{phrases.WROTE})(?!\w)", re.I)
_ON = re.compile(
    rf"[\s*_>-]{{0,4}}(?:(?:{phrases.ON})\s|\w{{2,12}}(?:-\w{{2,12}})?(?:[.,]{{1,2}}\s|\s\d)|\d{{1,4}}[\s./-])", re.I
)
_DATE = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}[./-]\s?\d{1,2}[./-]\s?\d{2,4}|(?<!\d)\d{1,2}[:.h]\d\d(?!\d)"
)
_TIME = re.compile(r"(?<!\d)\d{1,2}[:.h]\d\d(?!\d)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}[./-]\d{1,2}[./-]\d{2}(?!\d)")
_ADDRESS = re.compile(r"[<(\[]?[^\s<>()@]{1,100}@[^\s<>()@]{1,200}[>)\]]?")
_BRACKETED = re.compile(r"[<(][^\s<>()@]{1,100}@[^\s<>()@]{1,200}[>)]")
_LABEL = re.compile(r"[\s*_]{0,6}([^\W\d_][^:：*\n]{0,24}?)[*_]{0,2}\s{0,3}[:：][*_]{0,2}(?:\s|$)")
_SEPARATOR = re.compile(r"\s{0,40}[-_=—–*#]{3,200}(?:[^-_=—–\n]{0,60}[-_=—–*#]{2,200})?\s*\Z")
_ORIGINAL = re.compile(rf"(?:{phrases.ORIGINAL_MESSAGE})\s{{0,5}}(:?)", re.I)
_REPLY_ABOVE = re.compile(phrases.REPLY_ABOVE, re.I)
_SENT_FROM = re.compile(rf"\W{{0,4}}(?:{phrases.SENT_FROM})(?!\w)", re.I)
_FOOTER = re.compile(r"\s{0,4}[_-]{30,200}\s*\Z")
_WORDS = re.compile(r"[^\W_]+")
_RULE = "-_=—–* \t\xa0"
_GROUP = {
    label: group
    for group, labels in (
        ("to", phrases.TO),
        ("from", phrases.FROM),
        ("date", phrases.DATE),
        ("sent", phrases.SENT),
        ("subject", phrases.SUBJECT),
    )
    for label in labels.split("|")
}


@dataclass(slots=True)
class _Line:
    text: str
    offset: int
    quoted: bool
    blank: bool
    introduction: int | None = None  # what was found out about it, so that no line is examined twice
    starts_history: bool | None = None


def quote_start(text: str, history: tuple[int, ...] = (), signatures: tuple[int, ...] = ()) -> int:
    """The offset in `text` where the history or signature at its end begins; len(text) when there is none.

    `history` and `signatures` are offsets where the HTML's markup says that these begin.
    """
    lines = _lines(text)
    tail, _ = _walk(lines, _marked_lines(lines, history), _marked_lines(lines, signatures))
    return len(text) if tail is None else lines[tail].offset


def new_words(text: str) -> str:
    """What the sender wrote in `text`: without quoted lines and the lines that introduce them.

    Give it the text before `quote_start`. For summaries and measurements; people are shown the whole text.
    """
    lines = _lines(text)
    _, foreign = _walk(lines)
    return "\n".join(line.text for number, line in enumerate(lines) if number not in foreign).strip()


def start_by_words(text: str, html_text: str, history: tuple[int, ...]) -> int:
    """The offset in plain `text` that stands for the first mark in the HTML form of the same mail, or len(text).

    Both forms say the same words: as many words into the plain form the history begins there too, if the words agree.
    """
    for mark in history[:5]:
        wanted = _WORDS.findall(html_text[:mark][-200_000:])
        if not wanted:
            continue
        found = list(zip(range(len(wanted) + 1), _WORDS.finditer(text), strict=False))
        if len(found) <= len(wanted) or [match[0] for _, match in found[:-1]][-20:] != wanted[-20:]:
            continue
        start = found[-1][1].start()
        return text.rfind("\n", 0, start) + 1
    return len(text)


def _lines(text: str) -> list[_Line]:
    if text.count("\n") > MAX_LINES:
        return [_Line(text, 0, False, False)]
    found: list[_Line] = []
    offset = 0
    for piece in text.split("\n"):
        found.append(_Line(piece, offset, bool(_QUOTED.match(piece)), not piece or piece.isspace()))
        offset += len(piece) + 1
    return found


def _marked_lines(lines: list[_Line], history: tuple[int, ...]) -> frozenset[int]:
    """The first line with text at or behind each offset."""
    offsets = [line.offset for line in lines]
    marked = set()
    for mark in history:
        number = max(0, bisect_right(offsets, mark) - 1)
        if lines[number].offset < mark and lines[number].text[: mark - lines[number].offset].strip():
            number += 1
        number = _next_text(lines, number)
        if number < len(lines):
            marked.add(number)
    return frozenset(marked)


def _walk(
    lines: list[_Line], history: frozenset[int] = frozenset(), signed: frozenset[int] = frozenset()
) -> tuple[int | None, set[int]]:
    """The line where the closing block begins, None without one, and the lines that are not the sender's."""
    tail: int | None = None
    own = False
    foreign: set[int] = set()
    number = 0
    while number < len(lines):
        line = lines[number]
        end = number + 1
        if line.blank:
            pass
        elif line.quoted:
            tail = number if tail is None else tail
            foreign.add(number)
        elif own and (number in history or _history_starts(lines, number)):
            foreign.update(range(number, len(lines)))
            return (_before_separators(lines, number) if tail is None else tail), foreign
        elif (header_end := _reply_header(lines, number)) and (own or _quoted_at(lines, header_end)):
            if own and not _quoted_at(lines, header_end):
                foreign.update(range(number, len(lines)))
                return (number if tail is None else tail), foreign
            end = header_end
            tail = number if tail is None else tail
            foreign.update(range(number, end))
        elif own and (
            signature_end := _signature(lines, number, marked=number in signed, after_history=tail is not None)
        ):
            end = signature_end
            tail = number if tail is None else tail
        elif _spilled(lines, number):
            foreign.add(number)
        else:
            own, tail = True, None
        number = end
    return (tail if own else None), foreign


def _next_text(lines: list[_Line], number: int) -> int:
    while number < len(lines) and lines[number].blank:
        number += 1
    return number


def _quoted_at(lines: list[_Line], number: int) -> bool:
    """True when the next line with text is quoted. Looks a few lines ahead."""
    for line in lines[number : number + 5]:
        if not line.blank:
            return line.quoted
    return False


def _reply_header(lines: list[_Line], number: int) -> int:
    """Where the introduction of a quotation ("On ... wrote:") that begins here ends; 0 when none begins here."""
    line = lines[number]
    if line.introduction is None:
        line.introduction = _introduction_end(lines, number)
    return line.introduction


def _introduction_end(lines: list[_Line], number: int) -> int:
    first = lines[number].text
    if _original_message(first) and _quoted_at(lines, number + 1):
        return number + 1
    begins = bool(_ON.match(first))
    for end in range(number + 1, min(number + MAX_HEADER_LINES, len(lines)) + 1):
        last = lines[end - 1]
        if last.blank or last.quoted or len(last.text) > 500:
            return 0
        stripped = last.text.translate(_INVISIBLE).rstrip(" \t\xa0*_>")
        colon = stripped.endswith((":", "："))
        if colon or (begins and _quoted_at(lines, end)):
            joined = " ".join(line.text.strip() for line in lines[number:end])
            colon = colon and joined.count("(") <= joined.count(")")
            if _sentence_before(lines, number, end):
                return 0
            if _introduces(joined, colon=colon, begins=begins, quoted=_quoted_at(lines, end)):
                return end
        if colon or not (begins or "@" in last.text or _wrapped_at(first)):
            return 0
    return 0


def _wrapped_at(text: str) -> bool:
    """True for a line as long as lines are that programs wrap, with a date in it."""
    return len(text) >= 30 and bool(_DATE.search(text))


def _sentence_before(lines: list[_Line], number: int, end: int) -> bool:
    """True when the first line is the sender's own and only the next one introduces the quotation."""
    first = lines[number].text.strip()
    words = first.split(maxsplit=1)
    if end - number < 2 or not words:
        return False
    ended = first.endswith((".", "!", "?", ",")) and not _DATE.search(first) and not _ADDRESS.search(first)
    again = any(line.text.strip().startswith(words[0] + " ") for line in lines[number + 1 : end])
    return ended or again


def _introduces(text: str, *, colon: bool, begins: bool, quoted: bool) -> bool:
    if len(text) > 600:
        return False
    wrote = bool(_WROTE.search(text))
    address = "@" in text and bool(_ADDRESS.search(text))
    date = bool(_DATE.search(text))
    if not colon:
        return wrote and date and begins
    # In a language that we do not know: nobody else puts an address in brackets, a date and a time before a colon.
    if _BRACKETED.search(text) and _YEAR.search(text) and _TIME.search(text):
        return len(text) < 300
    # With no address, time of day or quotation mark it could be the sender's own "In 2024 the mayor wrote:".
    if wrote and date and (address or quoted or (begins and _TIME.search(text))):
        return True
    if wrote and quoted and len(text) < 200:
        return True
    if address and _YEAR.search(text) and (begins or quoted):
        return len(text) < 300
    return wrote and address and text.rstrip(" :*_").endswith((">", ")", "]")) and len(text) < 200


def _history_starts(lines: list[_Line], number: int) -> bool:
    """True when the whole earlier message begins here: its header block, or a line that says so."""
    line = lines[number]
    if line.starts_history is None:
        if len(line.text) > 300:
            line.starts_history = False
        elif _original_message(line.text):
            line.starts_history = not _quoted_at(lines, number + 1)
        else:
            above = len(line.text) < 200 and bool(_REPLY_ABOVE.search(line.text))
            line.starts_history = above or _header_block(lines, number)
    return line.starts_history


def _original_message(text: str) -> bool:
    """True for a line such as "-----Original Message-----" or "Begin forwarded message:"."""
    if len(text) > 300:
        return False
    core = text.strip(_RULE)
    match = _ORIGINAL.fullmatch(core) if len(core) <= 100 else None
    return match is not None and (bool(match[1]) or text.strip("*_ \t\xa0")[:2].strip(_RULE) == "")


def _header_block(lines: list[_Line], number: int) -> bool:
    if ":" not in lines[number].text[:40] and "：" not in lines[number].text[:40]:
        return False
    if not _label(lines[number].text):
        return False
    groups: set[str] = set()
    address = False
    for line in lines[number : number + 12]:
        if line.blank:
            continue
        group = _label(line.text)
        groups.add(group)
        address = address or (group == "from" and "@" in line.text)
    # "From: Lviv, To: Kyiv, Date: 5 May" asks for transport: a mail was sent, or has a subject or a sender's address.
    return "from" in groups and len(groups - {""}) >= 3 and (bool(groups & {"subject", "sent"}) or address)


def _label(text: str) -> str:
    match = _LABEL.match(text)
    return _GROUP.get(match[1].strip().lower(), "") if match else ""


def _before_separators(lines: list[_Line], number: int) -> int:
    """The start of a history with the dashes and empty lines above it."""
    first = number
    for before in range(number - 1, max(-1, number - 4), -1):
        if not lines[before].blank:
            if len(lines[before].text) > 300 or not _SEPARATOR.match(lines[before].text):
                break
            first = before
    return first


def _signature(lines: list[_Line], number: int, *, marked: bool, after_history: bool) -> int:
    """Where the signature that begins here ends; 0 when none begins here (RFC 3676, 4.3, and what phones add)."""
    text = lines[number].text
    delimiter = marked or (len(text) <= 10 and text.strip() in ("--", "—", "–"))
    sent_from = len(text) <= 70 and "," not in text and bool(_SENT_FROM.match(text))
    footer = len(text) <= 210 and bool(_FOOTER.match(text)) and (after_history or _names_a_list(lines, number + 1))
    if not (delimiter or sent_from or footer):
        return 0
    limit = MAX_SIGNATURE_LINES if delimiter else 3 if sent_from else 10
    end = number + 1
    seen = 0
    while end < len(lines):
        line = lines[end]
        if line.quoted or (not line.blank and (_history_starts(lines, end) or _reply_header(lines, end))):
            break
        seen += not line.blank
        if seen > limit:
            return 0 if delimiter or footer else number + 1
        end += 1
    return end


def _names_a_list(lines: list[_Line], number: int) -> bool:
    """True when a link stands below, as mailing lists put it under every mail."""
    return any("://" in line.text[:500] for line in lines[number : number + 6])


def _spilled(lines: list[_Line], number: int) -> bool:
    """True for the end of a quoted line that a mail program wrapped without marking it."""
    return (
        0 < number < len(lines) - 1
        and lines[number - 1].quoted
        and lines[number + 1].quoted
        and len(lines[number].text) <= 25
        and len(lines[number - 1].text) >= 55
    )
