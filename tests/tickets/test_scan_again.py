"""New signatures: what was found clean by older ones is asked for again, by a real scanner; old ones are an alarm."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
import time_machine
from pytest_django import Settings

from tests.making import NOW, opened
from tests.making_files import PDF
from tests.planning import disable
from tests.services import ClamdServer
from tickets import files, tasks
from tickets.actions import scanning
from tickets.models import Alarm, Attachment, Event, Ticket

pytestmark = pytest.mark.usefixtures("reference_data")


class Relay:
    """The real scanner, with a word of its own about its signatures: those of ours have no version."""

    def __init__(self, behind: int) -> None:
        self.behind, self.version, self.made_at = behind, "1", NOW
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def stop(self) -> None:
        self._server.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            with client:
                self._answer(client)

    def _answer(self, client: socket.socket) -> None:
        asked = client.recv(65536)
        if asked.startswith(b"zVERSION"):
            client.sendall(f"ClamAV 1.4.3/{self.version}/{self.made_at:%a %b %d %H:%M:%S %Y}\0".encode())
            return
        with socket.create_connection(("127.0.0.1", self.behind), timeout=10) as scanner:
            while asked:
                scanner.sendall(asked)
                asked = b"" if asked.endswith(bytes(4)) else client.recv(65536)
            client.sendall(scanner.recv(4096))


@pytest.fixture
def relay(clamd: ClamdServer, settings: Settings) -> Iterator[Relay]:
    between = Relay(clamd.port)
    settings.CLAMAV_PORT = between.port
    yield between
    between.stop()


@contextmanager
def at(when: datetime) -> Iterator[None]:
    with time_machine.travel(when, tick=False):
        yield


def came(content: bytes) -> Ticket:
    with at(NOW):
        ticket = opened(files=(files.keep(content, name="letter"),))
        tasks.scan()
    return ticket


def facts() -> list[tuple[str, str, str]]:
    return list(Attachment.objects.order_by("pk").values_list("scan", "scan_database", "quarantine"))


def test_new_signatures_find_in_an_old_file_what_they_know_now(relay: Relay) -> None:
    ticket = came(ClamdServer.EICAR)
    # The older signatures did not know it.
    Attachment.objects.update(scan="clean", scan_detail="", quarantine="", scan_database="1", scan_due=None)
    Event.objects.filter(verb="infected").delete()
    with at(NOW + timedelta(days=1)):
        assert tasks.scan_again() == 0
        relay.version = "2"
        assert (tasks.scan_again(), tasks.scan_again()) == (1, 0)
        assert facts() == [("clean", "1", "")]
        assert tasks.scan() == 1
        assert facts() == [("found", "2", "virus")]
        assert Event.objects.filter(ticket=ticket, verb="infected").count() == 1
        assert (tasks.scan_again(), tasks.scan()) == (0, 0)


def test_what_is_still_clean_is_asked_once_for_each_version(relay: Relay, clamd: ClamdServer) -> None:
    came(PDF)
    for version in ("2", "3"):
        relay.version = version
        with at(NOW + timedelta(hours=int(version))):
            assert [tasks.scan_again(), tasks.scan(), tasks.scan_again(), tasks.scan()] == [1, 1, 0, 0]
        assert facts() == [("clean", version, "")]
    assert clamd.looked_at == 3


def test_a_file_that_comes_again_is_not_called_clean_by_older_signatures(relay: Relay, clamd: ClamdServer) -> None:
    came(PDF)
    relay.version = "2"
    came(PDF)
    assert clamd.looked_at == 2


def test_only_files_of_the_last_days_are_asked_for(relay: Relay) -> None:
    came(PDF)
    relay.version = "2"
    with at(NOW + scanning.ASKED_AGAIN + timedelta(seconds=1)):
        assert tasks.scan_again() == 0


def test_one_run_is_bounded_and_new_files_come_first(relay: Relay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "ASKED_AGAIN_AT_ONCE", 2)
    for number in range(3):
        came(PDF + b"%d" % number)
    relay.version = "2"
    with at(NOW + timedelta(hours=1)):
        new = opened(files=(files.keep(PDF + b"new", name="letter"),)).messages.earliest("pk").attachments.get()
        assert [tasks.scan_again(), tasks.scan_again(), tasks.scan_again()] == [2, 1, 0]
        assert tasks.due_for_scan(NOW + timedelta(hours=2)).first() == new


def test_a_scanner_that_goes_away_leaves_the_verdict_as_it_was(relay: Relay) -> None:
    came(PDF)
    relay.version = "2"
    with at(NOW + timedelta(hours=1)):
        tasks.scan_again()
        relay.stop()
        assert tasks.scan() == 0
        assert tasks.scan_again() == 0
    assert facts() == [("clean", "1", "")]


def test_what_it_cannot_say_the_second_time_changes_nothing(relay: Relay) -> None:
    came(PDF)
    row = Attachment.objects.get()
    scanning.ask_again(database="2", now=NOW)
    assert scanning.claim(sha256=row.sha256, now=NOW, lease=timedelta(minutes=2))
    scanning.take_verdict(sha256=row.sha256, verdict=tasks.clamav.Verdict("unknown", "silent", "2"), now=NOW)
    row.refresh_from_db()
    assert (row.scan, row.scan_database, row.scan_due) == ("clean", "1", None)


def test_signatures_of_over_a_week_are_an_alarm_until_there_are_new_ones(relay: Relay) -> None:
    with at(NOW + timedelta(days=6)):
        tasks.scan_again()
    assert not Alarm.objects.exists()
    with at(NOW + timedelta(days=8)):
        tasks.scan_again()
        tasks.scan_again()
        assert Alarm.objects.get(key="signatures-old", closed_at=None).data == {"days": 8}
        relay.made_at = NOW + timedelta(days=8)
        tasks.scan_again()
    assert not Alarm.objects.filter(closed_at=None).exists()


def test_without_a_scanner_nothing_is_asked() -> None:
    assert tasks.scan_again() == 0


def test_what_is_to_be_asked_again_is_answered_by_its_index() -> None:
    disable("seqscan", "bitmapscan", "sort")
    plan = scanning.to_be_asked_again(database="2", now=NOW)[:100].explain()
    assert "using attachment_found_clean " in plan
    assert "Sort" not in plan
