"""Load the sample tickets into a database of their own: `python -m bench.load SIZE`.

The database is kept and named by its content (the code that makes the rows, the size, the migrations), so that the
next measurement starts at once. Rows go in by COPY from two processes; indexes and constraints are made afterwards.
"""

import hashlib
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from bench import place
from helpdesk.postgres import Cluster

HERE = Path(__file__).parent
MAKERS = ("words.py", "tickets.py", "copying.py", "rows.py", "waits.py", "fill.py", "load.py")
WORDING = ("tickets/search/wording.py", "tickets/search/document.py")
READING = "tickets/waits/*.py"
MIGRATIONS = "[a-z]*/migrations/0*.py"
PARTS = 2

Connection = psycopg.Connection[tuple[object, ...]]


def load(cluster: Cluster, size: int) -> str:
    """The database with `size` tickets in our tables, loaded now or before; gives its name."""
    names = sorted(path.name for path in place.ROOT.glob(MIGRATIONS))
    sources = [
        *(HERE / name for name in MAKERS),
        *(place.ROOT / name for name in WORDING),
        *sorted(place.ROOT.glob(READING)),
    ]
    return kept(cluster, f"ours_{size}", sources, names, lambda name: _fill(cluster, name, size))


def kept(cluster: Cluster, prefix: str, sources: list[Path], facts: list[str], make: Callable[[str], None]) -> str:
    """The database of this prefix for these sources and facts; made where it is missing, older ones removed."""
    digest = hashlib.sha256("\n".join(facts).encode())
    for source in sources:
        digest.update(source.read_bytes())
    name = f"{prefix}_{digest.hexdigest()[:12]}"
    found = place.databases(cluster)
    if name in found:
        return name
    with place.connect(cluster) as connection:
        for old in found:
            if old.startswith(f"{prefix}_"):
                place.drop(connection, old)
    started = time.monotonic()
    loading = f"{prefix}_loading"
    place.create(cluster, loading)
    make(loading)
    with place.connect(cluster) as connection:
        connection.execute(f'ALTER DATABASE "{loading}" RENAME TO "{name}"')
    print(f"loaded {name} in {time.monotonic() - started:.0f} s", file=sys.stderr)
    return name


def set_aside(connection: Connection) -> list[str]:
    """Drop every foreign key and every index that no primary key needs; the statements that bring them back."""
    found = connection.execute(
        """
        SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),
               format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)),
               contype = 'f'
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype IN ('f', 'u')
        UNION ALL
        SELECT format('DROP INDEX %s', indexrelid::regclass), pg_get_indexdef(indexrelid), false
        FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
        WHERE relnamespace = 'public'::regnamespace
          AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x'))
        ORDER BY 3 DESC
        """
    ).fetchall()
    for dropping, _, _ in found:
        connection.execute(str(dropping))
    # Foreign keys come back last: they need the unique constraints.
    return [str(statement) for _, statement, _ in sorted(found, key=lambda each: bool(each[2]))]


def bring_back(connection: Connection, statements: list[str]) -> None:
    """Make the indexes and constraints again."""
    for statement in statements:
        connection.execute(statement)


def advance_sequences(connection: Connection, size: int) -> None:
    """Let the next id of each table, and the next reference of each year, come after the loaded ones."""
    owned = connection.execute(
        """
        SELECT refobjid::regclass::text, attname, objid::regclass::text
        FROM pg_depend JOIN pg_class ON pg_class.oid = objid AND relkind = 'S'
        JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
        WHERE classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass AND deptype IN ('a', 'i')
        """
    ).fetchall()
    for table, column, sequence in owned:
        connection.execute(f"SELECT setval('{sequence}', max(\"{column}\")) FROM {table}")
    years = connection.execute("SELECT relname FROM pg_class WHERE relname ~ '^ticket_reference_[0-9]{4}$'").fetchall()
    for (name,) in years:
        connection.execute(f"SELECT setval('{name}', {size})")


def in_processes(commands: list[list[str]], env: dict[str, str], folder: Path = place.ROOT) -> None:
    """Run these side by side to their ends."""
    running = [subprocess.Popen(command, env=env, cwd=folder) for command in commands]
    ended = [process.wait() for process in running]
    if any(ended):
        sys.exit("A loading process failed.")


def finish(connection: Connection, aside: list[str], size: int) -> None:
    """After the rows: indexes, sequences, what the planner must know, and all of it on the disk."""
    connection.execute("SET maintenance_work_mem = '512MB'")
    bring_back(connection, aside)
    advance_sequences(connection, size)
    connection.execute("VACUUM (ANALYZE)")
    connection.execute("CHECKPOINT")


def prepare(env: dict[str, str]) -> None:
    """The tables of an empty database, and what every installation has in them."""
    # The checks look at pages as well, which have no part in this.
    for command in (
        ["migrate", "--verbosity", "0", "--skip-checks"],
        ["createcachetable"],
        ["load_reference", "--skip-checks"],
    ):
        place.run([sys.executable, "manage.py", *command], env)


def _fill(cluster: Cluster, database: str, size: int) -> None:
    env = place.environment(place.url(cluster, database))
    prepare(env)
    place.run([sys.executable, "-m", "bench.fill", "prepare"], env)
    with place.connect(cluster, database) as connection:
        aside = set_aside(connection)
        in_processes([[sys.executable, "-m", "bench.fill", str(size), str(n), str(PARTS)] for n in range(PARTS)], env)
        finish(connection, aside, size)


if __name__ == "__main__":
    with place.cluster() as running_cluster:
        print(load(running_cluster, int(sys.argv[1])))
