import io
import os
import time
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from intake import marks
from intake.models import RawMail
from intake.reading.mail import ParsedMail, read
from notifications.models import OutgoingMail
from tests.intake.letters import HOUSE, OLENA, TARAS, letter, received
from tests.making import staff
from tickets.language import detect
from tickets.models import Event, Message, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]

FIRST = datetime(2024, 3, 1, 9, 0, tzinfo=UTC)


def old(text: str, *, day: int, sender: str = OLENA, message_id: str, answers: str = "") -> bytes:
    """A mail from the old days, with the date of its receipt."""
    received = format_datetime(FIRST + timedelta(days=day))
    raw = letter(text, sender=sender, message_id=message_id, answers=answers)
    return f"Received: from a.example by b.example; {received}\r\n".encode() + raw


def imported(*paths: Path | str, **options: object) -> str:
    out = io.StringIO()
    call_command("import_mail", *map(str, paths), stdout=out, stderr=out, **options)
    return out.getvalue()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A thread of three, our own answer in it, in no order."""
    folder = tmp_path / "archive"
    folder.mkdir()
    (folder / "1.eml").write_bytes(old("Third.", day=9, message_id="3@h.example", answers="1@h.example"))
    (folder / "2.eml").write_bytes(
        old("Answer.", day=5, sender=HOUSE, message_id="2@us.example", answers="1@h.example")
    )
    (folder / "3.eml").write_bytes(old("First.", day=1, message_id="1@h.example"))
    (folder / "4.eml").write_bytes(old("Other.", day=3, sender=TARAS, message_id="4@h.example"))
    (folder / "5.eml").write_bytes(b"")
    return folder


def test_old_mail_comes_in_with_its_dates_and_its_threads(archive: Path) -> None:
    output = imported(archive)
    assert "stored: 4\n" in output
    assert "known already: 0\n" in output
    assert "unreadable: 1\n" in output
    assert "new tickets: 2\n" in output
    assert "messages on their tickets: 1\n" in output
    assert "our own mail, not taken in: 1\n" in output
    assert f"{archive / '5.eml'}: holds no mail\n" in output
    first = Ticket.objects.get(requester__addresses__address=OLENA)
    assert first.channel == "import"
    assert first.received_at == FIRST + timedelta(days=1)
    texts = list(Message.objects.filter(ticket=first).order_by("received_at").values_list("text", flat=True))
    assert [text.strip() for text in texts] == ["First.", "Third."]
    assert RawMail.objects.get(envelope_to=[], reason="own-address").state == "ignored"


def test_nothing_is_sent_for_imported_mail(archive: Path) -> None:
    imported(archive)
    assert not OutgoingMail.objects.exists()
    assert set(Event.objects.filter(verb="not_acknowledged").values_list("data__reason", flat=True)) == {"import"}
    assert not Ticket.objects.exclude(answer_by=None).exists()


def test_acknowledgements_are_sent_when_that_is_asked_for(archive: Path) -> None:
    imported(archive, acknowledge=True)
    assert OutgoingMail.objects.filter(name="acknowledgement").count() == 2
    assert set(Ticket.objects.values_list("answer_by", flat=True)) == {None}, "a day in 2024 cannot be promised"


@time_machine.travel(datetime(2026, 11, 24, 9, tzinfo=UTC), tick=False)
@pytest.mark.parametrize(("acknowledge", "promised"), [(True, date(2026, 12, 11)), (False, None)])
def test_the_acknowledgement_of_a_late_import_promises_the_date_from_the_receipt(
    tmp_path: Path, acknowledge: bool, promised: date | None
) -> None:
    received = format_datetime(datetime(2026, 11, 20, 9, tzinfo=UTC))
    path = tmp_path / "late.eml"
    path.write_bytes(f"Received: from a.example by b.example; {received}\r\n".encode() + letter("Two generators."))
    imported(path, acknowledge=acknowledge)
    assert Ticket.objects.get().answer_by == promised


def test_an_imported_report_of_a_bounce_changes_nothing_and_tells_nobody(tmp_path: Path) -> None:
    received(letter())
    sent = OutgoingMail.objects.get(name="acknowledgement")
    path = tmp_path / "bounce.eml"
    path.write_bytes(
        f"From: MAILER-DAEMON@mx.example\nTo: {HOUSE}\nSubject: Undelivered Mail\nAuto-Submitted: auto-replied\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="x"\n\n'
        "--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        f"Final-Recipient: rfc822; {OLENA}\nAction: failed\nStatus: 5.1.1\n"
        f"--x\nContent-Type: text/rfc822-headers\n\nMessage-ID: <{sent.message_id}>\n--x--\n".encode()
    )
    imported(path)
    sent.refresh_from_db()
    assert sent.bounce == ""
    assert OutgoingMail.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_mail_that_hangs_its_reader_does_not_hold_up_the_import(
    archive: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_or_hang(raw: bytes, **said: Any) -> ParsedMail:
        while b"Other." in raw:
            time.sleep(0.05)
        return read(raw, **said)

    detect("What each process loads first takes longer than this limit.")
    settings.MAIL_TIME_LIMIT = 2
    monkeypatch.setattr("intake.processing.read", read_or_hang)
    output = imported(archive)
    assert "new tickets: 1\n" in output
    assert "to be tried again by the worker: 1\n" in output
    stuck = RawMail.objects.get(state="received")
    assert (stuck.attempts, stuck.interruptions) == (1, 1)
    assert marks.died_in(stuck.pk) == 1


def test_a_second_run_imports_nothing_twice(archive: Path) -> None:
    imported(archive)
    output = imported(archive)
    assert "stored: 0\n" in output
    assert "known already: 4\n" in output
    assert Message.objects.count() == 3


def test_an_interrupted_import_goes_on_where_it_stopped(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from intake.management.commands import import_mail  # noqa: PLC0415

    process, done = import_mail.processing.process, []

    def stop_after_one(mail_id: int) -> None:
        if done:
            raise KeyboardInterrupt
        done.append(mail_id)
        process(mail_id)

    monkeypatch.setattr(import_mail.processing, "process", stop_after_one)
    with pytest.raises(CommandError, match="goes on where it stopped") as stopped:
        imported(archive)
    assert stopped.value.returncode == 130
    assert Message.objects.count() == 1
    assert not RawMail.objects.due(timezone.now()).exists()
    monkeypatch.setattr(import_mail.processing, "process", process)
    output = imported(archive)
    assert "known already: 4\n" in output
    assert "new tickets: 1\n" in output
    assert Message.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_the_same_message_in_an_mbox_and_as_a_file_is_one(archive: Path, tmp_path: Path) -> None:
    imported(archive)
    raw = (archive / "3.eml").read_bytes().replace(b"\r\n", b"\n")
    (tmp_path / "all.mbox").write_bytes(b"From olena@hromada.example Sat Mar  2 09:00:00 2024\n" + raw + b"\n")
    output = imported(tmp_path / "all.mbox")
    assert "stored: 1\n" in output
    assert "the same message in another copy: 1\n" in output
    assert Message.objects.count() == 3


def test_it_is_recorded_who_imported(archive: Path) -> None:
    person = staff()
    imported(archive, user=person.email)
    assert set(Event.objects.filter(verb="opened").values_list("actor", flat=True)) == {person.pk}


def test_an_unknown_user_is_refused(archive: Path) -> None:
    with pytest.raises(CommandError, match="No active user"):
        imported(archive, user="nobody@secretariat.example")


def test_a_path_that_is_not_there_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no file or folder"):
        imported(tmp_path / "nowhere")


def test_a_folder_without_mail_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no mail in these folders"):
        imported(tmp_path)


def everything_on(screen: io.FileIO) -> str:
    """What was written to a terminal that is closed: it comes in as many pieces as the kernel likes."""
    pieces = []
    with suppress(OSError):  # EIO at the end, for nobody can write any more
        while piece := screen.read(4096):
            pieces.append(piece)
    return b"".join(pieces).decode()


def test_on_a_terminal_a_bar_grows_to_its_end(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, its = os.openpty()
    with os.fdopen(ours, "rb", buffering=0) as screen:
        with os.fdopen(its, "w") as terminal, monkeypatch.context() as patch:
            patch.setattr("sys.stderr", terminal)
            imported(archive)
        shown = everything_on(screen)
    bars = [line for line in shown.replace("\n", "\r").split("\r") if line]
    for title, steps in (("Storing", 4), ("Reading", 4)):
        shares = [float(bar.partition("] ")[2].partition("%")[0]) for bar in bars if bar.startswith(f"{title} [")]
        assert len(shares) >= steps
        assert shares == sorted(shares)
        assert shares[-1] == 100.0
    assert "." in bars[0].partition("]")[0], "there is something left at first"
    assert "." not in bars[-1].partition("]")[0], "and nothing in the end"
    assert all(len(bar) < 80 for bar in bars), "it fits one line of the narrowest terminal"
