"""`make run`: the whole service on one machine, everything under DATA_DIR, one supervisor over all of it.

`python -m helpdesk.start` starts it; `python -m helpdesk.start manage COMMAND …` runs a command of manage.py on the
same data while it runs.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from urllib.error import URLError
from urllib.request import urlopen

from django.core.exceptions import ImproperlyConfigured

from helpdesk import processes
from helpdesk.embedded import ROOT, Cannot, Place, check_port, check_python, lock, place
from helpdesk.postgres import Cluster, PostgresError
from helpdesk.summary import say, summary
from helpdesk.supervisor import Child, end_all

READY_SECONDS = 90.0
POLL_SECONDS = 0.2
QUEUES = "mail,delivery,default,reports"


class Stopped(Exception):
    """Somebody asked us to end."""


class Supervisor:
    """Starts the parts in order, keeps them running until a signal, stops them in the reverse order."""

    def __init__(self, where: Place) -> None:
        self.where = where
        self.cluster = Cluster(where.folder / "postgres") if where.embedded_database else None
        self.children = [self._child(name, command) for name, command in _commands(where).items()]
        self._asked_to_stop = False

    def run(self) -> None:
        """Until SIGINT, SIGTERM or SIGHUP. Raises Cannot or PostgresError when the start fails."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        try:
            self._start()
            while True:
                self._watch()
        except Stopped:
            say("Stopping …")
        finally:
            end_all(self.children)
            if self.cluster is not None:
                self.cluster.stop()
        say("Stopped. Everything is kept; the next start goes on from here.")

    def _start(self) -> None:
        if self.cluster is not None:
            say("Starting PostgreSQL …")
            self.cluster.start()
        say("Preparing the database …")
        self._run_once("prepare")
        say("Starting the web server, the worker and the mail listener …")
        for child in self.children:
            child.start()
        self._wait_until_ready()
        say(summary(self.where))
        if not self.where.samples_sent.exists():
            say("Sending sample mails by SMTP; they appear at the desk in some seconds …")
            self._run_once("send_samples")
            say("The sample mails are sent.")

    def _run_once(self, command: str) -> None:
        log = self.where.folder / "logs" / f"{command}.log"
        log.parent.mkdir(exist_ok=True)
        log.unlink(missing_ok=True)
        process = processes.spawn(_manage(command), environment=self.where.environment, folder=ROOT, log=log)
        try:
            while process.poll() is None:
                self._watch()
        finally:
            processes.end([process], seconds=2)
        if process.returncode != 0:
            raise Cannot(f"`manage.py {command}` failed: {_last_line(log)} The whole text is in {log}")

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not (_answers(self.where.http_port) and self.where.takes_mail()):
            if time.monotonic() > deadline:
                logs = self.where.folder / "logs"
                raise Cannot(
                    f"The service did not become ready in {READY_SECONDS:g} s. What its parts said is in {logs}"
                )
            self._watch()

    def _watch(self) -> None:
        if self._asked_to_stop:
            raise Stopped
        for child in self.children:
            sentence = child.watch()
            if sentence:
                say(sentence)
        if self.cluster is not None and self.cluster.pid is None:
            say("PostgreSQL ended; it starts again.")
            self.cluster.start()
        time.sleep(POLL_SECONDS)

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._asked_to_stop = True

    def _child(self, name: str, command: list[str]) -> Child:
        log = self.where.folder / "logs" / f"{name}.log"
        return Child(name, command, self.where.environment, ROOT, log)


def _run_command(where: Place, words: list[str]) -> int:
    """Run a command of manage.py; where nothing runs, the database is started for as long as it takes.

    Restoring needs just that: a database, and nobody in it.
    """
    cluster = Cluster(where.folder / "postgres") if where.embedded_database else None
    if cluster is None or cluster.pid is not None:
        os.execve(sys.executable, _manage(*words), where.environment)  # noqa: S606
    with lock(where.folder):
        cluster.start()
        try:
            return subprocess.run(_manage(*words), env=where.environment, check=False).returncode  # noqa: S603
        finally:
            cluster.stop()


def _manage(*words: str) -> list[str]:
    return [sys.executable, str(ROOT / "manage.py"), *words]


def _commands(where: Place) -> dict[str, list[str]]:
    python = [sys.executable, "-m"]
    web = ["granian", "--interface", "wsgi", "helpdesk.wsgi:application", "--host", "127.0.0.1"]
    serving = ["--port", str(where.http_port), "--workers", "2", "--respawn-failed-workers", "--no-ws"]
    ending = ["--workers-kill-timeout", "5"]  # seconds; otherwise one that hangs outlives even our own end
    # The prefork pool is what lets a hard time limit kill a mail that hangs while it is read.
    worker = ["celery", "-A", "helpdesk.celery", "worker", "-B", "--pool", "prefork", "--concurrency", "2"]
    quiet = ["--without-gossip", "--without-mingle", "--loglevel", "INFO", "-Q", QUEUES]
    reading = {"mailbox": _manage("fetch_mail")} if where.reads_mailbox else {}
    return {
        "web": [*python, *web, *serving, *ending],
        "worker": [*python, *worker, *quiet],
        "listener": _manage("listen"),
        **reading,
    }


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def _last_line(log: Path) -> str:
    lines = [line.strip() for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing."


def main(arguments: list[str]) -> int:
    """0 after an orderly end, 1 with one sentence when something is in the way."""
    try:
        check_python()
        where = place(os.environ)
        if arguments[:1] == ["manage"]:
            return _run_command(where, arguments[1:])
        with lock(where.folder):
            check_port("HTTP_PORT", where.http_port)
            check_port("SMTP_PORT", where.smtp_port)
            Supervisor(where).run()
    except (Cannot, PostgresError, ImproperlyConfigured) as problem:
        say(f"make run: {problem}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
