"""How PostgreSQL runs the statements of the response times: a month walks indexes, years are counted where they lie."""

import json
from collections import Counter
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench import report_rows
from reports.periods import DAY, Period, today
from reports.queries.cohorts import FIRST, MEASURES, NEXT, cohorts, tickets_behind
from reports.queries.deadlines import replies_on_time
from reports.queries.flow import flow_of
from reports.queries.grouping import alike
from tests.making import staff
from tests.planning import disable
from tickets.models import ReplyCycle, Ticket
from tickets.permissions import counted

pytestmark = pytest.mark.django_db
SIZE, BIG = 4000, 20_000


@pytest.fixture
def _many(request: pytest.FixtureRequest, reference_data: None) -> None:
    report_rows.fill(getattr(request, "param", SIZE))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = 0")  # the server may be analysing the same rows by itself
        for table in ("ticket", "replycycle", "resolution", "ticketdeadline", "message"):
            cursor.execute(f"ANALYZE tickets_{table}")


def seen() -> Any:
    return counted(staff("Maria Manager", role="manager")).tickets


def statements(work: Any) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        work()
    return [each["sql"] for each in captured.captured_queries]


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for each in plan.get("Plans", ()) for node in nodes(each))]


def run(statement: str) -> list[dict[str, Any]]:
    """The steps of a statement, the whole first, with what each read."""
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) " + statement)
        (found,) = cursor.fetchone()
    return nodes((json.loads(found) if isinstance(found, str) else found)[0]["Plan"])


@pytest.mark.usefixtures("_many")
def test_the_waits_of_some_days_are_read_along_their_index() -> None:
    tickets, now = seen(), timezone.now()
    last = today(now) - 200 * DAY
    period = Period(last - 6 * DAY, last)
    for kind in (FIRST, NEXT):
        for statement in statements(lambda kind=kind: cohorts(tickets, kind, period, now=now)):
            steps = run(statement)
            assert "cycle_by_start" in {step.get("Index Name") for step in steps}, steps
            assert steps[0]["Shared Hit Blocks"] + steps[0]["Shared Read Blocks"] < SIZE / 10
    for statement in statements(lambda: replies_on_time(tickets, period, now)):
        assert "deadline_by_start" in {step.get("Index Name") for step in run(statement)}


@pytest.mark.usefixtures("_many")
def test_what_was_sent_before_an_answer_is_read_along_its_index_and_no_further() -> None:
    """Its period may be a week of many years: what it reads grows with the mails of the week alone."""
    tickets, last = seen(), today(timezone.now()) - 200 * DAY
    asked = statements(lambda: flow_of(tickets, Period(last - 6 * DAY, last), today=last))
    (statement,) = (each for each in asked if "clarification" in each)
    steps = run(statement)
    assert "message_before_answer" in {step.get("Index Name") for step in steps}, steps
    assert not [step for step in steps if step["Node Type"] == "Seq Scan"], steps
    assert steps[0]["Shared Hit Blocks"] + steps[0]["Shared Read Blocks"] < SIZE / 10


@pytest.mark.usefixtures("_many")
def test_no_statement_needs_to_read_a_table_from_end_to_end() -> None:
    tickets, now = seen(), timezone.now()
    period = Period(date(2026, 1, 1), date(2026, 1, 31))
    asked = [
        *(each for kind in MEASURES for each in statements(lambda kind=kind: cohorts(tickets, kind, period, now=now))),
        *statements(lambda: cohorts(tickets, FIRST, period, now=now, working=True, by="topic_id")),
        *statements(lambda: tickets_behind(tickets, NEXT, period)),
        *statements(lambda: replies_on_time(tickets, period, now)),
    ]
    disable("seqscan")
    big = {"tickets_ticket", "tickets_replycycle", "tickets_resolution", "tickets_ticketdeadline"}
    for statement in asked:
        read = [step for step in run(statement) if step["Node Type"] == "Seq Scan"]
        assert not big & {step["Relation Name"] for step in read}, statement


@pytest.mark.usefixtures("_many")
@pytest.mark.parametrize("_many", [BIG], indirect=True)
def test_the_waits_of_years_are_counted_by_each_process_and_not_sorted() -> None:
    tickets, now = seen(), timezone.now()
    period = Period(today(now) - 1095 * DAY, today(now))
    with connection.cursor() as cursor:  # as the planner sees a big table
        cursor.execute("SET LOCAL parallel_setup_cost = 0")
        cursor.execute("SET LOCAL min_parallel_table_scan_size = 0")
    for by in ("", "topic_id"):
        for statement in statements(lambda by=by: cohorts(tickets, FIRST, period, now=now, by=by)):
            steps = run(statement)
            counting = [step for step in steps if step.get("Partial Mode") == "Partial"]
            assert [step["Strategy"] for step in counting] == ["Hashed"], steps
            rows = sum(step["Actual Rows"] for step in steps if step["Node Type"].startswith("Sort"))
            assert rows < BIG / 2, steps


@pytest.mark.usefixtures("_many")
def test_what_is_alike_is_counted_together() -> None:
    tickets = Ticket.objects.order_by()
    found = alike(tickets.values_list("status", F("kind")))
    by_hand = Counter(tickets.values_list("status", "kind"))
    assert {(status, kind): number for status, kind, number in found} == by_hand
    assert len(found) == len(by_hand) > 5
    assert alike(Ticket.objects.none().values_list("status")) == []


@pytest.mark.usefixtures("_many")
def test_what_is_alike_is_added_up() -> None:
    rows = ReplyCycle.objects.order_by().values_list("kind", "number", "calendar_seconds")
    by_hand: dict[tuple[str, int], tuple[int, int]] = {}
    for kind, number, seconds in rows:
        alike_so_far, together = by_hand.get((kind, number), (0, 0))
        by_hand[(kind, number)] = (alike_so_far + 1, together + (seconds or 0))
    assert {(kind, number): (many, together) for kind, number, many, together in alike(rows, sums=1)} == by_hand
    assert len(by_hand) > 1
