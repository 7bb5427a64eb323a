"""Mail that could not be delivered: whose address, which status, which of our mails.

First the machine-readable report (RFC 3464), then the notice of a provider's service, then what the many servers
without either write (`bounce_prose`). A complaint (RFC 5965) or a read receipt (RFC 8098) is no bounce: the mail came.
"""

import json
import re
from dataclasses import dataclass, replace
from typing import Any

from intake.reading import bounce_prose
from intake.reading.addresses import address_in
from intake.reading.charsets import one_line
from intake.reading.headers import Headers, message_ids, split_message
from intake.reading.parts import Part

MAX_RECIPIENTS = 100
MAX_REPORT = 500_000  # bytes
MAX_NOTICE = 200_000  # characters
MAX_DIAGNOSTIC = 1_000


@dataclass(frozen=True, kw_only=True)
class Bounce:
    """A failed or delayed delivery. `status` is the enhanced code (RFC 3463), "" when none is told.

    `given_up`: the mail is lost, whatever the cause; False while the server still tries ("delayed", RFC 3464, 2.3.3).
    `permanent`: the cause will not pass, so that the address itself is dead. `original_message_id` is that of the
    undelivered mail. `report`: it tells so in a part for machines (RFC 3464). `by_server`: a mail server wrote it.
    """

    recipients: tuple[str, ...]
    status: str
    permanent: bool
    original_message_id: str
    diagnostic: str
    given_up: bool
    report: bool = False
    by_server: bool = False


def find(headers: Headers, root: Part, sender: str, subject: str, text: str) -> Bounce | None:
    """The bounce that this mail is, or None. A mail by a person who attaches a bounce is none."""
    found = _found(headers, root, sender, subject, text)
    if found is None:
        return None
    report = root.parameters.get("report-type", "").lower() == "delivery-status" and root.type == "multipart/report"
    by_server = report or bounce_prose.by_server(headers, sender)
    return replace(found, report=report and _has_report(root), by_server=by_server)


def _found(headers: Headers, root: Part, sender: str, subject: str, text: str) -> Bounce | None:
    leaves = list(root.leaves())
    kind = root.parameters.get("report-type", "").lower() if root.type == "multipart/report" else ""
    if kind in _ARRIVED_REPORTS or any(part.type in _ARRIVED_TYPES for part in leaves):
        return None
    told = kind == "delivery-status" or bounce_prose.undelivered(headers, sender, subject, text)
    if told or root.type == "multipart/report" or bounce_prose.by_server(headers, sender):
        blocks = _reported(leaves, anywhere=told)
        if blocks:
            failed = [block for block in blocks if not _arrived(block)]
            return _completed(_from_report(failed), headers, leaves, text) if failed else None
    if told or headers.first("x-failed-recipients"):
        named = [address_in(piece) for piece in headers.first("x-failed-recipients").split(",")[:MAX_RECIPIENTS]]
        return _completed(_bounce([address for address in named if address], "", "", ""), headers, leaves, text)
    return _from_notice(text)


_ARRIVED_REPORTS = ("disposition-notification", "feedback-report")
_ARRIVED_TYPES = ("message/disposition-notification", "message/feedback-report")
_REPORT_FIELDS = frozenset({"final-recipient", "original-recipient", "action"})
_REPORT_FIELD = re.compile(rb"(?:^|\n)(?:Final-Recipient|Original-Recipient|Reporting-MTA)[ \t]*:", re.I)


def _bounce(
    recipients: list[str],
    status: str,
    message_id: str,
    diagnostic: str,
    *,
    given_up: bool = True,
    permanent: bool = True,
) -> Bounce:
    return Bounce(
        recipients=tuple(dict.fromkeys(recipients))[:MAX_RECIPIENTS],
        status=status,
        permanent=given_up and permanent and not status.startswith("4"),
        original_message_id=message_id,
        diagnostic=one_line(diagnostic)[:MAX_DIAGNOSTIC],
        given_up=given_up,
    )


def _reported(leaves: list[Part], *, anywhere: bool) -> list[Headers]:
    """The blocks about single recipients of a delivery report; `anywhere` also looks for one in parts labelled as text,
    as it stands there when the MIME around the report is broken."""
    for part in leaves:
        content = b""
        if part.type.startswith("message/") and part.type.endswith("delivery-status"):
            content = part.content()
        elif anywhere and part.type.startswith("text/") and part.type not in bounce_prose.COPY_TYPES:
            content = part.content()[:MAX_REPORT]
            match = _REPORT_FIELD.search(content.replace(b"\r", b"\n"))
            content = content[match.start() :] if match else b""
        rest = content[:MAX_REPORT].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        pieces = re.split(rb"\n[ \t]*\n", rest.strip())[: MAX_RECIPIENTS + 1]
        blocks = [split_message(piece.lstrip())[0] for piece in pieces]
        found = [block for block in blocks if _REPORT_FIELDS & block.names()]
        if found:
            return found
    return []


def _has_report(root: Part) -> bool:
    return any(part.type.startswith("message/") and part.type.endswith("delivery-status") for part in root.leaves())


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
        words = block.first("diagnostic-code")
        found = bounce_prose.status_in(block.first("status")) or bounce_prose.status_in(words)
        # "X.0.0" says no more than failed or delayed; the server's own words often say it precisely.
        if found.endswith(".0.0"):
            found = bounce_prose.status_in(words, like=found)
        status = status or found
        diagnostic = diagnostic or words
    delayed = all(block.first("action").lower().startswith("delayed") for block in blocks)
    return _bounce(recipients, status, "", diagnostic, given_up=not delayed)


def _from_notice(text: str) -> Bounce | None:
    """A bounce that Amazon SES tells as JSON, alone or inside the notice of its messaging service."""
    if "bouncedRecipients" not in text[:MAX_NOTICE]:
        return None
    notice = _object(text)
    if isinstance(notice.get("Message"), str):
        notice = _object(notice["Message"])
    bounce, mail = _dict(notice.get("bounce")), _dict(notice.get("mail"))
    named = bounce.get("bouncedRecipients")
    failed = [_dict(each) for each in named[:MAX_RECIPIENTS]] if isinstance(named, list) else []
    addresses = [address for address in (address_in(str(each.get("emailAddress", ""))) for each in failed) if address]
    if not addresses:
        return None
    status = next(
        (code for code in (bounce_prose.status_in(str(each.get("status", ""))) for each in failed) if code), ""
    )
    words = next((str(each["diagnosticCode"]) for each in failed if each.get("diagnosticCode")), "")
    fields = mail.get("headers")
    ids = [
        str(_dict(each).get("value", ""))
        for each in (fields[:500] if isinstance(fields, list) else [])
        if str(_dict(each).get("name", "")).lower() == "message-id"
    ]
    identifier = next(iter(message_ids(one_line(ids[0])[:2_000])), "") if ids else ""
    permanent = str(bounce.get("bounceType", "")).lower() == "permanent"
    return _bounce(addresses, status, identifier, words, permanent=permanent)


def _object(text: str) -> dict[str, Any]:
    start = text.find("{")
    try:
        return _dict(json.JSONDecoder().raw_decode(text[:MAX_NOTICE], start)[0]) if start >= 0 else {}
    except (ValueError, RecursionError):
        return {}


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _completed(bounce: Bounce, headers: Headers, leaves: list[Part], text: str) -> Bounce:
    """`bounce` with what the report did not say taken from the prose and the returned copy."""
    words = bounce_prose.words_of_server(leaves, text)
    copy = bounce_prose.returned_header(leaves, text)
    recipients = list(bounce.recipients)
    if not recipients:
        fields = ("to", "from", "delivered-to", "sender", "return-path")
        ours = {address_in(headers.first(field)) for field in fields}
        ours |= {address_in(copy.first(field)) for field in ("from", "sender", "return-path")}
        recipients = bounce_prose.recipients(words, ours) or [a for a in [address_in(copy.first("to"))] if a]
    status = bounce.status or bounce_prose.status_in(words)
    if status.endswith(".0.0"):
        status = bounce_prose.status_in(words, like=status)
    identifiers = message_ids(copy.first("message-id")) or message_ids(headers.first("in-reply-to"))
    cause = f"{bounce.diagnostic}\n{words}"
    passing = not status and bounce_prose.passing(cause)
    return _bounce(
        recipients,
        status,
        next(iter(identifiers), ""),
        bounce.diagnostic or bounce_prose.diagnostic(words),
        given_up=bounce.given_up and not (passing and bounce_prose.trying(cause)),
        permanent=bounce.permanent and not passing,
    )
