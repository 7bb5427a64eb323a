"""Random histories by the real acts on the database of this process: `python -m bench.walking HISTORIES PART PARTS`.

Prints what came of them as JSON: how many tickets, and how many whose kept rows are not what the facts tell.
"""

import json
import sys
import time

from django.db import transaction

import bench.boot  # noqa: F401
from bench.histories import History
from tickets.actions import rebuilding
from tickets.models import ReplyCycle, User

ACTS = 13


def walk(histories: int, part: int, parts: int) -> dict[str, float]:
    """Every PARTS-th history; the tickets of each are compared when it has ended."""
    staff, _ = User.objects.get_or_create(email=f"walker{part}@secretariat.example", defaults={"name": "Anna Agent"})
    found, started = {"tickets": 0, "cycles": 0, "differing": 0}, time.monotonic()
    for seed in range(part, histories, parts):
        with transaction.atomic():
            for number in History(seed, staff).run(ACTS):
                found["tickets"] += 1
                found["cycles"] += ReplyCycle.objects.filter(ticket=number).count()
                differing = rebuilding.check(number, number).differing
                if differing:
                    print(f"history {seed}: ticket {number} differs", file=sys.stderr)
                found["differing"] += len(differing)
            transaction.set_rollback(True)  # nothing is left to read, and nobody is told
    return {**found, "busy_seconds": round(time.monotonic() - started, 1)}


if __name__ == "__main__":
    print(json.dumps(walk(*map(int, sys.argv[1:]))))
