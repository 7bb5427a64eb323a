"""A run of a job leaves its trace; what did nothing leaves no more than its time."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.utils import OperationalError

from helpdesk.models import JobRun
from helpdesk.recording import KEPT, record
from tickets import tasks

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_a_run_of_the_timetable_is_recorded_and_a_call_is_not() -> None:
    assert tasks.wake() == 0
    assert not JobRun.objects.exists()
    tasks.wake.apply()
    run = JobRun.objects.get()
    assert (run.job, run.done, run.error, run.history) == ("tickets.tasks.wake", 0, "", [])


def test_a_task_that_is_no_job_of_the_timetable_is_not_recorded() -> None:
    tasks.translate.apply((0,))
    assert not JobRun.objects.exists()


def test_an_error_is_recorded_by_its_kind_and_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(now: datetime) -> Any:
        raise LookupError("olena@hromada.example")

    monkeypatch.setattr(tasks, "due_to_wake", broken)
    outcome = tasks.wake.apply()
    assert outcome.failed()
    run = JobRun.objects.get()
    assert (run.error, run.done) == ("LookupError", None)
    assert run.history[0]["error"] == "LookupError"
    assert "olena" not in str(run.history)


def test_the_last_error_stays_until_the_next() -> None:
    record("a job", seconds=0.1, done=None, error="LookupError", at=AT)
    record("a job", seconds=0.2, done=3, at=AT + timedelta(minutes=1))
    run = JobRun.objects.get()
    assert (run.error, run.error_at, run.done, run.milliseconds) == ("LookupError", AT, 3, 200)


def test_the_history_is_bounded_and_the_newest_comes_first() -> None:
    for number in range(1, KEPT + 6):
        record("a job", seconds=0, done=number, at=AT + timedelta(minutes=number))
        record("a job", seconds=0, done=0, at=AT + timedelta(minutes=number, seconds=30))
    run = JobRun.objects.get()
    assert [each["done"] for each in run.history] == list(range(KEPT + 5, 5, -1))
    assert run.ran_at == AT + timedelta(minutes=KEPT + 5, seconds=30)


def test_a_record_that_cannot_be_kept_fails_no_job() -> None:
    def away(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        raise OperationalError

    with connection.execute_wrapper(away):
        record("a job", seconds=0, done=1, at=AT)
    assert not JobRun.objects.exists()
