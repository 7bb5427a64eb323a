"""Five hundred mails in, with a death at every step and everything around failing: what became of each.

`make bench`, or `MAILS=100 python bench/bench_crashes.py`. Prints a table of the places of death and leaves all of it
as JSON in bench/results/. A mail that is lost or doubled ends it with 1.
"""

import json
import os
import shutil
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)  # started as a file: the packages are a folder above

from bench import place  # noqa: E402
from helpdesk import processes  # noqa: E402
from helpdesk.postgres import Cluster  # noqa: E402

MAILS = int(os.environ.get("MAILS", "500"))
MAILS_A_ROUND = 40  # mails for each turn of the places of death
DATABASE = "crashes"
REDIS_PORT = place.free_port()
BROKER = {"BROKER_URL": f"redis://127.0.0.1:{REDIS_PORT}/0", "CACHE_URL": f"redis://127.0.0.1:{REDIS_PORT}/1"}
os.environ.update(place.environment(place.url(Cluster(place.FOLDER / "postgres"), DATABASE), **BROKER))

import bench.boot  # noqa: E402, F401
from bench.crash.drill import Report, drill  # noqa: E402


class Broker:
    """A Redis that keeps nothing on disk: a restart loses every hint."""

    def start(self) -> None:
        program = shutil.which("redis-server") or sys.exit(
            "redis-server is missing; on Debian: apt-get install redis-server"
        )
        options = ["--port", str(REDIS_PORT), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.process = processes.spawn([program, *options], folder=place.FOLDER, log=place.FOLDER / "redis.log")
        place.until(lambda: place.accepts(REDIS_PORT), "Redis")

    def stop(self) -> None:
        processes.kill_group(self.process)

    def restart(self) -> None:
        self.stop()
        self.start()


def main() -> None:
    begun, broker = datetime.now(UTC), Broker()
    with place.cluster() as cluster:
        place.create(cluster, DATABASE)
        for words in (["migrate", "-v0"], ["load_reference"]):
            place.run([sys.executable, ROOT / "manage.py", *words], os.environ)

        def restart_database() -> None:
            cluster.stop()
            cluster.start()

        broker.start()
        try:
            report = drill(
                place.DATA / "drill",
                os.environ,
                count=MAILS,
                rounds=max(1, MAILS // MAILS_A_ROUND),
                outages={"broker restarted": broker.restart, "database restarted": restart_database},
            )
        finally:
            broker.stop()
        with place.connect(cluster) as connection:
            place.drop(connection, DATABASE)
    place.RESULTS.mkdir(exist_ok=True)
    path = place.RESULTS / f"crashes-{MAILS}-{begun:%Y%m%dT%H%M%S}.json"
    around = {"begun": begun.isoformat(timespec="seconds"), "code": place.code(), "processors": os.cpu_count()}
    path.write_text(json.dumps({**around, **asdict(report)}, indent=1))
    tell(report)
    print(f"All figures in {path}")
    sys.exit(1 if report.lost or report.doubled else 0)


def tell(report: Report) -> None:
    """The places of death, then what became of the mails."""
    print(f"{'place of death':46}{'':8}{'kills':>6}{'lost':>6}{'doubled':>9}{'arrived again':>15}")
    for each in report.points:
        named = f"{each['role']}: {each['call']}".ljust(46) + each["side"].ljust(8)
        print(f"{named}{each['kills']:>6}{each['lost']:>6}{each['doubled']:>9}{each['repeated']:>15}")
    for what in (report.troubles, report.outcomes):
        print("\n" + "\n".join(f"{number:>6}  {name}" for name, number in what.items()))
    print(
        f"\n{report.mails} mails, {report.kills} deaths, {report.sent_again} times sent again by the client, "
        f"{report.seconds:g} s: {report.lost} lost, {report.doubled} doubled, "
        f"{report.repeated} arrived once more under the same Message-ID"
    )
    for each in [*report.findings, *(f"never reached: {name}" for name in report.not_reached)]:
        print(each)


if __name__ == "__main__":
    main()
