import json
import logging
import sys
from typing import Any

import pytest

from web import logs


def line(message: str, *args: object, name: str = "intake.store", **extra: object) -> dict[str, Any]:
    record = logging.getLogger(name).makeRecord(name, logging.INFO, "f.py", 1, message, args, None, extra=extra)
    record.created = 1795428000.25
    found: dict[str, Any] = json.loads(logs.JsonFormatter().format(record))
    return found


def test_a_line_has_time_in_utc_level_logger_and_message() -> None:
    assert line("stored %s", 7) == {
        "time": "2026-11-23T10:00:00.250+00:00",
        "level": "INFO",
        "logger": "intake.store",
        "message": "stored 7",
    }


def test_extra_facts_stand_beside_the_message_and_objects_do_not() -> None:
    found = line("sent", ticket=42, late=True, reason="5.1.1", request=object())
    assert (found["ticket"], found["late"], found["reason"]) == (42, True, "5.1.1")
    assert "request" not in found


def test_the_correlation_holds_inside_and_ends_outside() -> None:
    with logs.bind("outer-id"):
        with logs.bind("inner-id"):
            assert line("a")["correlation"] == "inner-id"
        assert line("a")["correlation"] == "outer-id"
    assert "correlation" not in line("a")


def test_extra_facts_cannot_forge_the_correlation() -> None:
    with logs.bind("the-true-one"):
        assert line("a", correlation="forged")["correlation"] == "the-true-one"


def test_no_address_reaches_a_line() -> None:
    found = line("from <olena@hromada.example> to %s", "анна@приклад.укр", reason="olena@hromada.example is unknown")
    assert found["message"] == "from <[address]> to [address]"
    assert found["reason"] == "[address] is unknown"


def test_no_address_reaches_a_line_by_a_traceback() -> None:
    try:
        raise ValueError("Key (address)=(olena@hromada.example) already exists.")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "f.py", 1, "failed", (), sys.exc_info())
    found = json.loads(logs.JsonFormatter().format(record))
    assert "Key (address)=([address]) already exists." in found["exception"]


def test_a_secret_link_is_cut_from_django_lines() -> None:
    found = line("%s: %s", "Not Found", "/lv/track/9XkQ1dS8", name="django.request")
    assert found["message"] == "Not Found: /lv/track/…"
    found = line("%s: %s", "Not Found", "/lv/form?key=9XkQ1dS8", name="django.request")
    assert found["message"] == "Not Found: /lv/form/…"


def test_a_line_break_in_a_message_stays_inside_its_line() -> None:
    record = logging.makeLogRecord({"msg": 'a\n{"level": "forged"}', "name": "x"})
    assert "\n" not in logs.JsonFormatter().format(record)
    assert "\n" not in logs.TextFormatter().format(record)


@pytest.mark.parametrize("hostile", ["@" * 50_000, "a@" * 50_000, "a" * 100_000, "a.b@" + "c." * 50_000])
def test_a_hostile_message_is_bounded(hostile: str) -> None:
    assert len(line("%s", hostile)["message"]) <= 10_000


def test_outside_of_a_request_a_line_may_name_the_thread_of_its_row() -> None:
    assert line("mail sent", correlation="raw-mail-7")["correlation"] == "raw-mail-7"


def test_a_line_of_text_tells_the_same_facts_and_no_more() -> None:
    record = logging.makeLogRecord(
        {"name": "django.request", "levelname": "WARNING", "msg": "%s: %s", "args": ("Gone", "/lv/track/9XkQ1dS8/")}
    )
    record.created = 1795428000.25
    with logs.bind("thread-1"):
        told = logs.TextFormatter().format(record)
    assert told == "2026-11-23T10:00:00.250+00:00 WARNING django.request Gone: /lv/track/… correlation=thread-1"


def test_what_broke_stands_below_its_line_of_text_without_addresses() -> None:
    try:
        raise ValueError("olena@hromada.example already exists.")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "f.py", 1, "failed", (), sys.exc_info())
    first, *rest = logs.TextFormatter().format(record).splitlines()
    assert first.endswith("ERROR x failed")
    assert rest[-1] == "ValueError: [address] already exists."
