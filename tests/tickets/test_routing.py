"""What rules decide, from values; and who is given a ticket by language."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.making import NOW, opened, staff
from tickets import routing
from tickets.models import Absence, Queue, RoutingRule, Ticket, User
from tickets.routing import Standing, decide

PLAIN = Standing(queue=1, topic=None, priority=2, assignee=None)


def rule(**says: Any) -> RoutingRule:
    told = says.pop("told", [])
    made = RoutingRule(name="Rule", **says)
    made.told_ids = told  # type: ignore[attr-defined]
    return made


def test_what_one_rule_decided_the_next_leaves() -> None:
    first, second = rule(queue_id=2, tags=["winter"]), rule(queue_id=3, topic_id=7, tags=["Winter", "energy"])
    one, other = decide([first, second], [True, True], PLAIN, ())
    assert (one.values, one.tags) == ({"queue": 2}, ("winter",))
    assert (other.values, other.tags) == ({"topic": 7}, ("energy",))


def test_a_rule_that_stops_is_the_last_one_asked() -> None:
    stopping, next_one = rule(priority=4, stops=True), rule(topic_id=7)
    assert [each.rule for each in decide([stopping, next_one], [True, True], PLAIN, ())] == [stopping]
    assert [each.rule for each in decide([stopping, next_one], [False, True], PLAIN, ())] == [next_one]


def test_what_a_person_chose_stays_unless_the_rule_says_otherwise() -> None:
    standing = Standing(queue=1, topic=5, priority=2, assignee=None)
    says = {"topic_id": 7, "priority": 4}
    (polite,) = decide([rule(**says)], [True], standing, {"topic"})
    assert polite.values == {"priority": 4}
    (firm,) = decide([rule(**says, overrules=True)], [True], standing, {"topic"})
    assert firm.values == {"topic": 7, "priority": 4}


def test_what_is_so_already_is_no_decision() -> None:
    assert decide([rule(queue_id=1, priority=2)], [True], PLAIN, ()) == []
    tagged = Standing(queue=1, topic=None, priority=2, assignee=None, tags=frozenset({"winter"}))
    assert decide([rule(tags=["Winter"])], [True], tagged, ()) == []


def test_a_rule_without_a_verdict_does_nothing() -> None:
    assert decide([rule(queue_id=2)], [None], PLAIN, ()) == []


def test_whoever_has_the_ticket_keeps_it_from_readers_of_its_language() -> None:
    taken = Standing(queue=1, topic=None, priority=2, assignee=9)
    assert decide([rule(by_language=True, overrules=True)], [True], taken, ()) == []
    (decision,) = decide([rule(by_language=True)], [True], PLAIN, ())
    assert decision.by_language


def test_a_named_person_comes_before_a_later_rule_by_language() -> None:
    (decision,) = decide([rule(assignee_id=9), rule(by_language=True)], [True, True], PLAIN, ())
    assert decision.values == {"assignee": 9}


def test_each_person_is_told_once() -> None:
    first, second = decide([rule(told=[4, 5], priority=4), rule(told=[5, 6])], [True, True], PLAIN, ())
    assert (first.tells, second.tells) == ((4, 5), (6,))


def test_a_new_name_or_place_is_the_same_rule_and_anything_else_is_not() -> None:
    said = routing.meaning(rule(query="topic:energy", queue_id=2))
    other = rule(query="topic:energy", queue_id=2)
    other.name, other.position, other.active = "Other", 9, True
    assert routing.meaning(other) == said
    changes: list[dict[str, Any]] = [
        {"query": "x"}, {"queue_id": 3}, {"told": [1]}, {"stops": True}, {"overrules": True}, {"moment": "update"}
    ]  # fmt: skip
    for change in changes:
        assert routing.meaning(rule(**{"query": "topic:energy", "queue_id": 2, **change})) != said


@pytest.fixture
def general(reference_data: None) -> Queue:
    return Queue.objects.get(code="general")


def given(people: dict[str, User], queue: Queue, language: str) -> str:
    found = routing.reader(queue, language, now=NOW)
    return next((name for name, person in people.items() if person == found), "")


def have(person: User, number: int) -> None:
    for _each in range(number):
        Ticket.objects.filter(pk=opened().pk).update(assignee=person)


@pytest.mark.django_db
def test_a_ticket_goes_to_the_reader_with_the_fewest_tickets_to_do(general: Queue) -> None:
    people = {name: staff(name, reads=["uk", "en"]) for name in ("Anna", "Ben")}
    people["Carla"] = staff("Carla", reads=["fr"])
    have(people["Anna"], 2)
    have(people["Ben"], 1)
    assert given(people, general, "uk") == "Ben"
    have(people["Ben"], 2)
    assert given(people, general, "uk") == "Anna"
    Ticket.objects.filter(assignee=people["Ben"]).update(status="solved", outcome="answered")
    assert given(people, general, "uk") == "Ben"
    assert given(people, general, "fr") == "Carla"
    assert given(people, general, "lv") == ""


@pytest.mark.django_db
def test_among_equals_it_is_the_turn_of_whom_no_rule_gave_one_for_the_longest_time(general: Queue) -> None:
    people = {name: staff(name, reads=["uk"]) for name in ("Anna", "Ben", "Carla")}
    for name, hours in (("Anna", 1), ("Ben", 3), ("Carla", 2)):
        User.objects.filter(pk=people[name].pk).update(routed_at=NOW - timedelta(hours=hours))
    assert given(people, general, "uk") == "Ben"
    User.objects.filter(pk=people["Carla"].pk).update(routed_at=None)
    assert given(people, general, "uk") == "Carla"


@pytest.mark.django_db
def test_who_is_away_today_or_has_left_is_given_nothing(general: Queue) -> None:
    people = {name: staff(name, reads=["uk"]) for name in ("Anna", "Ben", "Carla")}
    day = date(2026, 11, 23)
    Absence.objects.create(user=people["Anna"], first_day=day, last_day=day, entered_by=people["Anna"])
    User.objects.filter(pk=people["Ben"].pk).update(is_active=False)
    assert given(people, general, "uk") == "Carla"
    assert routing.reader(general, "uk", now=NOW + timedelta(days=1)) == people["Anna"]
    # A quarter past midnight in Brussels is still the day before in UTC.
    assert routing.reader(general, "uk", now=NOW.replace(hour=23, minute=15)) == people["Anna"]
    Absence.objects.update(deleted_at=NOW)
    assert given(people, general, "uk") == "Anna"


@pytest.mark.django_db
def test_who_says_nothing_about_languages_reads_that_of_the_desk(general: Queue) -> None:
    people = {"Anna": staff("Anna", language="fr"), "Ben": staff("Ben", language="en")}
    assert given(people, general, "fr") == "Anna"
    assert given(people, general, "en") == "Ben"
    assert given(people, general, "uk") == ""


@pytest.mark.django_db
def test_a_language_that_is_not_known_anybody_reads(general: Queue) -> None:
    people = {"Anna": staff("Anna", reads=["uk"])}
    assert given(people, general, "") == "Anna"


@pytest.mark.django_db
def test_the_tickets_of_a_queue_go_to_its_members_and_to_no_outsider(general: Queue) -> None:
    people = {"Anna": staff("Anna"), "Ben": staff("Ben"), "Admin": staff("Admin", role="administrator")}
    complaints = Queue.objects.get(code="complaints")
    assert given(people, complaints, "en") == ""
    complaints.members.add(people["Ben"])
    assert given(people, complaints, "en") == "Ben"
    have(people["Anna"], 1)
    have(people["Ben"], 2)
    assert given(people, general, "en") == "Anna"  # an administrator takes part where a queue names one
    general.members.add(people["Admin"], people["Ben"])
    assert given(people, general, "en") == "Admin"
