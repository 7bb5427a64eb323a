"""Mail by the webhook of a provider: django-anymail checks who posts it and reads the provider's format.

The provider is told 200 when the mail is stored, and 5xx when it cannot be: then it tries again. What it posted is
kept as it came. Where it posts fields instead of a mail, the mail is rebuilt from them, the same bytes each time, so
that a second delivery is known.
"""

import hashlib
import logging
from email.encoders import encode_base64
from email.policy import SMTP
from typing import Any

from anymail.inbound import AnymailInboundMessage
from anymail.signals import AnymailInboundEvent, inbound
from django.dispatch import receiver
from django.utils import timezone

from intake import store
from intake.models import RawMail
from intake.sources import posted

log = logging.getLogger(__name__)

# Header fields that were parsed are written again as they came: nothing is folded or encoded anew.
_AS_IT_CAME = SMTP.clone(refold_source="none")


@receiver(inbound, dispatch_uid="intake.sources.webhook")
def take_mail(sender: object, event: AnymailInboundEvent, esp_name: str, **kwargs: Any) -> None:
    """Store a mail that a provider posted. Raises OSError or django.db.Error when it cannot be stored."""
    post, message = posted.current(), event.message
    if post is None or message is None:
        raise RuntimeError("a mail by webhook came around the middleware")
    sender_address = _plain(message.envelope_sender)
    recipient = _plain(message.envelope_recipient)
    recipients = [address.strip() for address in recipient.split(",") if address.strip()] if recipient else []
    try:
        content = post.mime() or rebuild(message)
    except Exception as error:
        # The generator of the standard library raises many things at what people send.
        log.warning("a mail could not be rebuilt", extra={"provider": esp_name, "error": type(error).__name__})
        posted.keep_unreadable(post, sender=sender_address, recipients=recipients)
        return
    store.keep(
        content,
        source=RawMail.Source.WEBHOOK,
        envelope_from=sender_address,
        envelope_to=recipients,
        received_at=timezone.now(),
        request=store.Request(post.content, post.content_type),
    )


def rebuild(message: AnymailInboundMessage) -> bytes:
    """The bytes of a mail that anymail read; of one that it put together from fields, the same bytes each time."""
    if message.is_multipart() and message.get_boundary() is None:
        # It was that of the one body which the mail had before it was taken apart (RFC 2045, section 6.4).
        del message["Content-Transfer-Encoding"]
        facts = hashlib.sha256(repr(list(message.raw_items())).encode(errors="replace")).hexdigest()[:32]
        _complete(message, f"=_{facts}")
    return bytes(message.as_bytes(policy=_AS_IT_CAME))


def _complete(part: AnymailInboundMessage, boundary: str) -> None:
    """Give what anymail put together the boundaries and encodings that keep its bytes; parsed parts have theirs."""
    if part.get_content_maintype() == "multipart" and part.get_boundary() is None:
        part.set_boundary(boundary)
        for number, inner in enumerate(part.iter_parts()):
            _complete(inner, f"{boundary}_{number}")
    elif not part.is_multipart() and "Content-Transfer-Encoding" not in part:
        encode_base64(part)


def _plain(address: str | None) -> str | None:
    """ "" for the null sender, None when the provider does not say."""
    return None if address is None else address.strip().removeprefix("<").removesuffix(">")
