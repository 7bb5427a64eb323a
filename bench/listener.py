"""`manage.py listen`, and the statements that it sends counted: `python -m bench.listener FILE`.

The number of them is written to FILE when the listener ends. Each thread has a connection of its own; BEGIN and COMMIT
do not pass here.
"""

import sys
from itertools import count
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db.backends.signals import connection_created

import bench.boot  # noqa: F401

_statements = count()


def _count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    next(_statements)
    return execute(sql, params, many, context)


def _watch(connection: Any, **_: object) -> None:
    connection.execute_wrappers.append(_count)


if __name__ == "__main__":
    connection_created.connect(_watch)
    call_command("listen")
    Path(sys.argv[1]).write_text(str(next(_statements)))
