"""`manage.py import_calendar FILE`: take a year's published closing days into a calendar."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tickets.actions.calendars import Changes, enter_closing_days
from tickets.actions.record import SYSTEM
from tickets.closing_days import BrokenList, ClosingDay, read_list
from tickets.deadlines import CALENDAR
from tickets.models import Calendar

MAX_BYTES = 1_000_000


class Command(BaseCommand):
    help = (
        "Take closing days from an iCalendar or CSV file (columns date, name, source, provisional) into a calendar. A "
        "list with a mistake is refused whole. The calendar gets a new version; dates that partners were told stay."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--calendar", default=CALENDAR, metavar="CODE", help="Another one than %(default)s.")
        parser.add_argument("--source", default="", help="Where the list was published, if the file does not say it.")
        parser.add_argument("--provisional", action="store_true", help="The list is not published yet.")
        parser.add_argument(
            "--replace", action="store_true", help="The list is all of its years: other days of them are taken away."
        )
        parser.add_argument("--dry-run", action="store_true", help="Tell what would change, and change nothing.")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        days = self._days(options)
        try:
            changes = enter_closing_days(
                actor=SYSTEM,
                calendar=options["calendar"],
                days=days,
                replace=options["replace"],
                now=timezone.now(),
            )
        except Calendar.DoesNotExist as error:
            known = ", ".join(Calendar.objects.values_list("code", flat=True)) or "–"
            told = _("There is no calendar “%(code)s”. Those that there are: %(known)s")
            raise CommandError(told % {"code": options["calendar"], "known": known}) from error
        self._tell(changes)
        if options["dry_run"]:
            transaction.set_rollback(True)
            self.stdout.write(_("Nothing was changed: this was a dry run."))

    def _days(self, options: dict[str, Any]) -> tuple[ClosingDay, ...]:
        path: Path = options["file"]
        try:
            with path.open("rb") as file:
                content = file.read(MAX_BYTES + 1)
        except OSError as error:
            told = _("%(file)s cannot be read: %(reason)s") % {"file": path, "reason": error.strerror}
            raise CommandError(told) from error
        if len(content) > MAX_BYTES:
            raise CommandError(_("%(file)s is too large for a list of closing days.") % {"file": path})
        try:
            return read_list(content, source=options["source"] or path.name, provisional=options["provisional"])
        except BrokenList as error:
            raise CommandError("\n".join(error.mistakes)) from error

    def _tell(self, changes: Changes) -> None:
        for sign, rows in (("+", changes.added), ("~", changes.changed), ("-", changes.taken_away)):
            for each in sorted(rows, key=lambda row: row.date):
                mark = f" ({_('provisional')})" if each.provisional else ""
                self.stdout.write(f"{sign} {each.date:%Y-%m-%d} {each.name}{mark}")
        facts = {"added": len(changes.added), "changed": len(changes.changed), "away": len(changes.taken_away)}
        self.stdout.write(_("Added: %(added)d, changed: %(changed)d, taken away: %(away)d") % facts)
        if changes:
            self.stdout.write(_("Dates that partners were told stay as they are."))
