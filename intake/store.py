"""The only way in: a mail is on the disk and in the database before anybody is told that we have it.

First the file, flushed to the disk; then the row, committed; only then the hint to the queue. Whoever hands a mail in
may say "we have it" when `keep` returns, and must not when it raises.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from intake import tasks
from intake.attempts import MAX_DEATHS
from intake.models import RawMail
from intake.reading.charsets import one_line
from tickets.files import discard, storage
from tickets.models import User
from tickets.questions import insert_new
from web.logs import bind, new_correlation

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Request:
    """The body and media type of a request that a mail was made from."""

    content: bytes
    content_type: str


def keep(
    raw: bytes | Iterable[bytes],
    *,
    source: str,
    envelope_from: str | None,
    envelope_to: Sequence[str],
    received_at: datetime,
    acknowledge: bool = True,
    held_for: timedelta | None = None,
    imported_by: User | None = None,
    together: Callable[[RawMail], object] | None = None,
    request: Request | None = None,
    readable: bool = True,
) -> RawMail:
    """Store one mail for good, then have it processed; returns its row, `known` when it was here before.

    The same bytes from the same source with the same envelope are one row: a client that did not see our answer sends
    again and gets the same one. `envelope_from` is "" for the null sender and None where there is no envelope.
    `held_for` keeps the workers off for that long: the caller processes it. What `together` writes about the row is
    committed with it, and for a known row too; it must not conflict with what is there. `request` is kept beside the
    mail; it tells no two deliveries apart. What is not `readable` is not read: it becomes a ticket with `raw` to
    download. Not inside a transaction.
    Raises OSError when the disk refuses and django.db.Error when the database does; then nothing counts as received.
    """
    path, sha256, size = storage().keep([raw] if isinstance(raw, bytes) else raw)
    sender = None if envelope_from is None else one_line(envelope_from)[:320]
    recipients = [one_line(address)[:320] for address in envelope_to]
    key = _key(source, sha256, sender, recipients)
    request_path = storage().keep([request.content])[0] if request else ""
    mail = RawMail(
        source=source,
        key=key,
        path=path,
        sha256=sha256,
        size=size,
        envelope_from=sender,
        envelope_to=recipients,
        received_at=received_at,
        acknowledge=acknowledge,
        imported_by=imported_by,
        request_path=request_path,
        request_type=one_line(request.content_type)[:200] if request else "",
        deaths=0 if readable else MAX_DEATHS,
        lease_until=timezone.now() + held_for if held_for else None,
        correlation=new_correlation(),
    )
    with transaction.atomic(durable=True):
        new = insert_new(mail)
        if not new:
            mail = RawMail.objects.get(key=key)
        if together:
            together(mail)
    if not new:
        # A mail that was erased stays erased; a request that came again is kept as it came first.
        needless = {path, request_path} - {mail.path, mail.request_path, ""}
        if needless:
            discard(needless, now=timezone.now())
        mail.known = True
        return mail
    with bind(mail.correlation):
        log.info("mail stored", extra={"mail": mail.pk, "source": source, "bytes": size})
        if not held_for:
            tasks.hurry(mail.pk)
    return mail


def _key(source: str, sha256: str, sender: str | None, recipients: Sequence[str]) -> str:
    facts = json.dumps([source, sha256, sender, sorted(set(recipients))])
    return hashlib.sha256(facts.encode()).hexdigest()
