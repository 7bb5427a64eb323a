"""Each order of a list walks an index, whatever the size, and stops after a page."""

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from desk import filters, listing
from tests.making import NOW
from tests.planning import disable, plan_of
from tickets.models import Queue, Ticket, User


@pytest.fixture
def _many(anna: User) -> None:
    """So many tickets that a scan of the table would cost more than an index; one in ten is to do."""
    to_do = "mod(number, 10) = 0"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO tickets_ticket (
                reference, subject, letter_number, kind, status, priority, queue_id, language, reply_language,
                accepted_languages, channel, country, waiting_for, outcome, outcome_reason, sensitive, danger_to_life,
                may_share, unreadable, received_at, created_at, last_message_at, waiting_since, answer_by,
                first_answered_at)
            SELECT 'SU-2026-' || lpad(number::text, 6, '0'), '', '', 'enquiry', CASE WHEN {to_do} THEN 'open' ELSE
                'closed' END, 2, %s, '', '', '{{}}', 'email', '', '', CASE WHEN {to_do} THEN '' ELSE 'answered' END, '',
                false, false, false, false, %s - number * interval '1 minute', %s,
                %s - number / 2 * interval '1 minute', CASE WHEN {to_do} THEN %s - number * interval '1 minute' END,
                %s::date - number / 1500, CASE WHEN {to_do} THEN NULL ELSE %s END
            FROM generate_series(1, 30000) AS number
            """,
            [Queue.objects.get(code="general").pk, NOW, NOW, NOW, NOW, NOW.date(), NOW],
        )
        cursor.execute("SET LOCAL lock_timeout = 0")  # the server may be analysing the same rows by itself
        cursor.execute("ANALYZE tickets_ticket")


_OF_TICKETS = 'FROM "tickets_ticket"'


def plans(address: str, user: User) -> list[str]:
    """How PostgreSQL runs the statements of the lines, that which finds them first, for the first page and the next."""
    found = []
    cursor = ""
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            lines = listing.read(user, filters.read(QueryDict(address), user), cursor=cursor, now=NOW)
        cursor = lines.page.next or ""
        found.append(
            "\n".join(plan_of(each["sql"]) for each in captured.captured_queries if _OF_TICKETS in each["sql"])
        )
    assert cursor
    return found


@pytest.mark.usefixtures("_many")
def test_each_order_walks_its_index_and_sorts_nothing(anna: User) -> None:
    indexes = {
        "": "ticket_to_do",
        "view=unassigned": "ticket_to_do",
        "q=": "ticket_newest",
        "q=status:closed": "ticket_newest",
        "view=us": "ticket_waiting",
        "order=due": "ticket_due",
        "q=&order=message": "ticket_last_message",
    }
    for address, index in indexes.items():
        first, second = plans(address, anna)
        for plan in (first, second):
            assert index in plan, f"{address}: {plan}"
            assert "Seq Scan on tickets_ticket " not in plan, f"{address}: {plan}"
        # Further on so few are left of those who wait that sorting them may be cheaper.
        assert "Sort Key: tickets_ticket" not in first, f"{address}: {first}"


@pytest.mark.usefixtures("_many")
def test_what_is_put_off_walks_its_own_index(anna: User) -> None:
    some = Ticket.objects.filter(status="open").order_by("pk").values("pk")[:500]
    Ticket.objects.filter(pk__in=list(some.values_list("pk", flat=True))).update(snoozed_until=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = 0")  # the server may be analysing the same rows by itself
        cursor.execute("ANALYZE tickets_ticket")
    disable("sort")  # to fetch and sort so few is as cheap as to walk them
    for address, index in {"view=snoozed": "ticket_put_off", "": "ticket_to_do", "view=us": "ticket_waiting"}.items():
        for plan in plans(address, anna):
            assert index in plan, f"{address}: {plan}"


@pytest.mark.usefixtures("_many")
def test_every_order_pages_through_all_without_gap_or_double(anna: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "PAGE", 1000)
    for address, length in {"": 3000, "view=us": 3000, "order=due": 3000, "order=message": 3000}.items():
        chosen = filters.read(QueryDict(address), anna)
        seen: list[int] = []
        cursor: str | None = ""
        while cursor is not None:
            lines = listing.read(anna, chosen, cursor=cursor, now=NOW)
            seen += [int(row.number) for row in lines.rows]
            cursor = lines.page.next
        assert len(seen) == len(set(seen)) == length, address
