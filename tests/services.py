"""Real parts for tests: each is started on loopback, waited for, and stopped."""

import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from helpdesk import processes

WAIT_SECONDS = 30.0


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
    found = shutil.which(name)
    if found is None:
        raise pytest.UsageError(f"{name} is missing; on Debian: apt-get install {package}")
    return found


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
