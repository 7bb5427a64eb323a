"""The database that each test process copies, migrated once for the whole run by whichever process wants it first."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from tests import environment

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


@contextmanager
def _named(name: str) -> Iterator[None]:
    """What Django does within to the test database, it does to the one of this name."""
    settings, whose = connection.settings_dict, connection.settings_dict["NAME"]
    tests, settings["TEST"] = settings["TEST"], {**settings["TEST"], "NAME": name}
    try:
        yield
    finally:
        settings["TEST"], settings["NAME"] = tests, whose
