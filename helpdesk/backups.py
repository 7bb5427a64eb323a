"""Backups: the database first, then the files that it names. Together they are one state of the house.

A folder holds many backups. Each has a folder of its own, named by its time, with the dump and the list of the files
that its rows name; the files themselves lie once, under their hashes, in `files`. List and dump are read from the same
snapshot of the database. A file is on the disk before a row names it and never changes, so whatever the list names can
be copied afterwards; only the removal of discarded files could be quicker, and it waits while a backup runs. A backup
counts when its folder has its final name, which it gets last.
"""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.db import connection, transaction
from django.db.backends.postgresql.client import DatabaseClient

from helpdesk.inventory import BLOCK, Named, named_files
from helpdesk.postgres import installed_programs
from intake.erasing import removal_paused
from tickets.storage import flush_folder, make_folder

LEAVING = (0, 0.1, 0.4, 1.5)  # seconds that a process which has ended may keep its connection
DUMP, LIST, FACTS = "database.dump", "files.txt", "facts.json"
# Files that wait for an unsent form are not in a backup, so neither are their rows.
LEFT_OUT = "portal_upload"
Progress = Callable[[str], None]


class BackupError(Exception):
    """It cannot be done; the text says why and what to do."""


@dataclass(frozen=True)
class Facts:
    """What a backup says of itself. Numbers of bytes are of all files that its rows name."""

    taken_at: str
    postgres: int
    rows: int
    files: int
    bytes: int
    missing: int


@dataclass(frozen=True)
class Backup:
    """One finished backup in its folder."""

    path: Path

    @property
    def facts(self) -> Facts:
        return Facts(**json.loads((self.path / FACTS).read_text(encoding="utf-8")))

    @property
    def pool(self) -> Path:
        """The files of all backups of this folder."""
        return self.path.parent / "files"

    def named(self) -> Iterator[Named]:
        """The rows that name files, as the dump has them."""
        with (self.path / LIST).open(encoding="utf-8") as lines:
            for line in lines:
                row, _, path = line.rstrip("\n").partition("\t")
                yield Named(row, path)


def backups_in(folder: Path) -> list[Backup]:
    """The finished backups of a folder, the oldest first."""
    return [Backup(path.parent) for path in sorted(folder.glob(f"2*/{FACTS}"))]


def take(folder: Path, source: Path, *, progress: Progress) -> tuple[Backup, list[Named]]:
    """Make a backup of the database and of the files in `source`; gives it with the rows whose file is missing.

    Raises BackupError, and OSError when the disk refuses.
    """
    now = datetime.now(UTC)
    pool, final = folder / "files", folder / f"{now:%Y%m%dT%H%M%SZ}"
    pool.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".new-", dir=folder))
    try:
        with removal_paused():
            progress("Dumping the database …")
            rows = _dump(aside)
            missing, files, size = _copy_named(Backup(aside).named(), source, pool, progress)
        facts = Facts(now.isoformat(timespec="seconds"), _major(), rows, files, size, len(missing))
        _write(aside / FACTS, json.dumps(asdict(facts), indent=1))
        for each in (aside / DUMP, aside / LIST):
            _flush(each)
        flush_folder(aside)
        aside.rename(final)
        flush_folder(folder)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    return Backup(final), missing


def restore(backup: Backup, target: Path, *, force: bool, progress: Progress) -> None:
    """Put a backup in the place of this database, and its files into `target`.

    Files first, so that no row lacks its own at any moment. The database must be empty, every row of the backup must
    have its file there, and nobody else may be connected: BackupError otherwise, and then the database is as before.
    `force` empties a database that is not, and restores rows without their file; others may not be connected even so.
    What was there is gone before the dump is read: if that fails, the database is empty, and restoring may be repeated.
    """
    check_alone()
    if _tables() and not force:
        raise BackupError(
            "The database is not empty, and restoring would replace all of it. Give an empty one in DATABASE_URL, or "
            "say --force."
        )
    if backup.facts.postgres > _major():
        raise BackupError(
            f"The backup was made with PostgreSQL {backup.facts.postgres}, the server here is {_major()}: restore into "
            f"PostgreSQL {backup.facts.postgres} or later."
        )
    command = _program("pg_restore")
    missing, _files, _size = _copy_named(backup.named(), backup.pool, target, progress)
    if missing and not force:
        raise BackupError(
            f"{len(missing)} rows of the backup lack their file: look with `backup FOLDER --verify`, or say --force."
        )
    progress("Restoring the database …")
    if _tables():
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
    alone = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
    _run([*command, *alone, str(backup.path / DUMP)])


def forget(folder: Path, *, keep: int) -> tuple[int, int]:
    """Remove all backups but the newest `keep`, and the files that none of those names; how many of each."""
    old = backups_in(folder)[:-keep]
    for backup in old:
        gone = backup.path.with_name(f".old-{backup.path.name}")
        backup.path.rename(gone)
        shutil.rmtree(gone)
    named = {each.path for backup in backups_in(folder) for each in backup.named()}
    removed = 0
    for path in (folder / "files").glob("*/*/*"):
        if str(path.relative_to(folder / "files")) not in named:
            path.unlink()
            removed += 1
    return len(old), removed


def check_alone() -> None:
    """BackupError while another process is connected to this database; one that is just leaving is waited for."""
    for pause in LEAVING:
        time.sleep(pause)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND backend_type = 'client backend'"
            )
            (others,) = cursor.fetchone()
        if not others:
            return
    raise BackupError(f"{others} other connections use this database: stop the service first, then restore.")


def _dump(aside: Path) -> int:
    """List and dump from one snapshot; how many rows name a file."""
    command = _program("pg_dump")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        # The transaction is idle while pg_dump works, however long that takes.
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        rows = 0
        with (aside / LIST).open("w", encoding="utf-8") as lines:
            for each in named_files():
                lines.write(f"{each.row}\t{each.path}\n")
                rows += 1
        said = ["--format=custom", "--no-owner", "--no-privileges", f"--exclude-table-data={LEFT_OUT}"]
        _run([*command, *said, f"--snapshot={snapshot}", f"--file={aside / DUMP}"])
    return rows


def _copy_named(named: Iterable[Named], source: Path, target: Path, progress: Progress) -> tuple[list[Named], int, int]:
    """Copy what is not there yet, each file checked against its hash; the rows without file, files and bytes."""
    missing, lost, done, size = list[Named](), set[str](), set[str](), 0
    for each in named:
        if each.path in lost:
            missing.append(each)
        elif each.path not in done:
            copied = _copy(source / each.path, target / each.path, root=target)
            if copied is None:
                lost.add(each.path)
                missing.append(each)
                continue
            done.add(each.path)
            size += copied
            if len(done) % 1_000 == 0:
                progress(f"{len(done):,} files, {size / 2**20:,.0f} MiB …")
    return missing, len(done), size


def _copy(source: Path, target: Path, *, root: Path) -> int | None:
    """Bytes of the file, copied now or before; None where there is none with its hash. Durable when it returns."""
    try:
        if target.is_file() and target.stat().st_size == source.stat().st_size:
            return target.stat().st_size
        make_folder(target.parent, root)
        handle, aside = tempfile.mkstemp(dir=root, prefix=".new-")
        try:
            digest, size = hashlib.sha256(), 0
            with source.open("rb") as read, os.fdopen(handle, "wb") as written:
                while block := read.read(BLOCK):
                    digest.update(block)
                    size += written.write(block)
                written.flush()
                os.fsync(written.fileno())
            if digest.hexdigest() != target.name:
                return None
            os.replace(aside, target)
            flush_folder(target.parent)
            return size
        finally:
            Path(aside).unlink(missing_ok=True)
    except FileNotFoundError:
        return None


def _program(name: str) -> list[str]:
    """The program of the server's own major version, with the words that connect it. BackupError where none is here."""
    for programs in installed_programs(needed=(name,)):
        if programs.major == _major():
            return [str(programs.folder / name)]
    raise BackupError(
        f"The server is PostgreSQL {_major()}, and no {name} of that version is on this machine: install it (on "
        f"Debian: apt-get install postgresql-client-{_major()})."
    )


def _run(command: list[str]) -> None:
    """Run a program of PostgreSQL on this database; the password travels in its environment, never in its words."""
    words, env = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    ran = subprocess.run(  # noqa: S603 - PostgreSQL's own program, no shell
        [command[0], *words[1:-1], f"--dbname={words[-1]}", *command[1:]],
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if ran.returncode:
        raise BackupError(f"{Path(command[0]).name} failed: {' '.join(ran.stderr.split())[-400:]}")


def _tables() -> list[str]:
    return connection.introspection.table_names()


def _major() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        (version,) = cursor.fetchone()
    return int(version) // 10_000


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    _flush(path)


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
