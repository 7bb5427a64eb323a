"""The desk's pages, measured at 1,000 tickets and at SIZE (100,000): milliseconds, statements, bytes, buffers.

And the main ones as the web server gives them to one browser and to eight at once, the list beside django-helpdesk's
where there are at most 100,000 tickets: pages a second, and the memory of two workers.

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

from bench import load, place, serving  # noqa: E402
from bench.peer import load as peer  # noqa: E402
from bench.peer.site import site as peer_site  # noqa: E402
from helpdesk.postgres import Cluster  # noqa: E402

SMALL, SIZE = 1_000, int(os.environ.get("SIZE", "100000"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
# What is to be reached: milliseconds, statements and bytes at most, by what the name of a page begins with; how many
# times slower at SIZE; at SIZE, lists a second with eight browsers, how many times django-helpdesk's that is, and MiB
# of both workers.
MOST = {
    "counts": {},
    "ticket": {"ms_median": 30, "statements": 12},
    "triage": {"statements": 12},
    "search": {"ms_median": 50},
    "": {"ms_median": 30, "statements": 8, "bytes": 60_000},
}
GROWTH, LISTS_A_SECOND, TIMES_THE_PEER, PSS = 1.5, 80, 10, 300
ROUNDS_SERVED = 3  # rounds of the web servers, ours and the peer's in turns

OURS, PEERS = "this service", "django-helpdesk"

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
        served = serve(cluster, loaded)
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


def serve(cluster: Cluster, loaded: dict[int, str]) -> dict[str, dict[int, list[Figures]]]:
    """By project and size: what its web server gave in each round."""
    served: dict[str, dict[int, list[Figures]]] = {OURS: {}, PEERS: {}}
    version = peer.install() if SIZE <= peer.UP_TO else ""
    for _ in range(ROUNDS_SERVED):
        for size, name in loaded.items():
            figures = serving.measure(serving.ours(place.url(cluster, name)))
            served[OURS].setdefault(size, []).append(figures)
            if version:
                url = place.url(cluster, peer.database(cluster, size, version))
                served[PEERS].setdefault(size, []).append(serving.measure(peer_site(url)))
    return served


def print_served(served: dict[str, dict[int, list[Figures]]]) -> list[str]:
    """Print what the web servers gave; what was not reached."""
    print(f"\n| two workers, {ROUNDS_SERVED} rounds | a second | one of eight waits, ms | one alone, ms | MiB PSS |")
    print("|---|---|---|---|---|")
    rates: dict[tuple[str, int, str], float] = {}
    for project, sizes in served.items():
        for size, rounds in sizes.items():
            memory = median(sum(each["pss_mib"]) for each in rounds)
            for page in rounds[0]["pages"]:
                taken = [each["pages"][page] for each in rounds]
                rate, eight, alone = (_median(taken, key) for key in ("a_second", "ms_of_eight", "ms_alone"))
                rates[project, size, page] = rate
                print(f"| {project}, {size:,}: {page} | {rate:.1f} | {eight:.1f} | {alone:.1f} | {memory:.0f} |")
    missed, lists = [], rates[OURS, SIZE, "list"]
    if lists < LISTS_A_SECOND:
        missed.append(f"lists a second at {SIZE:,}: {lists:.1f} (at least {LISTS_A_SECOND})")
    theirs = rates.get((PEERS, SIZE, "list"))
    if theirs and lists < TIMES_THE_PEER * theirs:
        missed.append(f"lists a second at {SIZE:,}: {lists / theirs:.1f} times (at least {TIMES_THE_PEER})")
    memory = max(sum(each["pss_mib"]) for each in served[OURS][SIZE])
    if memory > PSS:
        missed.append(f"memory of both workers: {memory:.0f} MiB (at most {PSS})")
    return missed


def _median(rounds: list[Figures], key: str) -> float:
    return float(median(each[key] for each in rounds))


if __name__ == "__main__":
    main()
