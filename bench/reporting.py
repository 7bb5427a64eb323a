"""One process that opens the pages of reports, measured: `python -m bench.reporting`. The output is JSON by page.

Figures that are made are asked for with an empty cache and a filter that is new each time; warm pages are in the cache.
"""

import json
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client

import bench.boot  # noqa: F401
from bench.measure import Statements
from reports.panels import PANELS
from tickets.models import User

PAGE, YEARS = "/reports/response/", {"period": "3-years"}
FILTERS = ("", "kind:need", "lang:uk", "-channel:phone", "is:unassigned", "topic:energy")
WARM_UP, TIMES = 5, 30


def measure() -> dict[str, Any]:
    """Milliseconds and statements of each page. Raises RuntimeError where one does not come."""
    call_command("collectstatic", interactive=False, verbosity=0)
    browser = Client(headers={"host": "localhost"})
    browser.force_login(User.objects.get(email="manager@secretariat.example"))

    def opened(address: str, asked: dict[str, str]) -> None:
        page = browser.get(address, asked)
        if page.status_code != 200:
            raise RuntimeError(f"{address} {asked}: {page.status_code}")

    found: dict[str, Any] = {}
    opened("/reports/how-we-count/", {})
    made = [("now", "/reports/", {}), *((each, f"{PAGE}{each}/", YEARS) for each in PANELS)]
    for name, address, asked in made:
        each = []
        for text in FILTERS if name in ("first", "now", "on-time", "by-topic") else FILTERS[:2]:
            cache.clear()
            each.append(_timed(lambda address=address, asked=asked, text=text: opened(address, asked | {"q": text})))
        found[f"{name}, made"] = _summary(each)
        print(name, found[f"{name}, made"], file=sys.stderr)
    cache.clear()
    opened(PAGE, YEARS | {"whole": "1"})
    warm = {"now": ("/reports/", {}), "response": (PAGE, YEARS), "one panel": (f"{PAGE}by-topic/", YEARS)}
    for name, (address, asked) in warm.items():
        each = [_timed(lambda address=address, asked=asked: opened(address, asked)) for _ in range(WARM_UP + TIMES)]
        found[f"{name}, warm"] = _summary(each[WARM_UP:])
        print(name, found[f"{name}, warm"], file=sys.stderr)
    return found


def _timed(work: Callable[[], None]) -> tuple[float, int]:
    statements = Statements()
    started = time.perf_counter()
    with connection.execute_wrapper(statements):
        work()
    return 1000 * (time.perf_counter() - started), statements.number


def _summary(each: list[tuple[float, int]]) -> dict[str, float]:
    taken = [ms for ms, _ in each]
    return {"ms": round(median(taken), 1), "ms_max": round(max(taken), 1), "statements": max(n for _, n in each)}


if __name__ == "__main__":
    print(json.dumps(measure()))
