"""HTML to readable text, with the places where mail programs put the quoted history.

Only for reading: nothing that comes from here is shown as HTML. One pass, linear in the input, for markup as broken as
mail brings it; a full parser would build a tree of a hundred thousand nested elements before it could refuse it.
"""

import html
import re
from dataclasses import dataclass

MAX_TAG = 50_000  # characters; what follows a "<" without an end is not a tag
MAX_QUOTE_DEPTH = 8


@dataclass(frozen=True, kw_only=True)
class HtmlText:
    """`text` of a page; `history` holds the offsets in it where markup says that quoted history begins."""

    text: str
    history: tuple[int, ...]
    signatures: tuple[int, ...]  # likewise for signatures
    pictures: frozenset[str]  # content ids that the page uses, without "cid:"
    depth: int  # how deep its blocks are nested


def to_text(source: str) -> HtmlText:
    """The text of `source` as a person reads it. Quoted blocks get "> " before each line, like in plain text."""
    writer = _Writer()
    ends = _Ends(source)
    last_end = source.rfind(">")  # what opens behind it has no end
    written = position = 0
    while (opening := _OPENING.search(source, position, last_end)) is not None:
        start = opening.start()
        if start > written:
            writer.write(source[written:start])
            written = start
        end = _markup(source, opening, writer, ends)
        if end < 0:
            position = start + 1  # a letter like others: written with what follows
        else:
            written = position = end
    writer.write(source[written:])
    return writer.finish()


def charset_in(raw: bytes) -> str:
    """The character set that an HTML part names in itself, or ""."""
    match = _META_CHARSET.search(raw[:4_000])
    return match[1].decode("ascii", "replace") if match else ""


def text_as_html(text: str) -> str:
    """Plain text as a fragment of HTML."""
    return "<div>" + html.escape(text).replace("\n", "<br>\n") + "</div>"


_META_CHARSET = re.compile(rb"<meta[^>]{1,300}charset\s{0,5}=\s{0,5}[\"']?([A-Za-z0-9._:-]{1,40})", re.I)
_OPENING = re.compile(r"<(?:(/?)([a-zA-Z][a-zA-Z0-9:_-]{0,30})|[!?])")
_ATTRIBUTE = re.compile(r"""([a-zA-Z_:][-a-zA-Z0-9_:.]{0,40})\s{0,20}=\s{0,20}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_HUGE_REFERENCE = re.compile(r"&#(?:[xX][0-9a-fA-F]{7,}|[0-9]{8,});?")
_SPACE = re.compile(r"[ \t\r\n\f\xa0]+")
_SILENT = {name: re.compile(rf"</{name}\b", re.I) for name in ("script", "style", "title", "template", "noscript")}
_SILENT["head"] = re.compile(r"</head\b|<body\b", re.I)
_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "pre", "hr"})
_LINES = frozenset(
    {"div", "tr", "li", "dt", "dd", "section", "article", "header", "footer", "form", "center", "address", "fieldset"}
)
_CELLS = frozenset({"td", "th"})
_NESTING = frozenset({"div", "blockquote", "table", "span", "section", "article", "center", "ul", "ol", "pre", "font"})
_INTERESTING = frozenset({"div", "blockquote", "a", "img", "hr", "table", "span", "body", "p", "td"})
_HISTORY_MARKS = re.compile(
    r"""\b(?:gmail_quote|gmail_quote_container|gmail_extra_quote|yahoo_quoted|yahooquoted|protonmail_quote|tutanota_quote|
    moz-cite-prefix|moz-forward-container|OutlookMessageHeader|mailcontainerquote|quoted-mail|zmail_extra|zm_quote|
    mail-quote-collapse|replyforwardmessage|divRplyFwdMsg|appendonsend|stopSpelling|OLK_SRC_BODY_SECTION|reply-intro|
    mailbird_quote|ms-outlook-mobile-reference-message|isForwardContent|mail_quote_header|x_gmail_quote|x_divRplyFwdMsg|
    x_appendonsend|spark_quote|front-quote|airmail_on|bloop_original_html|elementToProof_quote|pm_quote|cremed|
    signatureSeparatorQuote|yiv\d{1,12}yqt|qt_quote|WM_COMPOSE_QUOTE|_origin_body_wrap|moz-email-headers-table)\b""",
    re.X | re.I,
)
_SIGNATURE_MARKS = re.compile(
    r"\b(?:gmail_signature|moz-signature|ms-outlook-mobile-signature|protonmail_signature_block|applemailsignature|mail-signature|"
    r"x_signature|zm-signature|tutanota_signature|yahoo_signature|email-signature|signature)\b",
    re.I,
)
# Outlook's message header: a line above it, in one of the two colours it has used, on a block that has nothing else.
_OUTLOOK_RULE = re.compile(
    r"border:\s?none;\s?border-top:\s?solid #(?:B5C4DF|E1E1E1) 1\.0pt;\s?padding:\s?3\.0pt 0", re.I
)


class _Ends:
    """Where marks next occur in a text. Each stretch is searched once, however often it is asked about."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.known: dict[str, int] = {}

    def after(self, mark: str, position: int) -> int:
        """The offset of the first `mark` at or behind `position`, -1 when there is none. Positions must not go back."""
        found = self.known.get(mark, 0)
        if 0 <= found < position or mark not in self.known:
            found = self.known[mark] = self.source.find(mark, position)
        return found

    def closing(self, name: str, position: int) -> re.Match[str] | None:
        """The end of an element whose content is not text."""
        if self.known.get(name, 0) < 0:
            return None
        match = _SILENT[name].search(self.source, position)
        self.known[name] = match.start() if match else -1
        return match


class _Writer:
    def __init__(self) -> None:
        self.out: list[str] = []
        self.length = 0
        self.breaks = 2  # line ends at the end of what was written; the start counts as a paragraph
        self.space = False
        self.preformatted = 0
        self.quotes = 0
        self.history: list[int] = []
        self.signatures: list[int] = []
        self.open_blocks = 0
        self.depth = 0
        self.pictures: set[str] = set()

    def write(self, text: str) -> None:
        if "&" in text:
            text = html.unescape(_HUGE_REFERENCE.sub("\ufffd", text))
        if self.preformatted:
            for position, line in enumerate(text.replace("\r\n", "\n").split("\n")):
                if position:
                    self.line_break(force=True)
                if line:
                    self._emit(line)
            return
        words = _SPACE.sub(" ", text)
        if words in ("", " "):
            self.space = self.space or words == " "
            return
        if self.space and not self.breaks and words[0] != " ":
            words = " " + words
        self.space = words[-1] == " "
        words = words.rstrip(" ")
        self._emit(words.lstrip(" ") if self.breaks else words)

    def line_break(self, *, count: int = 1, force: bool = False) -> None:
        """End the line; `count` 2 leaves an empty line. Without `force` no more than `count` line ends are made."""
        missing = 1 if force and self.breaks < 3 else count - self.breaks
        for _ in range(missing):
            prefix = "> " * min(self.quotes, MAX_QUOTE_DEPTH)
            self._append(f"{prefix.rstrip()}\n" if self.breaks and prefix else "\n")
            self.breaks += 1
        self.space = False

    def mark(self, marks: list[int]) -> None:
        if len(marks) < 1_000:
            marks.append(self.length)

    def blockquote(self, *, closing: bool) -> None:
        if closing:
            self.quotes = max(0, self.quotes - 1)
        self.line_break(count=2)
        if not closing:
            self.quotes += 1

    def nest(self, step: int) -> None:
        self.open_blocks = max(0, self.open_blocks + step)
        self.depth = max(self.depth, self.open_blocks)

    def finish(self) -> HtmlText:
        return HtmlText(
            text="".join(self.out),
            history=tuple(self.history),
            signatures=tuple(self.signatures),
            pictures=frozenset(self.pictures),
            depth=self.depth,
        )

    def _emit(self, text: str) -> None:
        if self.breaks and self.quotes:
            self._append("> " * min(self.quotes, MAX_QUOTE_DEPTH))
        self.breaks = 0
        self._append(text)

    def _append(self, text: str) -> None:
        self.out.append(text)
        self.length += len(text)


def _markup(source: str, opening: re.Match[str], writer: _Writer, ends: _Ends) -> int:
    """Handle the markup that `opening` begins; returns where it ends, -1 when it is none."""
    start, end = opening.span()
    if opening[2] is None:
        return _declaration_end(source, start, ends)
    name, closing, attributes = opening[2].lower(), opening[1] == "/", ""
    if source.startswith(">", end):
        end += 1
    else:
        name_end, end = end, _tag_end(source, start, ends)
        if end < 0:
            return -1
        attributes = source[name_end : end - 1]
    if not closing and name in _SILENT:
        stop = ends.closing(name, end)
        if stop:
            return stop.start() if name == "head" else max(stop.end(), ends.after(">", stop.end()) + 1)
    if attributes and not closing and name in _INTERESTING:
        _attributes(name, attributes, writer)
    _tag(name, closing, writer)
    return end


def _declaration_end(source: str, start: int, ends: _Ends) -> int:
    """The offset behind a comment, a declaration or an instruction; -1 when it has no end."""
    if source.startswith("<!--", start):
        end = ends.after("-->", start + 2)
        if end >= 0:
            return end + 3
    end = ends.after(">", start)
    return end + 1 if end >= 0 else -1


def _tag_end(source: str, start: int, ends: _Ends) -> int:
    """The offset behind the tag at `start`, -1 when it has no end. A ">" inside a quoted value does not end it."""
    first = end = ends.after(">", start)
    if end < 0 or end - start > MAX_TAG:
        return -1
    for _ in range(5):
        tag = source[start:end]
        if not (tag.count('"') % 2 or (tag.count("'") % 2 and '"' not in tag)):
            return end + 1
        end = source.find(">", end + 1, start + MAX_TAG)
        if end < 0:
            break
    return first + 1


def _tag(name: str, closing: bool, writer: _Writer) -> None:
    if name in _CELLS:
        writer.space = writer.space or not closing
        return
    if name in _NESTING:
        writer.nest(-1 if closing else 1)
    if name in _LINES:
        writer.line_break()
        if name == "li" and not closing:
            writer.write("- ")
            writer.space = True
    elif name in _PARAGRAPHS:
        writer.line_break(count=2)
        if name == "pre":
            writer.preformatted = max(0, writer.preformatted + (-1 if closing else 1))
    elif name == "br":
        writer.line_break(force=True)
    elif name == "blockquote":
        writer.blockquote(closing=closing)


def _attributes(name: str, attributes: str, writer: _Writer) -> None:
    values = {
        match[1].lower(): match[2] or match[3] or match[4] or "" for match in _ATTRIBUTE.finditer(attributes[:5_000])
    }
    source = values.get("src", "") or values.get("background", "")
    if source[:4].lower() == "cid:" and len(writer.pictures) < 1_000:
        writer.pictures.add(html.unescape(source[4:2_000]).strip())
    marks = f"{values.get('class', '')} {values.get('id', '')}"[:1_000]
    if marks != " " and _HISTORY_MARKS.search(marks):
        # Gmail calls a signature's or a forward's wrapper gmail_extra, and puts answers outside gmail_quote.
        if name != "blockquote":
            writer.mark(writer.history)
    elif name in ("div", "p") and "border-top" in attributes and _OUTLOOK_RULE.search(values.get("style", "")):
        writer.mark(writer.history)
    elif marks != " " and _SIGNATURE_MARKS.search(marks):
        writer.mark(writer.signatures)
