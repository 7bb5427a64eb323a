"""A creating request that is sent twice is done once, when it bears an Idempotency-Key.

Key and effect are written in one transaction: either both are there or none, so a broken line or process never leaves
a key without its message. A second request at the same moment waits for the first at the unique constraint.
"""

import hashlib
import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, OperationalError, transaction
from django.utils.translation import gettext as _
from psycopg.errors import LockNotAvailable

from api.models import KeptRequest, Token
from api.problems import Problem
from tickets.models import Message

LIFETIME = timedelta(hours=24)
BUSY_SECONDS = 5
KEY = re.compile(r"[\x21-\x7e]{1,100}")
Make = Callable[[], Message]


def once(token: Token, key: str, parts: Iterable[str], make: Make, *, now: datetime) -> tuple[Message, bool]:
    """The message that `make` made for this key, now or before, and whether it was now.

    `parts` are what the request says; the same key with other ones is a mistake of the program (422). Without a key
    each request is another one.
    """
    if not key:
        return make(), True
    if not KEY.fullmatch(key):
        raise Problem(400, "bad-request", _("An Idempotency-Key has 1 to 100 visible ASCII characters."))
    forget(now=now, token=token)
    fingerprint = hashlib.sha256("\x00".join(parts).encode(errors="surrogatepass")).hexdigest()
    try:
        return _first(token, key, fingerprint, make, now), True
    except _Known:
        return _again(token, key, fingerprint), False


def forget(*, now: datetime, token: Token | None = None) -> int:
    """Remove the keys that are older than a day; returns how many."""
    old = KeptRequest.objects.filter(created_at__lt=now - LIFETIME)
    removed, _each = (old if token is None else old.filter(token=token)).delete()
    return removed


class _Known(Exception):
    """The key is there already."""


def _first(token: Token, key: str, fingerprint: str, make: Make, now: datetime) -> Message:
    with transaction.atomic():
        try:
            with transaction.atomic():
                kept = KeptRequest.objects.create(token=token, key=key, fingerprint=fingerprint, created_at=now)
        except IntegrityError:
            raise _Known from None
        except OperationalError as error:
            if isinstance(error.__cause__, LockNotAvailable):  # the first one takes longer than lock_timeout
                raise _busy() from error
            raise
        kept.message = make()
        kept.save(update_fields=["message"])
        return kept.message


def _again(token: Token, key: str, fingerprint: str) -> Message:
    kept = KeptRequest.objects.select_related("message__ticket").filter(token=token, key=key).first()
    if kept is None or kept.message is None:
        raise _busy()
    if kept.fingerprint != fingerprint:
        raise Problem(422, "key-used", _("Another request bore this Idempotency-Key. Give each request its own."))
    return kept.message


def _busy() -> Problem:
    headers = {"Retry-After": str(BUSY_SECONDS)}
    return Problem(409, "in-progress", _("Send it again in a moment."), headers=headers)
