"""What the roof does by itself: show that the timetable runs, and look for what needs a person."""

from celery import shared_task
from django.utils import timezone

from helpdesk import watching
from helpdesk.models import JobRun


@shared_task
def tick() -> None:
    """The sign of life of beat, which alone asks for this."""
    _ran(watching.BEAT)


@shared_task
def watch() -> None:
    """Open and close the alarms of the house. Beat asks for it, and each worker too, should beat be silent."""
    watching.watch(timezone.now())
    _ran(watching.WORKER)


def _ran(job: str) -> None:
    JobRun.objects.update_or_create(job=job, defaults={"ran_at": timezone.now()})
