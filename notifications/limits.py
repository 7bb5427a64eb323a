"""How big a mail may be: what the house allows, and what its mail server said that it takes."""

import logging

from django.conf import settings
from django.core.cache import cache

log = logging.getLogger(__name__)

ANNOUNCED = "mail-out-size"
KEPT_SECONDS = 30 * 24 * 3600  # a server that was changed says so at the next mail


def most_bytes() -> int:
    """The largest mail that can be sent: MAIL_OUT_MAX_BYTES, or less where the server announced less (SIZE, RFC 1870).

    A server tells only when a mail is handed to it. Until then, and while the cache is away, the setting alone counts.
    """
    ours = int(settings.MAIL_OUT_MAX_BYTES)
    try:
        return min(ours, cache.get(ANNOUNCED) or ours)
    except Exception:
        log.exception("the cache is away; what the mail server takes is not known")
        return ours


def announced(size: str) -> None:
    """Note what the server said behind SIZE; "0" and nothing mean no fixed limit. No mail waits for the cache."""
    limit = int(size) if size.isascii() and size.isdigit() else 0
    try:
        if cache.get(ANNOUNCED, 0) != limit:
            cache.set(ANNOUNCED, limit, KEPT_SECONDS)
    except Exception:
        log.exception("the cache is away; what the mail server takes is not kept")
