"""What the reports do by themselves."""

from celery import shared_task
from django.utils import timezone

from reports import mailing


@shared_task(time_limit=600)
def send_due() -> int:
    """Send the reports that are due by mail; returns how many."""
    return mailing.send_due(timezone.now())
