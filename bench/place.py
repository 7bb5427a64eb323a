"""Where measurements live: one PostgreSQL cluster of their own, as durable as the service's, and databases in it.

Everything is under DATA_DIR/bench (var/bench). A loaded database is named by what it holds, so that the next
measurement finds it.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from helpdesk import processes
from helpdesk.postgres import Cluster

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path(os.environ.get("DATA_DIR") or ROOT / "var").resolve() / "bench"
START_SECONDS = 30.0
ROOMS = ("helpdesk", "intake", "tickets", "notifications", "web", "bench")
DATA = FOLDER / "data"  # the files of the processes that are measured; gone with the measurement
RESULTS = ROOT / "bench" / "results"


@contextlib.contextmanager
def cluster() -> Iterator[Cluster]:
    """The running cluster, for one measurement at a time: two at once would measure each other."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            sys.exit(f"Another measurement runs on {FOLDER}: wait for its end.")
        shutil.rmtree(DATA, ignore_errors=True)
        made = Cluster(FOLDER / "postgres")
        made.start()
        try:
            with connect(made) as connection:
                # Cleaning up after the load would count as work for whichever mail is processed meanwhile.
                connection.execute("ALTER SYSTEM SET autovacuum = off")
                connection.execute("SELECT pg_reload_conf()")
            yield made
        finally:
            made.stop()
            shutil.rmtree(DATA, ignore_errors=True)


def connect(cluster: Cluster, database: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
    """A connection outside of transactions: each statement counts at once."""
    return psycopg.connect(url(cluster, database), autocommit=True)


def url(cluster: Cluster, database: str) -> str:
    """The DATABASE_URL of one database of the cluster."""
    return urlunsplit(urlsplit(cluster.url)._replace(path=f"/{database}"))


def databases(cluster: Cluster) -> list[str]:
    """The names of the databases of the cluster."""
    with connect(cluster) as connection:
        return [str(name) for (name,) in connection.execute("SELECT datname FROM pg_database ORDER BY 1")]


def create(cluster: Cluster, name: str, *, template: str | None = None) -> None:
    """Make a database anew, empty or as a copy."""
    with connect(cluster) as connection:
        drop(connection, name)
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        connection.execute(copy.format(sql.Identifier(name), sql.Identifier(template or "template0")))


def drop(connection: psycopg.Connection[tuple[object, ...]], name: str) -> None:
    """Remove a database, whoever is connected."""
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def environment(database_url: str, **more: str) -> dict[str, str]:
    """The environment of a process of ours on this database."""
    ours = {
        "MODE": "embedded",
        "DJANGO_SETTINGS_MODULE": "helpdesk.settings",
        "DATA_DIR": str(DATA),
        "DATABASE_URL": database_url,
        "SECRET_KEY": "a key for measurements alone, which sign nothing that anybody could use",
        "LOG_LEVEL": "WARNING",
        "PYTHONPATH": str(ROOT),
    }
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return {**kept, **ours, **more}


@contextlib.contextmanager
def broker() -> Iterator[dict[str, str]]:
    """A Redis on loopback as in production, and the environment that names it; without one, what `make run` has."""
    program = shutil.which("redis-server")
    if program is None:
        yield {}
        return
    port = free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(FOLDER)]
    process = processes.spawn([program, *options], log=FOLDER / "redis.log")
    try:
        until(lambda: accepts(port), "Redis")
        yield {"BROKER_URL": f"redis://127.0.0.1:{port}/0", "CACHE_URL": f"redis://127.0.0.1:{port}/1"}
    finally:
        processes.end([process], seconds=5)


def until(ready: Callable[[], bool], what: str) -> None:
    """Wait until something that was started is ready; end this program where it never is."""
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        if time.monotonic() > deadline:
            sys.exit(f"{what} did not start.")
        time.sleep(0.05)


def accepts(port: int) -> bool:
    """Whether somebody listens on this loopback port."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def run(command: Sequence[str | Path], env: Mapping[str, str], folder: Path = ROOT) -> str:
    """Run a process to its end; its output. Ends this program with the process's own words where it fails."""
    words = [str(word) for word in command]
    done = subprocess.run(words, env=dict(env), cwd=folder, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(words[:4])} failed with {done.returncode}.")
    return done.stdout


def family(parent: int) -> list[int]:
    """A process and those that it started, and so on (proc(5))."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [parent, *(each for child in children for each in family(int(child)))]


def code() -> str:
    """A hash of all our code and templates: what the figures are figures of."""
    files = (path for room in ROOMS for path in (ROOT / room).rglob("*") if path.suffix in (".py", ".html", ".txt"))
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
