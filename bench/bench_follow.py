"""Following up, measured at 10,000 and at SIZE (100,000) open deadlines, of which DUE (10,000) have come to a stage.

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
from helpdesk.postgres import Cluster  # noqa: E402

SMALL, SIZE = 10_000, int(os.environ.get("SIZE", "100000"))
DUE = int(os.environ.get("DUE", "10000"))
ROUNDS = int(os.environ.get("ROUNDS", "3"))
# What is to be reached: seconds to find all that is due, and acts a second of one worker.
FIND_SECONDS, ACTS_A_SECOND = 0.5, 100
COPY = "follow_up"
# A tenth are due today or late, the others within two months; all of open tickets, as the worst morning has it.
DEADLINES = """
    DELETE FROM tickets_ticketdeadline;
    UPDATE tickets_ticket SET status = 'open', outcome = '', closed_at = NULL WHERE status <> 'open' AND id <= %(due)s;
    UPDATE tickets_ticket SET danger_to_life = true WHERE id <= 300;
    INSERT INTO tickets_ticketdeadline (ticket_id, duty, started_at, due_on, due_at, "end", stage, look_at)
    SELECT id, 'reply', now() - interval '90 days', day, day + 1, '', '',
        CASE WHEN id <= %(due)s THEN now() - interval '1 minute' ELSE now() + interval '1 day' END
    FROM (
        SELECT id, CASE WHEN id <= %(due)s THEN current_date - (id %% 5)::int
            ELSE current_date + 20 + (id %% 40)::int END AS day
        FROM tickets_ticket
    ) AS days;
"""

Figures = dict[str, Any]


def main() -> None:
    begun, load_before = datetime.now(UTC), os.getloadavg()
    rounds: dict[int, list[Figures]] = {}
    with place.cluster() as cluster:
        for size in dict.fromkeys((SMALL, SIZE)):
            loaded = load.load(cluster, size)
            rounds[size] = [one_round(cluster, loaded, min(DUE, size)) for _ in range(ROUNDS)]
    place.RESULTS.mkdir(exist_ok=True)
    path = place.RESULTS / f"follow-{SIZE}-{begun:%Y%m%dT%H%M%S}.json"
    around = {
        "begun": begun.isoformat(timespec="seconds"),
        "code": place.code(),
        "processors": os.cpu_count(),
        "load_before": load_before,
        "load_after": os.getloadavg(),
    }
    path.write_text(json.dumps({**around, "rounds": rounds}, indent=1))
    missed = print_table(rounds)
    print("".join(f"\nMISSED   {each}" for each in missed))
    print(f"Load average {load_before[0]:.1f} before and {os.getloadavg()[0]:.1f} after; all figures in {path}")
    sys.exit(1 if missed else 0)


def one_round(cluster: Cluster, loaded: str, due: int) -> Figures:
    """One worker on a fresh copy: what is followed up once is due no more."""
    place.create(cluster, COPY, template=loaded)
    with place.connect(cluster, COPY) as connection:
        for statement in DEADLINES.split(";")[:-1]:
            connection.execute(statement, {"due": due})  # type: ignore[arg-type]  # a text of our own
        connection.execute("VACUUM (ANALYZE) tickets_ticketdeadline, tickets_ticket")
    with place.broker() as broker:
        env = place.environment(place.url(cluster, COPY), **broker)
        figures: Figures = json.loads(place.run([sys.executable, "-m", "bench.following"], env))
    with place.connect(cluster) as connection:
        place.drop(connection, COPY)
    return figures


def print_table(rounds: dict[int, list[Figures]]) -> list[str]:
    """Print the medians of each step; what was not reached."""
    missed = []
    print(f"{'':12}{'open':>12}{'number':>10}{'seconds':>10}{'a second':>10}{'statements':>12}")
    for taken in rounds.values():
        for step in ("find", "mark", "summaries", "alert"):
            seconds = median(each[step]["seconds"] for each in taken)
            speed = median(each[step]["a_second"] for each in taken)
            first = taken[0]
            facts = f"{first[step]['number']:>10,}{seconds:>10.3f}{speed:>10,.0f}{first[step]['statements']:>12,}"
            print(f"{step:12}{first['deadlines']:>12,}{facts}")
            if step == "find" and seconds > FIND_SECONDS:
                missed.append(f"find: {seconds:.3f} s (at most {FIND_SECONDS})")
            if step in ("mark", "alert") and speed < ACTS_A_SECOND:
                missed.append(f"{step}: {speed:.0f} a second (at least {ACTS_A_SECOND})")
    return missed


if __name__ == "__main__":
    main()
