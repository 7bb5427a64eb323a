"""The search of the desk, for programs."""

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests import making
from tests.api.conftest import Program, holding
from tickets.actions.record import SYSTEM
from tickets.actions.triage import assign
from tickets.models import User

STATEMENTS = 7  # token, person, what may be seen, what the planner believes, words, tickets, pieces


def words(parts: list[dict[str, object]]) -> list[object]:
    return [part["text"] for part in parts if part["marked"]]


def test_it_finds_what_the_desk_finds_and_marks_it(program: Program) -> None:
    ticket = making.opened(subject="Generators", text="Two generators for the hospital.")
    making.opened(subject="Buses", text="A school bus.")
    (found,) = program.ask("search", q="generator").json()["results"]
    assert found["ticket"]["reference"] == ticket.reference
    assert words(found["subject"]) == ["Generators"]
    assert words(found["piece"]) == ["generators"]
    assert found["file"] is False


def test_it_goes_from_page_to_page_newest_first(program: Program) -> None:
    made = [making.opened(subject=f"Generators {number}").reference for number in range(3)]
    first = program.ask("search", q="generators", limit=2).json()
    second = program.get(first["next"]).json()
    pages = [[each["ticket"]["reference"] for each in page["results"]] for page in (first, second)]
    assert pages == [made[:0:-1], made[:1]]
    assert second["next"] is None


def test_what_it_does_not_know_is_named_with_its_place(program: Program) -> None:
    answer = program.ask("search", q="generators status:foo")
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["field"], error["start"], error["length"]) == ("q", 11, 10)
    assert "foo" in error["detail"]


@pytest.mark.parametrize("q", ["", "   "])
def test_a_search_for_nothing_is_refused(program: Program, q: str) -> None:
    assert program.ask("search", q=q).status_code == 422


def test_it_needs_a_token_that_may_read(anna: User) -> None:
    assert holding(anna, "create").ask("search", q="generators").status_code == 403


def test_its_statements_do_not_grow_with_what_it_finds(
    program: Program, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        making.opened(subject=f"Generators {number}", sender_address=f"p{number}@hromada.example")
    with django_assert_max_num_queries(STATEMENTS):
        assert len(program.ask("search", q="generators").json()["results"]) == 12


def test_the_owner_of_the_token_is_who_me_means(program: Program, anna: User) -> None:
    ticket = making.opened(subject="Generators")
    assert program.ask("search", q="assignee:me").json()["results"] == []
    assign(actor=SYSTEM, ticket_id=ticket.pk, assignee=anna, now=timezone.now())
    assert len(program.ask("search", q="assignee:me").json()["results"]) == 1
