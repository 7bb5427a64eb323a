"""The service as processes that are killed: each runs with its fuses, and is there again when it died."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from subprocess import Popen

from bench import place
from bench.crash.fuses import FuseBox
from helpdesk import processes


class House:
    """A listener on each port, worker and beat on one database."""

    def __init__(self, folder: Path, env: Mapping[str, str], *, ports: tuple[int, ...]) -> None:
        self.box, self.folder, self.ports = FuseBox(folder / "fuses"), folder, ports
        self.env = {**os.environ, **env}
        self.running: list[Popen[bytes]] = []

    def start(self) -> None:
        for role, port in [("worker", 0), ("beat", 0), *(("listener", port) for port in self.ports)]:
            self._start(role, port)
        for port in self.ports:
            place.until(lambda port=port: place.accepts(port), "The listener")
        log = self.folder / "worker.log"
        place.until(lambda: log.exists() and " ready." in log.read_text(errors="replace"), "The worker")

    def stop(self) -> None:
        processes.end(self.running, seconds=10)

    def _start(self, role: str, port: int) -> None:
        process = processes.spawn(
            [sys.executable, "-m", "bench.crash.launch", str(self.box.armed.parent), role],
            environment={**self.env, "SMTP_PORT": str(port)},
            folder=place.ROOT,
            log=self.folder / f"{role}.log",
        )
        self.running.append(process)
