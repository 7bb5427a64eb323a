"""A mail of ours that came back by mail: the outbox learns of it, and the report lands on the ticket."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from notifications.models import OutgoingMail
from notifications.tracking import record_bounce
from tickets.actions.joining import receive_bounce
from tickets.incoming import Incoming
from tickets.models import Message

MAX_RECIPIENTS = 20


@transaction.atomic
def take_bounce(
    *,
    message_id: str,
    recipients: Sequence[str],
    permanent: bool,
    detail: str,
    incoming: Incoming,
    now: datetime,
) -> tuple[bool, Message | None]:
    """Note that the mail of this Message-ID came back; returns whether it is ours, and the report on its ticket if any.

    A recipient that the mail was never sent to - somebody forwards it elsewhere - marks nothing, but the report is on
    the ticket for a person to read. AlreadyKnown when the same report is here already.
    """
    mail = OutgoingMail.objects.named(message_id).order_by("id").first()
    if mail is None:
        return False, None
    for recipient in list(recipients)[:MAX_RECIPIENTS] or [""]:
        record_bounce(message_id, recipient=recipient, permanent=permanent, detail=detail, now=now)
    return True, receive_bounce(mail=mail, incoming=incoming, now=now)
