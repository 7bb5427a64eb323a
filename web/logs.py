"""Log lines, tied together by one correlation id from the request or raw mail to the outgoing mail.

A line never holds an e-mail address, nor the path of a page beyond its second part: secret links are paths.
"""

import json
import logging
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

correlation: ContextVar[str] = ContextVar("correlation", default="")

_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_OURS = frozenset({"time", "level", "logger", "message", "correlation", "exception"})
_ADDRESS = re.compile(r"[^\s@<>()\[\]\"',;:=]{1,64}@[^\s@<>()\[\]\"',;:=]{1,255}")
_FORMATTER = logging.Formatter()
_LONGEST = 10_000  # characters of one text: a hostile request must not fill the disk


@contextmanager
def bind(correlation_id: str) -> Iterator[None]:
    """Everything logged inside carries this id."""
    token = correlation.set(correlation_id)
    try:
        yield
    finally:
        correlation.reset(token)


def new_correlation() -> str:
    """A fresh id: 16 hexadecimal digits."""
    return secrets.token_hex(8)


def discreet(text: str) -> str:
    """The text, bounded, with each e-mail address replaced."""
    return _ADDRESS.sub("[address]", text[:_LONGEST])[:_LONGEST]


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time (UTC, ISO 8601), level, logger, message, correlation, then the extra fields."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(_facts(record), ensure_ascii=False)


class TextFormatter(logging.Formatter):
    """The same facts for people who read along: a line of text, and what broke below it."""

    def format(self, record: logging.LogRecord) -> str:
        facts = _facts(record)
        first = " ".join(str(facts.pop(name)) for name in ("time", "level", "logger", "message"))
        broke = facts.pop("exception", None)
        line = " ".join([first, *(f"{name}={value}" for name, value in facts.items())])
        line = line.replace("\r", "\\r").replace("\n", "\\n")
        return f"{line}\n{broke}" if broke else line


def _facts(record: logging.LogRecord) -> dict[str, Any]:
    """What a line may tell of a record."""
    line: dict[str, Any] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "logger": record.name,
        "message": discreet(_message(record)),
    }
    # Outside of a request a line may name the thread of the row that it speaks of; inside, the request's counts.
    if identity := correlation.get() or discreet(str(getattr(record, "correlation", ""))):
        line["correlation"] = identity
    for name, value in vars(record).items():
        if name not in _USUAL and name not in _OURS and isinstance(value, str | int | float | None):
            line[name] = discreet(value) if isinstance(value, str) else value
    if record.exc_info and record.exc_info[0]:
        line["exception"] = discreet(_FORMATTER.formatException(record.exc_info))
    return line


def _message(record: logging.LogRecord) -> str:
    """Django logs the whole path of a request, and ours hold secret links: two parts of it are enough."""
    if isinstance(record.args, tuple) and record.name.startswith("django."):
        return str(record.msg) % tuple(_short(value) for value in record.args)
    return record.getMessage()


def _short(value: object) -> object:
    if not isinstance(value, str) or not value.startswith("/"):
        return value
    parts = value.partition("?")[0].split("/")
    return value if len(parts) <= 3 and "?" not in value else "/".join(parts[:3]) + "/…"
