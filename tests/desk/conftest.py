from collections.abc import Iterator
from dataclasses import asdict
from datetime import time

import pytest
import time_machine
from django.test import Client

from tests import making
from tests.furnishing import CALENDARS, Furniture, policies
from tickets.actions.calendars import keep_versions
from tickets.actions.record import SYSTEM
from tickets.deadlines import CALENDAR
from tickets.models import Calendar, Contact, Holiday, Policy, Queue, Region, Topic, User
from tickets.reference import contacts, holidays, queues, regions, topics


@pytest.fixture(autouse=True)
def _monday_morning() -> Iterator[None]:
    """The clock stands at `making.NOW`."""
    with time_machine.travel(making.NOW, tick=False):
        yield


def _make() -> None:
    Queue.objects.bulk_create(Queue(**asdict(each)) for each in queues())
    Topic.objects.bulk_create(
        Topic(code=each.code, name=each.name, name_uk=each.name_uk, name_lv=each.name_lv, name_fr=each.name_fr)
        for each in topics()
    )
    Region.objects.bulk_create(Region(code=each.code, country="UA", name=each.name) for each in regions())
    Contact.objects.bulk_create(
        Contact(code=each.code, name=each.name, address=each.address, position=number)
        for number, each in enumerate(contacts())
    )
    Holiday.objects.bulk_create(Holiday(date=each.date, name=each.name) for each in holidays())
    calendar = Calendar.objects.create(code=CALENDAR, name="EU institutions")
    calendar.openings.create(weekday=0, start=time(9), end=time(17, 30))
    keep_versions(actor=SYSTEM, now=making.NOW)
    Policy.objects.bulk_create(policies())


_DESK = Furniture(_make, (Queue, Topic, Region, Contact, *CALENDARS, Policy))


@pytest.fixture
def reference_data(db: None) -> None:
    """What every installation has, but for the hromadas and templates, which no page of the desk needs."""
    _DESK.put()


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
