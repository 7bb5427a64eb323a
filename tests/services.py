"""Real parts for tests: each is started on loopback, waited for, and stopped."""

import asyncio
import contextlib
import fcntl
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import dns.message
import dns.rcode
import dns.rrset
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import connection

from helpdesk import processes
from tests import environment

ROOT = Path(__file__).resolve().parent.parent
WAIT_SECONDS = 30.0
QUEUES = "mail,delivery,default,reports"
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def wait_until(condition: Callable[[], object], what: str, *, seconds: float = WAIT_SECONDS) -> None:
    """Wait for something that another process does; a failed test after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"waited {seconds:g} s in vain: {what}")
        time.sleep(0.05)


def accepts(port: int) -> bool:
    """Whether somebody listens on this loopback port."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def program(name: str, package: str) -> str:
    """The path of a program that the tests need; a missing one ends the run with the package to install."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        raise pytest.UsageError(f"{name} is missing; on Debian: apt-get install {package}")
    return found


def chromium() -> str:
    """The path of the browser: Chromium without what a screen needs, which takes half the time, or else the whole."""
    return shutil.which("chromium-headless-shell") or program("chromium", "chromium-headless-shell")


class RedisServer:
    """A Redis of our own that keeps nothing on disk."""

    def __init__(self, port: int, log: Path) -> None:
        self.port = port
        self.log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [program("redis-server", "redis-server"), "--port", str(self.port), "--bind", "127.0.0.1"]
        quiet = ["--save", "", "--appendonly", "no", "--databases", "64", "--loglevel", "warning", "--daemonize", "no"]
        self._process = processes.spawn([*command, *quiet], log=self.log)
        wait_until(lambda: accepts(self.port), "Redis answers")

    def stop(self) -> None:
        if self._process is not None:
            processes.end([self._process], seconds=5)
            self._process = None

    def kill(self) -> None:
        """Away at once, as after a power cut."""
        if self._process is not None:
            processes.kill_group(self._process)
            self._process = None


class ClamdServer:
    """A clamd with the settings that we ship. It knows one signature, that of the EICAR test file, and takes a MiB."""

    # The test file of the European Institute for Computer Antivirus Research, which every scanner finds.
    EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
    SIGNATURE = "Eicar-Test-Signature.UNOFFICIAL"
    LIMIT = 1024 * 1024

    def __init__(self, port: int, folder: Path) -> None:
        self.port = port
        self.socket = folder / "clamd.sock"
        self._log = folder / "clamd.log"
        self._settings = folder / "clamd.conf"
        self._process: subprocess.Popen[bytes] | None = None
        database = folder / "signatures"
        database.mkdir()
        (database / "eicar.ndb").write_text(f"Eicar-Test-Signature:0:*:{self.EICAR.hex()}\n")
        ours = {
            "TCPAddr": "127.0.0.1", "TCPSocket": port, "LocalSocket": self.socket, "TemporaryDirectory": folder,
            "DatabaseDirectory": database, "StreamMaxLength": self.LIMIT, "LogClean": "yes",
        }  # fmt: skip
        shipped = (ROOT / "deploy/clamd.conf").read_text(encoding="utf-8").splitlines()
        kept = [line for line in shipped if line.partition(" ")[0] not in (*ours, "User")]
        self._settings.write_text("\n".join([*kept, *(f"{name} {value}" for name, value in ours.items()), ""]))

    def start(self) -> None:
        command = [program("clamd", "clamav-daemon"), "--config-file", str(self._settings)]
        self._process = processes.spawn(command, log=self._log)
        wait_until(lambda: accepts(self.port), "clamd answers")

    def stop(self) -> None:
        if self._process is not None:
            processes.end([self._process], seconds=5)
            self._process = None

    @property
    def looked_at(self) -> int:
        """How many files it was given so far."""
        return self._log.read_text().count("instream(")


@dataclass(frozen=True)
class Received:
    """One mail as the sink took it."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes


class SmtpSink:
    """A mail server that keeps what it is given, or refuses, or hangs, as the test says.

    `reply_to_data` is its answer after the mail, `reply_to_recipient` the answers to RCPT by address; None or a
    missing address accepts. While `hangs` is true it says nothing at all after the mail.
    """

    def __init__(self, port: int, *, size_limit: int = 35 * 1024 * 1024) -> None:
        self.port = port
        self.mails: list[Received] = []
        self.attempts = 0
        self.reply_to_data: str | None = None
        self.reply_to_recipient: dict[str, str] = {}
        self.hangs = False
        self._controller = Controller(self, hostname="127.0.0.1", port=port, data_size_limit=size_limit)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refusal = self.reply_to_recipient.get(address)
        if refusal is None:
            envelope.rcpt_tos.append(address)
        return refusal or "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.attempts += 1
        while self.hangs:
            await asyncio.sleep(0.05)
        if self.reply_to_data is None:
            content = envelope.content if isinstance(envelope.content, bytes) else b""
            sender = (envelope.mail_from or "").removeprefix("<>")
            self.mails.append(Received(sender, tuple(envelope.rcpt_tos), content))
        return self.reply_to_data or "250 2.0.0 kept"

    def start(self) -> None:
        self._controller.start()

    def stop(self) -> None:
        self.hangs = False
        self._controller.stop()


class DnsServer:
    """A DNS server on a loopback port that knows the TXT records it is given, and no other name.

    While `silent` is true it answers nothing.
    """

    def __init__(self, records: Mapping[str, Sequence[str]]) -> None:
        self.records = {f"{name.lower()}.": list(texts) for name, texts in records.items()}
        self.silent = False
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._ends = False

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ends = True
        self._socket.sendto(b"", ("127.0.0.1", self.port))
        self._thread.join(5)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            query, client = self._socket.recvfrom(4096)
            if self._ends:
                return
            if not self.silent:
                self._socket.sendto(self._answer(dns.message.from_wire(query)), client)

    def _answer(self, query: dns.message.Message) -> bytes:
        answer, name = dns.message.make_response(query), query.question[0].name
        texts = self.records.get(name.to_text().lower())
        if texts is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif texts:
            # One string of a record has 255 bytes at most; longer texts come in pieces (RFC 1035, section 3.3.14).
            rows = (" ".join(f'"{text[start : start + 255]}"' for start in range(0, len(text), 255)) for text in texts)
            answer.answer.append(dns.rrset.from_text_list(name, 60, "IN", "TXT", rows))
        return answer.to_wire()


def collected() -> str:
    """The folder of style sheets and scripts; whichever process wants it first collects them for the whole run."""
    folder, done = environment.FOLDER / "collected", environment.FOLDER / "collected.done"
    with (environment.FOLDER / "collecting").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not done.exists():
            command = [sys.executable, str(ROOT / "manage.py"), "collectstatic", "--noinput", "-v0"]
            subprocess.run(command, env={**os.environ, "STATIC_ROOT": str(folder)}, check=True)
            done.touch()
    return str(folder)


def own_database_url() -> str:
    """DATABASE_URL of this test process's own database, for the processes it starts."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))


@contextlib.contextmanager
def running(
    command: list[str], log: Path, ready: Callable[[], object], environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the service on this test's database, from ready to ended; its output goes to `log`.

    The test must be `django_db(transaction=True)`: another process sees only what is committed.
    """
    ours = {**os.environ, "DATABASE_URL": own_database_url(), **(environment or {})}
    process = processes.spawn(command, environment=ours, folder=ROOT, log=log)
    try:
        wait_until(lambda: ready() or process.poll() is not None, f"{command[2:4]} is ready; see {log}")
        if process.poll() is not None:
            pytest.fail(f"{' '.join(command)} ended with {process.returncode}:\n{log.read_text()[-2000:]}")
        yield process
    finally:
        processes.end([process], seconds=10)


def celery_worker(
    log: Path, *, beat: bool = False, queues: str = QUEUES, **environment: str
) -> contextlib.AbstractContextManager[subprocess.Popen[bytes]]:
    """A real worker with one process of its pool, on the test's own Redis number; `beat` runs the timetable too."""
    command = [sys.executable, "-m", "celery", "-A", "helpdesk.celery", "worker", "--concurrency", "1", "-Q", queues]
    timetable = ["-B", "-s", str(log.with_name(f"{log.stem}-beat-schedule"))] if beat else []
    quiet = ["--without-gossip", "--without-mingle", "--loglevel", "INFO"]

    def ready() -> bool:
        return log.exists() and " ready." in log.read_text()

    # The checks of the code take a third of a start, and `make check` runs them.
    return running([*command, *quiet, *timetable], log, ready, {"CELERY_SKIP_CHECKS": "1", **environment})


def smtp_listener(
    log: Path, port: int, **environment: str
) -> contextlib.AbstractContextManager[subprocess.Popen[bytes]]:
    """The real listener on `port`."""
    command = [sys.executable, str(ROOT / "manage.py"), "listen"]
    return running(command, log, lambda: accepts(port), {"SMTP_PORT": str(port), **environment})


def web_server(log: Path, port: int, **environment: str) -> contextlib.AbstractContextManager[subprocess.Popen[bytes]]:
    """The real web server on `port`, whose links begin with its own address."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "helpdesk.wsgi:application", "--no-ws"]
    address = {"HTTP_PORT": str(port), "BASE_URL": f"http://127.0.0.1:{port}", **environment}
    return running([*command, "--host", "127.0.0.1", "--port", str(port)], log, lambda: accepts(port), address)
