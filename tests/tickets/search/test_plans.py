"""How PostgreSQL runs a search: what is rare comes from the index, what is frequent from a walk newest first."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.making import NOW, opened, staff
from tests.planning import disable, plan_of
from tickets.permissions import visible
from tickets.search import narrowing
from tickets.search.narrowing import narrow
from tickets.search.query import parse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]


def plans(text: str, *, sorting: bool = True) -> list[str]:
    """The plans of the statements of a search's first page, where tables are never read from end to end.

    To sort a few rows is as cheap as to walk them, so who wants to see the walk says that nothing is sorted.
    """
    user = staff(role="manager")
    with CaptureQueriesContext(connection) as captured:
        narrowed = narrow(parse(text), visible(user), user=user, now=NOW)
        list(narrowed.tickets.order_by("-received_at", "-pk")[:26])
    disable("seqscan", *(() if sorting else ("sort",)))
    asked = [each["sql"] for each in captured.captured_queries if "EXPLAIN" not in each["sql"]]
    return [plan_of(each) for each in asked if "searchdocument" in each or "received_at" in each]


def test_a_rare_word_comes_from_the_index_and_its_tickets_by_their_numbers() -> None:
    opened(acknowledge=False)
    for _ in range(30):
        opened(subject="Buses", text="We ask for buses.", acknowledge=False)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE tickets_ticket")
    probe, page = plans("generators")
    assert "search_words" in probe
    assert "tickets_ticket_pkey" in page, page
    assert "ticket_newest" not in page


def test_a_frequent_word_filters_the_walk_and_no_index_of_words_is_read_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        opened(acknowledge=False)
    monkeypatch.setattr(narrowing, "FEW", 1)
    probe, page = plans("generators", sorting=False)
    assert "search_words" in probe
    assert "ticket_newest" in page
    assert "search_words" not in page
    assert "tickets_searchdocument_pkey" in page


def test_words_that_are_excluded_filter_the_walk() -> None:
    opened(acknowledge=False)
    (page,) = plans("-buses", sorting=False)
    assert "ticket_newest" in page
    assert "search_words" not in page
