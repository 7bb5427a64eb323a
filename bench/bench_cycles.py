"""The waits of tickets, measured: kept rows against rows read anew, for random histories and SIZE (100,000) tickets.

Part of `make bench`. 10,000 histories (HISTORIES) by the real acts in two processes; then every cycle and resolution of
the sample tickets is compared, and written anew from nothing, in two processes. Ends with 1 when a row differs, when a
million tickets would take more than ten minutes, or when the memory of a process grows with their number.
"""

import json
import os
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)  # started as a file: the packages are a folder above

from bench import load, place  # noqa: E402
from bench.memory import pss  # noqa: E402

SMALL, SIZE = 10_000, int(os.environ.get("SIZE", "100000"))
HISTORIES, PROCESSES = int(os.environ.get("HISTORIES", "10000")), 2
TICKETS_A_SECOND = 1_000_000 / 600
GROWTH_MIB = 20  # of one process, from the small set to the large one

Figures = dict[str, Any]


def main() -> int:
    begun, load_before = datetime.now(UTC), os.getloadavg()
    with place.cluster() as cluster:
        histories = random_histories(cluster)
        rebuilt = {size: rebuild(cluster, size) for size in sorted({min(SMALL, SIZE), SIZE})}
    missed = print_all(histories, rebuilt)
    place.RESULTS.mkdir(exist_ok=True)
    path = place.RESULTS / f"cycles-{SIZE}-{begun:%Y%m%dT%H%M%S}.json"
    around = {"begun": begun.isoformat(timespec="seconds"), "code": place.code(), "load_before": load_before}
    path.write_text(json.dumps({**around, "histories": histories, "rebuilt": rebuilt}, indent=1))
    print("".join(f"MISSED   {each}\n" for each in missed), end="")
    print(f"Load average {load_before[0]:.1f} before and {os.getloadavg()[0]:.1f} after; all figures in {path}")
    return 1 if missed else 0


def random_histories(cluster: load.Cluster) -> Figures:
    """Every history by the real acts, in processes side by side on one database; how many of their rows differ."""
    name, started = "histories", time.monotonic()
    place.create(cluster, name)
    env = place.environment(place.url(cluster, name))
    load.prepare(env)
    parts = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.walking", str(HISTORIES), str(part), str(PROCESSES)],
            env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True,
        )
        for part in range(PROCESSES)
    ]  # fmt: skip
    found = [json.loads(part.communicate()[0]) for part in parts]
    with place.connect(cluster) as connection:
        place.drop(connection, name)
    total = {key: sum(part[key] for part in found) for key in found[0]}
    return {**total, "seconds": round(time.monotonic() - started, 1)}


def rebuild(cluster: load.Cluster, size: int) -> Figures:
    """Compare all tickets of a loaded database, and write their rows from nothing in a copy of it."""
    loaded, copy = load.load(cluster, size), f"rebuilt_{size}"
    checked = run(place.url(cluster, loaded), "--check")
    place.create(cluster, copy, template=loaded)
    with place.connect(cluster, copy) as connection:
        connection.execute("TRUNCATE tickets_replycycle, tickets_resolution")
    written = run(place.url(cluster, copy))
    with place.connect(cluster) as connection:
        place.drop(connection, copy)
    return {"checked": checked, "written": written}


def run(url: str, *options: str) -> Figures:
    """One run of the command: tickets a second, and the most memory that a process of it had."""
    command = [sys.executable, "manage.py", "rebuild_cycles", "--processes", str(PROCESSES), "--after", "0", *options]
    place.DATA.mkdir(parents=True, exist_ok=True)
    started, busy = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen(command, env=place.environment(url), cwd=ROOT, stdout=subprocess.PIPE, text=True)
    most = 0.0
    while process.poll() is None:
        most = max(most, largest(process.pid))
        time.sleep(0.2)
    took, ended = time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = ended.ru_utime + ended.ru_stime - busy.ru_utime - busy.ru_stime
    told = process.stdout.read() if process.stdout else ""
    tickets = int(told.split()[-5]) if process.returncode == 0 else 0
    return {
        "told": told.strip().splitlines()[-1:],
        "code": process.returncode,
        "seconds": round(took, 1),
        "tickets_a_second": round(tickets / took),
        "processor_seconds": round(processor, 1),
        "pss_mib_a_process": round(most, 1),
    }


def largest(parent: int) -> float:
    """MiB of the largest process of a run; 0 when one of them just ends."""
    try:
        return max(pss(each) for each in place.family(parent))
    except (OSError, ValueError):
        return 0.0


def print_all(histories: Figures, rebuilt: dict[int, Figures]) -> list[str]:
    """Print what was found; what was not reached."""
    print(f"{HISTORIES:,} random histories: {histories}")
    missed = [f"histories: {histories['differing']} tickets differ"] if histories["differing"] else []
    for size, both in rebuilt.items():
        for what, figures in both.items():
            print(
                f"{size:>9,} tickets {what}: {figures['tickets_a_second']:,} a second with {PROCESSES} processes, "
                f"{figures['processor_seconds']} s of processor time beside the database's, "
                f"{figures['pss_mib_a_process']} MiB at most; {figures['told']}"
            )
            if figures["code"]:
                missed.append(f"{what} at {size:,}: ended with {figures['code']}")
    rates = [each["tickets_a_second"] for each in rebuilt[SIZE].values()]
    missed += [
        f"rate: {rate:,} tickets a second (at least {TICKETS_A_SECOND:,.0f})"
        for rate in rates
        if rate < TICKETS_A_SECOND
    ]
    small, large = (rebuilt[size]["written"]["pss_mib_a_process"] for size in (min(rebuilt), max(rebuilt)))
    if large - small > GROWTH_MIB:
        missed.append(f"memory: {small} MiB at {min(rebuilt):,} and {large} MiB at {max(rebuilt):,}")
    return missed


if __name__ == "__main__":
    sys.exit(main())
