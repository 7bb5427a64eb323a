"""What needs a person and belongs to no ticket: each condition is one alarm, opened and closed by what is found."""

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from helpdesk import jobs
from helpdesk.models import JobRun
from intake.models import RawMail
from notifications.models import OutgoingMail
from tickets import followups
from tickets.actions import alarms
from tickets.deadlines import CALENDAR
from tickets.models import Holiday

# Jobs by which the timetable and the workers show that they run.
BEAT, WORKER = "beat", "worker"
# Both run every minute; a restart of everything takes less.
SILENT = timedelta(minutes=5)
# Who looked around so lately has been running for a while.
CAUGHT_UP = timedelta(minutes=3)
# Colleagues are told of danger to life within seconds.
DANGER_WAITS = timedelta(minutes=2)
# A mail is processed within seconds; an hour's retries of delivery are five attempts.
UNPROCESSED, OVERDUE, WORRYING_ATTEMPTS = timedelta(minutes=15), timedelta(minutes=30), 5
# So many bounces in an hour of mail that was not ours are no accident.
MANY_BOUNCES = 20
# The closing days of a year are published in its summer before; from this month on they should be here.
CALENDAR_FROM = 10

Data = dict[str, Any]


def watch(now: datetime) -> None:
    """Look at everything once. `data` of an alarm holds codes and numbers, never a word that anybody wrote."""
    for key, look in CHECKS.items():
        found = look(now)
        if found is None:
            alarms.close_alarm(key, now=now)
        else:
            alarms.raise_alarm(key, now=now, **found)
    _watch_calendar(now)


def silent(job: str, now: datetime) -> bool:
    """Whether a job did not run when it should have."""
    return not JobRun.objects.filter(job=job, ran_at__gt=now - SILENT).exists()


def _beat_silent(now: datetime) -> Data | None:
    return {} if silent(BEAT, now) else None


def _jobs_late(now: datetime) -> Data | None:
    """Jobs that do not run when they should, though others do. Just after a start they still catch up."""
    worked = JobRun.objects.filter(job=WORKER, ran_at__gt=now - CAUGHT_UP).exists()
    found = jobs.late(now) if worked and not silent(BEAT, now) else []
    return {"jobs": found} if found else None


def _mail_waiting(now: datetime) -> Data | None:
    """The oldest stored mail that nobody processes. What an import holds for itself waits for the import."""
    waiting = RawMail.objects.filter(state=RawMail.State.RECEIVED).exclude(source=RawMail.Source.IMPORT)
    oldest = waiting.order_by("id").only("created_at").first()
    return {"mail": oldest.pk} if oldest and oldest.created_at < now - UNPROCESSED else None


def _danger_untold(now: datetime) -> Data | None:
    """Danger to life that nobody was told of: nobody may see the ticket, or the job fails."""
    oldest = followups.to_alert().filter(created_at__lt=now - DANGER_WAITS).first()
    return {"ticket": oldest.pk} if oldest else None


def _backscatter(now: datetime) -> Data | None:
    """Many bounces in an hour of mail that was not ours: somebody sends in the name of the house."""
    many = RawMail.objects.backscatter(now - timedelta(hours=1))[MANY_BOUNCES - 1 : MANY_BOUNCES].exists()
    return {"bounces_an_hour": MANY_BOUNCES} if many else None


def _outbox_stuck(now: datetime) -> Data | None:
    """A mail that is due and not taken up, or one that the mail server has refused for an hour."""
    queued = OutgoingMail.objects.filter(state=OutgoingMail.State.QUEUED)
    overdue = queued.filter(not_before__lt=now - OVERDUE).order_by("not_before").first()
    refused = overdue or queued.filter(attempts__gte=WORRYING_ATTEMPTS).order_by("not_before").first()
    return {"mail": refused.pk, "attempts": refused.attempts, "error": refused.error} if refused else None


def _disk_nearly_full(now: datetime) -> Data | None:
    try:
        free = shutil.disk_usage(settings.MEDIA_ROOT).free
    except FileNotFoundError:  # nothing was stored yet
        return None
    return {"free_mib": free // 2**20} if free < settings.DISK_ALARM_BYTES else None


def _watch_calendar(now: datetime) -> None:
    """The closing days of this year, and from autumn on of the next: without them no deadline can be computed."""
    for year in {now.year, now.year + (now.month >= CALENDAR_FROM)}:
        key = f"calendar-missing:{year}"
        if Holiday.objects.filter(calendar=CALENDAR, date__year=year).exists():
            alarms.close_alarm(key, now=now)
        else:
            alarms.raise_alarm(key, now=now, year=year)


CHECKS: dict[str, Callable[[datetime], Data | None]] = {
    "beat-silent": _beat_silent,
    "job-late": _jobs_late,
    "danger-untold": _danger_untold,
    "mail-waiting": _mail_waiting,
    "backscatter": _backscatter,
    "outbox-stuck": _outbox_stuck,
    "disk-nearly-full": _disk_nearly_full,
}
