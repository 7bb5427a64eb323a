"""django-helpdesk's own intake, measured: `python -m bench.peer.worker SIZE SEED COUNT`.

Each mail goes the way that its IMAP mailbox takes: the bytes as text, then `extract_email_metadata`, which finds the
ticket, writes it, and makes the mails that tell of it. Nothing is fetched and nothing is sent.
"""

import json
import logging
import sys

from django.utils import timezone
from django.utils.encoding import force_str

import bench.boot  # noqa: F401
from bench import mails
from bench.measure import WARM_UP, one_by_one
from helpdesk.email import extract_email_metadata
from helpdesk.models import FollowUp, Queue


def measure(size: int, seed: int, count: int) -> dict[str, object]:
    """Process `count` mails; raises RuntimeError where they did not all become follow-ups."""
    queue, logger = Queue.objects.get(slug="unit-0"), logging.getLogger("peer")
    made = mails.make(seed=seed, count=count + WARM_UP, size=size, first_at=timezone.now())
    before = FollowUp.objects.count()

    def process(mail: mails.Mail) -> None:
        extract_email_metadata(message=force_str(mail.raw, errors="replace"), queue=queue, logger=logger)

    figures = one_by_one(process, made)
    became = FollowUp.objects.count() - before
    if became != len(made):
        raise RuntimeError(f"{became} follow-ups of {len(made)} mails")
    return figures


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    print(json.dumps(measure(*map(int, sys.argv[1:]))))
