"""A worker's program for one test: reading hangs on mails that say so, as a reader with a fault would.

Started as `celery -A tests.intake.hanging_worker worker`; the service itself knows nothing of it.
"""

import django

django.setup()

from helpdesk.celery import app  # noqa: E402
from intake import processing  # noqa: E402
from intake.reading.mail import ParsedMail, read  # noqa: E402

__all__ = ["app"]


def read_or_hang(raw: bytes) -> ParsedMail:
    while b"X-Test: hang" in raw:
        pass
    return read(raw)


processing.read = read_or_hang
