"""What a change of the rules would move, counted by the database: as one counts it row by row."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.making import NOW, opened
from tickets import remeasuring
from tickets.deadlines import Rules, in_force
from tickets.incoming import Details
from tickets.models import Queue, Ticket, TicketDeadline, Topic
from tickets.policies import Conditions, Rule
from tickets.regulation import Period, Unit
from tickets.remeasuring import Foreseen, Place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
TEN, MONTH = Period(10, Unit.WORKING_DAYS), Period(1, Unit.MONTHS)


@pytest.fixture
def tickets() -> list[Ticket]:
    """One of each sort, on several days; some partners were told another date, or none."""
    danger = Details(kind="need", need_item="Tourniquets", danger_to_life=True)
    made = [opened(now=NOW + timedelta(hours=each)) for each in range(0, 72, 7)]
    made += [opened(channel="web_form", details=danger), opened(channel="web_form", details=Details(kind="offer"))]
    queue, topic = Queue.objects.get(code="complaints"), Topic.objects.get(code="events")
    for ticket, changes in zip(
        made, ({"queue": queue}, {"topic": topic}, {"priority": 3}, {"priority": 4}), strict=False
    ):
        Ticket.objects.filter(pk=ticket.pk).update(**changes)
    replies = TicketDeadline.objects.filter(duty="reply")
    replies.filter(ticket__in=made[4:7]).update(told_on=NOW.date() + timedelta(days=90))
    replies.filter(ticket__in=made[7:9]).update(told_on=None)
    return made


def with_first(duty: str, period: Period, **asked: object) -> Rules:
    """The rules of now, with one more that comes before all others."""
    rules = in_force()
    return replace(rules, policies=(Rule(0, duty, period, Conditions(**asked)), *rules.policies))  # type: ignore[arg-type]


def row_by_row(rules: Rules) -> Foreseen:
    found, _reached, _looked = remeasuring.batch(rules, Place())
    moved = [each for each in found if each.moves]
    return Foreseen(len(moved), sum(each.told for each in moved))


def test_what_is_foreseen_is_what_each_row_says(tickets: list[Ticket]) -> None:
    queue, topic = Queue.objects.get(code="complaints").pk, Topic.objects.get(code="events").pk
    tried = [
        with_first("reply", TEN, **asked)
        for asked in (
            {},
            {"queue": queue},
            {"topic": topic},
            {"priority": 3},
            {"kind": "offer"},
            {"danger_to_life": True},
        )
    ]
    tried += [with_first("final", MONTH), with_first("official", MONTH, kind="need", priority=2)]
    tried += [in_force(), replace(in_force(), policies=()), replace(in_force(), closing_days=frozenset())]
    tried += [replace(in_force(), counted=True)]
    found = [remeasuring.foresee(rules) for rules in tried]
    assert found == [row_by_row(rules) for rules in tried]
    assert len({each.moved for each in found[:6]}) > 2  # all, some, few
    assert found[0].told == found[0].moved - 2
    assert found[10] == Foreseen(0, 0)  # without closing days none can be measured


def test_it_takes_one_statement(tickets: list[Ticket]) -> None:
    rules = in_force()
    with CaptureQueriesContext(connection) as asked:
        remeasuring.foresee(rules)
    assert len(asked) == 1
