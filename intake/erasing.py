"""Taking personal text out of raw mails whose message was erased, and files that no row names any more off the disk."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from intake.models import RawMail
from tickets.files import discard, storage
from tickets.models import Attachment, DiscardedFile, DraftFile, ErasedAddress, Message

BATCH = 500
# Longer than it takes from storing a file to committing the row that names it.
GRACE = timedelta(hours=1)
# For so long mail to an erased address is looked for: what was being read meanwhile is found too.
LOOKED_FOR = timedelta(days=1)
# Any fixed number: whoever holds this lock has the files to itself, a removal or a backup.
_LOCK = 7_203_115


def forget_erased() -> int:
    """Take the personal text of erased messages out of their raw mails; returns how many mails it touched.

    Mail of the folder of sent mail that became no message is emptied where it went to somebody who was erased.
    """
    touched = _empty(RawMail.objects.filter(message__erased_at__isnull=False))
    for key in ErasedAddress.objects.order_by("id").values_list("key", flat=True)[:BATCH]:
        touched += _empty(RawMail.objects.filter(sent_to__contains=[key]))
    ErasedAddress.objects.filter(erased_at__lte=timezone.now() - LOOKED_FOR).delete()
    return touched


def _empty(chosen: QuerySet[RawMail]) -> int:
    touched = 0
    while mails := list(chosen.exclude(path="")[:BATCH]):
        paths = {mail.path for mail in mails} | {mail.request_path for mail in mails}
        discard(paths - {""}, now=timezone.now())
        RawMail.objects.filter(pk__in=[mail.pk for mail in mails]).update(
            path="", request_path="", envelope_from=None, envelope_to=[], reason_detail="", sent_to=None
        )
        touched += len(mails)
    return touched


def remove_discarded(now: datetime) -> int:
    """Take files off the disk that were discarded and that no row names any more; returns how many.

    A file that somebody kept again within the grace time stays, and is looked at again: its row may not be committed.
    While a backup copies what the rows of its snapshot name, nothing is removed; the next sweep does it.
    """
    removed = 0
    with _files_to_ourselves("pg_try_advisory_lock") as ours:
        due = DiscardedFile.objects.filter(discarded_at__lte=now - GRACE).order_by("id")[:BATCH] if ours else []
        for file in due:
            if _is_named(file.path):
                file.delete()
            elif storage().remove_unless_fresh(file.path, seconds=GRACE.total_seconds()):
                file.delete()
                removed += 1
    return removed


@contextmanager
def removal_paused() -> Iterator[None]:
    """Nothing is removed inside; waits for a removal that runs. It ends with the connection, whatever happens to us."""
    with _files_to_ourselves("pg_advisory_lock"):
        yield


@contextmanager
def _files_to_ourselves(lock: str) -> Iterator[bool]:
    """Hold the lock of this session; False when the lock was only tried and somebody else has it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {lock}(%s)", [_LOCK])
        (given,) = cursor.fetchone()
    ours = given is not False  # waiting for it gives nothing, trying gives a boolean
    try:
        yield ours
    finally:
        if ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _is_named(path: str) -> bool:
    sha256 = path.rpartition("/")[2]  # a file is named by its hash, and the hashes have an index
    return (
        RawMail.objects.filter(sha256=sha256, path=path).exists()
        or RawMail.objects.filter(request_path=path).exclude(request_path="").exists()
        or Attachment.objects.filter(sha256=sha256, path=path).exists()
        or DraftFile.objects.filter(path=path).exists()
        or Message.objects.filter(raw_sha256=sha256, raw_path=path).exists()
    )
