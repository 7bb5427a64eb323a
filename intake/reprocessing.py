"""Giving mails another chance that failed or were ignored."""

from django.db.models import QuerySet

from intake import tasks
from intake.models import RawMail

AGAIN = (RawMail.State.FAILED, RawMail.State.IGNORED)


def again(mails: QuerySet[RawMail]) -> int:
    """Have those of these mails processed again that failed or were ignored; returns how many. Erased ones are not."""
    number = 0
    for mail_id in mails.filter(state__in=AGAIN).exclude(path="").order_by("id").values_list("pk", flat=True):
        number += _one(mail_id)
    return number


def _one(mail_id: int) -> int:
    """One conditional UPDATE, so that two people who press the button make it happen once."""
    changed = RawMail.objects.filter(pk=mail_id, state__in=AGAIN).update(
        state=RawMail.State.RECEIVED,
        reason="",
        reason_detail="",
        attempts=0,
        deaths=0,
        interruptions=0,
        lease_until=None,
        message=None,
        processed_at=None,
    )
    if changed:
        tasks.hurry(mail_id)
    return changed
