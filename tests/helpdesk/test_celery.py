"""What the worker does by itself."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from helpdesk import celery
from helpdesk.models import JobRun
from helpdesk.tasks import tick
from tests import services
from tests.services import wait_until
from tickets.models import Alarm

LAUNCH = "from helpdesk import celery; celery.WATCH_SECONDS = 1.0; from celery.__main__ import main; main()"


@pytest.mark.flow
@pytest.mark.django_db(transaction=True)
def test_a_worker_without_beat_says_that_beat_is_silent(tmp_path: Path) -> None:
    words = ["-A", "helpdesk.celery", "worker", "--concurrency", "1", "-Q", services.QUEUES]
    quiet = ["--without-gossip", "--without-mingle", "--loglevel", "INFO"]
    log = tmp_path / "worker.log"
    command = [sys.executable, "-c", LAUNCH, *words, *quiet]
    with services.running(command, log, lambda: log.exists() and " ready." in log.read_text()):
        wait_until(Alarm.objects.filter(key="beat-silent", closed_at=None).exists, "the worker has asked for the watch")
        wait_until(JobRun.objects.filter(job="worker").exists, "the worker has shown itself")
        wait_until(JobRun.objects.filter(job=celery.WATCH).exists, "the run is recorded")
    assert not JobRun.objects.filter(job="beat").exists()


@pytest.mark.flow
@pytest.mark.django_db(transaction=True)
def test_a_process_keeps_its_connection_and_makes_a_new_one_where_it_broke(worker: subprocess.Popen[bytes]) -> None:
    first = _connection_of_a_run()
    assert _connection_of_a_run() == first
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [first])
    assert _connection_of_a_run() != first


def _connection_of_a_run() -> int:
    """The process of the database that serves the worker, after one task more has done its work."""
    JobRun.objects.filter(job="beat").delete()
    tick.delay()
    wait_until(JobRun.objects.filter(job="beat").exists, "the task has run")
    with connection.cursor() as cursor:
        # Tests before may have left connections of their own; this one has just worked.
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " ORDER BY state_change DESC LIMIT 1"
        )
        (pid,) = cursor.fetchone()
    return int(pid)


def test_what_celery_says_of_a_dead_process_of_its_pool_is_json_too() -> None:
    speak = (
        "import django; django.setup(); from helpdesk.celery import app; app.log.setup_logging_subsystem();"
        "from billiard.util import get_logger; get_logger().error('Process %r exited', 'ForkPoolWorker-1')"
    )
    env = {**os.environ, "LOG_FORMAT": "json"}
    command = [sys.executable, "-c", speak]
    done = subprocess.run(command, env=env, cwd=services.ROOT, capture_output=True, text=True, check=False)
    (line,) = (done.stdout + done.stderr).splitlines()
    assert json.loads(line)["message"] == "Process 'ForkPoolWorker-1' exited"


def test_the_timetable_asks_for_tasks_that_exist() -> None:
    celery.app.loader.import_default_modules()
    asked = {entry["task"] for entry in celery.app.conf.beat_schedule.values()}
    assert asked <= set(celery.app.tasks)
