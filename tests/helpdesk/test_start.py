"""`make run` as a person meets it: the real supervisor with all its parts, in a folder of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import psycopg
import pytest

from helpdesk.postgres import Cluster
from tests.environment import free_port
from tests.services import ROOT, accepts, wait_until

pytestmark = pytest.mark.flow

START = [sys.executable, "-m", "helpdesk.start"]
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")


class Service:
    """One `make run`, its output, and the processes that belong to its folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.output = folder.with_name("output.txt")
        self.http_port, self.smtp_port = free_port(), free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        own = {"DATA_DIR": str(self.folder), "HTTP_PORT": str(self.http_port), "SMTP_PORT": str(self.smtp_port)}
        return {name: os.environ[name] for name in KEPT if name in os.environ} | own

    @contextmanager
    def started(self, last_words: str) -> Iterator[subprocess.Popen[bytes]]:
        """Run until the block ends; enters it when the output has `last_words`."""
        with self.output.open("wb") as output:
            process = subprocess.Popen(
                START, cwd=ROOT, env=self.environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )
        try:
            wait_until(lambda: last_words in self.told() or process.poll() is not None, last_words, seconds=90)
            assert process.poll() is None, self.told()
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            process.wait(timeout=60)

    def told(self) -> str:
        return self.output.read_text(encoding="utf-8")

    def page(self, path: str) -> tuple[int, str]:
        try:
            with urlopen(f"http://127.0.0.1:{self.http_port}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            return error.code, ""
        except (URLError, OSError):
            return 0, ""

    def processes(self) -> dict[int, str]:
        """Every process on this machine that works on the folder: its number and its command."""
        mark, found = os.fsencode(self.folder), {}
        for entry in Path("/proc").iterdir():
            try:
                command = (entry / "cmdline").read_bytes() if entry.name.isdigit() else b""
                if command and (mark in command or mark in (entry / "environ").read_bytes()):
                    found[int(entry.name)] = command.replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
        return found

    def leader(self, word: str) -> int:
        """The part whose command has `word`: the one that leads its process group."""
        return next((pid for pid, line in self.processes().items() if word in line and os.getpgid(pid) == pid), 0)

    def follower(self, word: str) -> int:
        """A process that such a part started itself."""
        return next(pid for pid, line in self.processes().items() if word in line and os.getpgid(pid) != pid)

    def count(self, table: str) -> int:
        with psycopg.connect(Cluster(self.folder / "postgres").url) as connection:
            row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
            return int(row[0]) if row else 0


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    made = Service(tmp_path / "var")
    yield made
    for pid in made.processes():
        os.kill(pid, signal.SIGKILL)


def killed_and_started_again(service: Service, word: str) -> None:
    first = service.leader(word)
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: service.leader(word) not in (0, first), f"{word} runs again", seconds=15)


def test_the_service_starts_heals_stops_and_starts_again(service: Service) -> None:
    with service.started("The sample mails are sent.") as process:
        told = service.told()
        assert f"http://127.0.0.1:{service.http_port}/desk/" in told
        accounts = service.folder / "accounts.txt"
        assert accounts.stat().st_mode & 0o777 == 0o600
        assert all(line in told for line in accounts.read_text().splitlines())
        assert service.page("/health/ready")[0] == 200
        assert service.page("/")[0] == 200
        assert service.page("/desk/")[0] == 200
        wait_until(lambda: service.count("tickets_message WHERE outgoing_id IS NULL") == 5, "five mails are messages")
        assert service.count("tickets_ticket") == 3
        assert len(list((service.folder / "sent").glob("*.eml"))) >= 3

        for word in ("manage.py listen", "granian", "postgres -D"):
            killed_and_started_again(service, word)
        wait_until(lambda: service.page("/health/ready")[0] == 200, "pages answer again")
        wait_until(lambda: accepts(service.smtp_port), "mail is taken again")
        assert service.count("tickets_ticket") == 3

        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)
    assert process.returncode == 0
    assert service.told().endswith("Stopped. Everything is kept; the next start goes on from here.\n")
    assert service.processes() == {}

    kept, begun = accounts.read_text(), time.monotonic()
    with service.started("The helpdesk runs.") as process:
        assert time.monotonic() - begun < 30
        assert accounts.read_text() == kept
        assert service.count("tickets_ticket") == 3
        assert "sample" not in service.told()
        os.kill(service.follower("granian"), signal.SIGSTOP)  # as one that hangs and does not hear its end
        process.kill()
        wait_until(lambda: not service.processes(), "nothing outlives a killed supervisor", seconds=60)


def test_a_taken_port_is_one_sentence(service: Service) -> None:
    with socket.create_server(("127.0.0.1", service.http_port)):
        ran = subprocess.run(START, cwd=ROOT, env=service.environment, capture_output=True, text=True, check=False)

    assert ran.returncode == 1
    assert re.fullmatch(rf"make run: Port {service.http_port} is taken .*make run HTTP_PORT=\d+`\.\n", ran.stdout)
    assert ran.stderr == ""


def test_a_folder_that_cannot_be_written_is_one_sentence(service: Service) -> None:
    service.folder.touch()
    ran = subprocess.run(START, cwd=ROOT, env=service.environment, capture_output=True, text=True, check=False)

    assert ran.returncode == 1
    assert re.fullmatch(r"make run: The data folder .* cannot be written .*make run DATA_DIR=…`\.\n", ran.stdout)
    assert ran.stderr == ""


def test_a_command_runs_where_nothing_else_does(service: Service) -> None:
    command = [*START, "manage", "migrate", "--plan"]
    done = subprocess.run(command, cwd=ROOT, env=service.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "tickets.0001_first_release" in done.stdout
    assert service.processes() == {}, "the database was there for the command alone"
