"""The only way in: a mail is on the disk and in the database before anybody is told that we have it.

First the file, flushed to the disk; then the row, committed; only then the hint to the queue. Whoever hands a mail in
may say "we have it" when `keep` returns, and must not when it raises.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from intake import tasks
from intake.models import RawMail
from intake.reading.charsets import one_line
from tickets.files import discard, storage
from tickets.models import User
from web.logs import bind, new_correlation

log = logging.getLogger(__name__)


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
) -> RawMail:
    """Store one mail for good, then have it processed; returns its row, `known` when it was here before.

    The same bytes from the same source with the same envelope are one row: a client that did not see our answer sends
    again and gets the same one. `envelope_from` is "" for the null sender and None where there is no envelope.
    `held_for` keeps the workers off for that long: the caller processes it. What `together` writes about the row is
    committed with it, and for a known row too; it must not conflict with what is there. Not inside a transaction.
    Raises OSError when the disk refuses and django.db.Error when the database does; then nothing counts as received.
    """
    path, sha256, size = storage().keep([raw] if isinstance(raw, bytes) else raw)
    sender = None if envelope_from is None else one_line(envelope_from)[:320]
    recipients = [one_line(address)[:320] for address in envelope_to]
    key = _key(source, sha256, sender, recipients)
    try:
        with transaction.atomic(durable=True):
            mail = RawMail.objects.create(
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
                lease_until=timezone.now() + held_for if held_for else None,
                correlation=new_correlation(),
            )
            if together:
                together(mail)
    except IntegrityError:
        known = RawMail.objects.get(key=key)
        if not known.path:
            discard([path], now=timezone.now())  # it was erased, and stays erased
        if together:
            with transaction.atomic(durable=True):
                together(known)
        known.known = True
        return known
    with bind(mail.correlation):
        log.info("mail stored", extra={"mail": mail.pk, "source": source, "bytes": size})
        if not held_for:
            tasks.hurry(mail.pk)
    return mail


def _key(source: str, sha256: str, sender: str | None, recipients: Sequence[str]) -> str:
    facts = json.dumps([source, sha256, sender, sorted(set(recipients))])
    return hashlib.sha256(facts.encode()).hexdigest()
