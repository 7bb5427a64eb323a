"""One worker process that turns stored mails into tickets, measured: `python -m bench.worker SIZE SEED COUNT`.

The mails are stored first, by `intake.store`, and that is not counted; then each goes through the task that a worker
runs. The output is the result as JSON.
"""

import json
import sys
from collections import Counter

from django.utils import timezone

import bench.boot  # noqa: F401
from bench import mails
from bench.measure import WARM_UP, one_by_one
from intake import store, tasks
from intake.models import RawMail
from notifications.models import OutgoingMail


def measure(size: int, seed: int, count: int) -> dict[str, object]:
    """Process `count` mails; raises RuntimeError where one of them became neither a ticket nor a message."""
    batch = RawMail.objects.order_by("id").values_list("pk", flat=True).last() or 0
    made = mails.make(seed=seed, count=count + WARM_UP, size=size, first_at=timezone.now(), batch=batch)
    stored = [keep(mail) for mail in made]
    last = OutgoingMail.objects.order_by("id").values_list("pk", flat=True).last() or 0
    figures = one_by_one(tasks.process, stored)
    ends = Counter(RawMail.objects.filter(pk__in=stored).values_list("state", "reason"))
    lost = [end for end in ends if end[0] != RawMail.State.PROCESSED]
    if lost:
        raise RuntimeError(f"mails were not processed: {lost}")
    sent = Counter(OutgoingMail.objects.filter(pk__gt=last).values_list("name", flat=True))
    return {**figures, "became": {reason: number for (_, reason), number in ends.items()}, "in_outbox": dict(sent)}


def keep(mail: mails.Mail) -> int:
    """Store a mail as if it came by SMTP now; the id of its row."""
    envelope_to, now = [mails.HOUSE], timezone.now()
    raw = store.keep(mail.raw, source="smtp", envelope_from=mail.sender, envelope_to=envelope_to, received_at=now)
    return int(raw.pk)


if __name__ == "__main__":
    print(json.dumps(measure(*map(int, sys.argv[1:]))))
