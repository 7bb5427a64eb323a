"""A search asked of one ticket inside a statement means what it means as a list."""

from typing import Any

import pytest

from tests.making import NOW, opened, staff
from tickets.actions import tagging, triage
from tickets.actions.record import Actor
from tickets.incoming import Details
from tickets.models import Tag, Ticket, Topic
from tickets.search.judging import asks_for_the_hour, problems, verdict
from tickets.search.named import UnknownName
from tickets.search.narrowing import narrow
from tickets.search.operators import OPERATORS
from tickets.search.query import parse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
SEARCHES = (
    "",
    "generators",
    "-generators",
    "generators hospital",
    '"two generators"',
    '-"two generators"',
    "buses OR generators",
    "buses OR topic:energy",
    "from:olena",
    "org:sumy",
    "org:none",
    "-org:none",
    "topic:energy",
    "-topic:energy",
    "topic:none",
    "queue:general",
    "region:sumy",
    "-region:sumy",
    "tag:winter",
    "-tag:winter",
    "tag:none",
    "assignee:anna",
    "-assignee:anna",
    "assignee:none",
    "is:overdue",
    "-is:overdue",
    "is:absent",
    "-is:absent",
    "lang:uk lang:en",
    "has:attachment",
    "received:2026-11",
    "interim:2026-11",
    "paused:partner",
    "-paused:third",
    "next:2026-11/partner OR next:2026-11/third",
    "-interim:2026-11/within",
    "interim:2026-11/official OR interim:2026-11/later",
    "due:none",
    "priority:urgent OR is:unassigned",
)


@pytest.fixture
def tickets() -> list[Ticket]:
    anna = staff("Anna Agent")
    actor = Actor.staff(anna)
    first = opened(details=Details(organisation="Sumy city council", region="UA-59", danger_to_life=True))
    second, third = opened(subject="School buses", text="Buses", language="uk"), opened()
    triage.assign(actor=actor, ticket_id=second.pk, assignee=anna, now=NOW)
    triage.set_topic(actor=actor, ticket_id=third.pk, topic=Topic.objects.get(code="energy"), now=NOW)
    tagging.set_tags(actor=actor, ticket_id=third.pk, names=["winter"], now=NOW)
    return [first, second, third]


def judged(text: str) -> dict[int, Any]:
    return dict(Ticket.objects.annotate(means=verdict(parse(text), now=NOW)).values_list("pk", "means"))


def test_every_search_means_the_same_tickets_either_way(tickets: list[Ticket]) -> None:
    for text in SEARCHES:
        listed = narrow(parse(text), Ticket.objects.all(), user=staff(), now=NOW)
        assert listed.problems == (), text
        found = set(listed.tickets.values_list("pk", flat=True))
        assert {pk for pk, means in judged(text).items() if means} == found, text
        assert None not in judged(text).values(), text


def test_a_name_that_is_nobodys_any_more_makes_the_whole_search_mean_nothing(tickets: list[Ticket]) -> None:
    assert set(judged("-tag:winter").values()) == {True, False}
    Tag.objects.all().delete()
    for text in ("tag:winter", "-tag:winter", "-tag:winter OR generators"):
        assert set(judged(text).values()) == {None}, text
    (problem,) = problems(parse("generators -tag:winter"), now=NOW)
    assert (problem.start, problem.length) == (11, 11)
    assert "There are no tags." in problem.message


def test_a_rule_has_no_me(tickets: list[Ticket]) -> None:
    with pytest.raises(UnknownName):
        verdict(parse("assignee:me"), now=NOW)
    (problem,) = problems(parse("assignee:me"), now=NOW)
    assert "Name the person" in problem.message


def test_no_search_but_one_for_replies_says_another_thing_later_on_the_same_day() -> None:
    """What rules ask is written once a day."""
    morning, evening = NOW.replace(hour=5), NOW.replace(hour=21)
    for operator in OPERATORS.values():
        ends = [f"today/{end}" for end in operator.ends or ()]
        values = [*(operator.choices or ()), *(("today", "1w..", *ends) if operator.day else ())]
        for value in values or [operator.example.partition(":")[2]]:
            search = f"{operator.name}:{value}"
            texts = {
                str(Ticket.objects.annotate(means=verdict(parse(search), now=now)).query)
                for now in (morning, evening)
                if value != "me"
            }
            assert len(texts) < 2 or asks_for_the_hour(search), search
    assert asks_for_the_hour("Reply:today/late")
