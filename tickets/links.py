"""Secret links to the tracking page. The database holds only hashes; a link expires and can be revoked."""

import hashlib
import secrets
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings

from notifications.rows import insert
from tickets.models import Ticket, TrackingLink

LIFETIME = timedelta(days=365)


def make_link(ticket: Ticket, *, now: datetime) -> str:
    """A new secret token for the tracking page of a ticket; the only moment at which it is known."""
    token = secrets.token_urlsafe(24)
    insert(TrackingLink(ticket=ticket, token_hash=_hash(token), created_at=now, expires_at=now + LIFETIME))
    return token


def find_ticket(token: str, *, now: datetime) -> Ticket | None:
    """The ticket that a valid token opens. None when unknown, expired or revoked, or when the ticket is sensitive."""
    link = (
        TrackingLink.objects.select_related("ticket")
        .filter(token_hash=_hash(token), revoked_at=None, expires_at__gt=now, ticket__sensitive=False)
        .first()
    )
    return link.ticket if link else None


def revoke_links(ticket: Ticket, *, now: datetime) -> int:
    """Close every open link of a ticket; returns how many there were."""
    return TrackingLink.objects.filter(ticket=ticket, revoked_at=None).update(revoked_at=now)


def tracking_url(token: str, language: str) -> str:
    """The address of the tracking page as a mail tells it."""
    return f"{settings.BASE_URL}/{_page_language(language)}/track/{token}/"


def privacy_url(language: str) -> str:
    """The address of the privacy statement as a mail tells it."""
    return f"{settings.BASE_URL}/{_page_language(language)}/privacy/"


def ticket_url(ticket: Ticket) -> str:
    """The address of a ticket on the desk, for notices to staff."""
    return f"{settings.BASE_URL}/desk/tickets/{ticket.reference}/"


def desk_url(query: str = "") -> str:
    """The address of the desk, or of a search on it, for notices to staff."""
    return f"{settings.BASE_URL}/desk/" + (f"?{urlencode({'q': query})}" if query else "")


def reminders_url() -> str:
    """Where a colleague says of what to be reminded."""
    return f"{settings.BASE_URL}/desk/profile/reminders/"


def _page_language(language: str) -> str:
    """The language if there are public pages in it, English otherwise."""
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _hash(token: str) -> str:
    # The token carries 192 random bits: a plain hash cannot be guessed back, and the look-up stays one index read.
    return hashlib.sha256(token.encode()).hexdigest()
