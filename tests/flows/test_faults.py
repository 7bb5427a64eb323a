"""What breaks around us: the broker, the database, the mail server. Nothing is lost, and nothing is done twice."""

import itertools
import os
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import psycopg
import pytest
from django.utils import timezone

from helpdesk.postgres import Cluster
from intake.models import RawMail
from notifications.models import OutgoingMail
from tests import compose, databases, services
from tests.flows.conftest import HOUSE, House, mail_out
from tests.flows.test_mail_way import letter
from tests.services import wait_until
from tickets.models import Ticket

pytestmark = [pytest.mark.flow, pytest.mark.django_db(transaction=True)]


def send(port: int, mail: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
        client.send_message(mail, from_addr="olena@hromada.example", to_addrs=[HOUSE])


def due_now() -> None:
    """Let the pause of a retry be over."""
    OutgoingMail.objects.filter(state="queued").update(not_before=timezone.now())


@pytest.mark.usefixtures("reference_data")
def test_mail_is_taken_without_a_broker_and_processed_when_it_is_back(
    tmp_path: Path, free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as away:
        away.setenv("BROKER_URL", "redis://127.0.0.1:1/0")
        with services.smtp_listener(tmp_path / "listener.log", free_port):
            for number in range(5):
                send(free_port, letter(f"Request {number}", "We need help.", f"{number}@hromada.example"))
    assert RawMail.objects.filter(state=RawMail.State.RECEIVED).count() == 5
    with services.celery_worker(tmp_path / "worker.log", beat=True):
        wait_until(lambda: Ticket.objects.count() == 5, "the sweep has taken up what had no hint")
    assert OutgoingMail.objects.filter(name="acknowledgement").count() == 5


_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def cluster(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A PostgreSQL that these tests alone use, so that they may stop it; its database is migrated and empty."""
    server = Cluster(tmp_path_factory.mktemp("cluster") / "postgres", durable=False)
    server.start()
    try:
        databases.copy_to(server.url)
        yield server
    finally:
        server.stop()


@pytest.fixture
def database(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database of this test on it, for every process that the test starts."""
    cluster.start()
    name = f"own_{next(_numbers)}"
    with psycopg.connect(cluster.url.replace("/helpdesk?", "/postgres?"), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE helpdesk")
    url = cluster.url.replace("/helpdesk?", f"/{name}?")
    monkeypatch.setattr(services, "own_database_url", lambda: url)
    return url


def test_the_sender_keeps_the_mail_while_the_database_is_away(
    cluster: Cluster, database: str, tmp_path: Path, free_port: int
) -> None:
    with services.smtp_listener(tmp_path / "listener.log", free_port):
        send(free_port, letter("Before", "We need help.", "1@hromada.example"))
        cluster.stop()
        with pytest.raises(smtplib.SMTPResponseException) as refused:
            send(free_port, letter("Meanwhile", "We need help.", "2@hromada.example"))
        assert refused.value.smtp_code == 451
        cluster.start()
        send(free_port, letter("Meanwhile", "We need help.", "2@hromada.example"))
    told = manage("intake", "list", database=database)
    assert told.count("received") == 2


READ_WHEN_TOLD = """
import sys, time
from pathlib import Path
from intake import processing
read, told = processing.read, Path({told!r})
def read_when_told(raw, **said):
    told.touch()
    while told.exists():
        time.sleep(0.05)
    return read(raw, **said)
processing.read = read_when_told
processing.process(1)
"""


def test_a_restart_of_the_database_is_no_death_of_the_mail_that_is_read_meanwhile(
    cluster: Cluster, database: str, tmp_path: Path, free_port: int
) -> None:
    told = tmp_path / "told"
    with services.smtp_listener(tmp_path / "listener.log", free_port):
        send(free_port, letter("Request", "We need help.", "1@hromada.example"))
    code = READ_WHEN_TOLD.format(told=str(told))
    command = [sys.executable, str(services.ROOT / "manage.py"), "shell", "-v0", "-c", code]
    with subprocess.Popen(command, env={**os.environ, "DATABASE_URL": database}) as worker:
        wait_until(told.exists, "the mail is being read")
        cluster.stop()
        told.unlink()
        time.sleep(1.5)
        cluster.start()
        assert worker.wait(timeout=30) == 0
    with psycopg.connect(database) as connection:
        row = connection.execute("SELECT state, reason, attempts, deaths FROM intake_rawmail").fetchone()
    assert row == ("received", "away", 1, 0)


def manage(*words: str, database: str) -> str:
    command = [sys.executable, str(services.ROOT / "manage.py"), *words]
    done = subprocess.run(
        command, env={**os.environ, "DATABASE_URL": database}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("refusal", ["451 4.3.0 try later", "421 4.7.0 too busy"])
def test_an_answer_of_try_later_delays_and_loses_nothing(house: House, refusal: str) -> None:
    house.sink.reply_to_data = refusal
    house.send(letter("Request", "We need help.", "1@hromada.example"))
    wait_until(
        lambda: OutgoingMail.objects.filter(attempts=1, state="queued").exists(), "the first attempt was refused"
    )
    house.sink.reply_to_data = None
    due_now()
    wait_until(lambda: OutgoingMail.objects.filter(state="sent").exists(), "the second attempt went through")
    assert len(house.sink.mails) == 1


def test_a_mail_server_that_hangs_costs_an_attempt_and_not_the_mail(house: House) -> None:
    house.sink.hangs = True
    house.send(letter("Request", "We need help.", "1@hromada.example"))
    wait_until(lambda: OutgoingMail.objects.filter(attempts=1, state="queued").exists(), "the attempt timed out")
    house.sink.hangs = False
    due_now()
    wait_until(lambda: OutgoingMail.objects.filter(state="sent").exists(), "the second attempt went through")


@pytest.mark.usefixtures("reference_data")
def test_mail_becomes_tickets_while_the_mail_server_hangs(
    smtp_sink: services.SmtpSink, tmp_path: Path, free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the workers of compose.yaml: the ones that deliver are held, the ones that take mail in are not."""
    mail_out(monkeypatch, smtp_sink, timeout=30)
    taking_mail, delivering = sorted(compose.queues().values(), key=lambda queues: "delivery" in queues)
    smtp_sink.hangs = True
    with (
        services.smtp_listener(tmp_path / "listener.log", free_port),
        services.celery_worker(tmp_path / "worker.log", beat=True, queues=",".join(taking_mail)),
        services.celery_worker(tmp_path / "delivery.log", queues=",".join(delivering)),
    ):
        send(free_port, letter("First", "We need help.", "1@hromada.example"))
        wait_until(lambda: smtp_sink.attempts == 1, "the acknowledgement is being sent")
        send(free_port, letter("Second", "We need help.", "2@hromada.example"))
        wait_until(lambda: Ticket.objects.count() == 2, "the second mail is a ticket", seconds=15)
        assert smtp_sink.mails == []
        smtp_sink.hangs = False
        wait_until(lambda: len(smtp_sink.mails) == 2, "both acknowledgements are sent")


def test_a_refusal_for_good_is_shown_on_the_ticket(house: House) -> None:
    house.sink.reply_to_data = "550 5.1.1 no such user"
    house.send(letter("Request", "We need help.", "1@hromada.example"))
    wait_until(lambda: Ticket.objects.filter(events__verb="not_sent").exists(), "the failure is on the ticket")
    mail = OutgoingMail.objects.get()
    assert (mail.state, mail.attempts) == ("failed", 1)
    ticket = Ticket.objects.get()
    assert ticket.acknowledged_at is None
    assert ticket.messages.get(automatic="acknowledgement").delivery == "failed"
