"""The jobs of the timetable in words, with their rhythm, and which of them are late."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from celery.schedules import crontab
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from helpdesk.celery import app
from helpdesk.models import JobRun

# In the order in which a reader looks for them: the tasks of `app.conf.beat_schedule`.
WORDS: dict[str, Promise] = {
    "tickets.tasks.alert": gettext_lazy("Tell of danger to life"),
    "tickets.tasks.mark_deadlines": gettext_lazy("Record which deadlines come near or pass"),
    "tickets.tasks.summarise": gettext_lazy("Send the morning summaries"),
    "tickets.tasks.ask_again": gettext_lazy("Remind partners of our questions"),
    "tickets.tasks.remeasure": gettext_lazy("Measure deadlines again after a change of the rules"),
    "tickets.tasks.make_deadlines": gettext_lazy("Make deadlines that are missing"),
    "tickets.tasks.read_cycles": gettext_lazy("Read who waited anew after an update"),
    "reports.tasks.send_due": gettext_lazy("Send the reports of weeks and months"),
    "tickets.tasks.wake": gettext_lazy("Bring back tickets that were put off"),
    "tickets.tasks.tell_substitutes": gettext_lazy("Tell substitutes when they begin and end"),
    "intake.tasks.sweep": gettext_lazy("Process stored mail"),
    "notifications.tasks.sweep": gettext_lazy("Send what is in the outbox"),
    "tickets.tasks.settle": gettext_lazy("Take the results of deliveries to their tickets"),
    "intake.tasks.watch_mailbox": gettext_lazy("Look whether the mailbox is read"),
    "intake.tasks.reconcile_mailbox": gettext_lazy("Compare the mailbox with what is stored"),
    "tickets.tasks.scan": gettext_lazy("Scan files for viruses"),
    "tickets.tasks.scan_again": gettext_lazy("Scan files again when there are new signatures"),
    "tickets.tasks.translate_due": gettext_lazy("Send what is to be translated"),
    "intake.tasks.forget_erased": gettext_lazy("Remove mail of erased persons"),
    "portal.tasks.sweep_uploads": gettext_lazy("Remove uploads that nobody sent"),
    "desk.tasks.forget_sessions": gettext_lazy("Forget sessions that are over"),
    "api.tasks.forget_keys": gettext_lazy("Forget keys of requests that were done"),
    "helpdesk.tasks.watch": gettext_lazy("Look for what needs a person"),
    "helpdesk.tasks.tick": gettext_lazy("Show that the timetable runs"),
}
MINUTE, HOUR = 60, 3600
# How long after its time a job may run before it is late: a restart takes less, and a busy worker skips some sweeps.
PATIENCE, ROUNDS = timedelta(minutes=5), 3
PATIENCE_OF_THE_CLOCK = timedelta(minutes=30)

Schedule = float | crontab


@dataclass(frozen=True)
class Job:
    """One job: what it does, how often, and what is known of its last run."""

    name: str
    schedule: Schedule
    run: JobRun | None

    @property
    def words(self) -> str | Promise:
        return WORDS.get(self.name, self.name)

    @property
    def rhythm(self) -> str:
        """How often, in words; hours are in UTC, as the timetable counts."""
        if isinstance(self.schedule, crontab):
            return _by_the_clock(self.schedule)
        return _every(int(self.schedule))

    def next_run(self) -> datetime | None:
        """When it runs next, counted from its last run; None where it has not run yet."""
        if self.run is None:
            return None
        if isinstance(self.schedule, crontab):
            return self.run.ran_at + _between(self.schedule, self.run.ran_at)
        return self.run.ran_at + timedelta(seconds=self.schedule)

    def late(self, now: datetime) -> bool:
        """Whether it should have run long ago. What never ran is not late: beat has just learnt of it."""
        if self.run is None:
            return False
        if isinstance(self.schedule, crontab):
            due = self.run.ran_at + _between(self.schedule, self.run.ran_at)
            return now > due + PATIENCE_OF_THE_CLOCK
        return now > self.run.ran_at + max(PATIENCE, ROUNDS * timedelta(seconds=self.schedule))


@cache
def schedules() -> dict[str, Schedule]:
    """The tasks of the timetable, each with its rhythm."""
    found: dict[str, Schedule] = {}
    for entry in app.conf.beat_schedule.values():
        schedule = entry["schedule"]
        found[entry["task"]] = schedule if isinstance(schedule, crontab) else float(schedule)
    return found


def jobs() -> list[Job]:
    """All jobs, in the order of WORDS. One statement."""
    known = {run.job: run for run in JobRun.objects.all()}
    order = {name: place for place, name in enumerate(WORDS)}
    found = [Job(name, schedule, known.get(name)) for name, schedule in schedules().items()]
    return sorted(found, key=lambda job: order.get(job.name, len(order)))


def late(now: datetime) -> list[str]:
    """The names of the jobs that are late."""
    return [job.name for job in jobs() if job.late(now)]


def _between(schedule: crontab, last: datetime) -> timedelta:
    """From one run to the next that is due after it."""
    start, step, _now = schedule.remaining_delta(last)
    due: datetime = start + step  # celery's own kind of a step
    return due - last


def _every(seconds: int) -> str:
    if seconds % HOUR == 0:
        number = seconds // HOUR
        return ngettext("every hour", "every %(number)s hours", number) % {"number": number}
    if seconds % MINUTE == 0:
        number = seconds // MINUTE
        return ngettext("every minute", "every %(number)s minutes", number) % {"number": number}
    return ngettext("every second", "every %(number)s seconds", seconds) % {"number": seconds}


def _by_the_clock(schedule: crontab) -> str:
    clock: Any = schedule  # its sets of hours and minutes are not in its stub
    minute = min(clock.minute)
    if len(clock.hour) > 1:
        return _("every hour, at %(minute)s minutes past") % {"minute": minute}
    return _("every day at %(time)s UTC") % {"time": f"{min(clock.hour):02}:{minute:02}"}
