"""Estimating waiting, measured: three times and a share with their bands, at 1,000 waits and at SIZE (100,000).

Part of `make bench`. No database: what is measured is the arithmetic alone. Ends with 1 when the target is missed.
"""

import json
import os
import random
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)  # started as a file: the packages are a folder above

from bench import place  # noqa: E402
from reports.survival import End, Wait, estimate  # noqa: E402

SIZE, ROUNDS = int(os.environ.get("SIZE", "100000")), int(os.environ.get("ROUNDS", "5"))
MOST_SECONDS = 1.0 * max(SIZE / 100_000, 1)
DAY = 86_400


def waits(size: int) -> list[Wait]:
    """Tickets of 90 days, one in ten closed without an answer; nearly all times differ, which is the hard case."""
    draw, made = random.Random(1), []
    for _ in range(size):
        end, age = int(draw.lognormvariate(12, 1)), int(draw.uniform(0, 90 * DAY))
        how = End.CLOSED if draw.random() < 0.1 else End.ANSWERED
        made.append(Wait(end, how) if end <= age else Wait(age, End.OPEN))
    return made


def seconds(sample: list[Wait]) -> float:
    """Processor time of one view, which depends less than the wall clock on what else the machine does."""
    begun = time.process_time()
    answered = estimate(sample).answered
    for share in (0.5, 0.75, 0.9):
        answered.reached(share)
    answered.within(5 * DAY)
    return time.process_time() - begun


def main() -> int:
    begun, found = datetime.now(UTC), {}
    for size in (1_000, SIZE):
        sample = waits(size)
        found[size] = [seconds(sample) for _ in range(ROUNDS)]
        print(f"{size:>9,} waits: {median(found[size]):.3f} s of processor time")
    place.RESULTS.mkdir(exist_ok=True)
    path = place.RESULTS / f"survival-{SIZE}-{begun:%Y%m%dT%H%M%S}.json"
    path.write_text(json.dumps({"begun": begun.isoformat(timespec="seconds"), "code": place.code(), "seconds": found}))
    reached = median(found[SIZE]) <= MOST_SECONDS
    print(f"At most {MOST_SECONDS:.1f} s: {'reached' if reached else 'MISSED'}; all figures in {path}")
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
