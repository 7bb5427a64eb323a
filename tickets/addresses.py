"""Signed reply addresses: an answer to `SupportUkraine+<token>@…` finds its ticket, and nobody can make one up.

The local part stays within 64 octets (RFC 5321, section 4.5.3.1.1) and is of one letter case after the plus sign,
because some servers fold it. A token is for partners or for staff: the one in a notice to staff opens nothing for
anybody else.
"""

import base64
import binascii
import hmac
import re
from datetime import datetime
from typing import Literal, NamedTuple

from django.conf import settings

from notifications.models import address_key

Audience = Literal["partner", "staff"]

_LETTER: dict[Audience, bytes] = {"partner": b"p", "staff": b"s"}
_PROBE_LETTER = b"x"
_PROBE = re.compile(r"(?<![a-z0-9])x[a-z2-7]{24}(?![a-z0-9])")
MAX_PROBES = 5
PROBE_SECONDS = 24 * 3600
_TOKEN = re.compile(r"^[ps][a-z2-7]{24}$")


class Signed(NamedTuple):
    """What a valid token says."""

    ticket_id: int
    audience: Audience


def reply_address(ticket_id: int, audience: Audience) -> str:
    """The address to answer to; the plain address of the house where plus-addressing is off."""
    if not settings.MAIL_PLUS_ADDRESSING:
        return str(settings.MAIL_ADDRESS)
    local, _, domain = settings.MAIL_ADDRESS.rpartition("@")
    return f"{local}+{token(ticket_id, audience)}@{domain}"


def token(ticket_id: int, audience: Audience) -> str:
    """25 letters and digits: the audience, the ticket's id and 80 bits of a keyed hash."""
    number = ticket_id.to_bytes(5, "big")
    body = number + _mac(settings.SECRET_KEY, number, _LETTER[audience])
    return _LETTER[audience].decode() + base64.b32encode(body).decode().lower()


def read_address(address: str) -> Signed | None:
    """The ticket that an address of ours names by a valid token, in any letter case; None otherwise."""
    local, _, domain = address.lower().rpartition("@")
    house, _, house_domain = settings.MAIL_ADDRESS.lower().rpartition("@")
    name, plus, found = local.partition("+")
    if not plus or name != house or domain != house_domain or not _TOKEN.match(found):
        return None
    audience: Audience = "partner" if found[0] == "p" else "staff"
    try:
        body = base64.b32decode(found[1:].upper())
    except binascii.Error:
        return None
    if not _is_signed(body, _LETTER[audience]):
        return None
    return Signed(int.from_bytes(body[:5], "big"), audience)


def new_probe(number: int, *, now: datetime) -> str:
    """A signed token for the mail of a check, for a day; `number` (0 to 255) tells those of one moment apart."""
    body = int(now.timestamp()).to_bytes(4, "big") + bytes([number])
    return (
        _PROBE_LETTER.decode()
        + base64.b32encode(body + _mac(settings.SECRET_KEY, body, _PROBE_LETTER)).decode().lower()
    )


def probe_address(probe: str) -> str:
    """The address of the house with the token of a check, whether plus-addressing is said to work or not."""
    local, _, domain = settings.MAIL_ADDRESS.rpartition("@")
    return f"{local}+{probe}@{domain}"


def find_probe(text: str, *, now: datetime) -> str:
    """The token of a check that we made within the last day, in an address or a subject; "" when there is none."""
    for found in _PROBE.findall(text.lower())[:MAX_PROBES]:
        content = base64.b32decode(found[1:].upper())
        age = now.timestamp() - int.from_bytes(content[:4], "big")
        if abs(age) <= PROBE_SECONDS and _is_signed(content, _PROBE_LETTER):
            return str(found)
    return ""


def is_ours(address: str) -> bool:
    """Whether mail to this address is for the house, plus-addressed or not."""
    local, _, domain = address.strip().lower().rpartition("@")
    ours = [settings.MAIL_ADDRESS, *settings.MAIL_OTHER_ADDRESSES]
    return f"{local.partition('+')[0]}@{domain}" in {own.lower() for own in ours}


def _is_signed(content: bytes, letter: bytes) -> bool:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(hmac.compare_digest(content[5:], _mac(key, content[:5], letter)) for key in keys)


def _mac(key: str, number: bytes, letter: bytes) -> bytes:
    return hmac.digest(key.encode(), b"reply-address:" + letter + number, "sha256")[:10]


def erased_key(address: str) -> str:
    """The hash under which an address is looked for when its person is erased."""
    return address_key(address)
