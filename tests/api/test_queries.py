"""Each list can be read from an index, however long the tables are."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from api import filters, queries
from tests import making
from tests.planning import disable, plan_of
from tickets.models import Queue, User
from tickets.permissions import sight, visible

FILTERS: list[dict[str, Any]] = [
    {},
    {"order": "oldest"},
    {"order": "waiting"},
    {"status": "to-do"},
    {"status": "solved"},
    {"assignee": "me"},
    {"assignee": "none"},
    {"requester": 1},
    {"organisation": 1},
    {"received_after": making.NOW, "received_before": making.NOW + timedelta(days=1)},
]


def plan(rows: QuerySet[Any]) -> str:
    """How the database reads the rows when it may read no table from end to end."""
    disable("seqscan")
    return rows.explain()


@pytest.mark.parametrize("asked", FILTERS, ids=lambda asked: "-".join(asked) or "all")
def test_a_list_of_tickets_is_read_from_an_index(anna: User, asked: dict[str, Any]) -> None:
    tickets, order = filters.apply({"order": "newest", **asked}, visible(anna), anna)
    sign = "-" if order.descending else ""
    found = plan(queries.listed(tickets).order_by(f"{sign}{order.by}", f"{sign}pk")[:51])
    assert "Seq Scan on tickets_ticket " not in found, found


def test_people_and_organisations_are_found_by_an_index(anna: User) -> None:
    seen = visible(anna)
    for rows in (
        queries.requesters(seen).order_by("-id"),
        queries.requesters(seen).filter(addresses__address=making.OLENA),
        queries.organisations(seen).order_by("-id"),
    ):
        found = plan(rows[:51])
        for table in ("requester", "requesteraddress", "participant", "ticket", "organisation"):
            assert f"Seq Scan on tickets_{table}" not in found, found


def test_a_ticket_is_found_by_an_index_and_by_those_alone_who_may_see_it(anna: User) -> None:
    ticket, other = making.opened(), making.opened()
    with CaptureQueriesContext(connection) as captured:
        found = queries.ticket_of(sight(anna), ticket.reference.lower())
    assert found == ticket
    disable("seqscan")
    told = plan_of(captured.captured_queries[-1]["sql"])
    assert "Seq Scan on tickets_ticket " not in told, told
    assert queries.ticket_of(sight(anna), other.reference) == other
    Queue.objects.filter(pk=ticket.queue_id).update(restricted=True)
    assert queries.ticket_of(sight(anna), ticket.reference) is None
