"""A list as the web server of compose.yaml gives it, measured: two workers, and browsers that ask again at once."""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import Any

from bench import place
from bench.memory import pss
from helpdesk import processes

WORKERS, BROWSERS, SECONDS = 2, 8, 10.0
COMMAND = ["-m", "granian", "--interface", "wsgi", "--no-ws", "--host", "127.0.0.1", "--workers", str(WORKERS)]


class Browser:
    """One signed-in browser with one connection that stays open."""

    def __init__(self, port: int, cookie: str) -> None:
        self.line = HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"Cookie": cookie, "Host": "localhost"}

    def get(self, address: str, *, holds: bytes) -> bytes:
        """The answer; RuntimeError where it is no page with `holds` in it."""
        self.line.request("GET", address, headers=self.headers)
        answer = self.line.getresponse()
        body = answer.read()
        if answer.status != 200 or holds not in body:
            raise RuntimeError(f"{address}: {answer.status}")
        return body


@dataclass(frozen=True, slots=True)
class Site:
    """A project as it is served, and what a browser asks of it to show its list once."""

    python: str
    application: str
    environment: Mapping[str, str]
    folder: Path
    cookie: str
    show_list: Callable[[Browser], object]


def ours(database_url: str) -> Site:
    """The desk's list: one page that holds its lines."""
    env = place.environment(database_url)
    cookie = place.run([sys.executable, "-m", "bench.session"], env).strip()
    return Site(
        python=sys.executable,
        application="helpdesk.wsgi:application",
        environment=env,
        folder=place.ROOT,
        cookie=cookie,
        show_list=lambda browser: browser.get("/desk/", holds=b'id="rows"'),
    )


def measure(site: Site) -> dict[str, Any]:
    """Lists a second, what one browser waits for one in ms, and the memory of each worker in MiB."""
    with _served(site) as (port, workers):
        _browse(site, port, until=time.monotonic() + 2)  # warm up
        alone = _browse(site, port, until=time.monotonic() + SECONDS / 2)
        began = time.monotonic()
        with ThreadPoolExecutor(BROWSERS) as pool:
            browsing = [pool.submit(_browse, site, port, until=began + SECONDS) for _ in range(BROWSERS)]
            together = [took for each in browsing for took in each.result()]
        lasted = time.monotonic() - began
        return {
            "lists_a_second": round(len(together) / lasted, 1),
            "ms_alone": round(median(alone) * 1000, 1),
            "ms_of_eight": round(median(together) * 1000, 1),
            "ms_of_eight_max": round(max(together) * 1000, 1),
            "pss_mib": [pss(process) for process in workers],
        }


@contextlib.contextmanager
def _served(site: Site) -> Iterator[tuple[int, list[int]]]:
    """The port, and the process numbers of the workers."""
    port = place.free_port()
    command = [site.python, *COMMAND, "--port", str(port), site.application]
    place.DATA.mkdir(parents=True, exist_ok=True)
    log = place.DATA / "web.log"
    server = processes.spawn(command, environment=site.environment, folder=site.folder, log=log)
    try:
        place.until(lambda: place.accepts(port), "The web server")
        yield port, place.family(server.pid)[1:]
    finally:
        processes.end([server], seconds=10)


def _browse(site: Site, port: int, *, until: float) -> list[float]:
    """Ask for the list again and again, once at least; the seconds of each answer."""
    took, browser = [], Browser(port, site.cookie)
    while not took or time.monotonic() < until:
        started = time.monotonic()
        site.show_list(browser)
        took.append(time.monotonic() - started)
    browser.line.close()
    return took
