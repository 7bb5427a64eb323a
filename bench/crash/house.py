"""The service as processes that are killed: each runs with its fuses, and is started again when it died."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from subprocess import Popen

from bench import place
from bench.crash.fuses import FuseBox
from helpdesk import processes


class House:
    """A listener on each port, worker and beat on one database; `watch` starts again what is dead."""

    def __init__(self, folder: Path, env: Mapping[str, str], *, ports: tuple[int, ...]) -> None:
        self.box, self.folder, self.ports = FuseBox(folder / "fuses"), folder, ports
        self.env = {**os.environ, **env}
        self.running: dict[tuple[str, int], Popen[bytes]] = {}

    def start(self) -> None:
        for role, port in [("worker", 0), ("beat", 0), *(("listener", port) for port in self.ports)]:
            self._start(role, port)
        for port in self.ports:
            place.until(lambda port=port: place.accepts(port), "The listener")
        log = self.folder / "worker.log"
        place.until(lambda: log.exists() and " ready." in log.read_text(errors="replace"), "The worker")

    def stop(self) -> None:
        processes.end(list(self.running.values()), seconds=10)

    def watch(self) -> None:
        for (role, port), process in self.running.items():
            if process.poll() is not None:
                processes.kill_group(process)  # the worker's pool dies with it, as in a container
                self._start(role, port)

    def _start(self, role: str, port: int) -> None:
        self.running[role, port] = processes.spawn(
            [sys.executable, "-m", "bench.crash.launch", str(self.box.armed.parent), role],
            environment={**self.env, "SMTP_PORT": str(port)},
            folder=place.ROOT,
            log=self.folder / f"{role}.log",
        )
