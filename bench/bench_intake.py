"""Mail in, measured: storing and processing, at 1,000 tickets and at SIZE (100,000), beside django-helpdesk.

`make bench`, or `SIZE=1000000 make bench`; above 100,000 tickets django-helpdesk is left out. Prints a table and
leaves all figures as JSON in bench/results/; ends with 1 where a target is missed.
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

from bench import load, place, storing  # noqa: E402
from bench.peer import load as peer  # noqa: E402
from helpdesk.postgres import Cluster  # noqa: E402

SMALL, SIZE = 1_000, int(os.environ.get("SIZE", "100000"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
MAILS, MAILS_STORED = 300, 1_000
MEASURED = "measured"  # the database of the moment
COPIED_UP_TO = 200_000  # a bigger database is measured in place: the mails of all rounds are under one in a hundred
# What is to be reached: mails a second, times as quick as the peer by size (one worker as it is deployed, with its two
# processes; the peer's command has one), and at most so many times slower.
STORED_A_SECOND, TIMES_THE_PEER, GROWTH = 200, {1_000: 2, 100_000: 10}, 1.5

Figures = dict[str, Any]


class Bench:
    """One measurement: the cluster, the environment of the processes, and the loaded databases by project and size."""

    def __init__(self, cluster: Cluster, broker: dict[str, str]) -> None:
        self.cluster, self.broker = cluster, broker
        self.sizes = [SMALL, SIZE]
        self.ours = {size: load.load(cluster, size) for size in self.sizes}
        self.peers: dict[int, str] = {}
        self.version = ""
        if SIZE <= peer.UP_TO:
            self.version = peer.install()
            self.peers = {size: peer.database(cluster, size, self.version) for size in self.sizes}

    def database(self, loaded: str, size: int) -> str:
        """The DATABASE_URL of a fresh copy; of the database itself where a copy would take too much of the disk."""
        if size > COPIED_UP_TO:
            return place.url(self.cluster, loaded)
        place.create(self.cluster, MEASURED, template=loaded)
        return place.url(self.cluster, MEASURED)

    def close(self) -> None:
        with place.connect(self.cluster) as connection:
            place.drop(connection, MEASURED)

    def store(self, size: int, seed: int) -> Figures:
        env = place.environment(self.database(self.ours[size], size), **self.broker)
        return storing.measure(env, size=size, seed=seed, count=MAILS_STORED)

    def process(self, size: int, seed: int, *, module: str = "bench.worker") -> Figures:
        env = place.environment(self.database(self.ours[size], size), **self.broker)
        command = [sys.executable, "-m", module, str(size), str(seed), str(MAILS)]
        figures: Figures = json.loads(place.run(command, env))
        return figures

    def process_by_peer(self, size: int, seed: int) -> Figures:
        env = peer.environment(self.database(self.peers[size], size))
        command = [peer.PYTHON, "-m", "bench.peer.worker", str(size), str(seed), str(MAILS)]
        figures: Figures = json.loads(place.run(command, env, peer.FOLDER))
        return figures


def main() -> None:
    begun, load_before, code = datetime.now(UTC), os.getloadavg(), place.code()
    with place.cluster() as cluster, place.broker() as broker:
        bench = Bench(cluster, broker)
        stored: dict[int, list[Figures]] = {size: [] for size in bench.sizes}
        ours: dict[int, list[Figures]] = {size: [] for size in bench.sizes}
        services: dict[int, list[Figures]] = {size: [] for size in bench.sizes}
        peers: dict[int, list[Figures]] = {size: [] for size in bench.peers}
        for seed in range(1, ROUNDS + 1):
            for size in bench.sizes:
                stored[size].append(bench.store(size, seed + 2 * ROUNDS))
                ours[size].append(bench.process(size, seed))
                services[size].append(bench.process(size, seed + ROUNDS, module="bench.service"))
                if size in peers:
                    peers[size].append(bench.process_by_peer(size, seed))
            print(f"round {seed} of {ROUNDS}", file=sys.stderr)
        bench.close()
    found = summary(stored, ours, services, peers)
    around = {
        "begun": begun.isoformat(timespec="seconds"),
        "seconds": round((datetime.now(UTC) - begun).total_seconds()),
        "code": code,
        "code_changed_meanwhile": code != place.code(),
        "processors": os.cpu_count(),
        "load_before": load_before,
        "load_after": os.getloadavg(),
        "broker": "redis" if broker else "filesystem",
        "django_helpdesk_version": bench.version,
    }
    place.RESULTS.mkdir(exist_ok=True)
    path = place.RESULTS / f"intake-{SIZE}-{begun:%Y%m%dT%H%M%S}.json"
    rounds = {"storing": stored, "processing": ours, "worker_service": services, "django_helpdesk": peers}
    path.write_text(json.dumps({**around, "summary": found, "rounds": rounds}, indent=1, ensure_ascii=False))
    print_table(found, stored, ours, services, peers)
    if around["code_changed_meanwhile"]:
        print("The code changed while it was measured: these figures are of no version.")
    print(f"Load average {load_before[0]:.1f} before and {os.getloadavg()[0]:.1f} after; all figures in {path}")
    sys.exit(0 if all(each["reached"] for each in found.values()) else 1)


def summary(
    stored: dict[int, list[Figures]],
    ours: dict[int, list[Figures]],
    services: dict[int, list[Figures]],
    peers: dict[int, list[Figures]],
) -> dict[str, dict[str, Any]]:
    """Each target beside what was reached: the median of the rounds."""
    found = {
        f"stored a second at {size:,}": _judged(_median(rounds, "mails_a_second"), at_least=STORED_A_SECOND)
        for size, rounds in stored.items()
    }
    for size, rounds in peers.items():
        if size not in TIMES_THE_PEER:
            continue
        quicker = _times(services[size], rounds)
        found[f"times as quick as django-helpdesk at {size:,}"] = _judged(quicker, at_least=TIMES_THE_PEER[size])
    small, big = ours[SMALL], ours[SIZE]
    touched = [b["buffers_a_mail"] / a["buffers_a_mail"] for a, b in zip(small, big, strict=True)]
    found[f"times slower at {SIZE:,} than at {SMALL:,}"] = _judged(_times(small, big), at_most=GROWTH)
    found[f"times the buffers at {SIZE:,} of {SMALL:,}"] = _judged(median(touched), at_most=GROWTH)
    return found


def print_table(
    found: dict[str, dict[str, Any]],
    stored: dict[int, list[Figures]],
    ours: dict[int, list[Figures]],
    services: dict[int, list[Figures]],
    peers: dict[int, list[Figures]],
) -> None:
    """The medians of the rounds, then the targets."""
    for size, rounds in stored.items():
        rate, asked, memory = (_median(rounds, key) for key in ("mails_a_second", "statements_a_mail", "pss_mib"))
        print(
            f"storing, {storing.CONNECTIONS} connections, {size:,} tickets: {rate:.0f} mails/s, "
            f"{asked:.1f} statements a mail, listener {memory:.0f} MiB PSS"
        )
    columns = {
        "mails/s": "mails_a_second",
        "ms": "ms_median",
        "ms CPU": "cpu_ms_a_mail",
        "ms CPU in PostgreSQL": "database_cpu_ms_a_mail",
        "statements": "statements_median",
        "at most": "statements_max",
        "buffers": "buffers_a_mail",
        "PSS MiB": "pss_mib",
    }
    print(f"{'processing, one process':32}" + "".join(f"{name:>{max(9, len(name) + 2)}}" for name in columns))
    for name, rounds in (("this service", ours), ("django-helpdesk", peers)):
        for size, figures in rounds.items():
            row = (f"{_median(figures, key):>{max(9, len(title) + 2)}.1f}" for title, key in columns.items())
            print(f"{f'{name}, {size:,} tickets':32}" + "".join(row))
    for size, figures in peers.items():
        print(f"process beside process at {size:,} tickets: {_times(ours[size], figures):.2f} times django-helpdesk")
    print()
    for size, figures in services.items():
        memory = " + ".join(f"{each:.0f}" for each in figures[-1]["pss_mib"])
        rate = _median(figures, "mails_a_second")
        print(f"a Celery worker with two processes, {size:,} tickets: {rate:.1f} mails/s, {memory} MiB PSS")
    print()
    for what, each in found.items():
        wanted = f"at least {each['at_least']}" if "at_least" in each else f"at most {each['at_most']}"
        print(f"{'reached' if each['reached'] else 'MISSED':8} {what}: {each['value']:.2f} ({wanted})")


def _judged(value: float, *, at_least: float | None = None, at_most: float | None = None) -> dict[str, Any]:
    if at_most is not None:
        return {"value": round(value, 2), "at_most": at_most, "reached": value <= at_most}
    return {"value": round(value, 2), "at_least": at_least, "reached": at_least is not None and value >= at_least}


def _times(ours: list[Figures], theirs: list[Figures]) -> float:
    """How many times as many mails a second, round by round."""
    return median(a["mails_a_second"] / b["mails_a_second"] for a, b in zip(ours, theirs, strict=True))


def _median(rounds: list[Figures], key: str) -> float:
    return float(median(each[key] for each in rounds))


if __name__ == "__main__":
    main()
