"""The web server as compose.yaml has it, measured: `python -m bench.serving`, with DATABASE_URL of a loaded database.

Two granian workers, and eight browsers that ask for the desk's list again as soon as they have it. Prints JSON: pages a
second, the median and the slowest of a page as one browser waits for it, and the memory of the workers.
"""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import Any

from django.conf import settings

import bench.boot  # noqa: F401
from bench import place
from bench.memory import pss
from bench.pages import cookie_of
from helpdesk import processes
from tickets.models import User

WORKERS, BROWSERS, SECONDS = 2, 8, 10.0
COMMAND = ["-m", "granian", "--interface", "wsgi", "--no-ws", "--host", "127.0.0.1", "--workers", str(WORKERS)]
LIST = "/desk/"


def measure() -> dict[str, Any]:
    """The figures of the list. RuntimeError where a page does not come."""
    user = User.objects.filter(role=User.Role.AGENT, is_active=True).order_by("pk")[0]
    port, cookie = place.free_port(), cookie_of(user)
    command = [sys.executable, *COMMAND, "--port", str(port), "helpdesk.wsgi:application"]
    server = processes.spawn(command, folder=place.ROOT, log=Path(settings.DATA_DIR) / "web.log")
    try:
        place.until(lambda: place.accepts(port), "The web server")
        _browse(port, cookie, until=time.monotonic() + 2)  # warm up
        alone = _browse(port, cookie, until=time.monotonic() + SECONDS / 2)
        ends = time.monotonic() + SECONDS
        with ThreadPoolExecutor(BROWSERS) as pool:
            together = [
                took for each in pool.map(lambda _: _browse(port, cookie, until=ends), range(BROWSERS)) for took in each
            ]
        workers = place.family(server.pid)[1:]
        return {
            "pages_a_second": round(len(together) / SECONDS, 1),
            "ms_alone": round(median(alone) * 1000, 1),
            "ms_of_eight": round(median(together) * 1000, 1),
            "ms_of_eight_max": round(max(together) * 1000, 1),
            "pss_mib": [pss(process) for process in workers],
        }
    finally:
        processes.end([server], seconds=10)


def _browse(port: int, cookie: str, *, until: float) -> list[float]:
    """Ask for the list again and again; the seconds of each answer."""
    took, line = [], HTTPConnection("127.0.0.1", port, timeout=30)
    while (started := time.monotonic()) < until:
        line.request("GET", LIST, headers={"Cookie": cookie, "Host": "localhost"})
        answer = line.getresponse()
        body = answer.read()
        if answer.status != 200 or b'id="rows"' not in body:
            raise RuntimeError(f"{LIST}: {answer.status}")
        took.append(time.monotonic() - started)
    line.close()
    return took


if __name__ == "__main__":
    print(json.dumps(measure()))
