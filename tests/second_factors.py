"""An authenticator app as staff have it on their phones (RFC 6238)."""

import base64
import hashlib
import hmac
import struct
import time

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP

from tickets.models import User

STEP = 30  # seconds


def code(secret: str, *, steps: int = 0) -> str:
    """The six digits that the app shows now, or so many steps later: each is taken once only."""
    counter = struct.pack(">Q", int(time.time()) // STEP + steps)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    at = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[at : at + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


SECRET = base64.b32encode(b"an example secret 20").decode()


def give(person: User, secret: str = SECRET) -> list[str]:
    """Set up an app for this person; the recovery codes that came with it."""
    TOTP.activate(person, secret)
    return list(RecoveryCodes.activate(person).get_unused_codes())
