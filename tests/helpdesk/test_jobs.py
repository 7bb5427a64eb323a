"""The jobs of the timetable: their rhythm in words, their next run, and when one is late."""

from datetime import UTC, datetime, timedelta

import pytest
from celery.schedules import crontab

from helpdesk import jobs
from helpdesk.jobs import Job
from helpdesk.models import JobRun

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def job(schedule: jobs.Schedule, *, ran: datetime | None = AT) -> Job:
    return Job("a job", schedule, JobRun(job="a job", ran_at=ran) if ran else None)


def test_each_job_of_the_timetable_has_words_and_no_words_are_left_over() -> None:
    assert jobs.schedules().keys() == jobs.WORDS.keys()


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        (5.0, "every 5 seconds"),
        (60.0, "every minute"),
        (600.0, "every 10 minutes"),
        (3600.0, "every hour"),
        (crontab(minute=20), "every hour, at 20 minutes past"),
        (crontab(hour=3, minute=30), "every day at 03:30 UTC"),
    ],
)
def test_a_rhythm_is_told_in_words(schedule: jobs.Schedule, words: str) -> None:
    assert job(schedule).rhythm == words


@pytest.mark.parametrize(
    ("schedule", "ahead"),
    [
        (60.0, timedelta(minutes=1)),
        (crontab(minute=20), timedelta(minutes=20)),
        (crontab(hour=3, minute=30), timedelta(hours=18, minutes=30)),
    ],
)
def test_the_next_run_is_counted_from_the_last(schedule: jobs.Schedule, ahead: timedelta) -> None:
    assert job(schedule).next_run() == AT + ahead


@pytest.mark.parametrize(
    ("schedule", "still", "late"),
    [
        (5.0, timedelta(minutes=5), timedelta(minutes=5, seconds=1)),
        (600.0, timedelta(minutes=30), timedelta(minutes=31)),
        (crontab(minute=20), timedelta(minutes=50), timedelta(minutes=51)),
        (crontab(hour=3, minute=30), timedelta(hours=19), timedelta(hours=19, minutes=1)),
    ],
)
def test_a_job_is_late_some_time_after_its_time(schedule: jobs.Schedule, still: timedelta, late: timedelta) -> None:
    assert not job(schedule).late(AT + still)
    assert job(schedule).late(AT + late)


def test_what_never_ran_has_no_next_run_and_is_not_late() -> None:
    new = job(60.0, ran=None)
    assert (new.next_run(), new.late(AT)) == (None, False)
