"""Runs a process of the service with fuses around the calls at which it may lose or double something.

`python -m bench.crash.launch FOLDER listener` is `manage.py listen`, `… worker` and `… beat` are Celery's. The product
knows nothing of it: its calls into the operating system, the database driver and the mail and broker clients are
wrapped from here.

What dies is there again at once, as under a supervisor: forked anew from a process that has loaded the code and has no
connection, because loading it takes seconds each time.
"""

import asyncio
import contextlib
import errno
import functools
import os
import signal
import smtplib
import stat
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiosmtpd.smtp
import celery
import django
import psycopg
import redis.connection
from celery.__main__ import main as celery_main
from django.core.management import execute_from_command_line, load_command_class
from kombu.transport.redis import QoS

from bench.crash.fuses import FuseBox
from helpdesk.celery import app
from tickets import language

WRITES = ("INSERT", "UPDATE", "DELETE")
ENDING_SECONDS = 8.0
WORKER = ["worker", "--concurrency", "2", "--queues", "mail,delivery,default,reports", "--without-gossip"]
COMMANDS = {
    "worker": [*WORKER, "--without-mingle", "--loglevel", "INFO"],
    "beat": ["beat", "--pidfile", "", "--loglevel", "INFO"],
}


class Names:
    """What a call is called: in a task, with the task's name and the number of this call since the mail was taken up.

    The sweep of the outbox delivers one mail after the other; each of its deliveries counts as one of its own.
    """

    def __init__(self) -> None:
        self.task, self.counts, self.hand = "", Counter[str](), ""

    def begin_delivery(self, mail_id: object) -> None:
        self.counts, self.hand = Counter(), f"deliver {mail_id}"

    def of(self, call: str) -> str:
        request = celery.current_task.request if celery.current_task else None
        if request is None or not request.id:
            return call
        name = request.task.rpartition(".")[2]
        if request.id != self.task:
            self.task, self.counts = request.id, Counter()
            self.hand = f"{name} {request.args[0]}" if request.args else ""
        self.counts[call] += 1
        return f"{self.hand.partition(' ')[0] or name}: {call} {self.counts[call]}"


def wrap(owner: Any, name: str, around: Callable[..., Any]) -> None:
    """Put `around(original, *args)` in the place of a function or method."""
    original = getattr(owner, name)

    @functools.wraps(original)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        return around(original, *args, **kwargs)

    setattr(owner, name, wrapped)


def install(box: FuseBox, role: str) -> None:
    """Guard each of the calls for this process and those that it forks."""
    names = Names()

    def guarded(call: str, full: Callable[[], Exception] | None, original: Any, *args: Any, **kwargs: Any) -> Any:
        named = names.of(call)
        afterwards = box.guard(role, named, hand=names.hand, full=full)
        result = original(*args, **kwargs)
        afterwards()
        return result

    def flush(original: Any, handle: int) -> Any:
        folder = stat.S_ISDIR(os.fstat(handle).st_mode)
        return guarded("flush folder" if folder else "flush file", disk_full, original, handle)

    def execute(original: Any, cursor: psycopg.Cursor, query: Any, *args: Any, **kwargs: Any) -> Any:
        # Outside of a transaction every writing statement is a commit.
        idle = cursor.connection.autocommit and cursor.connection.info.transaction_status == 0
        if idle and isinstance(query, str) and query.lstrip().startswith(WRITES):
            given = list(args[0]) if args and args[0] else []
            if given[:1] == ["sending"]:  # the claim of an outgoing mail: its number comes last
                names.begin_delivery([each for each in given if isinstance(each, int)][-1])
            return guarded("write", None, original, cursor, query, *args, **kwargs)
        return original(cursor, query, *args, **kwargs)

    def send_command(original: Any, connection: Any, command: Any, *args: Any, **kwargs: Any) -> Any:
        if b"LPUSH" in b"".join(command):
            return guarded("hint to the broker", None, original, connection, command, *args, **kwargs)
        return original(connection, command, *args, **kwargs)

    def send_mail(original: Any, client: smtplib.SMTP, data: Any) -> Any:
        command = (data if isinstance(data, bytes) else data.encode())[:4].decode("ascii", "replace").upper().strip()
        known = command if command in ("EHLO", "MAIL", "RCPT", "DATA", "QUIT") else "content"
        return guarded(f"send {known}", None, original, client, data)

    wrap(os, "fsync", flush)
    wrap(os, "replace", functools.partial(guarded, "rename", disk_full))
    wrap(psycopg.Connection, "commit", functools.partial(guarded, "commit", database_full))
    wrap(psycopg.Cursor, "execute", execute)
    wrap(redis.connection.AbstractConnection, "send_packed_command", send_command)
    wrap(smtplib.SMTP, "send", send_mail)
    wrap(smtplib.SMTP, "getreply", functools.partial(guarded, "answer", None))
    wrap(QoS, "append", functools.partial(guarded, "take from the broker", None))
    wrap(QoS, "ack", functools.partial(guarded, "acknowledge to the broker", None))
    aiosmtpd.smtp.SMTP.push = push(box, role, aiosmtpd.smtp.SMTP.push)


def push(box: FuseBox, role: str, original: Any) -> Any:
    """The listener's replies, which leave through a coroutine."""

    async def guarded(server: aiosmtpd.smtp.SMTP, status: str | bytes) -> None:
        text = status.decode() if isinstance(status, bytes) else status
        afterwards = box.guard(role, f"reply {'stored' if 'Stored' in text else text[:3]}")
        await original(server, status)
        await asyncio.sleep(0)
        afterwards()

    return guarded


def disk_full() -> Exception:
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def database_full() -> Exception:
    return psycopg.errors.DiskFull("could not extend file: No space left on device")


def hasten() -> None:
    """Sweeps every second, so that a drill does not spend its time waiting for them."""
    for entry in app.conf.beat_schedule.values():
        if isinstance(entry["schedule"], float):  # what runs by the clock keeps to it
            entry["schedule"] = min(entry["schedule"], 1.0)


def load(role: str) -> None:
    """All the code that the process will run, and nothing that belongs to one process alone."""
    django.setup()
    if role == "listener":
        load_command_class("intake", "listen")
        return
    app.loader.import_default_modules()
    if role == "beat":
        hasten()
    else:
        # What every process of the pool would load first takes longer, on a busy machine, than a mail may take.
        language.detect("We need two generators for our hospital.")


def run(role: str) -> None:
    if role == "listener":
        execute_from_command_line(["manage.py", "listen"])
    else:
        sys.argv = ["celery", "-A", "helpdesk.celery", *COMMANDS[role]]
        celery_main()


def keep_running(role: str) -> None:
    """In a process of its own, and in another whenever that one died, until SIGTERM."""
    awaited = {signal.SIGTERM, signal.SIGCHLD}
    signal.pthread_sigmask(signal.SIG_BLOCK, awaited)
    asked_to_end = False
    while not asked_to_end:
        child = os.fork()
        if child == 0:
            os.setpgid(0, 0)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, awaited)
            run(role)
            return
        asked_to_end = signal.sigwait(awaited) == signal.SIGTERM
        if asked_to_end:
            os.kill(child, signal.SIGTERM)
            signal.sigtimedwait({signal.SIGCHLD}, ENDING_SECONDS)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)  # the worker's pool dies with it, as in a container
        os.waitpid(child, 0)


def main(folder: str, role: str) -> None:
    install(FuseBox(Path(folder)), role)
    load(role)
    keep_running(role)


if __name__ == "__main__":
    main(*sys.argv[1:])
