"""One process that opens the pages of reports, measured: `python -m bench.reporting`. The output is JSON by page.

Figures that are made are asked for with an empty cache and a filter that is new each time; warm pages are in the cache.
"""

import json
import os
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
from bench.memory import pss
from reports.panels import PANELS
from tickets.models import User

PAGE, YEARS = "/reports/response/", {"period": "3-years"}
FILTERS = ("", "kind:need", "lang:uk", "-channel:phone", "is:unassigned", "topic:energy")
WARM_UP, TIMES = 5, 30


def measure() -> dict[str, Any]:
    """What each page costs, and memory before and after. Raises RuntimeError where one does not come."""
    call_command("collectstatic", interactive=False, verbosity=0)
    browser = Client(headers={"host": "localhost"})
    browser.force_login(User.objects.get(email="manager@secretariat.example"))

    def opened(address: str, asked: dict[str, str]) -> None:
        page = browser.get(address, asked)
        if page.status_code != 200:
            raise RuntimeError(f"{address} {asked}: {page.status_code}")

    found: dict[str, Any] = {}
    opened("/reports/how-we-count/", {})
    memory = pss(os.getpid())
    made = [("now", "/reports/", {}), *((each, f"{PAGE}{each}/", YEARS) for each in PANELS)]
    made += [("first, working time", f"{PAGE}first/", YEARS | {"time": "working"})]
    made += [("next, net", f"{PAGE}next/", YEARS | {"pauses": "net"})]
    made += [(name, f"/reports/{name}/", YEARS) for name in ("flow", "compliance")]
    for name, address, asked in made:
        each = []
        for text in FILTERS if name in ("first", "now", "on-time", "by-topic") else FILTERS[:2]:
            cache.clear()
            each.append(_timed(lambda address=address, asked=asked, text=text: opened(address, asked | {"q": text})))
        found[f"{name}, made"] = _summary(each)
        print(name, found[f"{name}, made"], file=sys.stderr)
    cache.clear()
    opened(PAGE, YEARS | {"whole": "1"})
    warm = {name: (f"/reports/{name}/", YEARS) for name in ("flow", "compliance")}
    warm |= {"now": ("/reports/", {}), "response": (PAGE, YEARS), "one panel": (f"{PAGE}by-topic/", YEARS)}
    for name, (address, asked) in warm.items():
        each = [_timed(lambda address=address, asked=asked: opened(address, asked)) for _ in range(WARM_UP + TIMES)]
        found[f"{name}, warm"] = _summary(each[WARM_UP:])
        print(name, found[f"{name}, warm"], file=sys.stderr)
    return {"pages": found, "pss_mib": [memory, pss(os.getpid())]}


def _timed(work: Callable[[], None]) -> tuple[float, float, int]:
    """Milliseconds by the clock and of our processor, and statements."""
    statements, ours = Statements(), time.process_time()
    started = time.perf_counter()
    with connection.execute_wrapper(statements):
        work()
    return 1000 * (time.perf_counter() - started), 1000 * (time.process_time() - ours), statements.number


def _summary(each: list[tuple[float, float, int]]) -> dict[str, float]:
    taken, ours, statements = zip(*each, strict=True)
    return {
        "ms": round(median(taken), 1),
        "ms_max": round(max(taken), 1),
        "processor_ms": round(median(ours), 1),
        "statements": max(statements),
    }


if __name__ == "__main__":
    print(json.dumps(measure()))
