"""One process that opens the pages of searches, measured: `python -m bench.searching`. The output is JSON by search.

The whole page is asked for in the process, with session, permissions and template, as an agent's browser would.
"""

import json
import sys
from collections.abc import Mapping
from typing import Any

from django.core.management import call_command
from django.test import Client
from django.utils import timezone

import bench.boot  # noqa: F401
from bench import words
from bench.measure import WARM_UP, one_by_one
from desk import search
from tickets.models import User
from tickets.search.query import parse

TIMES = 30
# By what makes them cheap or dear. The sample tickets have no regions and topics.
SEARCHES: Mapping[str, str] = {
    "rare word": words.RARE,
    "beginning of a rare word": words.RARE[:8],
    "no such word": "xylophonist",
    "common word": words.COMMON,
    "common beginning, Ukrainian": "генер",
    "two common words": "generator hospital",
    "one of two common words": "generator OR лікарня",
    "common words, one excluded": "generator -hospital",
    "phrase": '"water pump"',
    "address": words.person(17)[1],
    "name": "from:Olena",
    "reference in words": "SU-2026 generator",
    "common word, open": "generator status:open",
    "common word, nobody's": "generator is:unassigned",
    "rare word, closed": f"{words.RARE} status:closed",
    "open": "status:open",
    "nobody's, urgent": "is:unassigned priority:urgent",
    "somebody's in a queue": 'assignee:"Agent 3" queue:unit-1',
    "overdue": "is:overdue",
    "unread": "is:unread",
    "with files": "has:attachment",
    "old, Ukrainian": "before:2024-06 lang:uk",
}
KEPT = {
    "ms": "ms_median",
    "ms_max": "ms_max",
    "cpu_ms": "cpu_ms_a_mail",
    "database_cpu_ms": "database_cpu_ms_a_mail",
    "statements": "statements_max",
    "buffers": "buffers_a_mail",
}


def measure() -> dict[str, dict[str, Any]]:
    """The figures of each search; raises RuntimeError where a page does not come or a search has a mistake."""
    call_command("collectstatic", interactive=False, verbosity=0)
    agent = User.objects.get(email="agent0@secretariat.example")
    browser = Client(headers={"host": "localhost"})
    browser.force_login(agent)

    def open_page(text: str) -> int:
        page = browser.get("/desk/find/", {"q": text})
        if page.status_code != 200:
            raise RuntimeError(f"{text}: {page.status_code}")
        return len(page.content)

    found = {}
    for name, text in SEARCHES.items():
        figures = one_by_one(open_page, [text] * (WARM_UP + TIMES))
        hits = search.results(parse(text), agent, cursor="", now=timezone.now())
        if hits.problems:
            raise RuntimeError(f"{text}: {hits.problems}")
        kept = {ours: figures[theirs] for ours, theirs in KEPT.items()}
        slowest = figures["slowest_statements"][:2]
        found[name] = {**kept, "bytes": open_page(text), "hits": hits.number, "more": hits.more, "slowest": slowest}
        print(f"{name}: {kept['ms']} ms", file=sys.stderr)
    return found


if __name__ == "__main__":
    print(json.dumps(measure()))
