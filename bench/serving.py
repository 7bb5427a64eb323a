"""Pages as the web server of compose.yaml gives them, measured: two workers, and browsers that ask again at once."""

import contextlib
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import Any

from bench import place
from bench.memory import pss
from helpdesk import processes

WORKERS, BROWSERS, SECONDS = 2, 8, 4.0
SERVED = (
    "list", "saved view", "ticket", "ticket of 500 messages", "search, rare word", "search, common word",
    "search, operators",
)  # fmt: skip
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


Show = Callable[[Browser], object]  # what a browser asks to show a page once


@dataclass(frozen=True, slots=True)
class Site:
    """A project as it is served, the cookie of somebody who has signed in, and its pages by name."""

    python: str
    application: str
    environment: Mapping[str, str]
    folder: Path
    cookie: str
    pages: Mapping[str, Show]


def ours(database_url: str) -> Site:
    """The desk's pages, each one request that brings its lines."""
    env = place.environment(database_url)
    found = json.loads(place.run([sys.executable, "-m", "bench.pages", "addresses"], env))
    return Site(
        python=sys.executable,
        application="helpdesk.wsgi:application",
        environment=env,
        folder=place.ROOT,
        cookie=found["cookie"],
        pages={name: partial(Browser.get, address=found["pages"][name], holds=b"</html>") for name in SERVED},
    )


def measure(site: Site) -> dict[str, Any]:
    """By page: how many a second, and what one browser waits for one, in ms; and the memory of each worker in MiB."""
    with _served(site) as (port, workers):
        pages = {name: _page(site, port, show) for name, show in site.pages.items()}
        return {"pages": pages, "pss_mib": [pss(process) for process in workers]}


def _page(site: Site, port: int, show: Show) -> dict[str, float]:
    _browse(site, port, show, until=time.monotonic() + 1)  # warm up
    alone = _browse(site, port, show, until=time.monotonic() + SECONDS / 2)
    began = time.monotonic()
    with ThreadPoolExecutor(BROWSERS) as pool:
        browsing = [pool.submit(_browse, site, port, show, until=began + SECONDS) for _ in range(BROWSERS)]
        together = [took for each in browsing for took in each.result()]
    lasted = time.monotonic() - began
    return {
        "a_second": round(len(together) / lasted, 1),
        "ms_alone": round(median(alone) * 1000, 1),
        "ms_of_eight": round(median(together) * 1000, 1),
        "ms_of_eight_max": round(max(together) * 1000, 1),
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


def _browse(site: Site, port: int, show: Show, *, until: float) -> list[float]:
    """Ask for the page again and again, once at least; the seconds of each answer."""
    took, browser = [], Browser(port, site.cookie)
    while not took or time.monotonic() < until:
        started = time.monotonic()
        show(browser)
        took.append(time.monotonic() - started)
    browser.line.close()
    return took
