"""`manage.py fetch_mail` as a process, and what it says."""

import io
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from intake.models import LedgerEntry, RawMail
from tests.dovecot import PASSWORD, Dovecot
from tests.environment import free_port
from tests.intake.letters import letter
from tests.services import ROOT, own_database_url, running, wait_until

pytestmark = pytest.mark.django_db(transaction=True)


def said(*words: str) -> str:
    out = io.StringIO()
    call_command("fetch_mail", *words, stdout=out)
    return out.getvalue()


def reading(mailbox: Dovecot) -> dict[str, str]:
    """The environment of a process that reads this mailbox."""
    return {
        **os.environ,
        "DATABASE_URL": own_database_url(),
        "IMAP_HOST": "127.0.0.1",
        "IMAP_PORT": str(mailbox.tls_port),
        "IMAP_CA_FILE": str(mailbox.ca_file),
        "IMAP_USER": mailbox.user,
        "IMAP_PASSWORD": PASSWORD,
        "IMAP_DONE_FOLDER": "Done",
    }


@pytest.fixture(autouse=True)
def _keep_signals() -> Any:
    """In a test the command sets the handlers of the test process."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def test_it_reads_what_comes_and_ends_cleanly_on_sigterm(mailbox: Dovecot, tmp_path: Path) -> None:
    mailbox.deliver(letter())
    log = tmp_path / "mailbox.log"
    environment = reading(mailbox)
    command = [sys.executable, str(ROOT / "manage.py"), "fetch_mail"]
    ready = "Reading the mailbox at 127.0.0.1\n"
    with running(command, log, lambda: log.exists() and ready in log.read_text(), environment) as process:
        assert RawMail.objects.count() == 1
        mailbox.deliver(letter())
        wait_until(lambda: RawMail.objects.count() == 2, "the second mail is stored", seconds=15)
        started = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        assert time.monotonic() - started < 5
    assert (mailbox.count(), mailbox.count("Done")) == (0, 2)
    assert PASSWORD not in log.read_text()
    assert mailbox.user not in log.read_text()


def test_once_tells_what_it_did(mailbox: Dovecot) -> None:
    mailbox.deliver(letter(), letter())
    assert said("--once").splitlines() == ["stored: 2", "sent by staff: 0", "known already: 0", "not to be had: 0"]


def test_check_counts_and_fails_when_something_differs(mailbox: Dovecot) -> None:
    mailbox.deliver(letter(), letter(), letter(), at=timezone.now() - timedelta(hours=1))
    said("--once")
    assert said("--check") == "INBOX: 3 on the server, 3 of them in the ledger\n"
    LedgerEntry.objects.exclude(uid=2).delete()
    out = io.StringIO()
    with pytest.raises(CommandError, match="differ"):
        call_command("fetch_mail", "--check", stdout=out)
    assert out.getvalue().splitlines() == [
        "INBOX: 3 on the server, 1 of them in the ledger",
        "  not in the ledger: 1, 3",
    ]


def test_a_full_disk_leaves_the_mail_in_the_mailbox(mailbox: Dovecot) -> None:
    big = letter("One line of some length.\n" * 30_000)
    mailbox.deliver(big)
    # The kernel refuses every file above 400 KiB, as a full disk would.
    command = ["bash", "-c", f"ulimit -f 400; exec {sys.executable} {ROOT / 'manage.py'} fetch_mail --once"]
    done = subprocess.run(command, env=reading(mailbox), capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "the disk of the helpdesk is full" in done.stderr
    assert "Traceback" not in done.stderr
    assert (RawMail.objects.count(), LedgerEntry.objects.count(), mailbox.count()) == (0, 0, 1)
    assert "stored: 1" in said("--once")


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("IMAP_PASSWORD", "wrong", "it refuses to let us in"),
        ("IMAP_CA_FILE", "", "its certificate is not trusted"),
        ("IMAP_FOLDER", "Nowhere", "a folder cannot be opened"),
        ("IMAP_PORT", None, "it does not answer"),
    ],
)
def test_what_is_in_the_way_is_one_clear_sentence(
    mailbox: Dovecot, settings: Any, name: str, value: str | None, sentence: str
) -> None:
    setattr(settings, name, free_port() if value is None else value)
    with pytest.raises(CommandError, match=sentence):
        said("--once")


def test_without_a_mailbox_it_says_so() -> None:
    assert not os.environ.get("IMAP_HOST")
    with pytest.raises(CommandError, match="IMAP_HOST is not set"):
        said()
