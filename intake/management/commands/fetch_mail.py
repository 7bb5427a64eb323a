"""`manage.py fetch_mail`: the reader of the mailbox, in the foreground."""

import signal
import threading
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from imapclient.exceptions import IMAPClientError

from intake import ledger, reconcile
from intake.sources import imap
from intake.sources.mailbox import MailboxError, code_of

PROBLEMS = {
    "sign-in": gettext_lazy("it refuses to let us in; check IMAP_USER and the password or the OAuth 2 settings"),
    "certificate": gettext_lazy(
        "its certificate is not trusted; check IMAP_HOST, or name your authority in IMAP_CA_FILE"
    ),
    "not-reached": gettext_lazy("it does not answer, or the connection was lost"),
    "folder": gettext_lazy("a folder cannot be opened; check IMAP_FOLDER and IMAP_SENT_FOLDER"),
    "refused": gettext_lazy("it refuses what we ask for"),
    "disk": gettext_lazy("the disk of the helpdesk is full"),
}


class Command(BaseCommand):
    help = "Read the mailbox by IMAP, what is there and what comes, until SIGTERM or Ctrl-C."
    # As for the listener: mail comes in though a page were broken, and in less memory.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--once", action="store_true", help="Read what is there, then end.")
        what.add_argument("--check", action="store_true", help="Count the mailbox against the ledger; change nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.IMAP_HOST:
            raise CommandError(_("IMAP_HOST is not set: there is no mailbox to read."))
        try:
            if options["check"]:
                self._check()
            elif options["once"]:
                self._once()
            else:
                imap.read_until(self._stop(), ready=self._say_ready)
        except ledger.Busy:
            raise CommandError(_("Another reader has this mailbox. Stop it first, or let it read.")) from None
        except (MailboxError, IMAPClientError, OSError) as error:
            code = code_of(error)
            facts = {"host": settings.IMAP_HOST, "problem": str(PROBLEMS.get(code, code))}
            raise CommandError(_("The mailbox at %(host)s cannot be read: %(problem)s.") % facts) from error
        except DatabaseError as error:
            raise CommandError(
                _("The database does not answer. Nothing is lost: the mail is in the mailbox.")
            ) from error

    def _once(self) -> None:
        done = imap.read_once(self._stop())
        lines = (
            (_("stored: %(number)d"), done.stored),
            (_("sent by staff: %(number)d"), done.sent),
            (_("known already: %(number)d"), done.known),
            (_("not to be had: %(number)d"), done.failed),
        )
        for line, number in lines:
            self.stdout.write(line % {"number": number})

    def _check(self) -> None:
        found = reconcile.counts()
        for count in found:
            facts = {"folder": count.mailbox.folder, "there": count.on_server, "here": count.in_ledger}
            self.stdout.write(_("%(folder)s: %(there)d on the server, %(here)d of them in the ledger") % facts)
            if count.missing:
                self.stdout.write(_("  not in the ledger: %(uids)s") % {"uids": reconcile.ranges(count.missing)})
            if count.unmoved:
                self.stdout.write(_("  not moved: %(uids)s") % {"uids": reconcile.ranges(count.unmoved)})
        if not all(count.in_order for count in found):
            raise CommandError(_("The mailbox and the ledger differ."))

    def _say_ready(self) -> None:
        self.stdout.write(_("Reading the mailbox at %(host)s") % {"host": settings.IMAP_HOST})
        self.stdout.flush()

    @staticmethod
    def _stop() -> threading.Event:
        """What SIGTERM and Ctrl-C set: the mail in hand is stored, then the reader ends."""
        stop = threading.Event()

        def ask(_number: int, _frame: FrameType | None) -> None:
            stop.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, ask)
        return stop
