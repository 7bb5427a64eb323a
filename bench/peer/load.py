"""django-helpdesk in an environment of its own, and its database with the sample tickets."""

import subprocess
import sys
from pathlib import Path

from bench import load, place
from helpdesk.postgres import Cluster

HERE = Path(__file__).parent
# Both projects have a package `helpdesk`: from this folder the peer sees `bench` and nothing else of ours.
FOLDER = place.FOLDER / "peer"
VENV = place.FOLDER / "peer-venv"
PYTHON = VENV / "bin" / "python"
PACKAGES = ("django-helpdesk<3", "psycopg[binary]", "granian")
UP_TO = 100_000  # tickets; with more it takes too long to be measured beside us
MAKERS = ("words.py", "tickets.py", "copying.py", "load.py", "peer/fill.py", "peer/settings.py")


def install() -> str:
    """Make the environment where it is missing; the version of django-helpdesk in it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "bench").unlink(missing_ok=True)
    (FOLDER / "bench").symlink_to(load.HERE)
    if not PYTHON.exists():
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
    asked = [PYTHON, "-c", "import granian; from importlib.metadata import version; print(version('django-helpdesk'))"]
    told = subprocess.run(asked, capture_output=True, text=True, check=False)
    if told.returncode:
        quiet = ["--quiet", "--disable-pip-version-check"]
        subprocess.run([PYTHON, "-m", "pip", "install", *quiet, *PACKAGES], check=True)
        told = subprocess.run(asked, capture_output=True, text=True, check=True)
    return told.stdout.strip()


def database(cluster: Cluster, size: int, version: str) -> str:
    """The database with `size` tickets in django-helpdesk's tables, loaded now or before; gives its name."""
    sources = [load.HERE / name for name in MAKERS]
    return load.kept(cluster, f"peer_{size}", sources, [version], lambda name: _fill(cluster, name, size))


def environment(database_url: str, **more: str) -> dict[str, str]:
    """The environment of a process of django-helpdesk's on this database."""
    ours = {"DJANGO_SETTINGS_MODULE": "bench.peer.settings", "PYTHONPATH": str(FOLDER)}
    return place.environment(database_url, **ours, **more)


def _fill(cluster: Cluster, database: str, size: int) -> None:
    env = environment(place.url(cluster, database))
    for command in (["migrate", "--verbosity", "0", "--skip-checks"], ["loaddata", "emailtemplate.json", "-v", "0"]):
        place.run([PYTHON, "-m", "django", *command], env, FOLDER)
    place.run([PYTHON, "-m", "bench.peer.fill", "prepare"], env, FOLDER)
    with place.connect(cluster, database) as connection:
        aside = load.set_aside(connection)
        fill = [str(PYTHON), "-m", "bench.peer.fill", str(size)]
        load.in_processes([[*fill, str(part), str(load.PARTS)] for part in range(load.PARTS)], env, FOLDER)
        load.finish(connection, aside, size)
