"""What the desk does by the timetable."""

from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore

from desk.signing_in import sessions


@shared_task
def forget_sessions() -> None:
    """Sessions that are over, and what was noted of them: their addresses and devices are kept no longer than they."""
    SessionStore.clear_expired()
    sessions.forget_gone()
