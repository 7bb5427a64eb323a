"""Work on stored mail: one task a mail under a hard time limit, and a sweep that finds what a hint lost.

The hard limit works in Celery's prefork pool: the process that hangs is killed and its mail counted as a death. The
tasks are acknowledged late, so a worker that is killed from outside gives its mail back at once; whatever else goes
wrong, the lease on the row ends and the sweep takes the mail up again.
"""

import logging
from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from intake import attempts, erasing, ledger, processing, reconcile
from intake.models import RawMail
from intake.sources.mailbox import code_of

log = logging.getLogger(__name__)

BATCH = 200
# A mail that was stored a moment ago has its own hint on the way.
HEAD_START = timedelta(seconds=3)


def hurry(mail_id: int) -> None:
    """Hint that a mail waits. A broker that is away costs nothing: the sweep finds the row a few seconds later."""
    try:
        # No limit travels with the hint: that of the worker counts, and the lease is measured by the same.
        process.apply_async((mail_id,), time_limit=None)  # type: ignore[arg-type]  # the stubs know no "none"
    except Exception as error:
        # Clients of a broker that is down raise many things; the mail is safe, and that is what counts here.
        log.warning("the broker took no hint", extra={"mail": mail_id, "error": type(error).__name__})


@shared_task(time_limit=settings.MAIL_TIME_LIMIT)
def process(mail_id: int) -> None:
    """Process one stored mail. May run twice: what is in hand or done is left alone."""
    processing.process(mail_id)


@shared_task
def sweep() -> int:
    """Hint at what is due; returns how many. Each mail is a task of its own: one that hangs holds up no other."""
    now = timezone.now()
    due = RawMail.objects.due(now).filter(created_at__lte=now - HEAD_START).values_list("pk", flat=True)[:BATCH]
    for mail_id in due:
        hurry(mail_id)
    attempts.close_alarm()
    return len(due)


@shared_task
def forget_erased() -> int:
    """Take the personal text of erased messages out of their raw mails, and files that nobody names off the disk."""
    touched = erasing.forget_erased()
    erasing.remove_discarded(timezone.now())
    return touched


@shared_task
def watch_mailbox() -> bool:
    """Raise the alarm when the mailbox was not read for long, be it that nobody reads it; False then."""
    return ledger.watch(timezone.now())


@shared_task
def reconcile_mailbox() -> int:
    """Count the mailbox against the ledger, once a day; returns how many folders differ.

    A server that cannot be reached is not asked again here: the alarm of the reader tells of it.
    """
    if not settings.IMAP_HOST:
        return 0
    try:
        return sum(not count.in_order for count in reconcile.reconcile())
    except Exception as error:
        log.error("the mailbox could not be counted", extra={"code": code_of(error), "error": type(error).__name__})
        return 0
