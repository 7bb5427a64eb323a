"""Files and the virus scanner: nothing waits for it, what it says is kept, and what it cannot say is said."""

import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from pytest_django import Settings

from tests import environment
from tests.making import NOW, OLENA, opened
from tests.making_files import PDF, archive_of, asice
from tests.planning import disable
from tests.services import ClamdServer
from tickets import files, tasks
from tickets.actions import scanning
from tickets.actions.erasing import erase_person
from tickets.actions.record import SYSTEM
from tickets.clamav import Verdict
from tickets.models import Alarm, Attachment, Event, Ticket

pytestmark = pytest.mark.usefixtures("reference_data")


@pytest.fixture(autouse=True)
def _monday_morning() -> Iterator[None]:
    """The clock stands at NOW, but where a test moves it."""
    with time_machine.travel(NOW, tick=False):
        yield


LETTER = archive_of({"letter.txt": ClamdServer.EICAR})


def came(*contents: bytes) -> Ticket:
    """A ticket with these files."""
    return opened(files=tuple(files.keep(each, name=f"file{place}") for place, each in enumerate(contents)))


def facts(ticket: Ticket) -> list[tuple[str, str, str]]:
    """What its files say of the scan."""
    rows = Attachment.objects.filter(message__ticket=ticket)
    return list(rows.values_list("scan", "scan_detail", "quarantine"))


def scan_at(now: datetime) -> int:
    with time_machine.travel(now, tick=False):
        return tasks.scan()


def infected(ticket: Ticket) -> list[Event]:
    return list(Event.objects.filter(ticket=ticket, verb="infected"))


def test_files_are_scanned_and_what_is_found_goes_into_quarantine_with_one_event(clamd: ClamdServer) -> None:
    ticket = came(PDF, ClamdServer.EICAR, LETTER, asice(**{"letter.txt": ClamdServer.EICAR}))
    assert facts(ticket) == [("", "", "")] * 4
    assert tasks.scan() == 4
    assert facts(ticket) == [("clean", "", "")] + [("found", ClamdServer.SIGNATURE, "virus")] * 3
    rows = list(Attachment.objects.filter(message__ticket=ticket))
    assert all(row.scanned_at and row.scan_due is None for row in rows)
    events = sorted(infected(ticket), key=lambda event: int(event.data["file"]))
    assert [event.data for event in events] == [
        {"file": row.pk, "signature": ClamdServer.SIGNATURE} for row in rows[1:]
    ]
    assert {event.actor_kind for event in events} == {"system"}
    assert tasks.scan() == 0
    assert len(infected(ticket)) == 3


def test_the_same_content_is_stored_and_scanned_once_and_told_on_every_ticket(clamd: ClamdServer) -> None:
    first, second = came(ClamdServer.EICAR, ClamdServer.EICAR), came(ClamdServer.EICAR)
    assert Attachment.objects.values("path").distinct().count() == 1
    assert tasks.scan() == 1
    assert clamd.looked_at == 1
    assert facts(first) + facts(second) == [("found", ClamdServer.SIGNATURE, "virus")] * 3
    assert (len(infected(first)), len(infected(second))) == (2, 1)
    third = came(ClamdServer.EICAR)
    tasks.scan()
    assert facts(third) == [("found", ClamdServer.SIGNATURE, "virus")]
    assert clamd.looked_at == 1


def test_a_verdict_of_yesterday_is_asked_for_again(clamd: ClamdServer) -> None:
    came(PDF)
    tasks.scan()
    came(PDF)
    scan_at(NOW + timedelta(days=1))
    assert clamd.looked_at == 2


def test_a_file_that_is_too_large_for_the_scanner_is_unknown_for_good(clamd: ClamdServer) -> None:
    ticket = came(bytes(2 * ClamdServer.LIMIT))
    tasks.scan()
    assert facts(ticket) == [("unknown", "too-large", "")]
    assert Attachment.objects.get().scan_due is None


def test_a_scanner_that_is_away_is_said_and_heals(clamd: ClamdServer) -> None:
    clamd.stop()
    ticket = came(ClamdServer.EICAR, PDF)
    assert tasks.scan() == 0
    assert facts(ticket) == [("unknown", "away", "")] * 2
    clamd.start()
    assert scan_at(NOW + timedelta(seconds=59)) == 0
    assert scan_at(NOW + timedelta(seconds=60)) == 2
    assert facts(ticket) == [("found", ClamdServer.SIGNATURE, "virus"), ("clean", "", "")]
    assert len(infected(ticket)) == 1


def test_it_is_tried_again_ever_more_rarely_and_a_person_is_told_after_a_quarter_of_an_hour(
    settings: Settings, free_port: int, tmp_path: Path
) -> None:
    settings.CLAMAV_HOST, settings.CLAMAV_PORT = "127.0.0.1", free_port
    came(PDF)
    now, tried = NOW, []
    while now < NOW + timedelta(hours=1):
        scan_at(now)
        row = Attachment.objects.get()
        assert row.scan_due
        tried.append(int((row.scan_due - now).total_seconds() // 60))
        assert Alarm.objects.filter(key="scanner-away").exists() == (now >= NOW + timedelta(minutes=15))
        assert row.scanned_at == NOW  # since when nothing is known
        now = row.scan_due
    assert tried == [1, 1, 2, 4, 8, 10, 10, 10, 10, 10]
    assert Alarm.objects.get().data == {"files": 1}
    server = ClamdServer(environment.free_port(), tmp_path)
    settings.CLAMAV_PORT = server.port
    server.start()
    try:
        assert scan_at(now) == 1
    finally:
        server.stop()
    assert Alarm.objects.get().closed_at == now


def test_a_scanner_that_says_nothing_holds_up_one_question_and_no_more(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.CLAMAV_HOST, settings.CLAMAV_PORT = server.getsockname()
        settings.CLAMAV_TIMEOUT = 1
        tickets = [came(PDF), came(LETTER)]
        tasks.scan()
        assert [facts(ticket) for ticket in tickets] == [[("unknown", "away", "")]] * 2
        server.setblocking(False)
        server.accept()[0].close()
        with pytest.raises(BlockingIOError):
            server.accept()  # it was asked once for all of them


def test_what_the_scanner_cannot_say_is_asked_three_times_more() -> None:
    came(PDF)
    sha256, now = Attachment.objects.get().sha256, NOW
    nothing = Verdict("unknown", "silent", "27462")
    tries = 0
    while (row := Attachment.objects.get()).scan_due:
        now = max(row.scan_due, now)
        assert scanning.claim(sha256=sha256, now=now, lease=timedelta(minutes=2))
        assert not scanning.claim(sha256=sha256, now=now, lease=timedelta(minutes=2))
        scanning.take_verdict(sha256=sha256, verdict=nothing, now=now)
        tries += 1
    assert tries == 4
    assert (row.scan, row.scan_detail, row.scan_database, row.scanned_at) == ("unknown", "silent", "27462", now)


def test_what_a_dead_worker_had_in_hand_is_taken_up_after_its_lease(clamd: ClamdServer) -> None:
    ticket = came(PDF)
    scanning.claim(sha256=Attachment.objects.get().sha256, now=NOW, lease=timedelta(minutes=2))
    assert scan_at(NOW + timedelta(seconds=119)) == 0
    assert scan_at(NOW + timedelta(seconds=121)) == 1
    assert facts(ticket) == [("clean", "", "")]


def test_one_run_at_a_time_asks_the_scanner(clamd: ClamdServer) -> None:
    came(PDF)
    cache.add(tasks.ONE_SCAN_AT_A_TIME, 1)
    assert tasks.scan() == 0
    cache.delete(tasks.ONE_SCAN_AT_A_TIME)
    assert tasks.scan() == 1
    assert cache.get(tasks.ONE_SCAN_AT_A_TIME) is None


def test_a_verdict_twice_is_one_event(clamd: ClamdServer) -> None:
    ticket = came(ClamdServer.EICAR)
    sha256, found = Attachment.objects.get().sha256, Verdict("found", "Test", "1")
    for _ in range(2):
        scanning.take_verdict(sha256=sha256, verdict=found, now=NOW)
    assert len(infected(ticket)) == 1


def test_a_file_that_was_erased_meanwhile_is_no_stumbling_block(clamd: ClamdServer) -> None:
    ticket = came(ClamdServer.EICAR)
    row = Attachment.objects.get()
    assert ticket.requester_id
    erase_person(actor=SYSTEM, requester_id=ticket.requester_id, now=NOW)
    scanning.take_verdict(sha256=row.sha256, verdict=Verdict("found", "Test"), now=NOW)
    assert tasks.scan() == 0
    assert infected(ticket) == []


def test_a_file_that_is_not_in_the_storage_is_said_to_be_gone(clamd: ClamdServer) -> None:
    ticket = came(PDF + b"gone")
    row = Attachment.objects.get()
    files.storage().delete(row.path)
    tasks.scan()
    assert facts(ticket) == [("unknown", "gone", "")]


def test_without_a_scanner_files_wait_and_are_scanned_once_there_is_one(settings: Settings, tmp_path: Path) -> None:
    ticket = came(PDF)
    assert tasks.scan() == 0
    assert facts(ticket) == [("", "", "")]
    server = ClamdServer(environment.free_port(), tmp_path)
    settings.CLAMAV_HOST, settings.CLAMAV_PORT = "127.0.0.1", server.port
    server.start()
    try:
        assert tasks.scan() == 1
    finally:
        server.stop()
    assert facts(ticket) == [("clean", "", "")]


def test_a_find_stands_above_an_earlier_reason(clamd: ClamdServer) -> None:
    ticket = opened(sender_address=OLENA, files=(files.keep(ClamdServer.EICAR, name="list.js"),))
    assert facts(ticket) == [("", "", "program")]
    tasks.scan()
    assert facts(ticket) == [("found", ClamdServer.SIGNATURE, "virus")]


def test_the_due_question_is_answered_by_its_index() -> None:
    came(PDF)
    disable("seqscan", "bitmapscan", "sort")
    plan = tasks.due_for_scan(NOW)[:100].explain()
    assert "using attachment_scan_due " in plan
    assert "Sort" not in plan


def test_a_row_that_the_version_before_writes_during_an_upgrade_is_scanned_too(clamd: ClamdServer) -> None:
    ticket, kept = came(), files.keep(PDF, name="letter.pdf")
    before = (
        "message_id, position, name, content_type, declared_type, size, sha256, path, content_id, inline, quarantine"
    )
    values = (ticket.messages.latest("pk").pk, 7, "a", "a/b", "", 1, kept.sha256, kept.path, "", False, "")
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO tickets_attachment ({before}) VALUES ({', '.join(['%s'] * 11)})", values)
        cursor.execute("SELECT scan_due IS NOT NULL FROM tickets_attachment")
        assert cursor.fetchone() == (True,)
    due = Attachment.objects.get().scan_due
    assert due
    assert scan_at(due) == 1
    assert Attachment.objects.get().scan == "clean"
