import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from smtplib import SMTP, SMTPDataError

import pytest

from intake.models import RawMail
from tests.environment import free_port
from tests.intake.letters import HOUSE, OLENA, letter
from tests.services import ROOT, accepts, running, smtp_listener

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_says_one_line_when_it_is_ready_and_ends_cleanly_on_sigterm(tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "listener.log"
    with smtp_listener(log, port) as process, SMTP("127.0.0.1", port, timeout=20) as client:
        client.sendmail(OLENA, [HOUSE], letter())
        ready, *logged = log.read_text().splitlines()
        assert ready == f"Listening for mail: SMTP 127.0.0.1:{port}"
        assert len(logged) == 1, "and one line for the mail that was stored"
        started = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        assert time.monotonic() - started < 5
    assert RawMail.objects.count() == 1


def test_a_disk_that_fills_up_in_the_middle_of_a_mail_is_answered_451(tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "listener.log"
    # The kernel refuses every file above 400 KiB, as a full disk would.
    command = ["bash", "-c", f"ulimit -f 400; exec {sys.executable} {ROOT / 'manage.py'} listen"]
    service = running(command, log, lambda: accepts(port), {"SMTP_PORT": str(port)})
    with service, SMTP("127.0.0.1", port, timeout=20) as client:
        for lines in (20_000, 40_000):  # smaller and bigger than what waits in memory
            big = b"Subject: big\r\n\r\n" + b"a line of forty characters, or so\r\n" * lines
            with pytest.raises(SMTPDataError) as refused:
                client.sendmail(OLENA, [HOUSE], big)
            assert refused.value.smtp_code == 451
        client.sendmail(OLENA, [HOUSE], letter())
    assert RawMail.objects.count() == 1
    assert not list((Path(os.environ["DATA_DIR"]) / "files").glob(".new-*"))


def test_a_taken_port_is_one_clear_sentence() -> None:
    port = free_port()
    with subprocess.Popen([sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"]) as other:
        try:
            while not accepts(port):
                time.sleep(0.05)
            done = subprocess.run(
                [sys.executable, str(ROOT / "manage.py"), "listen"],
                env={**os.environ, "SMTP_PORT": str(port)},
                capture_output=True,
                text=True,
                check=False,
            )
        finally:
            other.terminate()
    assert done.returncode == 1
    assert done.stderr.startswith("CommandError: Cannot listen on 127.0.0.1: ")
    assert "Traceback" not in done.stderr
