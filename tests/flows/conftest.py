from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from smtplib import SMTP

import pytest

from tests import environment, services
from tests.furnishing import furnish

HOUSE = "SupportUkraine@cor.europa.eu"


@pytest.fixture
def reference_data(transactional_db: None) -> None:
    """What every installation has, but for the hromadas."""
    furnish()


@dataclass
class House:
    """The service in its production arrangement: each process on its own, and a mail server that takes its mail."""

    smtp_port: int
    sink: services.SmtpSink
    logs: Path

    def send(self, mail: EmailMessage, to: str = HOUSE) -> None:
        """Send a mail to the listener as a mail server does; SMTPResponseException when it is refused."""
        with SMTP("127.0.0.1", self.smtp_port, timeout=20) as client:
            client.send_message(mail, from_addr="olena@hromada.example", to_addrs=[to])


def mail_out(monkeypatch: pytest.MonkeyPatch, sink: services.SmtpSink, *, timeout: int) -> None:
    """Let the processes that start from now on send to the sink, and wait for it so many seconds."""
    monkeypatch.setenv("MAIL_OUT", "smtp")
    monkeypatch.setenv("SMTP_OUT_HOST", "127.0.0.1")
    monkeypatch.setenv("SMTP_OUT_PORT", str(sink.port))
    monkeypatch.setenv("SMTP_OUT_SECURITY", "none")
    monkeypatch.setenv("SMTP_OUT_TIMEOUT", str(timeout))
    monkeypatch.setenv("UNDO_SECONDS", "1")


@pytest.fixture
def house(
    reference_data: None, smtp_sink: services.SmtpSink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    """Listener, worker and beat as processes, and the sink as the way out."""
    mail_out(monkeypatch, smtp_sink, timeout=3)
    port = environment.free_port()
    with (
        services.smtp_listener(tmp_path / "listener.log", port),
        services.celery_worker(tmp_path / "worker.log", beat=True),
    ):
        yield House(port, smtp_sink, tmp_path)
