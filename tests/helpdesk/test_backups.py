"""Backup and restore with PostgreSQL's own programs, a second cluster, and the real web server on what came back."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from pathlib import Path

import psycopg
import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from helpdesk import backups, inventory
from helpdesk.postgres import Cluster
from intake import erasing, processing, store
from intake.models import RawMail
from tests import environment, services, visiting
from tests.flows.conftest import reference_data  # noqa: F401 - a fixture
from tests.making import staff
from tickets.files import discard, storage
from tickets.models import Attachment, DiscardedFile, Message, Ticket

pytestmark = [pytest.mark.flow, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("reference_data")]
RAW = (
    b"From: Olena <olena@hromada.example>\r\nTo: SupportUkraine@cor.europa.eu\r\nSubject: Generators\r\n"
    b"Message-ID: <7@hromada.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: text/plain\r\n\r\nWe need two generators for the hospital.\r\n"
    b"--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=list.txt\r\n\r\nA list\r\n--b--\r\n"
)


@pytest.fixture(autouse=True)
def _alone(reference_data: None) -> None:  # noqa: F811
    """What a test before left connected, such as a thread that served a browser, is not of this house."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )


@pytest.fixture
def ticket() -> Ticket:
    mail = store.keep(
        RAW,
        source="smtp",
        envelope_from="olena@hromada.example",
        envelope_to=["SupportUkraine@cor.europa.eu"],
        received_at=timezone.now(),
    )
    processing.process(mail.pk)
    return Ticket.objects.get()


def told(*words: str, **options: object) -> str:
    out = StringIO()
    call_command(*words, stdout=out, **options)
    return out.getvalue()


def take(folder: Path) -> backups.Backup:
    told("backup", str(folder))
    return backups.backups_in(folder)[-1]


def manage(*words: str, cluster: Cluster, data: Path) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "DATABASE_URL": cluster.url, "DATA_DIR": str(data)}
    command = [sys.executable, str(services.ROOT / "manage.py"), *words]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def test_a_restored_house_gives_out_a_raw_mail_and_answers_a_ticket(
    ticket: Ticket, tmp_path: Path, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]  # as the web server's own
    agent = staff(email="anna@secretariat.example")
    take(tmp_path / "backups")
    cluster, data = Cluster(tmp_path / "postgres", durable=False), tmp_path / "data"
    data.mkdir()
    cluster.start()
    monkeypatch.setattr(services, "own_database_url", lambda: cluster.url)
    try:
        done = manage("restore", str(tmp_path / "backups"), cluster=cluster, data=data)
        assert done.returncode == 0, done.stderr
        assert "every row has its file" in done.stdout
        port = environment.free_port()
        away = {"DATA_DIR": str(data), "STATIC_ROOT": services.collected()}
        with services.web_server(tmp_path / "web.log", port, **away):
            here = f"http://127.0.0.1:{port}"
            visitor = visiting.sign_in(here, agent.email, "a long enough password")
            message = Message.objects.get(kind="inbound")
            of_ticket = f"{here}/desk/tickets/{ticket.reference}/"
            assert visitor.get(f"{of_ticket}messages/{message.pk}/raw/").content == RAW
            answer = visiting.reply(visitor, of_ticket, "Two generators leave on Monday.")
            assert "Two generators leave on Monday." in answer.text, answer.text
        with psycopg.connect(cluster.url) as restored:
            told_of = restored.execute("SELECT name FROM notifications_outgoingmail ORDER BY id").fetchall()
        assert told_of == [("acknowledgement",), ("reply",)]
        again = manage("restore", str(tmp_path / "backups"), cluster=cluster, data=data)
        assert again.returncode == 1
        assert "The database is not empty" in again.stderr
        forced = manage("restore", str(tmp_path / "backups"), "--force", cluster=cluster, data=data)
        assert forced.returncode == 0, forced.stderr
        with psycopg.connect(cluster.url) as restored:
            assert restored.execute("SELECT count(*) FROM notifications_outgoingmail").fetchone() == (1,)
    finally:
        cluster.stop()


def test_a_second_backup_copies_only_what_is_new(ticket: Ticket, tmp_path: Path) -> None:
    first = take(tmp_path)
    assert (first.facts.rows, first.facts.files, first.facts.missing) == (3, 2, 0)
    before = {path: path.stat().st_ino for path in first.pool.glob("*/*/*")}
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        second = take(tmp_path)
    assert {path: path.stat().st_ino for path in second.pool.glob("*/*/*")} == before
    assert [each.path.name for each in backups.backups_in(tmp_path)] == [first.path.name, second.path.name]
    for folder in (second.path, second.pool):
        assert folder.stat().st_mode & 0o077 == 0, "it holds everything that people wrote"


def test_what_no_kept_backup_names_is_removed_with_the_old_ones(ticket: Ticket, tmp_path: Path) -> None:
    take(tmp_path)
    Attachment.objects.all().delete()
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        removed = told("backup", str(tmp_path), keep=1)
    assert "1 older backups and 1 files of theirs are removed" in removed
    assert "0 rows without file, 0 files without row" in told("backup", str(tmp_path), verify=True)


def test_a_file_that_is_missing_is_named_and_ends_with_an_error(ticket: Ticket, tmp_path: Path) -> None:
    attachment = Attachment.objects.get()
    storage().delete(attachment.path)
    with pytest.raises(CommandError, match="Rows lack their files"):
        told("backup", str(tmp_path))
    backup = backups.backups_in(tmp_path)[-1]
    assert backup.facts.missing == 1, "the rest is a backup all the same"
    found = inventory.live(Path(storage().location))
    assert found.rows_without_file == [inventory.Named(f"tickets.attachment {attachment.pk}", attachment.path)]
    with pytest.raises(CommandError):
        told("backup", verify=True)


def test_a_file_that_lost_its_content_is_not_taken_for_the_right_one(ticket: Ticket, tmp_path: Path) -> None:
    path = Path(storage().path(Attachment.objects.get().path))
    path.write_bytes(b"rotten")
    with pytest.raises(CommandError):
        told("backup", str(tmp_path))
    assert "0 rows without file" in told("backup", verify=True), "the file is there"
    with pytest.raises(CommandError):
        told("backup", verify=True, hashes=True)
    assert list((tmp_path / "files").glob(".new-*")) == []


def test_a_file_that_no_row_names_is_listed_unless_it_is_fresh_or_going(ticket: Ticket, tmp_path: Path) -> None:
    path, _, _ = storage().keep([b"nobody's"])
    assert path not in inventory.live(Path(storage().location)).files_without_row
    os.utime(storage().path(path), (1, 1))
    assert path in inventory.live(Path(storage().location)).files_without_row
    discard([path], now=timezone.now())
    assert path not in inventory.live(Path(storage().location)).files_without_row
    storage().delete(path)


def test_nothing_is_removed_while_a_backup_copies(ticket: Ticket) -> None:
    path, _, _ = storage().keep([b"to be removed"])
    os.utime(storage().path(path), (1, 1))
    discard([path], now=timezone.now() - 2 * erasing.GRACE)
    with psycopg.connect(services.own_database_url(), autocommit=True) as backup:
        backup.execute("SELECT pg_advisory_lock(%s)", [erasing._LOCK])
        assert erasing.remove_discarded(timezone.now()) == 0
        assert storage().exists(path)
        backup.execute("SELECT pg_advisory_unlock(%s)", [erasing._LOCK])
    assert erasing.remove_discarded(timezone.now()) == 1
    assert not DiscardedFile.objects.exists()


def test_rows_that_come_after_the_snapshot_are_in_neither_half(ticket: Ticket, tmp_path: Path, monkeypatch) -> None:
    def dump_late(command: list[str]) -> None:
        with psycopg.connect(services.own_database_url(), autocommit=True) as other:
            other.execute("UPDATE intake_rawmail SET reason = 'later'")
        original(command)

    original = backups._run
    monkeypatch.setattr(backups, "_run", dump_late)
    backup = take(tmp_path)
    asked = ["--data-only", "--table=intake_rawmail", "--file=-", str(backup.path / backups.DUMP)]
    program = backups._program("pg_restore")
    assert "later" not in subprocess.run([*program, *asked], capture_output=True, text=True, check=True).stdout
    assert RawMail.objects.get().reason == "later"


def test_without_a_matching_pg_dump_the_package_to_install_is_named(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(backups, "installed_programs", lambda needed: [])
    with pytest.raises(CommandError, match=r"install postgresql-client-\d+"):
        told("backup", str(tmp_path))
    assert list(tmp_path.glob("2*")) == [], "an attempt that failed is no backup"
    assert list(tmp_path.glob(".new-*")) == []


def test_while_somebody_is_connected_nothing_is_restored(ticket: Ticket, tmp_path: Path) -> None:
    take(tmp_path)
    with psycopg.connect(services.own_database_url()), pytest.raises(CommandError, match="stop the service first"):
        told("restore", str(tmp_path), force=True)
    assert Ticket.objects.count() == 1


def test_a_backup_of_a_newer_server_is_refused(ticket: Ticket, tmp_path: Path) -> None:
    backup = take(tmp_path)
    facts = json.loads((backup.path / backups.FACTS).read_text())
    (backup.path / backups.FACTS).write_text(json.dumps({**facts, "postgres": 99}))
    with pytest.raises(CommandError, match="PostgreSQL 99 or later"):
        told("restore", str(tmp_path), force=True)
    assert Ticket.objects.count() == 1
    assert connection.introspection.table_names()
