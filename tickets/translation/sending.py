"""An order on its way to the engine: claimed and committed first, sent outside of any transaction."""

import logging
from datetime import datetime

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db.models import Q, QuerySet
from django.utils import timezone

from tickets.actions import translating
from tickets.models import Message, Translation
from tickets.translation.engines import engine
from tickets.translation.orders import Away, Engine, Order, Refused

log = logging.getLogger(__name__)

MOST = 50_000  # characters of one text
_SIGNER_SALT = "tickets.translation"


def due(now: datetime) -> QuerySet[Translation]:
    """Orders that have to be sent, or whose answer is overdue, the longest due first."""
    return Translation.objects.filter(due_at__lte=now).order_by("due_at")


def send(translation_id: int) -> bool:
    """Send an order if it is due; False when the engine takes none for now, so that others need not be tried.

    May run twice: an order is claimed by one worker, and one whose worker died is claimed again after its lease.
    """
    chosen = engine()
    claimed = translating.claim(translation_id=translation_id, now=timezone.now()) if chosen else None
    if chosen is None or claimed is None:
        return True
    try:
        return _submit(chosen, claimed)
    except Away as away:
        translating.postpone(translation_id=translation_id, code=away.code, now=timezone.now())
        log.warning("the translation engine takes no order", extra={"reason": away.code})
        return False
    except Refused as refused:
        translating.fail(translation_id=translation_id, code=refused.code, now=timezone.now())
        log.warning("the translation engine refused an order", extra={"reason": refused.code})
        return True


def find(token: str) -> Translation | None:
    """The order that a delivery's secret address names; None when nobody of ours made it or the order is gone."""
    try:
        number, asked = Signer(salt=_SIGNER_SALT, sep="~").unsign(token).split(".")
    except (BadSignature, ValueError):
        return None
    found = Translation.objects.filter(Q(pk=number)).first()
    return found if found and _asked(found) == asked else None


def callback(translation: Translation) -> str:
    """The secret address that takes the result of an order; another one when the same is asked for anew."""
    token = Signer(salt=_SIGNER_SALT, sep="~").sign(f"{translation.pk}.{_asked(translation)}")
    return f"{settings.BASE_URL}/translations/{token}/"


def _submit(chosen: Engine, claimed: Translation) -> bool:
    order = Order(
        name=str(claimed.pk),
        text=text_of(claimed.message, whole=claimed.whole),
        source=claimed.source,
        target=claimed.language,
        callback=callback(claimed),
    )
    text = chosen.submit(order)
    if text is None:
        translating.accepted(translation_id=claimed.pk, now=timezone.now())
    else:
        translating.deliver(translation_id=claimed.pk, text=text, now=timezone.now())
    return True


def text_of(message: Message, *, whole: bool) -> str:
    """What leaves the house: the new words alone, or the whole text with what is quoted below them."""
    return (message.text if whole else message.new_text).strip()[:MOST]


def _asked(translation: Translation) -> str:
    return str(int(translation.asked_at.timestamp() * 1000))
