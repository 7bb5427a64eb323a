"""Which mails of a mailbox we have: one entry a mail, by UIDVALIDITY and UID (RFC 3501, section 2.3.1.1).

The ledger is the cursor. An entry is committed together with the stored mail; `last_uid` only saves looking at what
lies before it. Nothing rests on flags such as \\Seen, which are the staff's, and nothing on dates.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from django.conf import settings
from django.db import Error, connection
from django.utils import timezone

from intake.models import LedgerEntry, Mailbox, RawMail
from tickets.actions import alarms

log = logging.getLogger(__name__)

LOCK_CLASS = 0x1A9  # the first half of our advisory locks; the second is the mailbox
UNREADABLE, SILENT = "mailbox-mail-not-read", "mailbox-silent"  # alarms, each with the number of its mailbox
MAX_NAMED = 50  # UIDs that an alarm names


class Busy(Exception):
    """Another reader has this mailbox."""


def mailbox_of(folder: str) -> Mailbox:
    """The row of a folder of the configured mailbox, made when it is met for the first time."""
    found, _ = Mailbox.objects.get_or_create(name=f"{settings.IMAP_USER}@{settings.IMAP_HOST}"[:320], folder=folder)
    return found


@contextmanager
def alone(mailbox: Mailbox) -> Iterator[None]:
    """Be the one reader of this mailbox while inside; Busy when there is another.

    The lock belongs to this connection to the database, over which everything is stored: who loses one loses both.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s::int, %s::int)", [LOCK_CLASS, mailbox.pk])
        if not cursor.fetchone()[0]:
            raise Busy
    try:
        yield
    finally:
        # A connection that is lost has let go by itself.
        with suppress(Error), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s::int, %s::int)", [LOCK_CLASS, mailbox.pk])


def turn(mailbox: Mailbox, uid_validity: int) -> None:
    """Note under which UIDVALIDITY the folder is read; another one means that all of it is read anew."""
    if mailbox.uid_validity == uid_validity:
        return
    if mailbox.uid_validity:
        log.warning(
            "the mailbox has numbered its mails anew", extra={"mailbox": mailbox.pk, "uidvalidity": uid_validity}
        )
    mailbox.uid_validity, mailbox.last_uid = uid_validity, 0
    mailbox.save(update_fields=["uid_validity", "last_uid"])


def entered(mailbox: Mailbox, uids: Sequence[int]) -> set[int]:
    """Those of these UIDs that have an entry; one query."""
    if not uids:
        return set()
    entries = mailbox.entries.filter(uid_validity=mailbox.uid_validity, uid__range=(min(uids), max(uids)))
    return set(uids) & set(entries.values_list("uid", flat=True))


def enter(mailbox: Mailbox, uid: int, raw: RawMail | None) -> None:
    """Write an entry, in the transaction of the mail that it is about. A second one for the same UID is no harm."""
    entry = LedgerEntry(mailbox=mailbox, uid_validity=mailbox.uid_validity, uid=uid, raw=raw)
    LedgerEntry.objects.bulk_create([entry], ignore_conflicts=True)


def skip(mailbox: Mailbox, uids: Sequence[int]) -> None:
    """Write down that these mails are none of our business."""
    entries = (LedgerEntry(mailbox=mailbox, uid_validity=mailbox.uid_validity, uid=uid) for uid in uids)
    LedgerEntry.objects.bulk_create(entries, ignore_conflicts=True)


def advance(mailbox: Mailbox, last_uid: int) -> None:
    """Note that every mail up to this one has its entry."""
    if last_uid > mailbox.last_uid:
        mailbox.last_uid, mailbox.mail_at = last_uid, timezone.now()
        mailbox.save(update_fields=["last_uid", "mail_at"])


def read_to_end(mailbox: Mailbox, *, failed: Sequence[int]) -> None:
    """Note that all there is was read, but for the mails in `failed`, which an alarm names."""
    now = timezone.now()
    mailbox.checked_at, mailbox.error = now, "mail" if failed else ""
    mailbox.save(update_fields=["checked_at", "error"])
    key = f"{UNREADABLE}:{mailbox.pk}"
    if failed:
        alarms.raise_alarm(key, now=now, mailbox=mailbox.pk, uids=list(failed)[:MAX_NAMED])
    else:
        alarms.close_alarm(key, now=now)


def failed(mailbox: Mailbox, code: str) -> None:
    """Note why the mailbox could not be read."""
    Mailbox.objects.filter(pk=mailbox.pk).update(error=code)


def watch(now: datetime) -> bool:
    """Raise the alarm when the mailbox was not read for long, whatever the reason; close it when it is read again.

    Returns whether all is well. Where no mailbox is configured, it is.
    """
    if not settings.IMAP_HOST:
        return True
    mailbox = mailbox_of(settings.IMAP_FOLDER)
    since = mailbox.checked_at or mailbox.created_at
    key = f"{SILENT}:{mailbox.pk}"
    # Between two looks the reader waits, and is right to.
    patience = timedelta(minutes=settings.IMAP_SILENT_MINUTES, seconds=settings.IMAP_POLL_SECONDS)
    if now - since > patience:
        code = mailbox.error or "no-reader"
        alarms.raise_alarm(key, now=now, mailbox=mailbox.pk, code=code, since=since.isoformat(timespec="seconds"))
        return False
    alarms.close_alarm(key, now=now)
    return True
