"""A list is counted as far as it is worth to know, and no longer than it is worth to wait."""

import pytest

from desk.counting import at_most, planned_cost
from tests import making
from tickets.models import Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]


def test_counting_stops_at_the_most_and_where_it_takes_too_long() -> None:
    for _ in range(3):
        making.opened(acknowledge=False)
    assert at_most(5, Ticket.objects.all(), seconds=1) == 3
    assert at_most(2, Ticket.objects.all(), seconds=1) == 2
    slow = Ticket.objects.extra(where=["pg_sleep(0.5) IS NOT NULL"])
    assert at_most(5, slow, seconds=0.05) is None
    assert Ticket.objects.count() == 3  # the connection goes on


def test_the_planner_knows_what_counting_costs_and_nothing_is_counted_for_it() -> None:
    for _ in range(3):
        making.opened(acknowledge=False)
    slow = Ticket.objects.extra(where=["pg_sleep(0.5) IS NOT NULL"])
    every = planned_cost(1000, Ticket.objects.order_by("subject"))
    assert 0 < planned_cost(1, Ticket.objects.all()) <= every
    assert planned_cost(1000, slow) > 0  # and does not sleep
