"""Which engine is set up."""

from django.conf import settings

from tickets.translation.etranslation import ETranslation
from tickets.translation.libretranslate import LibreTranslate
from tickets.translation.orders import Engine

OFF, LIBRETRANSLATE, ETRANSLATION = "off", "libretranslate", "etranslation"


def is_on() -> bool:
    """Whether an engine is set up."""
    return settings.TRANSLATION != OFF


def engine() -> Engine | None:
    """The engine of the settings; None when there is none."""
    url, secret, timeout = settings.TRANSLATION_URL, settings.TRANSLATION_SECRET, settings.TRANSLATION_TIMEOUT
    if settings.TRANSLATION == LIBRETRANSLATE:
        return LibreTranslate(url, secret, timeout)
    if settings.TRANSLATION == ETRANSLATION:
        return ETranslation(url, settings.TRANSLATION_USER, secret, timeout)
    return None
