"""One worker that follows up, measured: `python -m bench.following`, on a database with deadlines. Prints JSON.

What is due is found by the very questions of the timetable and done by its acts, on real rows and with real mails in
the outbox.
"""

import json
import os
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

import bench.boot  # noqa: F401
from bench.measure import Statements, buffers_touched
from bench.memory import pss
from tickets import digesting, followups, telling
from tickets.actions import reminding
from tickets.deadlines import day_of
from tickets.models import Ticket, TicketDeadline
from tickets.tasks import ALERTS as AT_ONCE
from tickets.tasks import BATCH

ALERTS = 300


def measure() -> dict[str, Any]:
    """The figures of each step; what a step did is the input of none after it."""
    now = timezone.now()
    plan = followups.plan(now)
    # A first question pays for the connection and for imports.
    list(followups.to_look_at(now - timedelta(days=3650))[:1])
    found: dict[str, Any] = {
        "deadlines": TicketDeadline.objects.count(),
        "find": timed(lambda: len(followups.to_look_at(now).values_list("pk", flat=True))),
        "mark": timed(lambda: _mark(plan)),
        "summaries": timed(lambda: _summaries(plan)),
        "alert": timed(_alert),
    }
    return {**found, "pss_mib": pss(os.getpid())}


def timed(work: Callable[[], int]) -> dict[str, float]:
    """How many it was, how long it took, and what it asked of the database."""
    statements, touched, started = Statements(), buffers_touched(), time.perf_counter()
    with connection.execute_wrapper(statements):
        number = work()
    took = time.perf_counter() - started
    return {
        "number": number,
        "seconds": round(took, 3),
        "a_second": round(number / took, 1) if took else 0.0,
        "statements": statements.number,
        "buffers": buffers_touched() - touched,
    }


def _mark(plan: followups.Plan) -> int:
    done = 0
    while found := reminding.mark(limit=BATCH, plan=plan, now=timezone.now()):
        done += found
    return done


def _summaries(plan: followups.Plan) -> int:
    now = timezone.now()
    day = day_of(now)
    due = digesting.summaries(plan, telling.house(day), now)
    return sum(reminding.summarise(person_id=person, day=day, due=groups) for person, groups in due.items())


def _alert() -> int:
    waiting = list(followups.to_alert().values_list("pk", flat=True)[:ALERTS])
    house = telling.house(day_of(timezone.now()))
    batches = (waiting[first : first + AT_ONCE] for first in range(0, len(waiting), AT_ONCE))
    return sum(reminding.alert(ticket_ids=ids, house=house, now=timezone.now()) for ids in batches)


if __name__ == "__main__":
    assert Ticket.objects.exists()
    print(json.dumps(measure()))
