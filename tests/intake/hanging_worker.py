"""A worker's program for tests: on mails that say so reading hangs, or what comes after it, as code with a fault would.

Started as `celery -A tests.intake.hanging_worker worker`; the service itself knows nothing of it.
"""

import time
from datetime import datetime
from typing import Any

import django

django.setup()

from helpdesk.celery import app  # noqa: E402
from intake import incoming, processing  # noqa: E402
from intake.models import RawMail  # noqa: E402
from intake.reading.mail import ParsedMail, read  # noqa: E402
from tickets.incoming import Incoming  # noqa: E402
from tickets.language import detect  # noqa: E402

__all__ = ["app"]

# The time limit of these tests is short: what every process of the pool would load first is loaded before it forks.
detect("We need two generators for our hospital.")


def read_or_hang(raw: bytes, **said: Any) -> ParsedMail:
    while b"X-Test: hang" in raw:
        time.sleep(0.1)
    while b"X-Test: spin" in raw:
        pass
    return read(raw, **said)


processing.read = read_or_hang
act = processing._act


def act_or_hang(raw: RawMail, mail: ParsedMail, decided: processing.Plan, message: Incoming, now: datetime) -> None:
    while b"X-Test: late" in incoming.content_of(raw) and raw.attempts <= 2:
        time.sleep(0.1)
    act(raw, mail, decided, message, now)


processing._act = act_or_hang
