"""May we take this mail for a request, and may we answer it by machine? Pure; it takes values and asks nobody.

Two machines that thank each other for their mail never stop. So what is our own is not taken in a second time, and
what a machine wrote is taken in and shown but never answered by a machine of ours (RFC 3834, section 2).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from intake.reading.headers import split_message, start_of_header
from intake.reading.mail import ParsedMail

HEADER = 256 * 1024  # bytes in which the header is looked for

_LIST_FIELDS = (
    *("list-id", "list-post", "list-help", "list-archive", "list-subscribe", "list-owner", "mailing-list"),
    *("x-mailing-list", "x-list", "x-beenthere", "x-mailman-version", "x-ml-name", "x-listname", "x-listserver"),
)
_YES, _NO = ("yes", "true", "1"), ("no", "false", "0")
# "DR", "RN" and "NRN" are about reports and receipts, which we do not send.
_SUPPRESSING = frozenset({"all", "autoreply", "oof"})

_NO_REPLY = re.compile(
    r"(?:[\w.+-]{0,60}[._+-])?(?:do[._-]?not[._-]?reply|no[._-]?reply|nicht[._-]?antworten|nepas[._-]?repondre|"
    r"mailer-daemon|mail-daemon|postmaster|bounces?|listserv|majordomo|autoresponder)(?:[._+-][^@]{0,200})?@"
)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """`ignored`: it is our own and becomes nothing. `answerable`: a machine of ours may write back. `code`: why (not).

    `automatic` is the code for mail that a machine wrote, "" for a person's.
    """

    ignored: bool = False
    answerable: bool = False
    automatic: str = ""
    code: str = ""


def judge(
    mail: ParsedMail,
    *,
    envelope_from: str | None,
    probe: bool,
    for_us: bool,
    sent_by_us: bool,
    silence: str,
    is_ours: Callable[[str], bool],
) -> Verdict:
    """What the loop guard says of a mail.

    `envelope_from` is "" for the null sender and None where no envelope is known; `probe` says that it
    is the mail of a check that we made ourselves; `for_us` says that it was sent to an
    address of ours, `sent_by_us` that it bears a Message-ID that we gave, `silence` is what `wants_silence` found;
    `is_ours` knows our addresses. What a person wrote through a list is a request like any, only no machine writes
    back: From is often the list's own address there, and all its members would be thanked.
    """
    if probe:
        return Verdict(ignored=True, code="probe")
    if not for_us:
        return Verdict(ignored=True, code="not-ours")
    if sent_by_us:
        return Verdict(ignored=True, code="own-mail")
    if mail.sender.address and is_ours(mail.sender.address):
        return Verdict(ignored=True, code="own-address")
    automatic = mail.automatic or ("null-sender" if envelope_from == "" else "")
    if automatic:
        return Verdict(automatic=automatic, code=automatic)
    if silence:
        # A robot that only says X-Loop wrote it itself; lists and suppressed answers have a person behind them.
        return Verdict(automatic=silence if silence == "loop" else "", code=silence)
    code = refuses(answer_to(mail), is_ours)
    return Verdict(answerable=not code, code=code)


def wants_silence(content: bytes) -> str:
    """Why the header of a mail asks machines not to answer it, as a code, though no machine need have written it.

    "list": a mailing list passed it on (RFC 2919, RFC 2369, and what lists set that are older). "suppressed": Exchange
    and Outlook say so (MS-OXCMAIL, X-Auto-Response-Suppress). "loop": a robot says that it wrote it (X-Loop: yes).
    """
    head = content[:HEADER]
    headers = split_message(head, start_of_header(head))[0]
    loop = headers.first("x-loop").strip().lower()
    if any(field in headers for field in _LIST_FIELDS) or (loop and loop not in (*_YES, *_NO)):
        return "list"
    if loop in _YES:
        return "loop"
    suppressed = {word.strip().lower() for word in headers.first("x-auto-response-suppress").split(",")}
    return "suppressed" if suppressed & _SUPPRESSING else ""


def answer_to(mail: ParsedMail) -> str:
    """The address that the sender wants answers at."""
    return mail.reply_to[0].address if mail.reply_to else mail.sender.address


def refuses(address: str, is_ours: Callable[[str], bool]) -> str:
    """Why no machine of ours writes to this address, as a code; "" when it may."""
    if not address:
        return "no-address"
    if is_ours(address):
        return "own-address"
    return "no-reply" if _NO_REPLY.match(address.lower()) else ""
