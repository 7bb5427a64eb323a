"""The environment of a test run, set before Django reads its settings; parallel workers inherit the first process's.

One PostgreSQL cluster and one Redis serve the whole run: each worker has a database and a Redis number of its own.
"""

import atexit
import os
import shutil
import socket
import sys
import tempfile
from pathlib import Path

from helpdesk.postgres import Cluster

# What is compiled is kept: each test process rewrites the tests' asserts, and the service starts dozens of times.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

_FOLDER, _REDIS = "HELPDESK_TESTS_FOLDER", "HELPDESK_TESTS_REDIS"


_given: set[int] = set()


def free_port() -> int:
    """A loopback port that nobody listens on now, and that this process was not given before."""
    while True:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port: int = server.getsockname()[1]
        if port not in _given:
            _given.add(port)
            return port


OWNS_PARTS = _FOLDER not in os.environ
STARTS_POSTGRES = OWNS_PARTS and not os.environ.get("DATABASE_URL")
FOLDER = Path(os.environ.setdefault(_FOLDER, "") or tempfile.mkdtemp(prefix="helpdesk-tests-"))
os.environ[_FOLDER] = str(FOLDER)
if OWNS_PARTS:
    atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
CLUSTER = Cluster(FOLDER / "postgres", durable=False)
REDIS_PORT = int(os.environ.setdefault(_REDIS, "") or free_port())
os.environ[_REDIS] = str(REDIS_PORT)

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")  # "gw0", "gw1" …, or nothing
_number = int(WORKER.removeprefix("gw")) + 1 if WORKER else 0
DATA_DIR = FOLDER / f"data{_number}"
for _folder in (DATA_DIR, DATA_DIR / "static", DATA_DIR / "files"):
    _folder.mkdir(exist_ok=True)

if STARTS_POSTGRES:
    os.environ["DATABASE_URL"] = CLUSTER.url
os.environ.update(
    DJANGO_SETTINGS_MODULE="helpdesk.settings",
    # Playwright keeps an event loop in this thread; Django's guard against blocking one has nothing to guard here.
    DJANGO_ALLOW_ASYNC_UNSAFE="true",
    MODE="embedded",
    DATA_DIR=str(DATA_DIR),
    SECRET_KEY="a key for tests alone, long enough for every check that asks",
    BASE_URL="http://testserver",
    SECURITY_MAIL="security@secretariat.example",
    TRANSLATION="libretranslate",
    TRANSLATION_URL="http://127.0.0.1:9",  # nobody is there; tests that translate have an engine of their own
    BROKER_URL=f"redis://127.0.0.1:{REDIS_PORT}/{2 * _number}",
    CACHE_URL=f"redis://127.0.0.1:{REDIS_PORT}/{2 * _number + 1}",
)
