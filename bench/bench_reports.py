"""The reports, measured at 1,000 tickets and at SIZE (100,000): three years, with a new filter and from kept figures.

Part of `make bench`. Prints a table and leaves all figures as JSON in bench/results/.
"""

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)  # started as a file: the packages are a folder above

from bench import load, place  # noqa: E402
from helpdesk.postgres import Cluster  # noqa: E402

SMALL, SIZE = 1_000, int(os.environ.get("SIZE", "100000"))
FIRST_MS, WARM_MS, GROWTH = 1000, 150, 2  # what is to be reached; growth is that of warm pages
MAKERS = ("report_rows.py", "bench_reports.py")


def main() -> None:
    begun, load_before = datetime.now(UTC), os.getloadavg()
    found: dict[int, dict[str, Any]] = {}
    with place.cluster() as cluster, place.broker() as broker:
        for size in (SMALL, SIZE):
            env = place.environment(place.url(cluster, _loaded(cluster, size)), **broker)
            found[size] = json.loads(place.run([sys.executable, "-m", "bench.reporting"], env))
    place.RESULTS.mkdir(exist_ok=True)
    path = place.RESULTS / f"reports-{SIZE}-{begun:%Y%m%dT%H%M%S}.json"
    around = {"begun": begun.isoformat(timespec="seconds"), "code": place.code(), "processors": os.cpu_count()}
    path.write_text(json.dumps({**around, "load_before": load_before, "load_after": os.getloadavg(), "found": found}))
    print(f"{'':24}{SMALL:>10}{SIZE:>10}{'slowest':>10}{'ours':>8}{'asked':>6}")
    small, big = found[SMALL]["pages"], found[SIZE]["pages"]
    missed = [line for name in big for line in _line(name, small[name], big[name])]
    for size in (SMALL, SIZE):
        print(f"{size} tickets: {' MiB before and '.join(str(each) for each in found[size]['pss_mib'])} MiB after")
    print(f"Load average {load_before[0]:.1f} before and {os.getloadavg()[0]:.1f} after; all figures in {path}")
    sys.exit(1 if missed else 0)


def _loaded(cluster: Cluster, size: int) -> str:
    names = sorted(path.name for path in place.ROOT.glob(load.MIGRATIONS))
    sources = [place.ROOT / "bench" / name for name in MAKERS]
    # "Three years until today" is another one tomorrow; a week makes no difference to what is measured.
    week = datetime.now(UTC).strftime("%G-%V")
    return load.kept(cluster, f"reports_{size}", sources, [*names, week], lambda name: _fill(cluster, name, size))


def _fill(cluster: Cluster, database: str, size: int) -> None:
    env = place.environment(place.url(cluster, database))
    for command in (["migrate", "--verbosity", "0", "--skip-checks"], ["load_reference", "--skip-checks"]):
        place.run([sys.executable, "manage.py", *command], env)
    with place.connect(cluster, database) as connection:
        aside = load.set_aside(connection)
        place.run([sys.executable, "-m", "bench.report_rows", str(size)], env)
        load.finish(connection, aside, size)


def _line(name: str, small: dict[str, float], big: dict[str, float]) -> list[str]:
    """Print one page; what it misses."""
    missed = []
    if name == "first, made" and big["ms_max"] > FIRST_MS:
        missed.append(f"over {FIRST_MS} ms")
    if name.endswith("warm") and big["ms"] > WARM_MS:
        missed.append(f"over {WARM_MS} ms")
    if name.endswith("warm") and big["ms"] > GROWTH * small["ms"]:
        missed.append(f"grows more than {GROWTH} times")
    row = f"{name:24}{small['ms']:10.1f}{big['ms']:10.1f}{big['ms_max']:10.1f}{big['processor_ms']:8.1f}"
    row += f"{big['statements']:6.0f}"
    print(f"{row}  {', '.join(missed)}")
    return missed


if __name__ == "__main__":
    main()
