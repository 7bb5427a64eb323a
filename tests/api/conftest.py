from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from api import tokens
from api.models import Token
from tests import making
from tests.desk import scene
from tests.desk.conftest import reference_data  # noqa: F401  # the same queues, topics and regions
from tickets.models import Ticket, User

ALL = ("read", "create", "write", "admin")


@pytest.fixture(autouse=True)
def _monday_morning() -> Iterator[None]:
    """The clock stands at `making.NOW`."""
    with time_machine.travel(making.NOW, tick=False):
        yield


@pytest.fixture
def anna(reference_data: None) -> User:  # noqa: F811
    """An agent."""
    return making.staff("Anna Agent")


@pytest.fixture
def maria(reference_data: None) -> User:  # noqa: F811
    """A manager."""
    return making.staff("Maria Manager", role="manager")


@pytest.fixture
def ticket(anna: User) -> Ticket:
    """A ticket with a letter, files, a note, answers and a bounce."""
    return scene.busy_ticket(anna, timezone.now())


class Program(Client):
    """A program that holds a token. It follows no redirect and keeps no cookie of anybody."""

    def __init__(self, secret: str) -> None:
        super().__init__(headers={"Authorization": f"Bearer {secret}"})

    def ask(self, address: str, /, **query: Any) -> Any:
        """GET an address of the API."""
        return self.get(f"/api/v1/{address}", query)

    def do(self, address: str, values: dict[str, Any] | None = None, key: str = "") -> Any:
        """POST JSON to an address of the API."""
        headers = {"Idempotency-Key": key} if key else {}
        return self.post(f"/api/v1/{address}", values or {}, content_type="application/json", headers=headers)


Programs = Callable[..., Program]


@pytest.fixture
def program(anna: User) -> Program:
    """A program that acts as Anna, with every scope."""
    return holding(anna)


def holding(owner: User, *scopes: str, days: int = 30) -> Program:
    """A program with a new token of this person."""
    return Program(token_of(owner, *scopes, days=days)[1])


def token_of(owner: User, *scopes: str, days: int = 30) -> tuple[Token, str]:
    """A new token and its secret."""
    now = timezone.now()
    return tokens.make(
        owner=owner, name="a program", scopes=scopes or ALL, expires_at=now + timedelta(days=days), now=now
    )
