"""Each run of a job of the timetable leaves its trace: when, how long, what it did, and the kind of its error."""

import json
import logging
import time
from datetime import datetime
from typing import Any

from celery import Task
from django.db import DatabaseError, connection
from django.utils import timezone

log = logging.getLogger(__name__)

# One row a job, whatever runs at once; the newest runs that did something come first in its history.
RECORD = """
    INSERT INTO helpdesk_jobrun (job, ran_at, milliseconds, done, error, error_at, history)
    VALUES (%(job)s, %(at)s, %(milliseconds)s, %(done)s, %(error)s, %(error_at)s, %(history)s::jsonb)
    ON CONFLICT (job) DO UPDATE SET
        ran_at = excluded.ran_at,
        milliseconds = excluded.milliseconds,
        done = excluded.done,
        error = CASE WHEN excluded.error = '' THEN helpdesk_jobrun.error ELSE excluded.error END,
        error_at = COALESCE(excluded.error_at, helpdesk_jobrun.error_at),
        history = CASE WHEN excluded.history = '[]'::jsonb THEN helpdesk_jobrun.history ELSE (
            SELECT jsonb_agg(run ORDER BY place)
            FROM jsonb_array_elements(excluded.history || helpdesk_jobrun.history) WITH ORDINALITY AS kept (run, place)
            WHERE place <= %(kept)s
        ) END
"""
KEPT, LONGEST_ERROR = 20, 200


class Recorded(Task):  # type: ignore[type-arg]  # no subscript at run time
    """A task whose runs are recorded when the timetable asks for it. Called as a function, it is one."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.request.called_directly:
            return super().__call__(*args, **kwargs)
        if self.name not in _names(self.app):
            return self.run(*args, **kwargs)
        started = time.monotonic()
        try:
            result = self.run(*args, **kwargs)
        except Exception as error:
            record(self.name, seconds=time.monotonic() - started, done=None, error=type(error).__name__)
            raise
        done = result if isinstance(result, int) else None
        record(self.name, seconds=time.monotonic() - started, done=done)
        return result


def record(job: str, *, seconds: float, done: int | None, error: str = "", at: datetime | None = None) -> None:
    """Keep what a run did; a record that cannot be kept fails no job. What did nothing leaves its time alone."""
    at, milliseconds = at or timezone.now(), int(seconds * 1000)
    run = {"at": at.isoformat(), "milliseconds": milliseconds, "done": done, "error": error[:LONGEST_ERROR]}
    values: dict[str, Any] = {
        "job": job,
        "at": at,
        "milliseconds": milliseconds,
        "done": done,
        "error": error[:LONGEST_ERROR],
        "error_at": at if error else None,
        "history": json.dumps([run] if done or error else []),
        "kept": KEPT,
    }
    try:
        with connection.cursor() as cursor:
            cursor.execute(RECORD, values)
    except DatabaseError as problem:
        log.warning("a run could not be recorded", extra={"job": job, "error": type(problem).__name__})


def _names(app: Any) -> set[str]:
    return {entry["task"] for entry in app.conf.beat_schedule.values()}
