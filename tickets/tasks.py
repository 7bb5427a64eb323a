"""What is due or settled becomes an act."""

import logging

from celery import shared_task
from django.utils import timezone

from notifications.models import OutgoingMail
from tickets.actions import settling

log = logging.getLogger(__name__)

BATCH = 200


@shared_task
def settle() -> int:
    """Take the results of mails from the outbox to their tickets; returns how many."""
    due = OutgoingMail.objects.unsettled().order_by("id").values_list("pk", flat=True)[:BATCH]
    done = 0
    for mail_id in list(due):
        try:
            settling.settle(mail_id=mail_id, now=timezone.now())
            done += 1
        except Exception:
            # One result that cannot be taken must not hold up the others; it stays due and is tried again.
            log.exception("a delivery could not be settled", extra={"mail": mail_id})
    return done
