"""A real mail server on loopback that does what a test tells it, and drafts to send through it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from pytest_django import Settings

from notifications import outbox
from notifications.models import OutgoingMail
from notifications.outbox import Address, Draft
from tests.making import NOW
from tests.notifications.sink import Sink


@pytest.fixture
def sink(settings: Settings) -> Iterator[Sink]:
    """A mail server, and the settings that send mail through it."""
    server = Sink()
    server.start()
    settings.MAIL_OUT = "smtp"
    settings.EMAIL_BACKEND = "notifications.smtp.SmtpBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_TIMEOUT = 5
    settings.SMTP_OAUTH = {"token_url": "", "client_id": "", "client_secret": "", "scope": ""}
    yield server
    server.stop()


@pytest.fixture
def put() -> Any:
    """Puts a mail into the outbox: a plain one, or with changes."""
    numbers = iter(range(1, 10_000))

    def put_one(**changes: Any) -> OutgoingMail:
        values: dict[str, Any] = {
            "key": f"test:{next(numbers)}",
            "name": "reply",
            "audience": "partner",
            "automatic": False,
            "language": "en",
            "to": [Address("Olena Example", "olena@hromada.example")],
            "subject": "Re: Generators [SU-2026-000042]",
            "text": "Good day",
            "html": "<p>Good day</p>",
            "from_name": "Anna Agent",
            "envelope_sender": "SupportUkraine@cor.europa.eu",
            "group": "ticket:42",
            "not_before": NOW,
        }
        with transaction.atomic():
            return outbox.put(Draft(**{**values, **changes}))

    return put_one
