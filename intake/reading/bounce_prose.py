"""Bounces that are told in words alone: by whom, whose address, which status, and the mail that came back.

Many servers still write no report, and many reports say less than the words beside them.
"""

import re
from collections.abc import Callable, Iterator

from intake.reading import bounce_phrases
from intake.reading.addresses import address_in
from intake.reading.charsets import decode, storable
from intake.reading.headers import Headers, split_message, start_of_header
from intake.reading.parts import Part

MAX_TEXT = 30_000  # characters of prose that are searched
MAX_LINES = 500
MAX_OPENING = 5_000  # characters in which a server says what it writes about
MAX_RETURNED = 200_000
COPY_TYPES = (
    "message/rfc822",
    "message/global",
    "text/rfc822-headers",
    "message/rfc822-headers",
    "message/global-headers",
)


def by_server(headers: Headers, sender: str) -> bool:
    """True when a mail server wrote the mail, or nobody who would want to be told that his own mail failed."""
    local, written = sender.partition("@")[0], headers.text("from")[:200]
    named = _SERVER.match(local or written) or _SERVER_NAME.search(written) or _PERHAPS_SERVER.match(local)
    return bool(named) or _nobody(headers, sender) or _machine(headers)


def undelivered(headers: Headers, sender: str, subject: str, text: str) -> bool:
    """True when a mail without a report is a bounce: a server wrote it, and it speaks of failure. The surer it is that
    no person bears the name, the fewer words it takes."""
    if not by_server(headers, sender):
        return False
    opening = text[:MAX_OPENING]
    local, written = sender.partition("@")[0], headers.text("from")[:200]
    program, server = _PROGRAM.search(local or written), _SERVER.match(local or written)
    subject_says = _says(_SUBJECT.match, subject[:500])
    if subject_says and (program or server):
        return True
    nobody = _nobody(headers, sender)
    coded = bool(_STATUS.search(opening) or _REPLY_CODE.search(opening))
    body_says = _says(_FAILURE.search, opening)
    if program:
        told = body_says or coded or _says(_FAILURE.search, subject[:500])
        return told or (nobody and bool(_ADDRESS.search(opening)))
    if server:
        return (body_says or coded) and (nobody or local != "postmaster")
    if nobody and not subject_says:
        return body_says and (coded or bool(_SERVER_NAME.search(written))) and not headers.first("in-reply-to")
    if nobody or _machine(headers) or _SERVER_NAME.search(written):
        return subject_says and (body_says or (nobody and (coded or not sender)))
    return subject_says and body_says and coded


def words_of_server(leaves: list[Part], text: str) -> str:
    """What the server says itself, before the copy of the mail that it returns."""
    if not text.strip():
        plain = next((part for part in leaves if part.type.startswith("text/")), None)
        text = storable(decode(plain.content()[:MAX_TEXT], plain.parameters.get("charset", ""))[0]) if plain else ""
    text = text[:MAX_TEXT]
    address = _ADDRESS.search(text)
    match = _COPY.search(text.lower(), max(40, address.end())) if address else None
    return text[: match.start()] if match else text


def recipients(words: str, ours: set[str]) -> list[str]:
    """The addresses that the server complains about, by the best evidence that there is: those that begin a line or
    stand behind a label, else those of its talk with the other server, of a To line, beside words of failure, or the
    first of all. `ours` are addresses of the sender."""
    lines = [line[:1_000] for line in words.split("\n")[:MAX_LINES]]
    told = [line for line in lines if not _OTHER_FIELD.match(line)]
    evidence = (
        _matches(_OWN_LINE, told),
        _matches(_IN_TALK, told),
        _matches(_TO_LINE, told),
        _in_failures(told),
        (address for line in told for address in _addresses(line)),
    )
    for number, found in enumerate(evidence):
        kept = [address for address in found if address not in ours and not _SERVER.match(address)]
        if kept:
            return list(dict.fromkeys(kept))[: 10 if number < 3 else 1]
    return []


def status_in(words: str, like: str = "") -> str:
    """The first enhanced status code (RFC 3463) of a failure in `words`, "" when none is told. With `like`, only one of
    the same class that says more than that class."""
    codes = (match[1] for match in _STATUS.finditer(words) if match[1][0] in "45")
    if like:
        codes = (code for code in codes if code[0] == like[0] and not code.endswith(".0.0"))
        return next(codes, like)
    codes_found = list(zip(codes, range(50), strict=False))
    precise = (code for code, _ in codes_found if not code.endswith(".0.0"))
    return next(precise, codes_found[0][0] if codes_found else "")


def passing(words: str) -> bool:
    """True when the words, which hold no status code, tell that the server tries on or that the cause may pass."""
    code = _REPLY_CODE.search(words)
    return code[1][0] == "4" if code else _says(_PASSING.search, words)


def trying(words: str) -> bool:
    """True when the words tell that the server has not given up."""
    return _says(_TRYING.search, words)


def diagnostic(words: str) -> str:
    """The line that says best why: one with a code of the other server, or else one with words of failure."""
    lines = [line[:500] for line in words.split("\n")[:MAX_LINES]]
    for pattern in (_STATUS, _REPLY_CODE):
        found = next((line for line in lines if pattern.search(line)), "")
        if found:
            return found
    return next((line for line in lines if _says(_FAILURE.search, line)), "")


def returned_header(leaves: list[Part], text: str) -> Headers:
    """The header of the returned mail: an attached copy, or one inside the text."""
    for part in leaves:
        if part.type in COPY_TYPES:
            content = part.content().lstrip()
            return split_message(content, start_of_header(content[:10_000]))[0]
    text = text[:MAX_RETURNED]
    match = _RETURNED.search(text)
    header = Headers()
    if match:
        header = split_message(text[match.start() : match.start() + 50_000].lstrip().encode("utf-8", "replace"))[0]
    if header.first("message-id"):
        return header
    match = _RETURNED_ID.search(text)
    return split_message(match[0].strip().encode("utf-8", "replace"))[0] if match else header


def _pattern(phrases: str, before: str = "") -> re.Pattern[str]:
    """One pattern of `phrases`, for text in small letters: that is several times faster than to ignore the case."""
    return re.compile(before + "(?:" + phrases.replace(" ?", r"\s?").replace(" ", r"\s{1,3}") + ")", re.M)


_SUBJECT = _pattern(bounce_phrases.SUBJECT, r"\W{0,3}(?:(?:re|aw)\s?:\s?)?")
_FAILURE = _pattern(bounce_phrases.FAILURE + "|^action: ?(?:failed|delayed)")
_TRYING = _pattern(bounce_phrases.TRYING)
_PASSING = _pattern(bounce_phrases.PASSING)
_COPY = _pattern(bounce_phrases.COPY, r"^[\s>]{0,3}")
# RFC 3463: class, subject 0 to 7, detail. Versions of programs look alike, but stand behind a letter or count higher.
_STATUS = re.compile(r"(?<![\w.])([245]\.[0-7]\.\d{1,3})(?!\w|\.\d)")
_REPLY_CODE = re.compile(r"(?<![\w.:/-])([45][0-5]\d)(?=[ -](?![\d/:])|[,;:)\]](?!\d)|\.\s|$)", re.M)
_ADDRESS = re.compile(r"[^\s<>\"',;:()\[\]\\@=]{1,100}@[^\s<>\"',;:()\[\]\\@=]{1,200}")
# No person bears these names.
_PROGRAM = re.compile(r"\b(?:mailer[-_.]?daemon|mail[-_.]?daemon|mdaemon\b|microsoftexchange[0-9a-f]{32}|mmdf\b)", re.I)
_SERVER = re.compile(
    r"(?:mailer-?daemon|mail-?daemon|mdaemon|post[-_.]?master|postoffice|mail-?system|mailer|mail-delivery|"
    r"mail\.?delivery\.?(?:sub)?system|mmdf|bounces?|sysadmin|mailadmin|mail-?gateway|microsoftexchange[0-9a-f]{32})\b",
    re.I,
)
# A person may bear these.
_PERHAPS_SERVER = re.compile(
    r"(?:(?:system[-_.]?)?administrator|daemon|smtp|mta|exchange|internet-?mail|mail-?master|root|uucp|listserv)\b",
    re.I,
)
_SERVER_NAME = re.compile(
    r"mail\s?deliver|mailer-?daemon|mail\s?administrator|delivery\ssubsystem|post\s?master|mail\ssystem|mail\srouter|"
    r"system\sadministrator|mail\sserver|interscan|microsoft\s(?:exchange|outlook)\b",
    re.I,
)
_OTHER_FIELD = re.compile(
    r"[\s>*-]{0,6}(?:message-?id|references|in-reply-to|from|sender|mail\sfrom|return-path|reply-to|date|received|by|"
    r"with|subject|reporting-mta|remote-mta|please|contact|https?)\b\s{0,3}:",
    re.I,
)
_LABELS = (
    r"(?:final|original|failed|bad|invalid)?[\s-]?recipient(?:\(s\)|s)?(?:\saddress)?|addressed\sto|unknown\s(?:user|recipient)|"
    r"receiver\snot\sfound|rejected\srecipient|(?:status:\serror,\s)?address|user|e-?mail|mailbox[^:]{0,40}|"
    r"delivered\sto|undeliverable\sto|failed\s(?:to|for)|delivery\sto|error\sdelivering[^:<]{0,40}\sto|"
    r"empfänger(?:adresse)?|destinataires?|destinatario|adresat|odbiorca|одержувач|отримувач|получатель|адресат|saņēmējs|"
    r"an|à|para|кому|rfc822"
)
_OWN_LINE = re.compile(
    rf"[\s*>\[(-]{{0,8}}(?:(?:{_LABELS})\s{{0,3}}[:;]?\s{{0,3}})?(?:rfc822\s?;\s?)?[\"'“«(<\[]{{0,3}}"
    r"(?P<address>[^\s<>:;,@()\[\]\"'“«]{1,100}@[^\s<>:;,()\[\]\"'”»]{3,200})",
    re.I,
)
_IN_TALK = re.compile(
    r".{0,200}?(?:rcpt\sto|recipient|delivered\sto|deliver\S{0,3}\s(?:[^<@]{0,40}\s)?to|mail\sto|user|address)\s?:?\s?[\"'(<]"
    r"(?P<address>[^\s<>:;,@()\"']{1,100}@[^\s<>:;,()\"']{3,200})[\"')>]",
    re.I,
)
_TO_LINE = re.compile(
    r"[\s*>-]{0,8}to\s{0,3}:\s{0,3}[\"'<]?(?P<address>[^\s<>:;,@()\"']{1,100}@[^\s<>:;,()\"']{3,200})", re.I
)
_RETURNED = re.compile(r"^(?:Received|Return-Path|Message-ID|From|Date|DKIM-Signature|Subject): ", re.I | re.M)
_RETURNED_ID = re.compile(r"^[ \t>]{0,6}Message-ID:\s{0,3}<[^<>\s]{3,900}>", re.I | re.M)


def _nobody(headers: Headers, sender: str) -> bool:
    """True for a mail that no answer may go to (RFC 5321, 4.5.5)."""
    return not sender or headers.first("return-path").replace(" ", "") == "<>"


def _machine(headers: Headers) -> bool:
    return headers.first("auto-submitted").lower() not in ("", "no") or headers.first("precedence") != ""


def _says(ask: Callable[[str], re.Match[str] | None], text: str) -> bool:
    return ask(text.lower().replace("\u2019", "'")) is not None


def _matches(pattern: re.Pattern[str], lines: list[str]) -> Iterator[str]:
    for line in lines:
        match = pattern.match(line[:500])
        address = address_in(match["address"]) if match else ""
        if address:
            yield address


def _in_failures(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if "@" in line and (_REPLY_CODE.search(line) or _says(_FAILURE.search, line)):
            yield from _addresses(line)


def _addresses(line: str) -> list[str]:
    return [address for address in map(address_in, _ADDRESS.findall(line)[:5]) if address]
