"""Searching, measured: whole pages of results at 1,000 tickets and at SIZE (100,000), rare and common words, operators.

Part of `make bench`. Prints a table and leaves all figures as JSON in bench/results/.
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
MOST_MS, GROWTH = 50, 1.5  # what is to be reached

Figures = dict[str, Any]


def main() -> None:
    begun, load_before, code = datetime.now(UTC), os.getloadavg(), place.code()
    rounds: dict[int, list[dict[str, Figures]]] = {SMALL: [], SIZE: []}
    with place.cluster() as cluster:
        databases = {size: load.load(cluster, size) for size in rounds}
        for number in range(ROUNDS):
            for size, name in databases.items():
                # Nothing is written but sessions, so the loaded database serves itself.
                env = place.environment(place.url(cluster, name))
                rounds[size].append(json.loads(place.run([sys.executable, "-m", "bench.searching"], env)))
            print(f"round {number + 1} of {ROUNDS}", file=sys.stderr)
    found = {size: _medians(figures) for size, figures in rounds.items()}
    place.RESULTS.mkdir(exist_ok=True)
    path = place.RESULTS / f"search-{SIZE}-{begun:%Y%m%dT%H%M%S}.json"
    around = {
        "begun": begun.isoformat(timespec="seconds"),
        "code": code,
        "code_changed_meanwhile": code != place.code(),
        "processors": os.cpu_count(),
        "load_before": load_before,
        "load_after": os.getloadavg(),
    }
    path.write_text(json.dumps({**around, "medians": found, "rounds": rounds}, indent=1, ensure_ascii=False))
    _print(found)
    print(f"Load average {load_before[0]:.1f} before and {os.getloadavg()[0]:.1f} after; all figures in {path}")


def _medians(rounds: list[dict[str, Figures]]) -> dict[str, Figures]:
    names = ("ms", "cpu_ms", "database_cpu_ms", "statements", "buffers", "bytes", "hits")
    return {search: {name: median(each[search][name] for each in rounds) for name in names} for search in rounds[0]}


def _print(found: dict[int, dict[str, Figures]]) -> None:
    print(f"{'':32}" + "".join(f"{title:>12}" for title in ("ms", f"ms {SIZE:,}", "CPU", "statements", "buffers", "")))
    for search, big in found[SIZE].items():
        small = found[SMALL][search]
        cpu = big["cpu_ms"] + big["database_cpu_ms"]
        row = f"{small['ms']:12.1f}{big['ms']:12.1f}{cpu:12.1f}{big['statements']:12.0f}{big['buffers']:12.0f}"
        verdict = "reached" if big["ms"] <= MOST_MS else "MISSED"
        grown = big["ms"] / small["ms"]
        print(f"{search:32}{row}  {verdict}, {grown:.1f} times{'' if grown <= GROWTH else ' (MISSED)'}")


if __name__ == "__main__":
    main()
