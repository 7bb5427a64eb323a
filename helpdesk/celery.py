"""The Celery application and the whole timetable.

A message to the broker is only a hint to hurry: each job is a row in the database and a sweep takes up what the hint
lost. So every task takes ids alone, re-reads the state and may run twice.
"""

import logging
import os
import sys
from pathlib import Path

from celery import Celery, Task, bootsteps, signals
from celery.schedules import crontab
from celery.worker import WorkController
from django.conf import settings
from django.db import close_old_connections
from kombu import Queue

from helpdesk import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")

broker.install()
app = Celery("helpdesk", task_cls="helpdesk.recording:Recorded")
log = logging.getLogger(__name__)
WATCH, WATCH_SECONDS = "helpdesk.tasks.watch", 300.0


def look_at_connection(sender: Task, **_: object) -> None:  # type: ignore[type-arg]  # no subscript at run time
    """Keep the connection of a process from task to task, as from request to request: CONN_MAX_AGE and health checks.

    Celery would connect anew for each task, which costs more than a mail's whole work in the database.
    """
    if not sender.request.is_eager:
        close_old_connections()


signals.task_prerun.connect(look_at_connection)
signals.task_postrun.connect(look_at_connection)


class Watchman(bootsteps.StartStopStep):
    """Each worker asks now and then, by itself, for the watch: who else should say that beat is silent?"""

    requires = ("celery.worker.components:Timer",)

    def start(self, worker: WorkController) -> None:
        if worker.timer is not None:
            worker.timer.call_repeatedly(WATCH_SECONDS, self.ask)  # type: ignore[attr-defined]

    @staticmethod
    def ask() -> None:
        try:
            app.send_task(WATCH, expires=WATCH_SECONDS)
        except Exception as error:
            log.warning("the broker took no hint", extra={"error": type(error).__name__})


app.steps["worker"].add(Watchman)


def _transport() -> dict[str, object]:
    if not settings.BROKER_URL.startswith("filesystem:"):
        return {
            # A saved row waits for nobody: with the broker away a publish fails at once instead of blocking.
            "max_retries": 0,
            "interval_start": 0,
            "interval_step": 0,
            "interval_max": 0,
            "socket_connect_timeout": 1,
            "socket_timeout": 5,
            # Longer than the longest task; what a killed worker held comes back within seconds.
            "visibility_timeout": 3600,
            "unacked_restore_throttle": 1,
            "unacked_restore_interval": 5,
        }
    folder = Path(settings.DATA_DIR) / "broker"
    for name in ("queue", "control"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    queue = str(folder / "queue")
    return {"data_folder_in": queue, "data_folder_out": queue, "control_folder": str(folder / "control")}


app.conf.update(
    broker_url=settings.BROKER_URL,
    broker_transport_options=_transport(),
    broker_connection_retry_on_startup=True,
    task_publish_retry=False,
    CELERY_DB_REUSE_MAX=sys.maxsize,  # `look_at_connection` closes what is old or broken
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
    task_default_queue="default",
    task_queues=[Queue("mail"), Queue("delivery"), Queue("default"), Queue("reports")],
    task_routes={
        # It waits for a server: no mail should wait behind it.
        "intake.tasks.reconcile_mailbox": {"queue": "default"},
        "intake.tasks.*": {"queue": "mail"},
        "notifications.tasks.*": {"queue": "delivery"},
        "reports.tasks.*": {"queue": "reports"},
    },
    timezone="UTC",
    beat_schedule_filename=str(Path(settings.DATA_DIR) / "beat-schedule"),
    # A late run of a sweep is worth nothing: the next one does the same.
    beat_schedule={
        "sweep stored mail": {"task": "intake.tasks.sweep", "schedule": 5.0, "options": {"expires": 5}},
        "sweep the outbox": {"task": "notifications.tasks.sweep", "schedule": 5.0, "options": {"expires": 5}},
        "settle deliveries": {"task": "tickets.tasks.settle", "schedule": 5.0, "options": {"expires": 5}},
        "scan files": {"task": "tickets.tasks.scan", "schedule": 10.0, "options": {"expires": 10}},
        "send what is to be translated": {
            "task": "tickets.tasks.translate_due",
            "schedule": 10.0,
            "options": {"expires": 10},
        },
        "wake tickets": {"task": "tickets.tasks.wake", "schedule": 30.0, "options": {"expires": 30}},
        "measure deadlines again": {
            "task": "tickets.tasks.remeasure",
            "schedule": 20.0,
            "options": {"expires": 20},
        },
        "make deadlines that are missing": {
            "task": "tickets.tasks.make_deadlines",
            "schedule": 600.0,
            "options": {"expires": 600},
        },
        "read cycles anew": {"task": "tickets.tasks.read_cycles", "schedule": 60.0, "options": {"expires": 60}},
        "record stages of deadlines": {
            "task": "tickets.tasks.mark_deadlines",
            "schedule": 60.0,
            "options": {"expires": 60},
        },
        "tell of danger to life": {"task": "tickets.tasks.alert", "schedule": 10.0, "options": {"expires": 10}},
        # It looks itself whether it is morning, in Brussels, on a working day, and whom it has told.
        "send morning summaries": {"task": "tickets.tasks.summarise", "schedule": 300.0, "options": {"expires": 300}},
        "remind partners": {"task": "tickets.tasks.ask_again", "schedule": 600.0, "options": {"expires": 600}},
        "tell substitutes": {"task": "tickets.tasks.tell_substitutes", "schedule": 600.0, "options": {"expires": 600}},
        "scan files again": {"task": "tickets.tasks.scan_again", "schedule": 1800.0, "options": {"expires": 1800}},
        "forget erased mail": {"task": "intake.tasks.forget_erased", "schedule": 300.0, "options": {"expires": 300}},
        "show that the timetable runs": {"task": "helpdesk.tasks.tick", "schedule": 60.0, "options": {"expires": 60}},
        "look for what needs a person": {"task": WATCH, "schedule": 60.0, "options": {"expires": 60}},
        "watch the mailbox": {"task": "intake.tasks.watch_mailbox", "schedule": 60.0, "options": {"expires": 60}},
        "count the mailbox": {"task": "intake.tasks.reconcile_mailbox", "schedule": crontab(hour=3, minute=30)},
        "forget sessions that are over": {"task": "desk.tasks.forget_sessions", "schedule": crontab(minute=20)},
        "remove unclaimed uploads": {"task": "portal.tasks.sweep_uploads", "schedule": 3600.0},
        # Each report is sent once, whichever run finds it due first.
        "send reports by mail": {
            "task": "reports.tasks.send_due",
            "schedule": crontab(minute="*/15"),
            "options": {"expires": 900},
        },
        "forget keys of requests": {"task": "api.tasks.forget_keys", "schedule": 3600.0},
    },
)
app.autodiscover_tasks()
