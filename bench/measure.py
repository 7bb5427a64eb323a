"""Taking the figures of one process that works on one mail after the other."""

import cProfile
import os
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from statistics import median
from typing import Any

from django.db import connection

from bench.memory import pss

WARM_UP = 30  # mails before the clock starts: imports, caches, the plans of the connection


class Statements:
    """Counts what goes to the database, by statement; COMMIT and BEGIN do not pass here."""

    def __init__(self) -> None:
        self.number = 0
        self.counts: Counter[str] = Counter()
        self.seconds: Counter[str] = Counter()

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.number += 1
            self.counts[sql] += 1
            self.seconds[sql] += time.perf_counter() - started  # type: ignore[assignment]

    def slowest(self, number: int) -> list[dict[str, Any]]:
        """The statements that took longest in all: how often, milliseconds in all, and the text."""
        slow = self.seconds.most_common(number)
        return [{"times": self.counts[text], "ms": round(took * 1000, 1), "sql": text[:400]} for text, took in slow]


def one_by_one(work: Callable[[Any], object], things: Sequence[Any]) -> dict[str, Any]:
    """Do the work on each thing and say how long it took and what it asked of the database.

    The first `WARM_UP` are not counted. PROFILE names a file for the profile of the others, which slows them.
    """
    for thing in things[:WARM_UP]:
        work(thing)
    statements, numbers, seconds = Statements(), [], []
    touched, ours, theirs = buffers_touched(), time.process_time(), _backend_seconds()
    profile = cProfile.Profile() if os.environ.get("PROFILE") else None
    started = time.perf_counter()
    with connection.execute_wrapper(statements), profile or nullcontext():
        for thing in things[WARM_UP:]:
            before, at = statements.number, time.perf_counter()
            work(thing)
            seconds.append(time.perf_counter() - at)
            numbers.append(statements.number - before)
    took = time.perf_counter() - started
    ours, theirs = time.process_time() - ours, _backend_seconds() - theirs
    if profile:
        profile.dump_stats(os.environ["PROFILE"])
    return {
        "mails": len(seconds),
        "mails_a_second": round(len(seconds) / took, 1),
        "ms_median": round(median(seconds) * 1000, 2),
        "ms_max": round(max(seconds) * 1000, 1),
        "cpu_ms_a_mail": round(ours * 1000 / len(seconds), 2),
        "database_cpu_ms_a_mail": round(theirs * 1000 / len(seconds), 2),
        "statements_median": median(numbers),
        "statements_max": max(numbers),
        "sql_ms_a_mail": round(sum(statements.seconds.values()) * 1000 / len(seconds), 2),
        "buffers_a_mail": round((buffers_touched() - touched) / len(seconds), 1),
        "pss_mib": pss(os.getpid()),
        "slowest_statements": statements.slowest(12),
    }


def _backend_seconds() -> float:
    """Processor time of the server process that serves our connection, from the same machine's /proc (proc(5))."""
    connection.ensure_connection()
    process = connection.connection.info.backend_pid
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def buffers_touched() -> int:
    """Blocks of the database that were touched until now, in memory or not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")  # otherwise figures are up to a second late
        cursor.execute("SELECT blks_hit + blks_read FROM pg_stat_database WHERE datname = current_database()")
        (number,) = cursor.fetchone()
    return int(number)
