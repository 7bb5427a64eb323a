"""The desk's lists, measured at 1,000 tickets and at SIZE (100,000): milliseconds, statements, bytes, buffers.

`make bench`, or `python bench/bench_desk.py`. Prints a table and leaves all figures as JSON in bench/results/.
"""

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)  # started as a file: the packages are a folder above

from bench import load, place  # noqa: E402

SMALL, SIZE = 1_000, int(os.environ.get("SIZE", "100000"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
# What is to be reached: milliseconds and statements of a list page at most, its bytes, and so many times slower.
MS, STATEMENTS, BYTES, GROWTH = 30, 8, 60_000, 1.5

Figures = dict[str, Any]


def main() -> None:
    begun, load_before = datetime.now(UTC), os.getloadavg()
    rounds: dict[int, list[Figures]] = {SMALL: [], SIZE: []}
    with place.cluster() as cluster:
        loaded = {size: load.load(cluster, size) for size in rounds}
        env = place.environment(place.url(cluster, loaded[SMALL]))
        place.run([sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"], env)
        for _ in range(ROUNDS):
            for size, name in loaded.items():
                env = place.environment(place.url(cluster, name))
                rounds[size].append(json.loads(place.run([sys.executable, "-m", "bench.pages"], env)))
    found = summary(rounds)
    place.RESULTS.mkdir(exist_ok=True)
    path = place.RESULTS / f"desk-{SIZE}-{begun:%Y%m%dT%H%M%S}.json"
    around = {
        "begun": begun.isoformat(timespec="seconds"),
        "code": place.code(),
        "processors": os.cpu_count(),
        "load_before": load_before,
        "load_after": os.getloadavg(),
    }
    path.write_text(json.dumps({**around, "summary": found, "rounds": rounds}, indent=1, ensure_ascii=False))
    print_table(found)
    print(f"Load average {load_before[0]:.1f} before and {os.getloadavg()[0]:.1f} after; all figures in {path}")


def summary(rounds: dict[int, list[Figures]]) -> dict[str, dict[int, Figures]]:
    """By page and size: the median of the rounds."""
    names = rounds[SMALL][0]["pages"]
    facts = ("ms_median", "processor_ms", "statements", "bytes", "buffers")
    return {
        name: {
            size: {fact: median(each["pages"][name][fact] for each in taken) for fact in facts}
            for size, taken in rounds.items()
        }
        for name in names
    }


def print_table(found: dict[str, dict[int, Figures]]) -> None:
    print(f"| | ms, {SMALL:,} | ms, {SIZE:,} | times | statements | KB | buffers, {SMALL:,} | buffers, {SIZE:,} |")
    print("|---|---|---|---|---|---|---|---|")
    for name, sizes in found.items():
        small, large = sizes[SMALL], sizes[SIZE]
        times = large["ms_median"] / small["ms_median"]
        print(
            f"| {name} | {small['ms_median']} | {large['ms_median']} | {times:.2f} | {large['statements']:g} | "
            f"{large['bytes'] / 1000:.1f} | {small['buffers']} | {large['buffers']} |"
        )
        if name == "counts":
            continue
        missed = [
            fact
            for fact, most in (("ms_median", MS), ("statements", STATEMENTS), ("bytes", BYTES))
            if large[fact] > most
        ]
        if times > GROWTH:
            missed.append("growth")
        if missed:
            print(f"not reached by “{name}”: {', '.join(missed)}", file=sys.stderr)


if __name__ == "__main__":
    main()
