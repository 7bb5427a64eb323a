"""One Celery worker as it is deployed, measured: `python -m bench.service SIZE SEED COUNT`.

The mails are stored and their hints lie in the broker; then the worker starts with two processes in its pool, and takes
them from there. Counted is the time from the end of the first WARM_UP mails to the last. The result is printed as JSON.
"""

import json
import sys
import time
from pathlib import Path

from django.conf import settings
from django.utils import timezone

import bench.boot  # noqa: F401
from bench import mails
from bench.measure import WARM_UP
from bench.memory import pss
from bench.place import ROOT, family
from bench.worker import keep
from helpdesk import processes
from intake.models import RawMail

POOL = 2  # as in compose.yaml and `make run`
PATIENCE = 300.0  # seconds
LOG = Path(settings.DATA_DIR) / "worker.log"
COMMAND = ["-m", "celery", "-A", "helpdesk.celery", "worker", "--concurrency", str(POOL), "--queues", "mail"]
QUIET = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING"]


def measure(size: int, seed: int, count: int) -> dict[str, object]:
    """Have `count` mails processed; raises RuntimeError where some are left."""
    batch = RawMail.objects.order_by("id").values_list("pk", flat=True).last() or 0
    made = mails.make(seed=seed, count=count + WARM_UP, size=size, first_at=timezone.now(), batch=batch)
    stored = RawMail.objects.filter(pk__in=[keep(mail) for mail in made])
    worker = processes.spawn([sys.executable, *COMMAND, *QUIET], folder=ROOT, log=LOG)
    try:
        deadline = time.monotonic() + PATIENCE
        while left := stored.exclude(state=RawMail.State.PROCESSED).count():
            if time.monotonic() > deadline or worker.poll() is not None:
                raise RuntimeError(f"{left} of {count + WARM_UP} mails are not processed; see {LOG}")
            time.sleep(0.2)
        memory = [pss(process) for process in family(worker.pid)]
    finally:
        processes.end([worker], seconds=10)
    ends = sorted(stored.values_list("processed_at", flat=True))
    took = (ends[-1] - ends[WARM_UP - 1]).total_seconds()
    return {"mails": count, "mails_a_second": round(count / took, 1), "pss_mib": memory}


if __name__ == "__main__":
    print(json.dumps(measure(*map(int, sys.argv[1:]))))
