"""Mail that could not be delivered: whose address, which status, which of our mails.

First the machine-readable report (RFC 3464), then what the many servers without one write: their names, their
subjects, the field X-Failed-Recipients, and addresses beside words of failure.
"""

import re
from dataclasses import dataclass, replace

from intake.reading.addresses import address_in
from intake.reading.charsets import decode, one_line, storable
from intake.reading.headers import Headers, message_ids, split_message, start_of_header
from intake.reading.parts import Part

MAX_RECIPIENTS = 100
MAX_TEXT = 30_000  # characters of prose that are searched
MAX_DIAGNOSTIC = 1_000


@dataclass(frozen=True, kw_only=True)
class Bounce:
    """A failed or delayed delivery. `status` is the enhanced code (RFC 3463), "" when none is told.

    `given_up`: the mail is lost, whatever the cause; False while the server still tries ("delayed", RFC 3464, 2.3.3).
    `permanent`: the cause will not pass, so that the address itself is dead. `original_message_id` is that of the
    undelivered mail.
    """

    recipients: tuple[str, ...]
    status: str
    permanent: bool
    original_message_id: str
    diagnostic: str
    given_up: bool = True


def find(headers: Headers, root: Part, sender: str, subject: str, text: str) -> Bounce | None:
    """The bounce that this mail is, or None. A mail by a person who attaches a bounce is none."""
    leaves = list(root.leaves())
    kind = root.parameters.get("report-type", "").lower() if root.type == "multipart/report" else ""
    if kind in ("disposition-notification", "feedback-report"):
        return None
    undelivered = kind == "delivery-status" or _undelivered(headers, sender, subject, text)
    blocks = _reported(leaves, anywhere=undelivered)
    if blocks:
        failed = [block for block in blocks if not _arrived(block)]
        if not failed:
            return None
        bounce = _from_report(failed)
    elif undelivered or headers.first("x-failed-recipients"):
        named = [address_in(piece) for piece in headers.first("x-failed-recipients").split(",")[:MAX_RECIPIENTS]]
        bounce = _bounce([address for address in named if address], "", "", "")
    else:
        return None
    return _completed(bounce, headers, leaves, text)


_REPORT_TYPES = ("message/delivery-status", "message/global-delivery-status")
_COPY_TYPES = (
    "message/rfc822",
    "message/global",
    "text/rfc822-headers",
    "message/rfc822-headers",
    "message/global-headers",
)
_REPORT_FIELDS = frozenset({"final-recipient", "original-recipient", "action"})
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY_CODE = re.compile(r"(?<![\d.:-])([45][0-5]\d)[ -](?!\d)")
_REPORT_FIELD = re.compile(rb"(?:^|\n)(?:Final-Recipient|Original-Recipient|Reporting-MTA)[ \t]*:", re.I)
_ADDRESS = re.compile(r"[^\s<>\"',;:()\[\]\\@=]{1,100}@[^\s<>\"',;:()\[\]\\@=]{1,200}")
_DAEMON = re.compile(
    r"(?:mailer-?daemon|mail-?daemon|mdaemon|post_?master|mail-?system|mailer|mail-delivery|mail\.?delivery\.?(?:sub)?system|mmdf|bounces?)\b",
    re.I,
)
_DAEMON_NAME = re.compile(
    r"mail\s?delivery|mailer-?daemon|mail administrator|delivery subsystem|postmaster|mail system",
    re.I,
)
_SUBJECT = re.compile(
    r"""\W{0,3}(?:
    \[bounce\]|undeliver(?:ed|able)|undelivered|notice:\smail|sorry,\syour\smessage|mail\scould\snot|(?:could|can)\s?not\sdeliver|
    unable\sto\sdeliver|e-?mail\s(?:cannot|could\snot)|delivery\s(?:status\snotification|failure|failed|has\sfailed|report|error|problem|notification|
    unsuccessful|delayed)|mail\s?(?:delivery\s)?(?:failed|failure|system\serror|could\snot|error)|message\s(?:delivery\s)?(?:failed|failure|
    undeliverable|delayed|status|not\sdelivered)|returned\s(?:mail|to\ssender|e-?mail)|return(?:ed)?\smail|failure\s(?:notice|notification|
    delivery)|failed\s(?:mail|delivery|message)|non[\s-]?(?:delivery|remis|deliverable)|not\sdelivered|could\snot\ssend|warning:\s(?:could\snot|
    message|e-?mail)|email\sdelivery\sfailure|nondeliverable|delivery\snotification|bounced?\smail|rejected\s(?:mail|message)|
    unzustellbar|benachrichtung\szum|benachrichtigung\szum\sübermittlungsstatus|zustellung\sfehlgeschlagen|mail\snicht\szustellbar|
    échec\s(?:de\s)?(?:la\s)?(?:remise|livraison|distribution)|notification\sd'état|message\snon\s(?:remis|distribué)|non\srecapitabile|
    mancata\sconsegna|impossibile\srecapitare|no\sse\s(?:puede|pudo)\sentregar|error\sde\sentrega|no\sentregado|devolução|não\sentregue|
    falha\sna\sentrega|niet\s(?:bezorgd|afgeleverd)|onbestelbaar|nie\s(?:dostarczono|można\sdostarczyć)|niedostarcz|zwrot\spoczty|nedoručiteln|
    nedoručené|kézbesíthetetlen|sikertelen\skézbesítés|nelivrat|imposibil\sde\slivrat|kan\sinte\slevereras|olevererbart|ej\slevererat|
    kan\sikke\sleveres|uleveret|ei\svoitu\stoimittaa|toimittamaton|ei\sole\svõimalik\skätte|nepiegādāt|nepristatyt|ni\smogoče\sdostaviti|
    nije\sisporuč|δεν\sείναι\sδυνατή|αδύνατη\sη\sπαράδοση|не\s(?:доставлено|удалось\sдоставить|вдалося\sдоставити)|недоставлен|неможливо\sдоставити|
    неуспешна\sдоставка)""",
    re.I | re.X,
)
_FAILURE = re.compile(
    r"""^action:\s{0,5}(?:failed|delayed)|could\s?n(?:o|')t\sbe\s(?:delivered|sent|completed)|can(?:no|')t\sbe\sdelivered|was\s(?:not|un)\s?deliver|not\sdelivered|undeliver|deliver(?:y|ed|ing)?
    \s(?:to\sthe\sfollowing\s)?.{0,40}?(?:fail|error|delayed|aborted)|failed\s(?:to\sdeliver|permanently|recipient)|unable\sto\s(?:deliver|relay)|
    fail(?:ed|ure)\s.{0,40}?deliver|did\snot\sreach|user\s(?:is\s)?unknown|unknown\s(?:user|recipient|address|local)|no\ssuch\s(?:user|recipient|
    mailbox|address|person)|does\s?n(?:o|')t\sexist|mailbox\s(?:is\s)?(?:full|unavailable|not\sfound|disabled|inactive)|over\s?quota|quota\s
    exceeded|exceeded\s.{0,30}quota|address\srejected|recipient\s(?:address\s)?rejected|returned\sto\ssender|fatal\serrors?|permanent\serror|
    host\s(?:unknown|not\sfound)|invalid\s(?:recipient|address|mailbox)|not\slisted\sin|rejected\s(?:by|your)|account\s(?:is\s|has\sbeen\s)?
    (?:disabled|suspended|closed)|still\sbeing\sretried|has\sbeen\sdelayed|nicht\s(?:zugestellt|zustellbar)|unzustellbar|fehlgeschlagen|
    n'a\spas\s(?:pu|été)|non\sremis|no\s(?:se\s)?(?:pudo|ha\spodido)|não\s(?:foi|pôde)|non\s(?:è\sstato|recapit)|niet\s(?:bezorgd|afgeleverd)|
    nie\s(?:został|można|mógł)|nedoru[čc]|kézbesít|nu\sa\sputut|ei\svoitu|не\s(?:доставлен|удалось|вдалося|може\sбути|может\sбыть)""",
    re.I | re.X | re.M,
)
_DELAYED = re.compile(
    r"will (?:keep|continue|be retried)|still (?:be(?:ing)? )?(?:re)?tr(?:y|ied)|has been delayed|"
    r"not yet been delivered|warning message|temporar",
    re.I,
)
_COPY = re.compile(
    r"^[\s>]{0,3}(?:-{2,60}.{0,60}(?:original message|copy of|below this line|unsent message|message header|"
    r"headers of|returned message|body of)|"
    r"Received: |Return-Path: <|Message-ID: <|The (?:first|header|text) .{0,60}(?:message|mail))",
    re.I | re.M,
)
_OWN_LINE = re.compile(
    r"^[\s*>-]{0,8}(?:<(?P<a>[^<>\s]{3,200})>|"
    r"(?:to|rcpt to|recipients?|addressed? to|original recipient|e-?mail|user|an|à|para)?\s?:?\s?"
    r"<?(?P<b>[^\s<>:;,@()\"]{1,100}@[^\s<>:;,()\"]{3,200}))",
    re.I,
)


def _bounce(recipients: list[str], status: str, message_id: str, diagnostic: str, *, given_up: bool = True) -> Bounce:
    return Bounce(
        recipients=tuple(dict.fromkeys(recipients))[:MAX_RECIPIENTS],
        status=status,
        permanent=given_up and not status.startswith("4"),
        original_message_id=message_id,
        diagnostic=one_line(diagnostic)[:MAX_DIAGNOSTIC],
        given_up=given_up,
    )


def _reported(leaves: list[Part], *, anywhere: bool) -> list[Headers]:
    """The blocks about single recipients of a delivery report; `anywhere` also looks for one in parts labelled as text,
    as it stands there when the MIME around the report is broken."""
    for part in leaves:
        content = b""
        if part.type in _REPORT_TYPES:
            content = part.content()
        elif anywhere and part.type.startswith("text/") and part.type not in _COPY_TYPES:
            content = part.content()[:500_000]
            match = _REPORT_FIELD.search(content)
            content = content[match.start() :] if match else b""
        rest = content[:500_000].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        pieces = re.split(rb"\n[ \t]*\n", rest.strip())[: MAX_RECIPIENTS + 1]
        blocks = [split_message(piece.lstrip())[0] for piece in pieces]
        found = [block for block in blocks if _REPORT_FIELDS & block.names()]
        if found:
            return found
    return []


def _arrived(block: Headers) -> bool:
    return block.first("action").lower().startswith(("delivered", "relayed", "expanded")) or (
        not block.first("action") and block.first("status").startswith("2.")
    )


def _from_report(blocks: list[Headers]) -> Bounce:
    recipients: list[str] = []
    status = diagnostic = ""
    for block in blocks:
        for field in ("final-recipient", "original-recipient", "x-actual-recipient"):
            address = address_in(block.first(field).rpartition(";")[2] or block.first(field))
            if address:
                recipients.append(address)
        match = _STATUS.search(block.first("status")) or _STATUS.search(block.first("diagnostic-code"))
        # "X.0.0" says no more than failed or delayed; the server's own words often say it precisely.
        precise = _STATUS.search(block.first("diagnostic-code"))
        if match and match[1].endswith(".0.0") and precise and precise[1][0] == match[1][0]:
            match = precise
        status = status or (match[1] if match else "")
        diagnostic = diagnostic or block.first("diagnostic-code")
    delayed = all(block.first("action").lower().startswith("delayed") for block in blocks)
    return _bounce(recipients, status, "", diagnostic, given_up=not delayed)


def _undelivered(headers: Headers, sender: str, subject: str, text: str) -> bool:
    """True when a mail without a report is a bounce: a server wrote it, and it speaks of failure."""
    local = sender.partition("@")[0]
    server = bool(_DAEMON.match(local)) or bool(_DAEMON_NAME.search(headers.text("from")[:200]))
    nobody = not sender or headers.first("return-path").replace(" ", "") == "<>"
    subject_says = bool(_SUBJECT.match(subject))
    body_says = bool(_FAILURE.search(text[:5_000]))
    if server:
        return subject_says or (body_says and (nobody or local.lower() != "postmaster"))
    coded = bool(_STATUS.search(text[:5_000]) or _REPLY_CODE.search(text[:5_000]))
    if nobody:
        return (subject_says and (body_says or not sender)) or (
            body_says and coded and not headers.first("in-reply-to")
        )
    machine = headers.first("auto-submitted").lower() not in ("", "no") or headers.first("precedence") != ""
    return subject_says and body_says and machine


def _completed(bounce: Bounce, headers: Headers, leaves: list[Part], text: str) -> Bounce:
    """`bounce` with what the report did not say taken from the prose and the returned copy."""
    prose = _prose(leaves, text)
    recipients = list(bounce.recipients)
    copy = _copied_headers(leaves, text)
    if not recipients:
        ours = {address_in(headers.first(field)) for field in ("to", "from", "delivered-to", "sender", "return-path")}
        recipients = _recipients_in(prose, ours)
    if not recipients:
        recipients = [a for a in [address_in(copy.first("to"))] if a]
    status = bounce.status
    if not status:
        match = _STATUS.search(prose) or _STATUS.search(text[:MAX_TEXT])
        status = match[1] if match and match[1][0] in "45" else ""
    code = _REPLY_CODE.search(prose)
    passing = bool(_DELAYED.search(prose)) if not status and (code is None or code[1][0] == "4") else False
    identifier = next(iter(message_ids(copy.first("message-id"))), "") or next(
        iter(message_ids(headers.first("in-reply-to"))), ""
    )
    diagnostic = bounce.diagnostic or next((line for line in prose.split("\n") if _FAILURE.search(line[:500])), "")
    completed = _bounce(recipients, status, identifier, diagnostic, given_up=bounce.given_up and not passing)
    for_now = not status and code is not None and code[1][0] == "4"
    return replace(completed, permanent=completed.permanent and not for_now)


def _prose(leaves: list[Part], text: str) -> str:
    """What the server says itself, before the copy of the mail that it returns."""
    if not text.strip():
        plain = next((part for part in leaves if part.type.startswith("text/")), None)
        text = storable(decode(plain.content()[:MAX_TEXT], plain.parameters.get("charset", ""))[0]) if plain else ""
    text = text[:MAX_TEXT]
    match = _COPY.search(text, 40)
    return text[: match.start()] if match and _ADDRESS.search(text[: match.start()]) else text


def _copied_headers(leaves: list[Part], text: str) -> Headers:
    """The header of the returned mail: an attached copy, or one inside the text."""
    for part in leaves:
        if part.type in _COPY_TYPES:
            content = part.content().lstrip()
            return split_message(content, start_of_header(content[:10_000]))[0]
    match = _RETURNED.search(text[:200_000])
    if match:
        return split_message(text[match.start() : match.start() + 50_000].lstrip().encode("utf-8", "replace"))[0]
    return Headers()


_RETURNED = re.compile(r"^(?:Received|Return-Path|Message-ID|From|Date|DKIM-Signature|Subject): ", re.I | re.M)


def _recipients_in(prose: str, ours: set[str]) -> list[str]:
    """Addresses that the server complains about: those that begin a line, or else the first one in the text."""
    beginning: list[str] = []
    anywhere: list[str] = []
    for line in prose.split("\n")[:500]:
        match = _OWN_LINE.match(line[:500])
        first = address_in(match["a"] or match["b"]) if match else ""
        if first:
            beginning.append(first)
        anywhere.extend(address for address in map(address_in, _ADDRESS.findall(line[:1_000])[:5]) if address)
    for found in (beginning, anywhere):
        kept = [address for address in found if address not in ours and not _DAEMON.match(address)]
        if kept:
            return kept[:10] if found is beginning else kept[:1]
    return []
