"""`manage.py backup FOLDER`: the database and its files into a folder; `--verify` holds rows against files."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from helpdesk import backups
from helpdesk.inventory import Findings, Named, compare, live

SHOWN = 100  # lines of each list


class Command(BaseCommand):
    help = (
        "Backs up the database, then the files that it names, into FOLDER; the service may run meanwhile. Files that "
        "an earlier backup copied are not copied again. With --verify it lists rows without file and files without "
        "row: of the newest backup in FOLDER, or of the running service where no folder is given. Ends with 1 when a "
        "row lacks its file."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, help="where the backups are; one folder for all of them")
        parser.add_argument("--keep", type=int, help="afterwards remove all but the newest so many backups")
        parser.add_argument("--verify", action="store_true", help="make none, hold rows against files")
        parser.add_argument("--hashes", action="store_true", help="with --verify: read each file and check its hash")

    def handle(self, *args: Any, folder: Path | None, keep: int | None, **options: Any) -> None:
        try:
            if options["verify"]:
                self._tell(self._verify(folder, hashes=options["hashes"]))
            elif folder is None:
                raise CommandError("Name the folder for the backup.")
            elif keep is not None and keep < 1:
                raise CommandError("--keep is at least 1.")
            else:
                self._take(folder.absolute(), keep)
        except (backups.BackupError, OSError) as problem:
            raise CommandError(str(problem)) from problem

    def _take(self, folder: Path, keep: int | None) -> None:
        taken, missing = backups.take(folder, Path(settings.MEDIA_ROOT), progress=self._progress)
        facts = taken.facts
        self.stdout.write(
            f"{taken.path}: {facts.rows:,} rows that name {facts.files:,} files of {facts.bytes / 2**20:,.0f} MiB."
        )
        if keep is not None:
            old, files = backups.forget(folder, keep=keep)
            self.stdout.write(f"{old} older backups and {files} files of theirs are removed.")
        self._tell(Findings(rows_without_file=missing))

    def _verify(self, folder: Path | None, *, hashes: bool) -> Findings:
        if folder is None:
            return live(Path(settings.MEDIA_ROOT), hashes=hashes)
        known = backups.backups_in(folder.absolute())
        if not known:
            raise CommandError(f"There is no finished backup in {folder}.")
        found = compare(known[-1].named(), known[-1].pool, hashes=hashes)
        older = {each.path for backup in known[:-1] for each in backup.named()}
        found.files_without_row = [path for path in found.files_without_row if path not in older]
        return found

    def _tell(self, found: Findings) -> None:
        self._list("file without row", found.files_without_row)
        self._list("row without file", [_words(each) for each in found.rows_without_file])
        self.stdout.write(
            f"{len(found.rows_without_file):,} rows without file, {len(found.files_without_row):,} files without row."
        )
        if found.rows_without_file:
            raise CommandError("Rows lack their files: take them from an older backup, if one has them.")

    def _list(self, what: str, lines: list[str]) -> None:
        for line in lines[:SHOWN]:
            self.stdout.write(f"{what}: {line}")
        if len(lines) > SHOWN:
            self.stdout.write(f"… and {len(lines) - SHOWN:,} more")

    def _progress(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()


def _words(named: Named) -> str:
    return f"{named.row} names {named.path}"
