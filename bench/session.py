"""The agent of a loaded database who looks at the pages that are measured, signed in."""

from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

import bench.boot  # noqa: F401
from tickets.models import User


def agent() -> User:
    """Always the same one."""
    return User.objects.filter(role=User.Role.AGENT, is_active=True).order_by("pk")[0]


def cookie_of(user: User) -> str:
    """The header of somebody who has signed in."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
