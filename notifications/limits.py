"""How big a mail may be: what the house allows, and what its mail server said that it takes."""

from django.conf import settings
from django.core.cache import cache

ANNOUNCED = "mail-out-size"
KEPT_SECONDS = 30 * 24 * 3600  # a server that was changed says so at the next mail


def most_bytes() -> int:
    """The largest mail that can be sent: MAIL_OUT_MAX_BYTES, or less where the server announced less (SIZE, RFC 1870).

    A server tells only when a mail is handed to it, so until then the setting alone counts.
    """
    announced = cache.get(ANNOUNCED)
    return min(settings.MAIL_OUT_MAX_BYTES, announced) if announced else int(settings.MAIL_OUT_MAX_BYTES)


def announced(size: str) -> None:
    """Note what the server said behind SIZE; "0" and nothing mean no fixed limit."""
    limit = int(size) if size.isascii() and size.isdigit() else 0
    if cache.get(ANNOUNCED, 0) != limit:
        cache.set(ANNOUNCED, limit, KEPT_SECONDS)
