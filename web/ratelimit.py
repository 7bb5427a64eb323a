"""How often something may happen, counted in the cache that all processes share."""

import hashlib
import hmac
import logging
import time

from django.conf import settings
from django.core.cache import cache

logger = logging.getLogger(__name__)


def allow(key: str, *, limit: int, seconds: int) -> bool:
    """True for the first `limit` calls with this key in a window of `seconds`, False for the rest of it.

    Exact across processes: each call takes one numbered place, and taking a place (`cache.add`) is atomic in Redis and
    in the database cache alike, while `cache.incr` is atomic in Redis alone. The hint only says where to begin to look:
    every place below it is taken. The cache sees a keyed hash, never an address. A cache that is away lets everybody
    through: this guard must not close the door on people in need. Call it outside a transaction, which would hide
    the count from the others until its end.
    """
    window = int(time.time()) // seconds
    text = f"{key}|{seconds}|{window}"
    name = "rate:" + hmac.new(settings.SECRET_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()[:40]
    try:
        return _take_place(name, limit, seconds)
    except Exception:
        logger.exception("The cache for rate limits is away; nothing is limited.")
        return True


def _take_place(name: str, limit: int, seconds: int) -> bool:
    for place in range(cache.get(name, 0), limit):
        if cache.add(f"{name}:{place}", 1, timeout=seconds + 1):
            cache.set(name, place + 1, timeout=seconds + 1)
            return True
    return False
