"""`manage.py migrate`: Django's, but it never makes the running service wait.

A migration that waits for a table's lock holds up everybody who comes after it. So it waits half a second at most,
gives up, lets the others pass, and tries again. That is shorter than PostgreSQL's `deadlock_timeout` of a second, so
where a migration of several tables and the service wait for each other, it is the migration that steps back; should
PostgreSQL have chosen it first, it tries again likewise. Each migration is one transaction: what was given up has
changed nothing.

And it refuses a database that stopped halfway through steps which one migration has replaced: Django would take it for
finished and migrate nothing.
"""

import time
from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from psycopg.errors import DeadlockDetected, LockNotAvailable

LOCK_MILLISECONDS, PAUSE_SECONDS, ATTEMPTS = 500, 3.0, 40


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        if lacking := _lacking(connections[options["database"]]):
            raise CommandError(
                f"This database was made before the first release and lacks {', '.join(lacking)}. Nothing was changed. "
                "Migrate it with the code of that time, then with this one: see "
                "docs/decisions/0014-one-migration-until-the-first-release.md."
            )
        for _attempt in range(ATTEMPTS):
            with connections[options["database"]].cursor() as cursor:
                cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{LOCK_MILLISECONDS}ms"])
                # Making an index of a big table takes its time and stops nobody.
                cursor.execute("SELECT set_config('statement_timeout', '0', false)")
            try:
                super().handle(*args, **options)
                return
            except OperationalError as error:
                if not isinstance(error.__cause__, DeadlockDetected | LockNotAvailable):
                    raise
            self.stdout.write("A table is in use; the migration waits and tries again.")
            self.stdout.flush()
            time.sleep(PAUSE_SECONDS)
        raise CommandError("A table was in use all the time: see who holds it in pg_stat_activity, then try again.")


def _lacking(connection: BaseDatabaseWrapper) -> list[str]:
    """The steps that are missing where others, which the same migration has replaced, were made."""
    made = MigrationRecorder(connection).applied_migrations()
    found = []
    for migration in MigrationLoader(None).disk_migrations.values():
        missing = [step for step in migration.replaces if step not in made]
        if len(missing) < len(migration.replaces):
            found += [f"{app}.{name}" for app, name in missing]
    return found
