"""Whatever goes wrong is one kind of document, also what nobody expected."""

import json
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from pytest_django import Settings

from api import problems, queries
from tests.api.conftest import Program
from tickets.models import Ticket


def problem(answer: Any) -> dict[str, Any]:
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    found: dict[str, Any] = answer.json()
    assert found["status"] == answer.status_code
    assert found["correlation"] == answer.headers["X-Request-ID"]
    kind = found["type"].partition("#problem-")[2]
    assert found["title"] == str(problems.TITLES[kind])
    return {**found, "kind": kind}


def test_what_is_at_no_address_is_a_problem_too() -> None:
    for method in ("get", "post", "put", "delete"):
        assert problem(getattr(Client(), method)("/api/v1/nothing/here"))["kind"] == "not-found"
    assert problem(Client().get("/api/v1/tickets/"))["kind"] == "not-found"


def test_a_method_that_an_address_does_not_know_is_named(program: Program, ticket: Ticket) -> None:
    for method in ("put", "patch", "delete", "options"):
        answer = getattr(program, method)(f"/api/v1/tickets/{ticket.reference}")
        assert (answer.status_code, problem(answer)["kind"]) == (405, "method")


@pytest.mark.parametrize("body", ["{", "[]", '"x"', "[" * 100_000, b"\xff", '{"priority": NaN}', "9" * 10_000])
def test_a_body_that_is_no_json_object_is_refused(program: Program, ticket: Ticket, body: str | bytes) -> None:
    where = f"/api/v1/tickets/{ticket.reference}/priority"
    assert problem(program.post(where, body, content_type="application/json"))["kind"] == "bad-request"


def test_a_body_that_is_too_large_is_not_read(program: Program, ticket: Ticket, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    where = f"/api/v1/tickets/{ticket.reference}/note"
    answer = program.post(where, json.dumps({"text": "x" * 1000}), content_type="application/json")
    assert problem(answer)["kind"] == "too-large"
    assert problem(program.post(where, {"text": "x" * 1000}))["kind"] == "too-large"


def test_a_media_type_that_is_not_known_is_refused(program: Program, ticket: Ticket) -> None:
    answer = program.post(f"/api/v1/tickets/{ticket.reference}/priority", "priority=3", content_type="text/plain")
    assert problem(answer)["kind"] == "media-type"


def test_an_answer_that_is_no_json_is_not_to_be_had(program: Program) -> None:
    answer = program.get("/api/v1/queues", headers={"Accept": "application/xml"})
    assert problem(answer)["kind"] == "not-acceptable"


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [(OperationalError("away"), 503, "unavailable"), (ZeroDivisionError("a secret"), 500, "server-error")],
)
def test_a_fault_of_ours_is_logged_and_tells_nothing_of_itself(
    program: Program,
    ticket: Ticket,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    status: int,
    kind: str,
) -> None:
    def fail(*_: Any) -> None:
        raise error

    monkeypatch.setattr(queries, "ticket_of", fail)
    program.raise_request_exception = False
    answer = program.ask(f"tickets/{ticket.reference}")
    assert (answer.status_code, problem(answer)["kind"]) == (status, kind)
    assert "secret" not in answer.content.decode()
    assert any(record.exc_info for record in caplog.records if record.name == "api.problems")


def test_what_to_do_is_said_in_the_language_that_is_asked_for(program: Program) -> None:
    answer = program.get("/api/v1/nothing", headers={"Accept-Language": "fr"})
    assert answer.headers["Content-Language"] == "fr"
