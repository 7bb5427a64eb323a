"""The database that each test process copies, migrated once for the whole run by whichever process wants it first."""

import fcntl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.db import connection

from helpdesk.postgres import installed_programs
from tests import environment, services

MIGRATED = "test_helpdesk_migrated"


def migrated() -> str:
    """The name of a migrated and empty database that nobody is connected to."""
    done = environment.FOLDER / "migrated"
    with (environment.FOLDER / "migrating").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not done.exists():
            with _named(MIGRATED):
                connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
                connection.close()
            done.touch()
    return MIGRATED


def copy_to(url: str) -> None:
    """What migrating makes, in the empty database at this address: migrating itself takes several times as long."""
    programs, ours = installed_programs(("pg_dump", "pg_restore"))[0].folder, services.own_database_url()
    # Not of our own: its sequences have gone on. Not of the migrated one itself: it is copied meanwhile.
    fresh = f"{connection.settings_dict['NAME']}_fresh"
    with psycopg.connect(ours, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{fresh}" TEMPLATE "{migrated()}"')
        try:
            source = urlunsplit(urlsplit(ours)._replace(path=f"/{fresh}"))
            dumped = subprocess.run([programs / "pg_dump", "--format=custom", source], check=True, capture_output=True)
        finally:
            server.execute(f'DROP DATABASE "{fresh}"')
    subprocess.run([programs / "pg_restore", "--no-owner", "--dbname", url], input=dumped.stdout, check=True)


@contextmanager
def _named(name: str) -> Iterator[None]:
    """What Django does within to the test database, it does to the one of this name."""
    settings, whose = connection.settings_dict, connection.settings_dict["NAME"]
    tests, settings["TEST"] = settings["TEST"], {**settings["TEST"], "NAME": name}
    try:
        yield
    finally:
        settings["TEST"], settings["NAME"] = tests, whose
