"""The pages of the rules: what each does in words, tried before it is switched on, explained on its tickets."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import making
from tickets import routing
from tickets.actions import rules
from tickets.actions.record import Actor
from tickets.models import RoutingRule, Tag, Ticket, Topic, User
from tickets.permissions import visible

RULE = {"name": "Energy", "moment": "creation", "query": "generators"}


@pytest.fixture
def desk(client: Client, maria: User) -> Client:
    """Maria's browser, without JavaScript."""
    client.force_login(maria)
    return client


def energy() -> Topic:
    return Topic.objects.get(code="energy")


def write(desk: Client, where: str = "new", **fields: Any) -> Any:
    return desk.post(f"/desk/rules/{where}/", {**RULE, "topic": energy().pk, **fields}, follow=True)


def words(page: Any) -> str:
    return " ".join(page.content.decode().split())


def on(maria: User, **says: Any) -> RoutingRule:
    actor = Actor.staff(maria)
    rule = rules.make_rule(actor=actor, wording=rules.Wording(**{"name": "Energy", **says}), now=making.NOW)
    rules.try_rule(actor=actor, rule_id=rule.pk, now=making.NOW)
    return rules.switch_on(actor=actor, rule_id=rule.pk, now=making.NOW)


def test_a_rule_is_written_tried_switched_on_and_explained_on_its_ticket(desk: Client, maria: User, anna: User) -> None:
    User.objects.filter(pk=maria.pk).update(reads=["fr"])
    assert "No rules yet" in words(desk.get("/desk/rules/"))
    old = making.opened()
    page = words(write(desk, assignee="reader", tags="winter,  school  buses,", notify=[maria.pk], stops="1"))
    rule = RoutingRule.objects.get()
    assert "Try it before it acts." in page
    assert "Maria Manager made the rule" in page
    listed = words(desk.get("/desk/rules/"))
    for said in (
        "When a ticket is opened: ",
        "topic: Energy",
        "assignee: somebody who reads the language and is there",
        "tags: winter, school buses",
        "told: Maria Manager",
        "the rules below are not asked then",
    ):
        assert said in listed
    assert "cannot" not in words(desk.post(f"/desk/rules/{rule.pk}/try/", follow=True))
    trial = desk.get(f"/desk/rules/{rule.pk}/trial/")
    assert "Of the last 1 tickets, the rule means 1." in words(trial)
    assert trial.context["lines"][0].ticket == old
    assert trial.context["lines"][0].parts == [
        "topic: – → Energy",
        "assignee: – → somebody who reads English",
        "tags: + winter, + school buses",
        "told: Maria Manager",
    ]
    assert "The rule is switched on." in words(desk.post(f"/desk/rules/{rule.pk}/switch/", {"on": "1"}, follow=True))
    ticket = making.opened()
    history = words(desk.get(f"/desk/tickets/{ticket.reference}/history/"))
    done = "topic: Energy; assignee: Anna Agent; tags: school buses, winter; told: Maria Manager"
    assert f"The rule “Energy” did this: {done}" in history
    desk.post(f"/desk/rules/{rule.pk}/delete/")
    assert "The rule “Energy” did this" in words(desk.get(f"/desk/tickets/{ticket.reference}/history/"))


def test_a_rule_that_was_not_tried_is_not_switched_on(desk: Client) -> None:
    write(desk)
    rule = RoutingRule.objects.get()
    page = words(desk.post(f"/desk/rules/{rule.pk}/switch/", {"on": "1"}, follow=True))
    assert "Try the rule first" in page
    assert "Switch on" not in page
    desk.get(f"/desk/rules/{rule.pk}/trial/")  # looking tries nothing
    rule.refresh_from_db()
    assert (rule.active, rule.tried) == (False, "")


def test_a_mistake_in_the_search_is_said_where_it_stands(desk: Client) -> None:
    page = write(desk, query="generators topc:energy")
    assert page.status_code == 422
    content = words(page)
    assert "<mark>topc:energy</mark>" in content
    assert "Did you mean “topic:”?" in content
    assert 'value="generators topc:energy"' in content
    assert "A rule acts for everybody, so it has no “me”." in words(write(desk, query="assignee:me"))
    assert not RoutingRule.objects.exists()


def test_a_rule_that_does_nothing_or_has_no_name_is_asked_for_it(desk: Client) -> None:
    assert "so far it changes nothing" in words(write(desk, topic=""))
    assert "Give the rule a name." in words(write(desk, name=" "))
    assert write(desk, topic="0").status_code == 422


def test_what_changes_the_rule_switches_it_off_and_a_new_name_does_not(desk: Client, maria: User) -> None:
    rule = on(maria, query="generators", topic=energy())
    assert "The rule is saved." in words(write(desk, str(rule.pk), name="Winter"))
    rule.refresh_from_db()
    assert (rule.name, rule.active) == ("Winter", True)
    page = words(write(desk, str(rule.pk), name="Winter", priority="4"))
    assert "changed the rule, which switched it off" in page
    rule.refresh_from_db()
    assert not rule.active


def test_rules_are_moved_deleted_and_brought_back(desk: Client, maria: User) -> None:
    first, second = on(maria, name="First", priority=3), on(maria, name="Second", priority=4)
    answer = desk.post(f"/desk/rules/{second.pk}/move/", {"up": "1"})
    assert answer.headers["Location"] == f"/desk/rules/#rule-{second.pk}"
    assert [item.rule.name for item in desk.get("/desk/rules/").context["items"]] == ["Second", "First"]
    page = words(desk.post(f"/desk/rules/{first.pk}/delete/", follow=True))
    assert f'action="/desk/rules/{first.pk}/restore/"' in page
    assert desk.get(f"/desk/rules/{first.pk}/").status_code == 404
    page = words(desk.post(f"/desk/rules/{first.pk}/restore/", follow=True))
    assert "The rule is back, switched off." in page
    first.refresh_from_db()
    assert not first.active


def test_a_rule_that_no_longer_works_is_flagged_on_the_list(desk: Client, maria: User, anna: User) -> None:
    Tag.objects.create(name="winter")
    on(maria, name="Tagged", query="-tag:winter topic:energy", priority=3)
    on(maria, name="Given", assignee=anna)
    on(maria, name="Good", query="queue:general", priority=3)
    assert not any(item.broken for item in desk.get("/desk/rules/").context["items"])
    Tag.objects.all().delete()
    User.objects.filter(pk=anna.pk).update(is_active=False)
    page = desk.get("/desk/rules/")
    assert [item.rule.name for item in page.context["items"] if item.broken] == ["Tagged", "Given"]
    assert "It no longer works and is passed over" in words(page)
    given = RoutingRule.objects.get(name="Given")
    assert "Anna Agent" in words(desk.get(f"/desk/rules/{given.pk}/"))
    tagged = RoutingRule.objects.get(name="Tagged")
    assert "<mark>-tag:winter</mark>" in words(desk.get(f"/desk/rules/{tagged.pk}/"))
    assert desk.get(f"/desk/rules/{tagged.pk}/trial/").headers["Location"] == f"/desk/rules/{tagged.pk}/"


def test_agents_see_no_rules(client: Client, maria: User, anna: User) -> None:
    rule = on(maria, priority=3)
    client.force_login(anna)
    assert 'href="/desk/rules/"' not in client.get("/desk/").content.decode()
    for name in ("", "new/", f"{rule.pk}/", f"{rule.pk}/trial/"):
        assert client.get(f"/desk/rules/{name}").status_code == 404
    for name in ("try", "switch", "move", "delete", "restore"):
        assert client.post(f"/desk/rules/{rule.pk}/{name}/").status_code == 404


def test_a_trial_shows_nothing_that_some_colleague_may_not_see(reference_data: None) -> None:
    for queue, sensitive in (("general", False), ("general", True), ("complaints", False)):
        Ticket.objects.filter(pk=making.opened().pk).update(
            queue=routing.Queue.objects.get(code=queue), sensitive=sensitive
        )
    touched = set(Ticket.objects.filter(routing.routed()).values_list("pk", flat=True))
    assert len(touched) == 1
    for role in User.Role.values:
        assert touched <= set(visible(making.staff(role=role)).values_list("pk", flat=True))


def test_the_statements_of_the_pages_do_not_grow_with_rules_or_tickets(desk: Client, maria: User) -> None:
    counted = []
    for _round in range(2):
        rule = on(maria, query="topic:energy queue:general", priority=3, notify=[maria])
        for _each in range(3):
            making.opened()
        numbers = []
        for name in ("", f"{rule.pk}/", f"{rule.pk}/trial/"):
            with CaptureQueriesContext(connection) as captured:
                desk.get(f"/desk/rules/{name}")
            numbers.append(len(captured))
        counted.append(numbers)
    assert counted[0] == counted[1]
    assert max(counted[0]) <= 9
