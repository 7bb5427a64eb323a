"""Compliance: every deadline of the period is counted once, exactly, by what became of it."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from reports.periods import Period
from reports.queries import compliance as queries
from tests import making
from tests.making import NOW
from tests.making_deadlines import without_policies
from tests.reports import making_flow
from tickets.models import TicketDeadline, User
from tickets.permissions import visible

pytestmark = pytest.mark.django_db
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))
YEAR = Period(date(2025, 12, 1), date(2026, 12, 31))
DUE = datetime(2026, 11, 20, 23, tzinfo=UTC)  # the instant after the 20th in Brussels
BEFORE, AFTER = DUE - timedelta(seconds=1), DUE


@pytest.fixture
def maria(db: None) -> User:
    making_flow.furnish()
    without_policies()
    return making.staff("Maria Manager", role="manager")


def verdict(user: User, *, due_at: datetime = DUE, **values: object) -> str:
    """What one deadline of one ticket came to."""
    ticket = making.opened()
    made = making_flow.deadline(ticket, due_at=due_at, due_on=date(2026, 11, 20), **values)
    (row,) = queries.deadlines(visible(user), NOVEMBER, now=NOW).filter(pk=made.pk)
    return str(row.verdict)


@pytest.mark.parametrize(
    ("end", "ended_at", "due_at", "expected"),
    [
        ("done", BEFORE, DUE, "kept"),
        ("done", AFTER, DUE, "late"),
        ("", None, DUE, "overdue"),
        ("", None, NOW, "overdue"),
        ("", None, NOW + timedelta(seconds=1), "ahead"),
        ("extended", BEFORE, DUE, "extended"),
        ("extended", AFTER, DUE, "late"),
        ("closed", BEFORE, DUE, "closed"),
        ("closed", AFTER, DUE, "late"),
        ("replaced", AFTER, DUE, "replaced"),
        ("merged", AFTER, DUE, "merged"),
        ("spam", BEFORE, DUE, "spam"),
    ],
)
def test_the_verdict_says_what_became_of_it(
    maria: User, end: str, ended_at: datetime | None, due_at: datetime, expected: str
) -> None:
    assert verdict(maria, end=end, ended_at=ended_at, due_at=due_at) == expected


def test_a_deadline_belongs_to_the_period_of_its_last_day(maria: User) -> None:
    ticket = making.opened()
    midnight = datetime(2026, 10, 31, 23, tzinfo=UTC)  # in Brussels the first of November begins
    making_flow.deadline(ticket, due_on=date(2026, 10, 31), due_at=midnight, duty="reply")
    making_flow.deadline(ticket, due_on=date(2026, 11, 1), due_at=midnight + timedelta(hours=10), duty="official")
    making_flow.deadline(ticket, due_on=date(2026, 11, 30), due_at=midnight + timedelta(days=30), duty="final")
    found = queries.deadlines(visible(maria), NOVEMBER, now=NOW)
    assert {row.duty for row in found} == {"official", "final"}
    assert {(row.due_on.month, row.due_on.day) for row in found} == {(11, 1), (11, 30)}


def test_every_deadline_is_in_exactly_one_place(maria: User) -> None:
    making_flow.year(NOW)
    rows = queries.deadlines(visible(maria), YEAR, now=NOW)
    conditions = queries.verdicts(NOW)
    places = Counter(pk for each in conditions.values() for pk in rows.filter(each).values_list("pk", flat=True))
    assert set(places.values()) == {1}
    made = queries.compliance(visible(maria), YEAR, now=NOW)
    assert made.all == len(places) == rows.count()
    assert made.owed + sum(made.number(code) for code in queries.LEFT) == made.all
    assert sum(made.number(code, duty) for code in conditions for duty in made.duties) == made.all
    for (duty, code), number in made.numbers.items():
        listed = queries.chosen(rows, duties=[duty], verdict_codes=[code], now=NOW)
        assert listed.count() == number
        assert {row.verdict for row in listed} == {code}


def test_two_periods_side_by_side_make_the_whole(maria: User) -> None:
    making_flow.year(NOW)
    halves = [Period(YEAR.first, date(2026, 5, 31)), Period(date(2026, 6, 1), YEAR.last)]
    parts = [queries.compliance(visible(maria), each, now=NOW).numbers for each in halves]
    assert Counter(parts[0]) + Counter(parts[1]) == Counter(queries.compliance(visible(maria), YEAR, now=NOW).numbers)


def test_what_a_person_may_not_see_is_not_counted(maria: User) -> None:
    tickets = making_flow.year(NOW)
    whole = queries.compliance(visible(maria), YEAR, now=NOW).all
    hidden = tickets[0]
    hidden.sensitive = True
    hidden.save()
    anna = making.staff("Anna Agent")
    assert queries.compliance(visible(anna), YEAR, now=NOW).all == whole - hidden.deadlines.count()


def test_the_stream_gives_each_row_once_in_order(maria: User) -> None:
    making_flow.year(NOW, number=60)
    TicketDeadline.objects.filter(duty="reply").update(due_at=DUE)  # many at one moment
    rows = queries.chosen(queries.deadlines(visible(maria), YEAR, now=NOW), duties=[], verdict_codes=[], now=NOW)
    for size in (1, 7, 1000):
        streamed = [(row.due_at, row.pk) for row in queries.stream(rows, size=size)]
        assert streamed == sorted((row.due_at, row.pk) for row in rows)


def test_it_is_counted_by_one_statement(maria: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    making_flow.year(NOW)
    tickets = visible(maria)
    with django_assert_num_queries(1):
        queries.compliance(tickets, YEAR, now=NOW)


def test_the_list_walks_the_index_of_the_dates(maria: User) -> None:
    tickets = making_flow.year(NOW)
    TicketDeadline.objects.bulk_create(
        TicketDeadline(
            ticket=ticket, duty="reply", started_at=ticket.received_at, due_on=ticket.received_at.date(),
            due_at=ticket.received_at + timedelta(days=number), ended_at=NOW, end="replaced",
        )
        for ticket in tickets
        for number in range(1, 100)
    )  # fmt: skip
    rows = queries.deadlines(visible(maria), NOVEMBER, now=NOW)
    listed = queries.chosen(rows, duties=["reply"], verdict_codes=["replaced"], now=NOW).order_by("due_at", "pk")[:51]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = 0")  # the server may be analysing the same rows by itself
        cursor.execute("ANALYZE tickets_ticketdeadline, tickets_ticket")
    plan = listed.explain()
    assert "deadline_by_due" in plan
    assert "Seq Scan on tickets_ticketdeadline" not in plan
