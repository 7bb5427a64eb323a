"""Telling IT security of a mail that looks like phishing."""

from datetime import datetime

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from notifications import notices
from notifications.outbox import File, TooBig
from tickets.actions.record import Actor, lock, record
from tickets.errors import IllegalMove
from tickets.models import Event, Message
from tickets.notices import group_of


@transaction.atomic
def report_phishing(*, actor: Actor, message_id: int, correlation: str = "", now: datetime) -> Message:
    """Send the mail as it was received to SECURITY_MAIL, once. It changes nothing else on the ticket."""
    message = Message.objects.get(pk=message_id)
    ticket = lock(message.ticket_id)
    if not settings.SECURITY_MAIL:
        raise IllegalMove("no-security-mail", _("No address of IT security is set up. Tell an administrator."))
    if not message.raw_path or message.kind == Message.Kind.OUTBOUND:
        raise IllegalMove("no-mail", _("This message is no mail that came to us."))
    if ticket.events.filter(verb=Event.Verb.PHISHING, message=message).exists():
        raise IllegalMove("reported", _("IT security has this mail already."))
    try:
        size = default_storage.size(message.raw_path)
    except FileNotFoundError:
        raise IllegalMove("no-mail", _("The original mail is not in the storage. Tell an administrator.")) from None
    # As bytes, which no server on the way touches: an attached message would be taken apart and changed.
    name = f"{ticket.reference}-{message.pk}.eml"
    original = File(name, "application/octet-stream", message.raw_path, size)
    try:
        notices.phishing(
            address=settings.SECURITY_MAIL,
            by=actor.user.name if actor.user else "",
            reply_to=actor.user.email if actor.user else "",
            reference=ticket.reference,
            sha256=message.raw_sha256,
            original=original,
            key=f"phishing:{message.pk}",
            group=group_of(ticket),
            correlation=correlation,
        )
    except TooBig:
        raise IllegalMove(
            "too-big", _("The mail is too big to be sent on. Download it and tell IT security.")
        ) from None
    record(ticket, Event.Verb.PHISHING, actor=actor, at=now, message=message)
    return message
