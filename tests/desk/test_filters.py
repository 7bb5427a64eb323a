"""The address of a list says what it shows, and nothing that is usual."""

from urllib.parse import urlencode

import pytest
from django.db.models import Q
from django.http import QueryDict

from desk import filters, shipped
from tickets.models import User
from tickets.search.query import parse
from tickets.search.terms import Term

ANNA = User(name="Anna")


def read(address: str) -> filters.Filter:
    return filters.read(QueryDict(address), ANNA)


@pytest.mark.parametrize("view", shipped.SHIPPED, ids=lambda view: view.code)
def test_a_view_that_ships_is_known_by_its_code_however_its_search_is_written(view: shipped.Shipped) -> None:
    backwards = " ".join(reversed(view.query.text.split()))
    for address in (f"view={view.code}", urlencode({"q": backwards})):
        assert read(address).view == view.code
        assert read(address).parts == ({} if view.code == "todo" else {"view": view.code})
    assert not view.query.problems


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        ("", {}),
        ("q=", {"q": ""}),
        ("q=is:todo", {}),
        ("q=lang:UK++is:todo", {"q": "lang:uk is:todo"}),
        ("q=lang:uk&order=received", {"q": "lang:uk"}),
        ("view=us&order=waiting", {"view": "us"}),
        ("view=us&order=received", {"view": "us", "order": "received"}),
        ("view=mine&order=nonsense&columns=due,status,x", {"view": "mine", "columns": "status,due"}),
    ],
)
def test_an_address_is_read_and_written_in_its_plainest_form(address: str, parts: dict[str, str]) -> None:
    assert read(address).parts == parts
    assert read(urlencode(parts)).parts == parts


def test_another_status_takes_the_place_of_what_is_said_about_it() -> None:
    for text in (
        "is:todo lang:uk",
        "status:open,new lang:uk",
        "lang:uk is:done",
        "lang:uk status:spam",
        "is:snoozed lang:uk",
    ):
        chosen = filters.Filter(parse(text)).with_status(Term("status", "solved"))
        assert chosen.query.text == "lang:uk status:solved"


def test_who_has_ended_is_not_looked_for_among_those_who_wait() -> None:
    for order in ("waiting", "due"):
        chosen = filters.Filter(parse("is:todo"), order=order)
        assert chosen.with_status(Term("status", "closed")).order == "received"
        assert chosen.with_status(Term("status", "open")).order == order


def test_another_assignee_takes_the_place_of_the_one_before() -> None:
    chosen = filters.Filter(parse('is:todo assignee:"Ben Colleague"'))
    assert chosen.with_assignee("me").view == "mine"
    assert chosen.with_assignee("none").view == "unassigned"
    assert chosen.with_assignee("").view == "todo"
    assert chosen.with_assignee("none").with_assignee("Ben Colleague").query.text.endswith('assignee:"Ben Colleague"')


def test_columns_are_those_of_the_address_then_of_the_person_then_the_usual() -> None:
    person = User(name="Anna", list_columns=["due", "gone", "status"])
    assert read("").shown(ANNA) == filters.USUAL_COLUMNS
    assert read("").shown(person) == ["status", "due"]
    assert read("columns=topic").shown(person) == ["topic"]
    assert read("columns=").shown(person) == []


def test_keys_and_codes_of_views_are_each_their_own() -> None:
    for facts in ([view.key for view in shipped.SHIPPED], [view.code for view in shipped.SHIPPED]):
        assert len(set(facts)) == len(facts)


def test_an_order_leaves_out_what_it_says_itself_and_nothing_else() -> None:
    query, among = filters.ORDERS["waiting"].narrowed(parse("is:todo lang:uk status:lost"))
    not_put_off = filters.ORDERS["waiting"].among & Q(snoozed_until=None)
    assert (query.text, len(query.problems), among) == ("lang:uk", 1, not_put_off)
    query, among = filters.ORDERS["waiting"].narrowed(parse("waiting:us lang:uk"))
    assert (query.text, among) == ("lang:uk", filters.ORDERS["waiting"].among)
    assert filters.ORDERS["received"].narrowed(parse("is:todo"))[0].text == "is:todo"
    for text in ("-is:todo", "is:todo OR lang:uk"):
        assert filters.ORDERS["due"].narrowed(parse(text))[0].text == text
    query, among = filters.ORDERS["due"].narrowed(parse("is:overdue is:todo"))
    assert (query.text, among) == ("is:overdue is:todo", Q())
