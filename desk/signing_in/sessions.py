"""Where a person is signed in: from which devices, since when, last used when; and ending it.

A session is listed by what allauth noted at the sign-in. It lives as long as Django's row of it does and as its
password is the person's: what is listed here is what still opens the desk.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from allauth.account.internal.flows.login import get_authentication_records
from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from tickets.models import User

NOTED_EVERY = 300  # seconds; the last use is as exact as this
MOST_NOTED = 10_000  # sessions that one process remembers


@dataclass(frozen=True)
class Place:
    """One session of a person."""

    pk: int
    device: str
    network: str
    since: datetime
    last_used: datetime
    current: bool


def places(request: HttpRequest, user: User) -> list[Place]:
    """The sessions that are alive, this one first, then the last used."""
    noted = {each.session_key: each for each in UserSession.objects.filter(user=user)}
    alive = Session.objects.filter(session_key__in=noted, expire_date__gt=timezone.now())
    found = [
        _place(noted[each.session_key], current=each.session_key == request.session.session_key)
        for each in alive
        if _opens(each, user)
    ]
    return sorted(found, key=lambda place: (place.current, place.last_used), reverse=True)


def end(user: User, pk: int, *, but: str | None) -> int:
    """End one session of this person by the number of its place, not the one with the key `but`; how many ended."""
    return _end(UserSession.objects.filter(user=user, pk=pk).exclude(session_key=but))


def end_all(user: User, *, but: str | None = None) -> int:
    """End all sessions of this person but the one with this key; how many ended."""
    return _end(UserSession.objects.filter(user=user).exclude(session_key=but))


def follow(before: str | None, after: str | None) -> None:
    """The same session has another key now, as a change of the password gives it."""
    UserSession.objects.filter(session_key=before).update(session_key=after)


def forget_gone() -> int:
    """Take away what was noted of sessions that are no more; how many. Safe to run twice."""
    alive = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    deleted, _ = UserSession.objects.exclude(session_key__in=alive).delete()
    return int(deleted)


_noted: dict[str, float] = {}


def note_use(request: HttpRequest, user: User) -> None:
    """Remember that this session is used: one statement in five minutes, none for the other requests.

    Each process counts for itself; two of them write twice in that time, which does no harm.
    """
    key = request.session.session_key
    if key is None:
        return
    now = time.time()
    last = _noted.get(key)
    if last is None:
        if len(_noted) >= MOST_NOTED:
            _noted.clear()
        last = _noted[key] = _began(request, user) or now
    if now - last >= NOTED_EVERY:
        _noted[key] = now
        UserSession.objects.filter(session_key=key).update(last_seen_at=timezone.now())


def _began(request: HttpRequest, user: User) -> float | None:
    """When this session began, as it tells itself: a process that sees it late notes it at once."""
    return next((float(record["at"]) for record in get_authentication_records(request, user)), None)


def _end(noted: "QuerySet[UserSession]") -> int:
    keys = list(noted.values_list("session_key", flat=True))
    ended, _ = Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()
    return int(ended)


def _opens(session: Session, user: User) -> bool:
    """Whether it was begun with the password that the person has now."""
    kept = str(session.get_decoded().get(HASH_SESSION_KEY, ""))
    hashes: Iterator[str] = iter((user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()))
    return any(constant_time_compare(kept, each) for each in hashes)


def _place(noted: "UserSession", *, current: bool) -> Place:
    last_used = timezone.now() if current else max(noted.last_seen_at, noted.created_at)
    return Place(noted.pk, device(noted.user_agent), noted.ip, noted.created_at, last_used, current)


_BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device(user_agent: str) -> str:
    """Browser and system as people call them: "Firefox, Windows"; "" when the browser says neither."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return ", ".join(part for part in (browser, system) if part)
