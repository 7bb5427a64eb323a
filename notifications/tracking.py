"""What becomes of a mail after the server took it: bounces and complaints, by webhook of a provider or by mail."""

import re
from datetime import datetime, timedelta
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, tracking
from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone

from notifications import suppressions
from notifications.models import OutgoingMail, Suppression

MAX_DETAIL = 2_000
# So many soft bounces within the time make an address one that is not written to for a while.
SOFT_BOUNCES, SOFT_WITHIN = 3, timedelta(days=7)

_FOR_NOW = re.compile(r"^\D{0,40}(?:4\d\d\b|4\.\d{1,3}\.\d{1,3}\b)")

Bounce = OutgoingMail.Bounce


def record_bounce(
    message_id: str, *, recipient: str, given_up: bool, permanent: bool, detail: str, now: datetime
) -> OutgoingMail | None:
    """Note on a mail that it came back or is late, so that its result is taken anew; None when it is not ours.

    `given_up`: no server tries any more, so the mail is lost. `permanent`: the address is dead as well, and is not
    written to for a while.

    `message_id` is our Message-ID or the provider's id, `recipient` the address that failed, "" when the report names
    none. A report is not signed: only an address that this mail went to can be suppressed by it. A copy that came back
    leaves the mail itself delivered. A known hard bounce stays one, and the same report twice changes nothing.
    """
    with transaction.atomic():
        mail = _find(message_id)
        if mail is None:
            return None
        failed = _failed_address(mail, recipient)
        if failed is None:
            return None
        main = any(each["address"].lower() == failed for each in mail.to)
        lost = Bounce.HARD if permanent else Bounce.LOST
        bounce = lost if given_up and main else Bounce.SOFT
        _note(mail, bounce, detail, now)
        if permanent:
            suppressions.suppress(failed, Suppression.Reason.HARD, mail=mail, now=now)
        elif main and _soft_bounces(mail, now) >= SOFT_BOUNCES:
            suppressions.suppress(failed, Suppression.Reason.SOFT, mail=mail, now=now)
    return mail


def record_complaint(message_id: str, *, recipient: str, detail: str, now: datetime) -> OutgoingMail | None:
    """Note that a recipient reported a mail as unwanted, and write to them no more for a while."""
    with transaction.atomic():
        mail = _find(message_id)
        failed = _failed_address(mail, recipient) if mail else None
        if mail is None or failed is None:
            return None
        _note(mail, Bounce.COMPLAINT, detail, now)
        suppressions.suppress(failed, Suppression.Reason.COMPLAINT, mail=mail, now=now)
    return mail


@receiver(tracking, dispatch_uid="notifications.tracking")
def take_event(sender: object, event: AnymailTrackingEvent, esp_name: str, **kwargs: Any) -> None:
    """An event from a provider's webhook, whose sender django-anymail has checked."""
    now = timezone.now()
    message_id, recipient = event.message_id or "", event.recipient or ""
    detail = event.mta_response or event.description or event.reject_reason or ""
    match event.event_type:
        case EventType.BOUNCED:
            permanent = not _FOR_NOW.match(detail)
            record_bounce(message_id, recipient=recipient, given_up=True, permanent=permanent, detail=detail, now=now)
        case EventType.REJECTED | EventType.FAILED:
            record_bounce(message_id, recipient=recipient, given_up=True, permanent=True, detail=detail, now=now)
        case EventType.COMPLAINED:
            record_complaint(message_id, recipient=recipient, detail=detail, now=now)
        case EventType.DELIVERED:
            mail = OutgoingMail.objects.named(message_id).first()
            if mail and recipient.lower() in mail.addresses():
                suppressions.lift(recipient)


def _find(message_id: str) -> OutgoingMail | None:
    return OutgoingMail.objects.named(message_id).select_for_update().order_by("id").first()


def _failed_address(mail: OutgoingMail, recipient: str) -> str | None:
    """The recipient of this mail that failed; where the report names none, the only one there was, else any."""
    known, named = mail.addresses(), recipient.strip().strip("<>").lower()
    if named:
        return named if named in known else None
    return known[0] if known else None


def _note(mail: OutgoingMail, bounce: OutgoingMail.Bounce, detail: str, now: datetime) -> None:
    weight = [Bounce.NONE, Bounce.SOFT, Bounce.COMPLAINT, Bounce.LOST, Bounce.HARD]
    if weight.index(bounce) <= weight.index(Bounce(mail.bounce)):
        return
    mail.bounce, mail.bounced_at, mail.settled_at = bounce, now, None
    mail.bounce_detail = detail.replace("\0", "")[:MAX_DETAIL]
    mail.save(update_fields=["bounce", "bounced_at", "settled_at", "bounce_detail"])


def _soft_bounces(mail: OutgoingMail, now: datetime) -> int:
    soft = OutgoingMail.objects.filter(bounce__in=[Bounce.SOFT, Bounce.LOST], recipient_key=mail.recipient_key)
    return soft.filter(bounced_at__gt=now - SOFT_WITHIN).count()
