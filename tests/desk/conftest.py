import io

import pytest
from django.core.management import call_command
from django.test import Client

from tests import making
from tickets.models import User


@pytest.fixture
def reference_data(db: None) -> None:
    """Queues, topics, regions, hromadas and holidays, as every installation has them."""
    call_command("load_reference", stdout=io.StringIO())


@pytest.fixture
def anna(reference_data: None) -> User:
    """An agent."""
    return making.staff("Anna Agent")


@pytest.fixture
def maria(reference_data: None) -> User:
    """A manager."""
    return making.staff("Maria Manager", role="manager")


@pytest.fixture
def desk(client: Client, anna: User) -> Client:
    """Anna's browser, without JavaScript."""
    client.force_login(anna)
    return client
