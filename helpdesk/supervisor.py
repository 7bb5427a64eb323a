"""Keeps the processes of the service alive: one dead child is started again, and the end takes all of them along."""

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from helpdesk import processes

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds before a dead child is started again, doubled at each death
STEADY_SECONDS = 60.0  # a child that lived so long starts again with the first pause
END_SECONDS = 10.0
LOG_BYTES = 10 * 1024 * 1024


@dataclass
class Child:
    """One long-running command, its output in a file, and when it may start again."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = FIRST_PAUSE
    again: float | None = None

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.process = processes.spawn(self.command, environment=self.environment, folder=self.folder, log=self.log)
        self.started, self.again = time.monotonic(), None

    def watch(self) -> str | None:
        """Start the child again when its pause is over; tells in one sentence that it died, and nothing otherwise."""
        now = time.monotonic()
        if self.again is not None:
            if now >= self.again:
                self.start()
            return None
        self._trim_log()
        if self.process is None or self.process.poll() is None:
            return None
        processes.kill_group(self.process)  # its own children may still hold the port
        pause = FIRST_PAUSE if now - self.started > STEADY_SECONDS else self.pause
        self.pause, self.again = min(2 * pause, LONGEST_PAUSE), now + pause
        code = self.process.returncode
        why = f"by signal {-code}" if code < 0 else f"with code {code}"
        return f"{self.name} ended {why}; it starts again in {pause:g} s. What it said is in {self.log}"

    def _trim_log(self) -> None:
        """Put a large log aside and go on with an empty one; the child appends, so it need not know."""
        with contextlib.suppress(FileNotFoundError):
            if self.log.stat().st_size > LOG_BYTES:
                shutil.copyfile(self.log, self.log.with_suffix(".log.1"))
                os.truncate(self.log, 0)


def end_all(children: Sequence[Child]) -> None:
    """Stop every child and all that it started; returns when none is left."""
    processes.end([child.process for child in children if child.process is not None], seconds=END_SECONDS)
