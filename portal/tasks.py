"""What the portal does on time."""

from celery import shared_task
from django.utils import timezone

from portal import uploads


@shared_task
def sweep_uploads() -> int:
    """Remove files whose form was never sent; returns how many."""
    return uploads.sweep(timezone.now())
