"""Making, finding and revoking tokens. Whoever holds one is its owner to this room, within its scopes."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from api.models import Token
from tickets.models import User

PREFIX = "helpdesk_"  # so that scanners of published code know it
SECRET_BYTES = 32
LONGEST_LIFE = timedelta(days=366)
MOST_LIVING = 20  # of one owner
# Writing answers with the ticket, so it is reading too.
INCLUDED: dict[str, tuple[str, ...]] = {
    Token.Scope.WRITE: (Token.Scope.READ, Token.Scope.CREATE),
    Token.Scope.ADMIN: (Token.Scope.READ,),
}
ONE_USE = timedelta(hours=1)


class TokenRefused(Exception):
    """No such token can be made; the code says why."""


def make(*, owner: User, name: str, scopes: Iterable[str], expires_at: datetime, now: datetime) -> tuple[Token, str]:
    """A new token and its secret, which nobody can find out again. Raises TokenRefused."""
    asked = set(scopes)
    if not asked or not asked <= set(Token.Scope.values):
        raise TokenRefused("scopes")
    if not now < expires_at <= now + LONGEST_LIFE:
        raise TokenRefused("expiry")
    if living(owner, now).count() >= MOST_LIVING:
        raise TokenRefused("too-many")
    whole = asked.union(*(INCLUDED.get(scope, ()) for scope in asked))
    secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    token = Token.objects.create(
        owner=owner,
        name=name[:100],
        token_hash=hash_of(secret),
        ending=secret[-4:],
        scopes=[scope for scope in Token.Scope.values if scope in whole],
        created_at=now,
        expires_at=expires_at,
    )
    return token, secret


def find(secret: str) -> Token | None:
    """The token of this secret with its owner, whether it lives or not."""
    return Token.objects.select_related("owner").filter(token_hash=hash_of(secret)).first()


def note_use(token: Token, *, now: datetime) -> None:
    """Keep when a token was last used, to the hour: a program that asks each second writes one row an hour."""
    old = now - ONE_USE
    if token.last_used_at is None or token.last_used_at <= old:
        unused = Q(last_used_at=None) | Q(last_used_at__lte=old)
        Token.objects.filter(unused, pk=token.pk).update(last_used_at=now)


def living(owner: User, now: datetime) -> QuerySet[Token]:
    """The owner's tokens that still open something."""
    return Token.objects.filter(owner=owner, revoked_at=None, expires_at__gt=now)


def revoke(*, token_id: int, owner: User | None = None, now: datetime) -> bool:
    """End a token at once; False when it has ended by hand before, or is not the `owner`'s where one is given."""
    found = Token.objects.filter(pk=token_id, revoked_at=None)
    if owner is not None:
        found = found.filter(owner=owner)
    return found.update(revoked_at=now) == 1


def hash_of(secret: str) -> str:
    """SHA-256: the secret is random and 256 bits long, so a slow hash would protect nothing more."""
    return hashlib.sha256(secret.encode()).hexdigest()
