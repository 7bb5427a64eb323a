"""Delivery as Celery tasks. Each takes an id alone, reads the state anew and may run twice."""

import time

from celery import shared_task
from django.utils import timezone

from notifications import delivery
from notifications.models import OutgoingMail

BATCH = 100
SWEEP_SECONDS = 60
# Shorter than the lease, so that a worker that hangs is dead before its mail is claimed again.
HARD_LIMIT = int(delivery.LEASE.total_seconds()) - 60


@shared_task(time_limit=HARD_LIMIT)
def deliver(mail_id: int) -> None:
    """Deliver one mail, if it is due."""
    delivery.deliver(mail_id, now=timezone.now())


@shared_task(time_limit=HARD_LIMIT)
def sweep() -> int:
    """Deliver what is due and what a dead worker left behind; returns how many mails were taken up.

    It stops at the first mail that the server does not take for now: the others would wait for the same server, and
    hold up this worker one after the other. They stay due.
    """
    started, done = time.monotonic(), 0
    for mail_id in _due():
        result = delivery.deliver(mail_id, now=timezone.now())
        done += result is not None
        if result is delivery.Result.LATER or time.monotonic() - started > SWEEP_SECONDS:
            break
    return done


def _due() -> list[int]:
    """The mails to take up, oldest first; each half of the question is answered by an index of its own."""
    now, mails = timezone.now(), OutgoingMail.objects.order_by("pk")
    left = mails.filter(state=OutgoingMail.State.SENDING, lease_until__lte=now).order_by("lease_until")
    waiting = mails.filter(state=OutgoingMail.State.QUEUED, not_before__lte=now).order_by("not_before")
    return [*left.values_list("pk", flat=True)[:BATCH], *waiting.values_list("pk", flat=True)[:BATCH]]
