"""Migrations of a next release while this one serves: mail is taken and answered, pages answer, nobody waits long."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
import requests
from django.db import connection

from notifications.models import OutgoingMail
from tests import environment, services
from tests.flows.conftest import House
from tests.flows.test_mail_way import letter
from tests.services import ROOT, wait_until
from tickets.models import Ticket

pytestmark = [pytest.mark.flow, pytest.mark.django_db(transaction=True)]
LONGEST_WAIT = 10.0  # seconds for one mail; a migration may hold it up by two, the rest is a busy machine's


@pytest.fixture
def _as_before() -> None:
    """The other tests know nothing of the next release."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS upgrade_thing")
        cursor.execute("ALTER TABLE intake_rawmail DROP COLUMN IF EXISTS upgrade_note")
        cursor.execute("ALTER TABLE tickets_ticket DROP COLUMN IF EXISTS upgrade_score")
        cursor.execute("ALTER TABLE notifications_outgoingmail DROP COLUMN IF EXISTS upgrade_route")
        cursor.execute("DELETE FROM django_migrations WHERE app = 'upgrade'")
        cursor.execute("DELETE FROM django_content_type WHERE app_label = 'upgrade'")


def migrate(log: Path) -> "subprocess.Popen[bytes]":
    env = {
        **os.environ,
        "DATABASE_URL": services.own_database_url(),
        "DJANGO_SETTINGS_MODULE": "tests.upgrade.settings",
    }
    command = [sys.executable, str(ROOT / "manage.py"), "migrate", "--noinput"]
    with log.open("wb") as output:
        return subprocess.Popen(command, env=env, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)


@pytest.mark.usefixtures("_as_before")
def test_the_old_release_serves_while_the_next_one_migrates(house: House, tmp_path: Path) -> None:
    port, log, waits = environment.free_port(), tmp_path / "migrate.log", list[float]()
    with (
        services.web_server(tmp_path / "web.log", port),
        psycopg.connect(services.own_database_url()) as reader,
    ):
        house.send(letter("Before", "We need help.", "0@hromada.example"))
        # Somebody reads these tables in a long transaction: a migration has to wait for the lock.
        reader.execute("SELECT 1 FROM intake_rawmail LIMIT 1")
        upgrade = migrate(log)
        number, ends = 0, time.monotonic() + 90
        while upgrade.poll() is None and time.monotonic() < ends:
            number += 1
            started = time.monotonic()
            house.send(letter(f"Meanwhile {number}", "We need help.", f"{number}@hromada.example"))
            waits.append(time.monotonic() - started)
            ready = requests.get(f"http://127.0.0.1:{port}/health/ready", timeout=20)
            assert ready.status_code == 200, ready.text
            if b"tries again" in log.read_bytes():
                reader.rollback()
            time.sleep(0.2)
        assert upgrade.wait(timeout=10) == 0, log.read_text()
        assert "tries again" in log.read_text(), "the lock was in its way at least once"
        house.send(letter("After", "We need help.", "after@hromada.example"))
        assert requests.get(f"http://127.0.0.1:{port}/health/ready", timeout=20).status_code == 200
    assert max(waits) < LONGEST_WAIT
    wait_until(lambda: Ticket.objects.count() == number + 2, "every mail is a ticket")
    sent = OutgoingMail.objects.filter(name="acknowledgement")
    assert sent.count() == number + 2
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM intake_rawmail WHERE upgrade_note = ''")
        assert cursor.fetchone() == (number + 2,)


WAITS_FOR_TICKETS = """
    SELECT 1 FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock' AND relation = 'tickets_ticket'::regclass
"""


@pytest.mark.usefixtures("_as_before")
def test_a_migration_steps_back_where_it_and_the_service_wait_for_each_other(tmp_path: Path) -> None:
    log = tmp_path / "migrate.log"
    with psycopg.connect(services.own_database_url()) as service:
        service.execute("SELECT 1 FROM tickets_ticket LIMIT 1")
        upgrade = migrate(log)
        with psycopg.connect(services.own_database_url(), autocommit=True) as watcher:
            wait_until(lambda: watcher.execute(WAITS_FOR_TICKETS).fetchone(), "it waits for a table in use")
        # The migration holds this one by now, and waits for ours.
        service.execute("SELECT 1 FROM intake_rawmail LIMIT 1")
        service.rollback()
        assert upgrade.wait(timeout=60) == 0, log.read_text()
    assert "tries again" in log.read_text()
