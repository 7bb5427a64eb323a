"""What the API does on time."""

from celery import shared_task
from django.utils import timezone

from api import idempotency


@shared_task
def forget_keys() -> int:
    """Remove the Idempotency-Keys that are older than a day; returns how many."""
    return idempotency.forget(now=timezone.now())
