"""Who asks: the bearer of a token (RFC 6750). Neither a session nor a cookie opens anything here."""

import logging
import time

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied, Throttled
from rest_framework.request import Request

from api import tokens
from api.models import Token
from tickets.models import User
from web.ratelimit import allow

log = logging.getLogger(__name__)

SCHEME = "bearer"
WINDOW_SECONDS = 60


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer …` makes the request its owner's, and takes one of the token's places in this minute."""

    def authenticate(self, request: Request) -> tuple[User, Token] | None:
        """The owner and the token; None without the header. AuthenticationFailed (401), Throttled (429)."""
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != SCHEME.encode():
            return None
        if len(parts) != 2 or not parts[1].isascii():
            raise AuthenticationFailed(_("Write the header as “Authorization: Bearer”, a space and the token."))
        token, now = tokens.find(parts[1].decode()), timezone.now()
        if token is None:
            raise AuthenticationFailed(_("This token does not exist. Look whether it was copied whole."))
        if token.revoked_at is not None:
            raise AuthenticationFailed(_("This token was revoked. Make a new one in your profile."))
        if not token.lives(now):
            raise AuthenticationFailed(_("This token has expired. Make a new one in your profile."))
        if not token.owner.is_active:
            raise AuthenticationFailed(_("The account of this token’s owner is closed."))
        if not allow(f"api:{token.pk}", limit=settings.API_REQUESTS_PER_MINUTE, seconds=WINDOW_SECONDS):
            raise Throttled(wait=WINDOW_SECONDS - int(time.time()) % WINDOW_SECONDS)
        log.info("token", extra={"api_token": token.pk})
        tokens.note_use(token, now=now)
        return token.owner, token

    def authenticate_header(self, request: Request) -> str:
        """What a 401 answer asks for."""
        return 'Bearer realm="api"'


class ScopeMissing(PermissionDenied):
    """The token lives, but is not for this (RFC 6750, section 3.1)."""

    def __init__(self, scope: str) -> None:
        super().__init__(_("This needs a token with the scope “%(scope)s”.") % {"scope": scope})
        self.auth_header = f'Bearer error="insufficient_scope", scope="{scope}"'
