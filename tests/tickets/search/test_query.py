"""The language of the search box: what is understood, what is explained, and that it can be written down again."""

from datetime import date

import pytest
from django.utils import translation
from hypothesis import example, given
from hypothesis import strategies as st

from tickets.search.days import period
from tickets.search.operators import OPERATORS
from tickets.search.query import LONGEST, parse
from tickets.search.terms import Term


def said(text: str) -> list[list[str]]:
    """The groups of a search that has no mistake, each term in its plainest form."""
    query = parse(text)
    assert not query.problems, query.problems
    return [[term.text for term in group] for group in query.groups]


@pytest.mark.parametrize(
    ("typed", "groups"),
    [
        ("", []),
        ("  ", []),
        ("generators", [["generators"]]),
        ("generators hospital", [["generators"], ["hospital"]]),
        ("generators generators", [["generators"]]),
        ('"diesel generators"', [['"diesel generators"']]),
        ("“diesel generators”", [['"diesel generators"']]),
        ("«дизельні генератори»", [['"дизельні генератори"']]),
        ("„diesel generators“", [['"diesel generators"']]),
        ("-bus", [["-bus"]]),
        ('-"school bus"', [['-"school bus"']]),
        ("energy OR winter bus", [["energy", "winter"], ["bus"]]),
        ("a OR b OR c", [["a", "b", "c"]]),
        ("energy or winter", [["energy"], ["or"], ["winter"]]),
        ("status:new", [["status:new"]]),
        ("STATUS:New", [["status:new"]]),
        ("status:new,open", [["status:new", "status:open"]]),
        ("-status:new,open", [["-status:new"], ["-status:open"]]),
        ("status:new OR is:overdue", [["status:new", "is:overdue"]]),
        ('org:"Sumy city council"', [['org:"Sumy city council"']]),
        ('org:"Sumy"', [["org:Sumy"]]),
        ("channel:web-form", [["channel:web_form"]]),
        ("kind:Question", [["kind:enquiry"]]),
        ("lang:українська", [["lang:uk"]]),
        ("lang:none assignee:ME", [["lang:none"], ["assignee:me"]]),
        ("organisation:Sumy label:winter to:me", [["org:Sumy"], ["tag:winter"], ["assignee:me"]]),
        ("after:2026-11-01 before:01.12.2026", [["after:2026-11-01"], ["before:01.12.2026"]]),
        ("received:2026-10-01..today", [["received:2026-10-01..today"]]),
        ("first:2026-11/Open next:..2026-11", [["first:2026-11/open"], ["next:..2026-11"]]),
        ("received:2026-11", [["received:2026-11"]]),
        ("due:today due:none", [["due:today"], ["due:none"]]),
        ("from:olena@hromada.example", [["from:olena@hromada.example"]]),
        ("https://hromada.example/x at 10:30", [["https://hromada.example/x"], ["at"], ["10:30"]]),
        ("Re: letter", [["Re"], ["letter"]]),
        ("generators - hospital", [["generators"], ["hospital"]]),
        ("--bus", [["-bus"]]),
        ("обʼєкт 02-17/112 SU-2026-000123", [["обʼєкт"], ["02-17/112"], ["SU-2026-000123"]]),
        ("a\x00b", [["a"], ["b"]]),
    ],
)  # fmt: skip
def test_what_is_typed_is_understood(typed: str, groups: list[list[str]]) -> None:
    assert said(typed) == groups


@pytest.mark.parametrize(
    ("typed", "place", "words"),
    [
        ("bus status:foo", "status:foo", "It knows: new, open, pending"),
        ("stats:new", "stats:new", "Did you mean “status:”?"),
        ("zzqx:new", "zzqx:new", "Put it in quotes"),
        ("bus from:", "from:", "such as from:olena"),
        ("before:31.02.2026", "before:31.02.2026", "“31.02.2026” is no day"),
        ("after:soon", "after:soon", "today, yesterday, week"),
        ('bus "diesel gen', '"diesel gen', "not closed"),
        ("OR bus", "OR", "stands between two terms"),
        ("bus OR", "OR", "stands between two terms"),
        ('bus "***"', '"***"', "no letters or digits"),
        ("from:@", "from:@", "no letters or digits"),
        ("x" * LONGEST + "tail", "tail", "at most 1000 characters"),
        (" ".join(f"w{number}" for number in range(31)), "w30", "at most 30 terms"),
    ],
)
def test_a_mistake_is_explained_where_it_stands(typed: str, place: str, words: str) -> None:
    (problem,) = parse(typed).problems
    assert typed[problem.start : problem.start + problem.length] == place
    assert words in problem.message


def test_what_is_right_beside_a_mistake_is_still_understood() -> None:
    query = parse("bus status:foo,new is:overdue")
    assert query.text == "bus status:new is:overdue"
    assert len(query.problems) == 1


def test_a_label_is_understood_in_the_language_of_the_page() -> None:
    with translation.override("fr"):
        assert parse("status:nouvelle").text == "status:new"
    assert parse("status:nouvelle").problems


def test_each_operators_example_is_right() -> None:
    for name, operator in OPERATORS.items():
        query = parse(operator.example)
        assert not query.problems, operator.example
        assert [term.name for term in query.terms] == [name]


def test_a_page_leaves_out_and_adds_terms() -> None:
    query = parse("bus status:new OR status:open is:overdue")
    status, overdue = query.groups[1:]
    assert query.without(status).text == "bus is:overdue"
    assert query.without(overdue).text == "bus status:new OR status:open"
    assert query.without(Term("status", "new")).text == "bus status:open is:overdue"
    assert query.with_(Term("topic", "energy")).text == query.text + " topic:energy"
    assert query.with_(Term("is", "overdue")) == query
    assert query.but(Term("status", "closed")).text == "bus is:overdue status:closed"
    assert query.but(Term("org", "Sumy city council")).text.endswith('org:"Sumy city council"')
    assert query.without_operator("is").without_operator("status").text == "bus"


def test_one_value_is_told_only_where_nothing_contradicts_it() -> None:
    assert parse("assignee:me bus").value("assignee") == "me"
    assert parse("-assignee:me").value("assignee") == ""
    assert parse("assignee:me OR bus").value("assignee") == ""


PIECES = st.sampled_from(
    ["bus", "об'єкт", "-", "OR", '"', "“", "status:", "new", "foo:", "org:", "none", ",", " ",
     "  ", "is:overdue", ":", "//", "due:7d", "\u00a0", "„", "»"]
)  # fmt: skip


@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=12).map("".join)))
@example("OR:")
@example("--OR")
@example("--AA:0")
@example("org:,//0")
def test_any_text_is_read_and_its_plain_form_means_the_same(typed: str) -> None:
    query = parse(typed)
    for problem in query.problems:
        assert 0 <= problem.start < problem.start + problem.length <= len(typed)
        assert problem.message
    again = parse(query.text)
    assert not again.problems
    assert again.groups == query.groups
    assert again.text == query.text


TODAY = date(2026, 11, 25)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("today", date(2026, 11, 25), date(2026, 11, 26)),
        ("yesterday", date(2026, 11, 24), date(2026, 11, 25)),
        ("tomorrow", date(2026, 11, 26), date(2026, 11, 27)),
        ("week", date(2026, 11, 23), date(2026, 11, 30)),
        ("month", date(2026, 11, 1), date(2026, 12, 1)),
        ("7d", date(2026, 11, 18), date(2026, 11, 19)),
        ("2w", date(2026, 11, 11), date(2026, 11, 12)),
        ("9m", date(2026, 2, 25), date(2026, 2, 26)),
        ("1y", date(2025, 11, 25), date(2025, 11, 26)),
        ("2026-12", date(2026, 12, 1), date(2027, 1, 1)),
        ("2026", date(2026, 1, 1), date(2027, 1, 1)),
        ("2026-2-3", date(2026, 2, 3), date(2026, 2, 4)),
        ("3.2.2026", date(2026, 2, 3), date(2026, 2, 4)),
        ("2026-10..2026-11-05", date(2026, 10, 1), date(2026, 11, 6)),
        ("1.2.2026..today", date(2026, 2, 1), date(2026, 11, 26)),
        ("2026-11-05..2026-10", date(2026, 10, 1), date(2026, 11, 6)),
        ("..3.2.2026", date(1970, 1, 1), date(2026, 2, 4)),
        ("2026-12..", date(2026, 12, 1), date(9998, 12, 31)),
    ],
)
def test_days_are_read(text: str, start: date, end: date) -> None:
    found = period(text, TODAY)
    assert found is not None
    assert (found.start, found.end) == (start, end)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2026-13",
        "2026-00",
        "2026-02-30",
        "0000",
        "9999",
        "d7",
        "7 d",
        "32.1.2026",
        "..",
        "a..b",
    ],
)
def test_what_is_no_day_is_none(text: str) -> None:
    assert period(text, TODAY) is None


def test_months_ago_end_with_the_month() -> None:
    found = period("1m", date(2026, 3, 31))
    assert found is not None
    assert found.start == date(2026, 2, 28)
