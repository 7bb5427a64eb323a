"""Which parts are the text of a mail and which are files; the text itself, plain and HTML.

The choice follows the algorithm of RFC 8621, 4.1.4 (JMAP), which mail programs share: parts inside an alternative are
two forms of one text, everything else shown inline is joined in its order.
"""

import re
from dataclasses import dataclass, field

from intake.reading.charsets import decode, known, storable
from intake.reading.htmltext import charset_in, text_as_html, to_text
from intake.reading.parts import Part

MAX_TEXT = 10_000_000  # characters
MAX_HTML = 5_000_000  # characters that are read as text
MAX_HTML_DEPTH = 2_000  # nested blocks; building a tree of more costs a sanitiser or a browser the square of it
MAX_HTML_TAGS = 100_000
MAX_HTML_STRAYS = 50_000  # "<" and "&" that begin nothing; each is an error that a sanitiser stops at


@dataclass(kw_only=True)
class Choice:
    """The parts that make up the plain text, the HTML, and the files."""

    plain: list[Part] = field(default_factory=list)
    html: list[Part] = field(default_factory=list)
    files: list[Part] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Body:
    """The readable text; the HTML or ""; where the HTML says that history begins: as offsets in `text`, or, with
    `history_in_html`, in `html_text` when the text is a plain form of its own."""

    text: str
    html: str
    history: tuple[int, ...]
    signatures: tuple[int, ...]  # like `history`
    history_in_html: bool
    html_text: str
    pictures: frozenset[str]
    defects: frozenset[str]


def choose(root: Part) -> Choice:
    """Sort the parts below `root` into text, HTML and files."""
    choice = Choice()
    _sort([root], "mixed", choice.plain, choice.html, choice)
    return choice


def body(choice: Choice) -> Body:
    """Read the chosen parts. A plain form without words gives way to the HTML."""
    defects: set[str] = set()
    html_texts = {id(part): _text_of(part, defects) for part in choice.html}
    has_html = any(part.type == "text/html" for part in choice.html)
    source = _html_of(choice.html, html_texts) if has_html else ""
    page = to_text(source[:MAX_HTML])
    plain_parts = [part for part in choice.plain if part.type != "text/html"]
    plain = [html_texts.get(id(part)) or _text_of(part, defects) for part in plain_parts]
    text = _joined(plain)
    if has_html and (_is_placeholder(text, page.text) or any(part.type == "text/html" for part in choice.plain)):
        history_in_html = False
        text, shift = _trimmed(page.text)
        history, signatures = (
            tuple(max(0, min(len(text), offset - shift)) for offset in offsets)
            for offsets in (page.history, page.signatures)
        )
    else:
        history_in_html = True
        text, _ = _trimmed(text)
        history, signatures = page.history, page.signatures
    if page.depth > MAX_HTML_DEPTH:
        source = ""
        defects.add("html-too-deep")
    elif _too_heavy(source):
        source = ""
        defects.add("html-too-heavy")
    if len(text) > MAX_TEXT or len(source) > MAX_HTML:
        defects.add("text-too-long")
    return Body(
        text=text[:MAX_TEXT],
        html=source,
        history=history,
        signatures=signatures,
        history_in_html=history_in_html,
        html_text=page.text,
        pictures=page.pictures,
        defects=frozenset(defects),
    )


_UNUSUAL_TEXT = frozenset(
    {"text/enriched", "text/richtext", "text/markdown", "text/x-markdown", "text/x-amp-html", "text/unknown"}
)
Form = list[Part] | None
_MEDIA = ("image/", "audio/", "video/")
_STRAY = re.compile(r"<(?![a-zA-Z/!?])|&(?!#[0-9]|#[xX][0-9a-fA-F]|[a-zA-Z]{2,10};)")
_FIXED_SIGNATURE = re.compile(r"-- ?\Z")


def _sort(parts: list[Part], parent: str, plain: Form, html: Form, choice: Choice, inside: bool = False) -> None:
    """One level of the algorithm. `plain` or `html` is None where an alternative above has fixed the other form;
    `inside` says that there is one. The depth of the tree is bounded where it is made, so this may call itself."""
    before_plain = len(plain) if plain is not None else -1
    before_html = len(html) if html is not None else -1
    for position, part in enumerate(parts):
        if part.children:
            kind = part.type.partition("/")[2]
            _sort(part.children, kind, plain, html, choice, inside or kind == "alternative")
        elif not _shown(part, position, parent):
            choice.files.append(part)
        elif parent == "alternative":
            _add_alternative(part, plain, html, choice)
        else:
            if inside and part.type == "text/html":
                plain = None
            elif inside and part.type == "text/plain":
                html = None
            _add(part, plain, html, choice)
    if parent == "alternative" and plain is not None and html is not None:
        if len(plain) == before_plain and len(html) > before_html:
            plain.extend(html[before_html:])
        elif len(html) == before_html and len(plain) > before_plain:
            html.extend(plain[before_plain:])


def _add_alternative(part: Part, plain: Form, html: Form, choice: Choice) -> None:
    if part.type == "text/html" and html is not None:
        html.append(part)
    elif part.type == "text/plain" and plain is not None:
        plain.append(part)
    else:
        choice.files.append(part)


def _add(part: Part, plain: Form, html: Form, choice: Choice) -> None:
    if part.type.startswith(_MEDIA):
        choice.files.append(part)
        return
    for target in (plain, html):
        if target is not None:
            target.append(part)


def _shown(part: Part, position: int, parent: str) -> bool:
    """True for a part that belongs to the text rather than to the files."""
    if part.disposition.startswith("attachment"):
        return False
    if part.type in _UNUSUAL_TEXT and not part.filename:
        return True
    media = part.type.startswith(_MEDIA)
    if part.type not in ("text/plain", "text/html") and not media:
        return False
    return position == 0 or (parent != "related" and (media or not part.filename))


def _text_of(part: Part, defects: set[str]) -> str:
    """The decoded, storable text of a part, with line feeds alone as line ends."""
    content = part.content()
    label = part.parameters.get("charset", "")
    if part.type == "text/html" and not label:
        label = charset_in(content)
    text, sure = decode(content, label)
    if not sure:
        defects.add("charset-guessed" if not label else "charset-repaired" if known(label) else "unknown-charset")
    text = storable(text.replace("\r\n", "\n").replace("\r", "\n"))
    if part.parameters.get("format", "").lower() == "flowed" and part.type != "text/html":
        return _unflowed(text, delete_space=part.parameters.get("delsp", "").lower() == "yes")
    return text


def _html_of(parts: list[Part], texts: dict[int, str]) -> str:
    pieces = (texts[id(part)] for part in parts)
    return "\n".join(
        piece if part.type == "text/html" else text_as_html(piece)
        for part, piece in zip(parts, pieces, strict=True)
        if piece.strip()
    )


def _is_placeholder(plain: str, page: str) -> bool:
    """True when the plain form is empty or only says that there is an HTML form."""
    words = len(plain.split())
    return words == 0 or (words < 30 and len(page[:50_000].split()) > 4 * words + 20)


def _too_heavy(source: str) -> bool:
    """True when a sanitiser would take seconds. The text is there, and so is the mail as it came."""
    marks = source.count("<")
    if marks + source.count("&") <= MAX_HTML_STRAYS:
        return False
    strays = sum(1 for _ in _STRAY.finditer(source))
    return marks > MAX_HTML_TAGS or strays > MAX_HTML_STRAYS


def _joined(texts: list[str]) -> str:
    return "\n\n".join(text.strip("\n") for text in texts if text.strip())


def _trimmed(text: str) -> tuple[str, int]:
    """`text` without empty lines around it, and how many characters went from its start."""
    kept = text.rstrip()
    first = len(kept) - len(kept.lstrip())
    first = kept.rfind("\n", 0, first) + 1
    return kept[first:], first


def _unflowed(text: str, *, delete_space: bool) -> str:
    """format=flowed text (RFC 3676) with its soft line ends joined; quoted lines keep their marks."""
    out: list[str] = []
    pieces: list[str] = []
    open_depth = -1  # quote depth of the line that is waiting for its continuation
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content[1:] if content.startswith(" ") else content
        if pieces and depth != open_depth:
            out.append("".join(pieces))
            pieces = []
        if not pieces and depth:
            pieces.append(">" * depth + " ")
        flows = content.endswith(" ") and not _FIXED_SIGNATURE.fullmatch(content)
        pieces.append(content[:-1] if flows and delete_space else content)
        open_depth = depth
        if not flows:
            out.append("".join(pieces))
            pieces = []
    if pieces:
        out.append("".join(pieces))
    return "\n".join(out)
