"""What clamd says, and all the ways in which it may not say it. Each ends within its bound."""

import io
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.making_files import PDF, archive_of, asice, docx, encrypted
from tests.services import ClamdServer
from tickets import clamav
from tickets.clamav import Away, Scanner, Signatures, Verdict

EICAR = ClamdServer.EICAR
FOUND = Verdict("found", ClamdServer.SIGNATURE)


@contextmanager
def answering(answer: Callable[[socket.socket], None]) -> Iterator[Scanner]:
    """A scanner at a server that treats each connection so."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    answer(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield Scanner(server.getsockname(), 0.5)
        server.shutdown(socket.SHUT_RDWR)
        thread.join(timeout=5)


def says(words: bytes) -> Callable[[socket.socket], None]:
    """Takes the whole file, then answers."""

    def answer(connection: socket.socket) -> None:
        taken = b""
        while not taken.endswith((b"zVERSION\0", bytes(4))):
            taken += connection.recv(65536)
        connection.sendall(words)

    return answer


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (PDF, Verdict("clean")),
        (b"", Verdict("clean")),
        (EICAR, FOUND),
        (archive_of({"inner.txt": EICAR}), FOUND),
        (asice(**{"letter.txt": EICAR}), FOUND),
        (docx(**{"word/media/image1.png": EICAR}), FOUND),
        (b"From: olena@hromada.example\nMIME-Version: 1.0\nContent-Type: text/plain\n\n" + EICAR, FOUND),
        (encrypted(archive_of({"inner.txt": "x" * 100})), Verdict("unknown", "encrypted")),
        (b"x" * ClamdServer.LIMIT, Verdict("clean")),
        (b"x" * (ClamdServer.LIMIT + 1), Verdict("unknown", "too-large")),
        (b"x" * 20_000_000, Verdict("unknown", "too-large")),
    ],
)
def test_a_real_scanner_says_what_it_found(clamd: ClamdServer, content: bytes, expected: Verdict) -> None:
    scanner = clamav.scanner()
    assert scanner
    assert scanner.scan(io.BytesIO(content)) == expected


def test_it_is_reached_by_a_socket_of_the_machine_too(clamd: ClamdServer, settings: Settings) -> None:
    settings.CLAMAV_HOST, settings.CLAMAV_SOCKET = "", str(clamd.socket)
    scanner = clamav.scanner()
    assert scanner
    assert scanner.signatures() == Signatures()  # it has a signature of ours alone
    assert scanner.scan(io.BytesIO(EICAR), database="7") == Verdict("found", ClamdServer.SIGNATURE, "7")


def test_without_an_address_there_is_no_scanner() -> None:
    assert clamav.scanner() is None


def test_a_scanner_that_is_not_there_is_away(free_port: int, tmp_path: Path) -> None:
    for address in (("127.0.0.1", free_port), str(tmp_path / "no.sock")):
        scanner = Scanner(address, 1)
        for ask in (scanner.version, lambda scanner=scanner: scanner.scan(io.BytesIO(PDF))):
            with pytest.raises(Away) as away:
                ask()
            assert away.value.code == "refused"


def test_a_scanner_that_hangs_is_left_after_its_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:  # it takes connections and says nothing
        scanner = Scanner(server.getsockname(), 0.5)
        started = time.monotonic()
        with pytest.raises(Away) as away:
            scanner.signatures()
        assert away.value.code == "silent"
        assert scanner.scan(io.BytesIO(bytes(30_000_000))) == Verdict("unknown", "silent")
        assert time.monotonic() - started < 5


def test_a_scanner_that_answers_a_letter_at_a_time_is_left_after_its_time_too() -> None:
    def drip(connection: socket.socket) -> None:
        try:
            for _ in range(100):
                connection.sendall(b"s")
                time.sleep(0.1)
        except OSError:
            pass

    with answering(drip) as scanner:
        started = time.monotonic()
        assert scanner.scan(io.BytesIO(PDF)) == Verdict("unknown", "silent")
        assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (b"stream: OK\0", Verdict("clean", "", "27462")),
        (b"stream: Win.Test FOUND\0", Verdict("found", "Win.Test", "27462")),
        (b"stream: " + b"x" * 200 + b" FOUND\0", Verdict("found", "x" * 100, "27462")),
        (b"stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0", Verdict("unknown", "too-large", "27462")),
        (b"stream: Heuristics.Encrypted.Zip FOUND\0", Verdict("unknown", "encrypted", "27462")),
        (b"stream: Can't allocate memory ERROR\0", Verdict("unknown", "error", "27462")),
        (b"220 mail.example ESMTP\0", Verdict("unknown", "error", "27462")),
        (b"stream: OK", Verdict("unknown", "cut-off", "27462")),
        (b"", Verdict("unknown", "cut-off", "27462")),
        (b"x" * 100_000, Verdict("unknown", "cut-off", "27462")),
    ],
)
def test_its_answer_is_taken_to_the_letter(words: bytes, expected: Verdict) -> None:
    with answering(says(words)) as scanner:
        assert scanner.scan(io.BytesIO(PDF), database="27462") == expected


def test_its_version_tells_that_of_its_signatures() -> None:
    with answering(says(b"ClamAV 1.4.3/27462/Tue Jul 22 08:36:06 2025\0")) as scanner:
        made_at = datetime(2025, 7, 22, 8, 36, 6, tzinfo=UTC)
        assert scanner.signatures() == Signatures("27462", made_at)
    with answering(says(b"ClamAV 1.4.3/27462/yesterday\0")) as scanner:
        assert scanner.signatures() == Signatures("27462", None)
    with answering(says(b"ClamAV 1.4.3\0")) as scanner:
        assert scanner.signatures() == Signatures()
    with answering(says(b"UNKNOWN COMMAND\0")) as scanner, pytest.raises(Away) as away:
        scanner.signatures()
    assert away.value.code == "nonsense"


def test_a_scanner_that_hangs_up_is_told_from_one_that_found_nothing() -> None:
    with answering(lambda connection: connection.close()) as scanner:
        assert scanner.scan(io.BytesIO(bytes(5_000_000))).state == "unknown"
