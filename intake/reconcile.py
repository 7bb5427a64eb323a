"""Counting the mailbox against the ledger, so that a mail nobody read is noticed by a machine and not by its sender."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from intake import ledger
from intake.models import Mailbox
from intake.sources.mailbox import Server, signed_in
from tickets.actions import alarms
from tickets.models import Alarm

ALARM = "mailbox-differs"  # with the number of the mailbox
GRACE = timedelta(minutes=15)  # what came within it may just be on its way


@dataclass(frozen=True, kw_only=True)
class Count:
    """A folder and its ledger, compared.

    `missing` are the UIDs that have no entry, `unmoved` those that have one and still lie where they should have been
    moved from; both without what came within the grace time.
    """

    mailbox: Mailbox
    on_server: int
    in_ledger: int
    missing: tuple[int, ...] = ()
    unmoved: tuple[int, ...] = ()

    @property
    def in_order(self) -> bool:
        """Whether nothing differs."""
        return not self.missing and not self.unmoved


def counts() -> list[Count]:
    """Compare each folder that is read with its ledger, as they are now. Changes nothing, here or on the server.

    Raises what `intake.sources.mailbox.code_of` knows when the server cannot be asked.
    """
    with signed_in() as server:
        return [_count(server, folder) for folder in _folders(server)]


def reconcile() -> list[Count]:
    """Compare, and raise an alarm for each folder that differs; close it where all is in order again."""
    found = counts()
    for count in found:
        _tell(count, timezone.now())
    return found


def ranges(uids: tuple[int, ...]) -> str:
    """UIDs in short: "3, 7-9"."""
    parts: list[list[int]] = []
    for uid in uids:
        if parts and uid == parts[-1][1] + 1:
            parts[-1][1] = uid
        else:
            parts.append([uid, uid])
    return ", ".join(f"{first}-{last}" if last > first else str(first) for first, last in parts)


def _folders(server: Server) -> Iterator[str]:
    yield settings.IMAP_FOLDER
    if sent := server.sent_folder():
        yield sent


def _count(server: Server, folder: str) -> Count:
    mailbox = ledger.mailbox_of(folder)
    mailbox.uid_validity = server.open(folder, readonly=True)  # not saved: what we read under is the reader's to say
    there = server.uids()
    have = ledger.entered(mailbox, there)
    missing = [uid for uid in there if uid not in have]
    unmoved = sorted(have) if settings.IMAP_DONE_FOLDER and folder == settings.IMAP_FOLDER else []
    before = timezone.now() - GRACE
    settled = {mail.uid for mail in server.list([*missing, *unmoved]) if (mail.received_at or before) <= before}
    return Count(
        mailbox=mailbox,
        on_server=len(there),
        in_ledger=len(have),
        missing=tuple(uid for uid in missing if uid in settled),
        unmoved=tuple(uid for uid in unmoved if uid in settled),
    )


def _tell(count: Count, now: datetime) -> None:
    key = f"{ALARM}:{count.mailbox.pk}"
    if count.in_order:
        alarms.close_alarm(key, now=now)
        return
    data = {
        "mailbox": count.mailbox.pk,
        "on_server": count.on_server,
        "in_ledger": count.in_ledger,
        "missing": ranges(count.missing[: ledger.MAX_NAMED]),
        "unmoved": ranges(count.unmoved[: ledger.MAX_NAMED]),
    }
    if Alarm.objects.filter(key=key, closed_at=None).exclude(data=data).exists():
        alarms.close_alarm(key, now=now)  # what differs is something else now, and the alarm says what
    alarms.raise_alarm(key, now=now, **data)
