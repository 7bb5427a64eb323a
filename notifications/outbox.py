"""Putting mails into the outbox, taking them out again, and asking for another attempt.

The row is written in the transaction of its cause. The message to the broker is only a hint to hurry: when it is
lost, the sweep finds the row.
"""

import logging
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from notifications import limits, tasks
from notifications.models import OutgoingMail, address_key
from notifications.rows import insert

log = logging.getLogger(__name__)

# A hint with a longer wait would only lie in the broker's memory; the sweep is as good.
LONGEST_HINT = timedelta(minutes=5)
# The first names the thread, mail programs look at the last ones; servers refuse headers that grow without end.
REFERENCES_KEPT = 20
MAX_NAME, MAX_ADDRESS, MAX_SUBJECT = 100, 320, 500
LEAST_LIMIT = 65_536  # bytes that every server takes (RFC 5321, section 4.5.3.1.7)
HEADERS_BYTES, FILE_HEADERS_BYTES = 8_192, 1_024

# Two conditions, so that each finds its partial index.
_NOT_SENT = Q(state=OutgoingMail.State.QUEUED) | Q(state=OutgoingMail.State.SENDING)
_ESCAPED = b"=\n" + bytes(range(127, 256))
_MESSAGE_ID = re.compile(r"[!-;=?-~]{1,240}")  # visible ASCII but angle brackets


@dataclass(frozen=True)
class Address:
    """A person or an office: name and e-mail address."""

    name: str
    address: str


@dataclass(frozen=True)
class File:
    """A file in the default storage; size in bytes."""

    name: str
    content_type: str
    path: str
    size: int


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a cause gives for one mail. `key` names the occurrence of the cause: one key, one mail.

    `envelope_sender` is where bounces go; empty is the null sender. `secret` is a link in the text that only the
    recipient may know; it leaves the row once the mail is sent.
    """

    key: str
    name: str
    audience: str
    automatic: bool
    language: str
    to: Sequence[Address]
    subject: str
    text: str
    html: str
    cc: Sequence[Address] = ()
    from_name: str = ""
    reply_to: str = ""
    envelope_sender: str = ""
    in_reply_to: str = ""
    references: Sequence[str] = ()
    files: Sequence[File] = ()
    secret: str = ""
    group: str = ""
    correlation: str = ""
    not_before: datetime | None = None


class TooBig(ValueError):
    """A mail that the server would refuse for its size. Both numbers are bytes."""

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(f"the mail has about {size} bytes, the server takes {limit}")
        self.size, self.limit = size, limit


def put(draft: Draft) -> OutgoingMail:
    """Write a mail into the outbox, in the caller's transaction, and hurry its delivery after the commit.

    IntegrityError when there is a mail of this key: its cause happened before, so whatever else this transaction wrote
    for it is to be taken back as well. TooBig when the server would not take it; TransactionManagementError
    outside of a transaction, where a mail could outlive its cause.
    """
    return put_all([draft])[0]


def put_all(drafts: Sequence[Draft]) -> list[OutgoingMail]:
    """The same for several mails, in one statement: all of them are written, or none."""
    for size in map(size_of, drafts):
        # Nobody takes less than the standard's least, so that most mails need not ask what the server takes.
        if size > LEAST_LIMIT and size > (limit := limits.most_bytes()):
            raise TooBig(size, limit)
    if not connection.in_atomic_block:
        raise TransactionManagementError("a mail is written in the transaction of its cause")
    mails = [OutgoingMail(key=draft.key, **_row(draft)) for draft in drafts]
    insert(*mails)
    for mail in mails:
        transaction.on_commit(partial(_hurry, mail))
    return mails


def cancel(mail_id: int, *, now: datetime) -> bool:
    """Take a mail back while it waits; True when it is certain that it will not leave and never has.

    A mail whose last attempt ended without an answer may have arrived, so it cannot be taken back.
    """
    waiting = OutgoingMail.objects.filter(pk=mail_id, state=OutgoingMail.State.QUEUED).exclude(error="no-answer")
    return waiting.update(state=OutgoingMail.State.CANCELLED, cancelled_at=now, settled_at=None) == 1


def send_again(mail_id: int, *, now: datetime) -> bool:
    """Give a mail that failed or was suppressed its attempts anew; False when it is in another state.

    It keeps its Message-ID, so that a copy which did arrive is known as the same mail.
    """
    given_up = OutgoingMail.objects.filter(
        pk=mail_id, state__in=(OutgoingMail.State.FAILED, OutgoingMail.State.SUPPRESSED)
    )
    queued = given_up.exclude(to=[]).update(
        state=OutgoingMail.State.QUEUED, not_before=now, attempts=0, error="", error_detail="", settled_at=None
    )
    return queued == 1


def waiting(group: str, *, audience: str) -> list[OutgoingMail]:
    """The mails of a group that have not left yet; found among those alone, however many there were."""
    return list(OutgoingMail.objects.filter(_NOT_SENT, group=group, audience=audience).order_by("id"))


def reword(mail_id: int, *, subject: str, text: str, html: str) -> bool:
    """Give a mail other words before it leaves; False when it has left. One that is being sent has them if it fails."""
    unsent = OutgoingMail.objects.filter(_NOT_SENT, pk=mail_id)
    return unsent.update(subject=one_line(subject, MAX_SUBJECT), text=_storable(text), html=_storable(html)) == 1


def size_of(draft: Draft) -> int:
    """About how many bytes a mail has on the wire; an upper bound in all but odd cases."""
    files = sum(_as_base64(file.size) + FILE_HEADERS_BYTES for file in draft.files)
    return HEADERS_BYTES + _as_quoted_printable(draft.text) + _as_quoted_printable(draft.html) + files


def one_line(text: str, limit: int) -> str:
    """The text on one line of at most `limit` characters: what a header takes, whatever came in."""
    shown = text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)
    line = " ".join(shown.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _row(draft: Draft) -> dict[str, object]:
    domain = settings.MAIL_ADDRESS.rpartition("@")[2].lower()
    return {
        "name": draft.name,
        "message_id": f"{secrets.token_hex(16)}@{domain}",
        "group": draft.group,
        "audience": draft.audience,
        "automatic": draft.automatic,
        "language": draft.language,
        "correlation": draft.correlation,
        "from_name": one_line(draft.from_name, MAX_NAME),
        "reply_to": draft.reply_to,
        "envelope_sender": draft.envelope_sender,
        "to": [_as_json(each) for each in draft.to],
        "cc": [_as_json(each) for each in draft.cc],
        "recipient_key": address_key(draft.to[0].address) if draft.to else "",
        "subject": one_line(draft.subject, MAX_SUBJECT),
        "text": _storable(draft.text),
        "html": _storable(draft.html),
        "secret": draft.secret,
        **_thread(draft.in_reply_to, draft.references),
        "files": [
            {"name": one_line(f.name, 255), "content_type": f.content_type, "path": f.path, "size": f.size}
            for f in draft.files
        ],
        "not_before": draft.not_before or timezone.now(),
    }


def _thread(in_reply_to: str, references: Sequence[str]) -> dict[str, object]:
    """In-Reply-To and References by RFC 5322, section 3.6.4: the message that is answered comes last."""
    known = [plain for each in references if _MESSAGE_ID.fullmatch(plain := each.strip().strip("<>"))]
    answered = in_reply_to.strip().strip("<>")
    answered = answered if _MESSAGE_ID.fullmatch(answered) else ""
    chain = list(dict.fromkeys(each for each in known if each != answered))
    if answered:
        chain.append(answered)
    if len(chain) > REFERENCES_KEPT + 1:
        chain = [chain[0], *chain[-REFERENCES_KEPT:]]
    return {"in_reply_to": answered, "references": chain}


def _as_json(address: Address) -> dict[str, str]:
    return {"name": one_line(address.name, MAX_NAME), "address": one_line(address.address, MAX_ADDRESS)}


def _storable(text: str) -> str:
    """The text without what PostgreSQL refuses: the zero character and halves of surrogate pairs."""
    return text.replace("\0", "").encode(errors="replace").decode()


def _hurry(mail: OutgoingMail) -> None:
    wait = max(mail.not_before - timezone.now(), timedelta())
    if wait > LONGEST_HINT:
        return
    try:
        tasks.deliver.apply_async((mail.pk,), countdown=wait.total_seconds(), retry=False)
    except Exception as error:
        # The row is committed; a broker that is away must not turn a kept mail into an error page.
        log.warning("no hint to the broker: %s", type(error).__name__, extra={"mail": mail.pk})


def _as_base64(size: int) -> int:
    lines = -(-size // 57)  # 57 bytes become 76 letters and a line end (RFC 2045, section 6.8)
    return -(-size // 3) * 4 + 2 * lines


def _as_quoted_printable(text: str) -> int:
    content = text.encode(errors="replace")
    escaped = len(content) - len(content.translate(None, delete=_ESCAPED))
    return (len(content) + 2 * escaped) * 78 // 75
