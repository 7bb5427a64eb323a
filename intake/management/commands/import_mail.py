"""`manage.py import_mail PATH...`: old mail from .eml files, mbox files and Maildirs, with its original dates."""

import signal
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from intake import processing, store
from intake.models import RawMail
from intake.sources.files import FoundMail, files_in, mails_in
from tickets.models import User

# Until then the workers leave the mails to us: an answer must not come before the mail that it answers.
HELD_FOR = timedelta(days=1)
BATCH = 500
LINE_EVERY = 1000
BAR = 30
MAX_NAMED = 20

PROBLEMS = {
    "no-mail": gettext_lazy("holds no mail"),
    "too-big": gettext_lazy("is bigger than MAIL_MAX_MIB allows"),
    "not-readable": gettext_lazy("cannot be opened"),
}


class TookTooLong(BaseException):
    """A mail over its time limit. No Exception, which a reader that never raises would swallow."""


class Command(BaseCommand):
    help = (
        "Import old mail from .eml files, mbox files and folders of them (Maildir too). Nothing is sent for it. "
        "Run it again after an interruption: what is there already is not imported twice."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="PATH", type=Path)
        parser.add_argument("--acknowledge", action="store_true", help="Send the acknowledgement for new tickets.")
        parser.add_argument("--user", metavar="ADDRESS", help="The member of staff in whose name it is imported.")

    def handle(self, *args: Any, **options: Any) -> None:
        user = self._user(options["user"])
        try:
            files = files_in(options["paths"])
        except FileNotFoundError as error:
            raise CommandError(_("There is no file or folder “%(path)s”.") % {"path": error.args[0]}) from error
        if not files:
            raise CommandError(_("There is no mail in these folders: no .eml or mbox file and no Maildir."))
        counts: Counter[str] = Counter()
        try:
            unreadable = self._store(files, user, options["acknowledge"], counts)
            self._process(counts)
        except KeyboardInterrupt:
            raise CommandError(_("Interrupted. Run it again: it goes on where it stopped."), returncode=130) from None
        except (OSError, DatabaseError) as error:
            raise CommandError(
                _("A mail could not be stored (%(problem)s). Run it again when that is mended: it goes on from there.")
                % {"problem": type(error).__name__ if isinstance(error, DatabaseError) else error.strerror}
            ) from error
        self._summary(counts, unreadable)

    def _user(self, address: str | None) -> User | None:
        if not address:
            return None
        user = User.objects.filter(email=address.lower(), is_active=True).first()
        if user is None:
            raise CommandError(_("No active user has the address “%(address)s”.") % {"address": address})
        return user

    def _store(self, files: list[Path], user: User | None, acknowledge: bool, counts: Counter[str]) -> list[FoundMail]:
        """Keep every mail first, so that they can be worked on in the order of their dates."""
        unreadable: list[FoundMail] = []
        bar = Progress(_("Storing"), sum(path.stat().st_size for path in files))
        for number, found in enumerate(mails_in(files, largest=settings.MAIL_MAX_BYTES, now=timezone.now()), 1):
            if found.content is None or found.received_at is None:
                counts["unreadable"] += 1
                unreadable.append(found)
            else:
                kept = store.keep(
                    found.content,
                    source=RawMail.Source.IMPORT,
                    envelope_from=None,
                    envelope_to=[],
                    received_at=found.received_at,
                    acknowledge=acknowledge,
                    held_for=HELD_FOR,
                    imported_by=user,
                )
                counts["known" if kept.known else "stored"] += 1
            bar.show(found.read_bytes, number)
        bar.end()
        return unreadable

    def _process(self, counts: Counter[str]) -> None:
        """Work on what was imported, this time or before an interruption, the oldest first."""
        waiting = RawMail.objects.filter(source=RawMail.Source.IMPORT, state=RawMail.State.RECEIVED, attempts=0)
        total, done = waiting.count(), 0
        bar = Progress(_("Reading"), total)
        while batch := list(waiting.order_by("received_at", "id").values_list("pk", flat=True)[:BATCH]):
            for mail_id in batch:
                _process(mail_id)
                done += 1
                bar.show(done, done)
            for state, reason in RawMail.objects.filter(pk__in=batch).values_list("state", "reason"):
                counts[self._outcome(state, reason)] += 1
        bar.end()

    @staticmethod
    def _outcome(state: str, reason: str) -> str:
        if state == RawMail.State.PROCESSED:
            return "new" if reason in ("new", "unreadable") else "joined"
        if state == RawMail.State.IGNORED:
            return "twice" if reason == "known" else "ignored"
        return "later"

    def _summary(self, counts: Counter[str], unreadable: list[FoundMail]) -> None:
        lines = (
            ("stored", _("stored: %(number)d")),
            ("known", _("known already: %(number)d")),
            ("unreadable", _("unreadable: %(number)d")),
            ("new", _("new tickets: %(number)d")),
            ("joined", _("messages on their tickets: %(number)d")),
            ("twice", _("the same message in another copy: %(number)d")),
            ("ignored", _("our own mail, not taken in: %(number)d")),
            ("later", _("to be tried again by the worker: %(number)d")),
        )
        for code, line in lines:
            if counts[code] or code in ("stored", "known", "unreadable"):
                self.stdout.write(line % {"number": counts[code]})
        for found in unreadable[:MAX_NAMED]:
            where = f"{found.path} ({found.number})" if found.number > 1 else str(found.path)
            self.stderr.write(f"{where}: {PROBLEMS[found.problem]}")


def _process(mail_id: int) -> None:
    """Process one mail within the worker's time limit. What hangs is left to the worker, which kills what hangs."""
    try:
        with _time_limit(settings.MAIL_TIME_LIMIT):
            processing.process(mail_id)
    except TookTooLong:
        if not connection.in_atomic_block:
            connection.close()  # it may have been cut off in the middle of an answer


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        raise TookTooLong

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


class Progress:
    """A bar on a terminal; a line now and then in a log."""

    def __init__(self, title: str, total: int) -> None:
        self.title, self.total = title, max(total, 1)
        self.terminal = sys.stderr.isatty()
        self.shown = -1

    def show(self, done: int, number: int) -> None:
        if not self.terminal:
            if number % LINE_EVERY == 0:
                self._write(f"{self.title}: {number}\n")
            return
        share = min(done / self.total, 1.0)
        if int(share * 1000) != self.shown:
            self.shown = int(share * 1000)
            filled = int(share * BAR)
            self._write(f"\r{self.title} [{'#' * filled}{'.' * (BAR - filled)}] {share:6.1%} {number}")

    def end(self) -> None:
        if self.terminal and self.shown >= 0:
            self._write("\n")

    @staticmethod
    def _write(text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()
