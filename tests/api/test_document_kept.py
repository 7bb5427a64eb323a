"""Schemathesis asks the real WSGI application for what its document allows, and for what it does not.

No answer is a fault of the server, and each is one that the document names, in its shape.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as examples
from pytest_django import Settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.schema import document
from tests.api.conftest import token_of
from tests.api.walking import OPERATIONS, address
from tickets.models import Ticket, User

# Few examples, always the same ones: a fault that is found stays found.
bounded = examples(
    max_examples=5,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
Application = Callable[[Any, Any], list[bytes]]
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture
def application() -> Iterator[Application]:
    """The application, on the connection of this test, which it would close after each request."""
    handler = WSGIHandler()

    def answering(environ: Any, start_response: Any) -> list[bytes]:
        answer = handler(environ, start_response)
        try:
            return [b"".join(answer)]
        finally:
            answer.close()  # a server does it; the client of the tests does not

    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield answering
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["allowed", "not allowed"])
def test_every_answer_is_in_the_document(
    application: Application, ticket: Ticket, maria: User, settings: Settings, mode: GenerationMode
) -> None:
    settings.API_REQUESTS_PER_MINUTE = 1_000_000
    headers = {"Authorization": f"Bearer {token_of(maria)[1]}"}
    schema = schemathesis.openapi.from_dict(document())
    schema.app = application
    for _name, method, path in OPERATIONS:
        strategy = schema[path][method].as_strategy(generation_mode=mode)
        existing = parameters(path, address(path, ticket)) if mode is GenerationMode.POSITIVE else None
        with transaction.atomic():
            asked(strategy, existing, headers)()
            transaction.set_rollback(True)


def asked(strategy: Any, existing: dict[str, str] | None, headers: dict[str, str]) -> Callable[[], None]:
    """A check that asks one operation with some requests, at an address that exists if one is given."""

    @bounded
    @given(case=strategy)
    def ask(case: Any) -> None:
        if existing is not None:
            case.path_parameters = existing
        case.call_and_validate(headers=headers, checks=CHECKS)

    return ask


def parameters(path: str, known: str) -> dict[str, str]:
    """The parts of an address that exists."""
    pairs = zip(path.split("/"), known.split("/"), strict=True)
    return {part.strip("{}"): value for part, value in pairs if part.startswith("{")}
