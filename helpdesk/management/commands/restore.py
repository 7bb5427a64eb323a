"""`manage.py restore FOLDER`: a backup in the place of an empty database and its files."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from helpdesk import backups
from helpdesk.inventory import live


class Command(BaseCommand):
    help = (
        "Restores the newest backup in FOLDER, or the one that --backup names, into an empty database; the service "
        "must not run. With --force everything that is in the database is replaced, and rows without their file are "
        "restored too."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--backup", default="", help="the name of one backup in the folder; the newest by default")
        parser.add_argument(
            "--force",
            action="store_true",
            help="replace a database that is not empty, and restore rows whose file the backup lacks",
        )

    def handle(self, *args: Any, folder: Path, backup: str, force: bool, **options: Any) -> None:
        known = [each for each in backups.backups_in(folder.absolute()) if backup in ("", each.path.name)]
        if not known:
            raise CommandError(f"There is no finished backup {backup} in {folder}.".replace("  ", " "))
        try:
            backups.restore(known[-1], Path(settings.MEDIA_ROOT), force=force, progress=self.stdout.write)
        except (backups.BackupError, OSError) as problem:
            raise CommandError(str(problem)) from problem
        executor = MigrationExecutor(connection)
        if pending := executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write(f"{len(pending)} migrations are newer than the backup: run `manage.py migrate` now.")
            return
        found = live(Path(settings.MEDIA_ROOT))
        if found.rows_without_file:
            raise CommandError(f"{len(found.rows_without_file)} rows lack their file: see `manage.py backup --verify`.")
        self.stdout.write(f"{known[-1].path.name} is restored; every row has its file.")
