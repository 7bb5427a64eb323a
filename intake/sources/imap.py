"""Mail out of a mailbox by IMAP: each mail is stored once, whatever happens in between.

A mail is fetched, then stored and entered in the ledger in one commit, and only then moved, where the settings say so.
After a crash, or a lost connection, the first look compares the whole folder with the ledger: what has no entry is
fetched, what has one and lies there still is moved. So no step need be the last one that worked.

The folder of sent mail is read too: what staff send there from Outlook ends the wait of a partner (`intake.sent`).
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from intake import ledger, store
from intake.models import Mailbox, RawMail
from intake.sources.mailbox import AUTO, Listed, MailboxError, Server, code_of, signed_in

log = logging.getLogger(__name__)

BATCH = 100  # mails listed and moved at once
# Mail from longer before the first look is old: it is taken in without an acknowledgement, and what was sent by then
# is passed by.
BEFORE = timedelta(days=1)
FIRST_WAIT, LONGEST_WAIT = 5.0, 300.0  # seconds after a failure, doubled at each
BUSY_WAIT = 10.0
# A mail over which the connection broke so often is left for an hour: it may be what breaks it, and others wait.
MAX_STRIKES, REST = 3, 3600.0


@dataclass
class Round:
    """What one look into the mailbox brought."""

    stored: int = 0
    known: int = 0
    sent: int = 0
    failed: int = 0

    def count(self, raw: RawMail) -> None:
        """Count a mail that was handed to the store."""
        if raw.known:
            self.known += 1
        elif raw.source == RawMail.Source.IMAP_SENT:
            self.sent += 1
        else:
            self.stored += 1


def read_once(stop: threading.Event | None = None) -> Round:
    """Read what there is. ledger.Busy when another reader is at it; else what `code_of` knows, or database errors."""
    with ledger.alone(ledger.mailbox_of(settings.IMAP_FOLDER)), signed_in() as server:
        return Reader(server, stop or threading.Event(), Strikes()).look()


def read_until(stop: threading.Event, *, ready: Callable[[], None]) -> None:
    """Read what there is and what comes, until `stop` is set. `ready` is called after the first reading.

    Nothing else ends it: what goes wrong is noted, and tried again after a while.
    """
    wait, told, strikes = FIRST_WAIT, False, Strikes()
    while not stop.is_set():
        try:
            with ledger.alone(ledger.mailbox_of(settings.IMAP_FOLDER)), signed_in() as server:
                reader = Reader(server, stop, strikes)
                while not stop.is_set():
                    reader.look()
                    wait = FIRST_WAIT
                    if not told:
                        ready()
                        told = True
                    server.wait(settings.IMAP_POLL_SECONDS, stop)
        except ledger.Busy:
            log.info("another reader has the mailbox")
            stop.wait(BUSY_WAIT)
        except Exception as error:
            # The server, the network, the disk or the database: the mail is still in the mailbox.
            _note(error)
            stop.wait(wait)
            wait = min(2 * wait, LONGEST_WAIT)


class Strikes:
    """How often the connection broke over a mail, and when; kept from one connection to the next."""

    def __init__(self) -> None:
        self._seen: dict[tuple[int, int, int], tuple[int, float]] = {}

    def fetch(self, server: Server, mailbox: Mailbox, mail: Listed) -> bytes | Iterator[bytes]:
        """The bytes of a mail. MailboxError "breaks" while it rests, and what the server raises."""
        key = (mailbox.pk, mailbox.uid_validity, mail.uid)
        number, last = self._seen.get(key, (0, 0.0))
        if number >= MAX_STRIKES and time.monotonic() - last < REST:
            raise MailboxError("breaks")
        self._seen[key] = (number + 1, time.monotonic())
        content = server.fetch(mail)
        del self._seen[key]
        return content


class Reader:
    """Reads the mailbox over one connection."""

    def __init__(self, server: Server, stop: threading.Event, strikes: Strikes) -> None:
        self.server = server
        self.stop = stop
        self.strikes = strikes
        self.sent_folder = server.sent_folder()
        self.done_folder = settings.IMAP_DONE_FOLDER
        if not self.sent_folder and settings.IMAP_SENT_FOLDER == AUTO:
            log.warning("the server marks no folder of sent mail; name it in IMAP_SENT_FOLDER")
        self._compared: set[tuple[int, int]] = set()  # mailbox and UIDVALIDITY
        if self.done_folder and not server.can_move():
            log.warning("the server cannot move mail safely; it stays where it is")
            self.done_folder = ""
        if self.done_folder:
            server.make_folder(self.done_folder)

    def look(self) -> Round:
        """Read both folders to their end; the one for what comes in is open afterwards, so that it can be waited on."""
        done = Round()
        inbox = ledger.mailbox_of(settings.IMAP_FOLDER)
        self._read(inbox, done)
        if self.sent_folder:
            # First what came in, then what answers it; and what came in meanwhile.
            self._read(ledger.mailbox_of(self.sent_folder), done)
            self._read(inbox, done)
        ledger.watch(timezone.now())
        return done

    def _read(self, mailbox: Mailbox, done: Round) -> None:
        """Read one folder: all of it compared with the ledger at first, then what lies behind the last UID."""
        ledger.turn(mailbox, self.server.open(mailbox.folder, readonly=False))
        whole = (mailbox.pk, mailbox.uid_validity) not in self._compared
        listed = self.server.uids(1 if whole else mailbox.last_uid + 1)
        have = ledger.entered(mailbox, listed)
        self._move(mailbox, [uid for uid in listed if uid in have])
        new = [uid for uid in listed if uid not in have]
        failed: list[int] = []
        for start in range(0, len(new), BATCH):
            failed += self._take(mailbox, new[start : start + BATCH], done)
            if self.stop.is_set():
                return
        if failed:
            there = set(self.server.uids(failed[0]))
            failed = [uid for uid in failed if uid in there]  # somebody took the others away meanwhile
        if listed:
            ledger.advance(mailbox, min(failed) - 1 if failed else listed[-1])
        done.failed += len(failed)
        ledger.read_to_end(mailbox, failed=failed)
        self._compared.add((mailbox.pk, mailbox.uid_validity))

    def _take(self, mailbox: Mailbox, uids: Sequence[int], done: Round) -> list[int]:
        """Store these mails, then move them; returns those that could not be had."""
        is_sent = mailbox.folder == self.sent_folder
        mails = self.server.list(uids)
        failed = set(uids) - {mail.uid for mail in mails}
        if is_sent:
            old = {mail.uid for mail in mails if _is_old(mail, mailbox)}
            ledger.skip(mailbox, sorted(old))
            mails = [mail for mail in mails if mail.uid not in old]
        stored = []
        for mail in mails:
            if self.stop.is_set():
                break
            try:
                content = self.strikes.fetch(self.server, mailbox, mail)
                raw = _store(mailbox, mail, content, is_sent=is_sent)
            except MailboxError as error:
                told = {"mailbox": mailbox.pk, "uid": mail.uid, "code": error.code}
                log.error("a mail could not be fetched", extra=told)
                failed.add(mail.uid)
            else:
                stored.append(mail.uid)
                done.count(raw)
        self._move(mailbox, stored)
        return sorted(failed)

    def _move(self, mailbox: Mailbox, uids: Sequence[int]) -> None:
        if not self.done_folder or mailbox.folder == self.sent_folder:
            return
        for start in range(0, len(uids), BATCH):
            self.server.move(uids[start : start + BATCH], self.done_folder)


def _store(mailbox: Mailbox, mail: Listed, content: bytes | Iterator[bytes], *, is_sent: bool) -> RawMail:
    """Keep one mail, together with its entry in the ledger."""
    now = timezone.now()
    return store.keep(
        content,
        source=RawMail.Source.IMAP_SENT if is_sent else RawMail.Source.IMAP,
        envelope_from=None,
        envelope_to=[],
        received_at=_received_at(mail, now),
        acknowledge=not _is_old(mail, mailbox),
        together=lambda kept: ledger.enter(mailbox, mail.uid, kept),
    )


def _received_at(mail: Listed, now: datetime) -> datetime:
    """When the house could know: when its mail server took the mail. A clock ahead of ours is not believed."""
    return min(mail.received_at or now, now)


def _is_old(mail: Listed, mailbox: Mailbox) -> bool:
    return mail.received_at is not None and mail.received_at < mailbox.created_at - BEFORE


def _note(error: Exception) -> None:
    """Say what went wrong: in the log, on the row of the mailbox, and by an alarm when it lasts."""
    code = "database" if isinstance(error, OperationalError | InterfaceError) else code_of(error)
    log.error("the mailbox could not be read", extra={"code": code, "error": type(error).__name__})
    try:
        if code == "database":
            connection.close()
        ledger.failed(ledger.mailbox_of(settings.IMAP_FOLDER), code)
        ledger.watch(timezone.now())
    except (OperationalError, InterfaceError) as away:
        connection.close()
        log.error("the database could not be told", extra={"error": type(away).__name__})
