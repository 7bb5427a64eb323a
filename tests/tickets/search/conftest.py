from dataclasses import asdict

import pytest

from tests.furnishing import Furniture, policies
from tickets.models import Holiday, Policy, Queue, Region, Topic
from tickets.reference import holidays, queues, regions, topics


def _make() -> None:
    Queue.objects.bulk_create(Queue(**asdict(each)) for each in queues())
    Topic.objects.bulk_create(
        Topic(code=each.code, name=each.name, name_uk=each.name_uk, name_lv=each.name_lv, name_fr=each.name_fr)
        for each in topics()
    )
    Region.objects.bulk_create(
        Region(code=each.code, country="UA", name=each.name, name_uk=each.name_uk) for each in regions()
    )
    Holiday.objects.bulk_create(Holiday(date=each.date, name=each.name) for each in holidays())
    Policy.objects.bulk_create(policies())


_SEARCHED = Furniture(_make, (Queue, Topic, Region, Holiday, Policy))


@pytest.fixture
def reference_data(db: None) -> None:
    """What every installation has, but for the hromadas, which no search reads."""
    _SEARCHED.put()
