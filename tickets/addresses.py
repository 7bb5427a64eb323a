"""Signed reply addresses: an answer to `SupportUkraine+<token>@…` finds its ticket, and nobody can make one up.

The local part stays within 64 octets (RFC 5321, section 4.5.3.1.1) and is of one letter case after the plus sign,
because some servers fold it. A token is for partners or for staff: the one in a notice to staff opens nothing for
anybody else.
"""

import base64
import binascii
import hmac
import re
from typing import Literal, NamedTuple

from django.conf import settings

Audience = Literal["partner", "staff"]

_LETTER: dict[Audience, bytes] = {"partner": b"p", "staff": b"s"}
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
    body = number + _mac(settings.SECRET_KEY, number, audience)
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
    number, mac = body[:5], body[5:]
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if not any(hmac.compare_digest(mac, _mac(key, number, audience)) for key in keys):
        return None
    return Signed(int.from_bytes(number, "big"), audience)


def is_ours(address: str) -> bool:
    """Whether mail to this address is for the house, plus-addressed or not."""
    local, _, domain = address.strip().lower().rpartition("@")
    ours = [settings.MAIL_ADDRESS, *settings.MAIL_OTHER_ADDRESSES]
    return f"{local.partition('+')[0]}@{domain}" in {own.lower() for own in ours}


def _mac(key: str, number: bytes, audience: Audience) -> bytes:
    return hmac.digest(key.encode(), b"reply-address:" + _LETTER[audience] + number, "sha256")[:10]
