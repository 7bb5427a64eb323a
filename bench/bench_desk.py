"""The desk's pages, measured at 1,000 tickets and at SIZE (100,000): milliseconds, statements, bytes, buffers.

And its list as the web server gives it to eight browsers at once: pages a second, and the memory of two workers.

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
# What is to be reached: milliseconds, statements and bytes at most, by what the name of a page begins with; how many
# times slower at SIZE; pages a second with eight browsers, and MiB of both workers.
MOST = {
    "counts": {},
    "ticket": {"ms_median": 30, "statements": 12},
    "triage": {"statements": 12},
    "search": {"ms_median": 50},
    "": {"ms_median": 30, "statements": 8, "bytes": 60_000},
}
GROWTH, PAGES_A_SECOND, PSS = 1.5, 80, 300

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
        served = json.loads(place.run([sys.executable, "-m", "bench.serving"], env))
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
    path.write_text(
        json.dumps({**around, "summary": found, "served": served, "rounds": rounds}, indent=1, ensure_ascii=False)
    )
    missed = print_table(found) + print_served(served)
    print("".join(f"\nMISSED   {each}" for each in missed))
    print(f"Load average {load_before[0]:.1f} before and {os.getloadavg()[0]:.1f} after; all figures in {path}")
    sys.exit(1 if missed else 0)


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


def print_table(found: dict[str, dict[int, Figures]]) -> list[str]:
    """Print the pages; what was not reached."""
    print(f"| | ms, {SMALL:,} | ms, {SIZE:,} | times | statements | KB | buffers, {SMALL:,} | buffers, {SIZE:,} |")
    print("|---|---|---|---|---|---|---|---|")
    missed = []
    for name, sizes in found.items():
        small, large = sizes[SMALL], sizes[SIZE]
        times = large["ms_median"] / small["ms_median"]
        print(
            f"| {name} | {small['ms_median']} | {large['ms_median']} | {times:.2f} | {large['statements']:g} | "
            f"{large['bytes'] / 1000:.1f} | {small['buffers']} | {large['buffers']} |"
        )
        most = next(facts for start, facts in MOST.items() if name.startswith(start))
        missed += [
            f"{name}: {fact} {large[fact]:g} (at most {limit})" for fact, limit in most.items() if large[fact] > limit
        ]
        if most and times > GROWTH:
            missed.append(f"{name}: {times:.2f} times slower (at most {GROWTH})")
    return missed


def print_served(served: Figures) -> list[str]:
    """Print what the web server gave; what was not reached."""
    memory = sum(served["pss_mib"])
    print(
        f"\nThe list from two workers: {served['pages_a_second']} pages/s for eight browsers, each waits "
        f"{served['ms_of_eight']} ms (at most {served['ms_of_eight_max']}); {served['ms_alone']} ms for one alone; "
        f"{memory:.0f} MiB PSS"
    )
    missed = []
    if served["pages_a_second"] < PAGES_A_SECOND:
        missed.append(f"pages a second: {served['pages_a_second']} (at least {PAGES_A_SECOND})")
    if memory > PSS:
        missed.append(f"memory of both workers: {memory:.0f} MiB (at most {PSS})")
    return missed


if __name__ == "__main__":
    main()
