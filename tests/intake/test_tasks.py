import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from intake.models import RawMail
from notifications.models import OutgoingMail
from tests.intake.letters import OLENA, letter, stored, ticket_of
from tests.services import QUEUES, running, wait_until
from tickets.models import Ticket

pytestmark = pytest.mark.usefixtures("committed_house")


@pytest.fixture
def hanging_worker(transactional_db: None, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A real worker with the timetable, whose reading hangs on some mails and has two seconds for each."""
    log = tmp_path / "worker.log"
    program = [sys.executable, "-m", "celery", "-A", "tests.intake.hanging_worker", "worker"]
    how = ["-B", "-s", str(tmp_path / "beat"), "--concurrency", "1", "-Q", QUEUES, "--loglevel", "INFO"]
    quiet = ["--without-gossip", "--without-mingle"]
    ready = lambda: log.exists() and " ready." in log.read_text()  # noqa: E731
    with running([*program, *how, *quiet], log, ready, {"MAIL_TIME_LIMIT": "2", "CELERY_SKIP_CHECKS": "1"}) as process:
        yield process


@pytest.mark.flow
def test_what_hangs_is_killed_and_its_second_death_makes_an_unreadable_ticket(
    hanging_worker: subprocess.Popen[bytes],
) -> None:
    hangs = stored(letter(X_Test="hang"))
    fine = stored(letter())

    def state(mail: RawMail) -> str:
        return RawMail.objects.get(pk=mail.pk).state

    wait_until(lambda: state(fine) == "processed", "the mail behind the one that hangs is processed")
    assert state(hangs) == "received"
    wait_until(lambda: state(hangs) == "processed", "the second death has made a ticket", seconds=60)
    hangs.refresh_from_db()
    ticket = ticket_of(hangs)
    assert (hangs.reason, hangs.attempts, hangs.deaths) == ("unreadable", 3, 2)
    assert ticket.unreadable
    assert hangs.message is not None
    assert hangs.message.attachments.get().path == hangs.path
    assert OutgoingMail.objects.get(key=f"acknowledgement:{ticket.pk}").to[0]["address"] == OLENA
    assert Ticket.objects.count() == 2


@pytest.mark.flow
def test_a_mail_whose_worker_is_killed_is_taken_up_again(hanging_worker: subprocess.Popen[bytes]) -> None:
    mail = stored(letter(X_Test="spin"))
    wait_until(lambda: RawMail.objects.get(pk=mail.pk).attempts == 1, "the attempt is counted before reading")
    children = psutil.Process(hanging_worker.pid).children(recursive=True)
    max(children, key=lambda child: child.cpu_percent(interval=0.3)).kill()
    wait_until(lambda: RawMail.objects.get(pk=mail.pk).attempts == 2, "another attempt is made", seconds=30)


@pytest.mark.flow
def test_deaths_after_reading_leave_a_mail_what_it_is(hanging_worker: subprocess.Popen[bytes]) -> None:
    mail = stored(letter(X_Test="late"))
    wait_until(lambda: RawMail.objects.get(pk=mail.pk).state == "processed", "the third attempt ends", seconds=60)
    mail.refresh_from_db()
    assert (mail.reason, mail.attempts, mail.interruptions, mail.deaths) == ("new", 3, 2, 0)
    assert not ticket_of(mail).unreadable
