"""The sample mails as they leave for a real mail server."""

import email
import email.policy
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from django.utils import timezone

from helpdesk.samples.sender import Unanswered, send_samples
from tests.services import ROOT, SmtpSink

ADDRESS = "SupportUkraine@cor.europa.eu"


@pytest.fixture
def acknowledged(smtp_sink: SmtpSink, tmp_path: Path) -> Iterator[Path]:
    """A folder in which every mail with a person's address soon has its acknowledgement."""
    done, folder = threading.Event(), tmp_path / "sent"
    folder.mkdir()

    def acknowledge() -> None:
        while not done.wait(0.02):
            for number, received in enumerate(list(smtp_sink.mails)):
                mail = parsed(received.content)
                answer = EmailMessage()
                answer["To"], answer["Message-ID"] = str(mail["From"]), f"<ours-{number}@cor.europa.eu>"
                answer["Reply-To"] = f"SupportUkraine+token{number}@cor.europa.eu"
                answer["In-Reply-To"] = str(mail["Message-ID"])
                (folder / f"{number}.new").write_bytes(answer.as_bytes())
                (folder / f"{number}.new").replace(folder / f"{number}.eml")

    thread = threading.Thread(target=acknowledge)
    thread.start()
    yield folder
    done.set()
    thread.join()


def parsed(content: bytes) -> EmailMessage:
    return email.message_from_bytes(content, policy=email.policy.SMTP)


def test_the_samples_leave_in_three_languages_with_a_file_a_reply_and_an_absence(
    smtp_sink: SmtpSink, acknowledged: Path
) -> None:
    assert send_samples(smtp_sink.port, ADDRESS, acknowledged, seconds=10) == 5

    mails = [parsed(received.content) for received in smtp_sink.mails]
    ukrainian, english, latvian, reply, absence = mails
    assert "генератори" in str(ukrainian["Subject"])
    assert [part.get_filename() for part in ukrainian.iter_attachments()] == ["Лист № 02-15-1187.pdf"]
    assert next(ukrainian.iter_attachments()).get_content().startswith(b"%PDF-")
    assert english["Subject"] == "Six school buses for a community in Ukraine"
    assert latvian.get_content().startswith("Labdien!")
    assert reply["To"] == "SupportUkraine+token1@cor.europa.eu"
    assert reply["In-Reply-To"] == "<ours-1@cor.europa.eu>"
    assert absence["To"] == "SupportUkraine+token2@cor.europa.eu"
    assert absence["Auto-Submitted"] == "auto-replied"
    assert [received.sender for received in smtp_sink.mails][3:] == ["martin.novak@city.example", ""]
    assert [mail["To"] for mail in mails[:3]] == [ADDRESS] * 3
    assert not any("sample-answers" in received.content.decode(errors="ignore").lower() for received in smtp_sink.mails)
    for mail in mails:
        assert abs((timezone.now() - parsedate_to_datetime(str(mail["Date"]))).total_seconds()) < 60


def test_an_acknowledgement_that_does_not_come_is_said(smtp_sink: SmtpSink, tmp_path: Path) -> None:
    started = time.monotonic()
    with pytest.raises(Unanswered, match="does the worker run"):
        send_samples(smtp_sink.port, ADDRESS, tmp_path, seconds=0.3)
    assert time.monotonic() - started < 10


def test_make_mail_sends_what_it_is_given(smtp_sink: SmtpSink, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("generator;2\n")
    words = ["--port", str(smtp_sink.port), "--from", "taras@hromada.example", "--subject", "Прохання"]
    command = [sys.executable, "-m", "helpdesk.samples", *words, "--text", "Доброго дня", str(tmp_path / "list.csv")]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    assert ran.stdout.startswith("Taken")
    (received,) = smtp_sink.mails
    mail = parsed(received.content)
    body = mail.get_body()
    assert (received.sender, received.recipients) == ("taras@hromada.example", (ADDRESS,))
    assert mail["Subject"] == "Прохання"
    assert body is not None
    assert body.get_content().strip() == "Доброго дня"
    assert [part.get_filename() for part in mail.iter_attachments()] == ["list.csv"]


def test_make_mail_to_nobody_says_what_to_start(free_port: int) -> None:
    command = [sys.executable, "-m", "helpdesk.samples", "--port", str(free_port)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert (ran.returncode, ran.stderr) == (1, "")
    assert "does `make run` run?" in ran.stdout
