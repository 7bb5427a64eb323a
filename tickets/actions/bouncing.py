"""A mail of ours that came back by mail: the outbox learns of it, and the report lands on the ticket."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from notifications.models import OutgoingMail
from notifications.tracking import record_bounce
from tickets.actions.elsewhere import take_back_sent
from tickets.actions.joining import receive_bounce
from tickets.incoming import Incoming
from tickets.models import Message
from tickets.threads import message_id_hash

MAX_RECIPIENTS = 20


@transaction.atomic
def take_bounce(
    *,
    message_id: str,
    recipients: Sequence[str],
    given_up: bool,
    permanent: bool,
    detail: str,
    incoming: Incoming,
    now: datetime,
) -> tuple[bool, Message | None]:
    """Note that the mail of this Message-ID came back; returns whether it is ours, and the report on its ticket if any.

    A recipient that the mail was never sent to - somebody forwards it elsewhere - marks nothing, but the report is on
    the ticket for a person to read. AlreadyKnown when the same report is here already.
    """
    plain = message_id.strip().strip("<>")
    mail = OutgoingMail.objects.named(message_id).order_by("id").first()
    if mail is None:
        return _take_elsewhere(plain, recipients, given_up, incoming, now)
    for recipient in list(recipients)[:MAX_RECIPIENTS] or [""]:
        record_bounce(message_id, recipient=recipient, given_up=given_up, permanent=permanent, detail=detail, now=now)
    bounced = Message.objects.filter(outgoing=mail).first()  # none for a notice to staff
    return True, receive_bounce(bounced=bounced, incoming=incoming, now=now) if bounced else None


def _take_elsewhere(
    plain: str, recipients: Sequence[str], given_up: bool, incoming: Incoming, now: datetime
) -> tuple[bool, Message | None]:
    """The same for what staff sent by another program."""
    sent = Message.objects.filter(message_id_hash=message_id_hash(plain), kind=Message.Kind.OUTBOUND, outgoing=None)
    bounced = sent.first() if plain else None
    if bounced is None:
        return False, None
    known = {address.lower() for _, address in [*bounced.to, *bounced.cc]}
    named = {recipient.strip().strip("<>").lower() for recipient in list(recipients)[:MAX_RECIPIENTS]}
    if given_up and (not named or named & known):
        take_back_sent(message_id=bounced.pk, now=now)
    return True, receive_bounce(bounced=bounced, incoming=incoming, now=now)
