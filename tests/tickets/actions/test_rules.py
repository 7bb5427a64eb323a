"""Rules are written by managers, tried before they act, kept in order, and never lost."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.making import NOW, opened, staff
from tickets import routing, trial
from tickets.actions import rules, tagging, triage
from tickets.actions.record import Actor
from tickets.errors import IllegalMove
from tickets.incoming import Details
from tickets.models import Queue, RoutingRule, RuleChange, Ticket, Topic, User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]


@pytest.fixture
def maria() -> Actor:
    return Actor.staff(staff("Maria Manager", role="manager"))


def said(**says: Any) -> rules.Wording:
    return rules.Wording(**{"name": "Energy", "query": "generators", "priority": 3, **says})


def made(actor: Actor, **says: Any) -> RoutingRule:
    return rules.make_rule(actor=actor, wording=said(**says), now=NOW)


def history(rule: RoutingRule) -> list[str]:
    return list(RuleChange.objects.filter(rule=rule).order_by("pk").values_list("verb", flat=True))


def test_a_rule_acts_only_after_it_was_tried_as_it_is(maria: Actor) -> None:
    rule = made(maria)
    with pytest.raises(IllegalMove, match="not-tried"):
        rules.switch_on(actor=maria, rule_id=rule.pk, now=NOW)
    rules.try_rule(actor=maria, rule_id=rule.pk, now=NOW)
    assert rules.switch_on(actor=maria, rule_id=rule.pk, now=NOW).active
    assert rules.change_rule(actor=maria, rule_id=rule.pk, wording=said(name="Winter"), now=NOW).active
    changed = rules.change_rule(actor=maria, rule_id=rule.pk, wording=said(query="buses"), now=NOW)
    assert not changed.active
    with pytest.raises(IllegalMove, match="not-tried"):
        rules.switch_on(actor=maria, rule_id=rule.pk, now=NOW)
    assert history(rule) == ["made", "tried", "on", "changed", "changed"]
    assert RuleChange.objects.filter(rule=rule).latest("pk").data == {"off": True}


def test_whom_a_rule_tells_is_part_of_what_was_tried(maria: Actor) -> None:
    rule, anna = made(maria), staff("Anna Agent")
    rules.try_rule(actor=maria, rule_id=rule.pk, now=NOW)
    rules.switch_on(actor=maria, rule_id=rule.pk, now=NOW)
    assert not rules.change_rule(actor=maria, rule_id=rule.pk, wording=said(notify=[anna]), now=NOW).active


@pytest.mark.parametrize(
    ("says", "code"),
    [
        ({"name": " "}, "name-missing"),
        ({"name": "x" * 61}, "name-too-long"),
        ({"query": "topic:nowhere"}, "search"),
        ({"query": "assignee:me"}, "search"),
        ({"query": "staus:new"}, "search"),
        ({"priority": None}, "nothing-to-do"),
        ({"priority": 9}, "priority"),
        ({"moment": "never"}, "moment"),
        ({"tags": ["x" * 51]}, "tags"),
    ],
)
def test_what_makes_no_rule_is_refused(maria: Actor, says: dict[str, Any], code: str) -> None:
    with pytest.raises(IllegalMove, match=code):
        made(maria, **says)
    assert not RoutingRule.objects.exists()


def test_a_rule_gives_nothing_to_who_left_or_may_not_see_the_queue(maria: Actor) -> None:
    anna, complaints = staff("Anna Agent"), Queue.objects.get(code="complaints")
    with pytest.raises(IllegalMove, match="assignee-outside-queue"):
        made(maria, assignee=anna, queue=complaints)
    with pytest.raises(IllegalMove, match="assignee-twice"):
        made(maria, assignee=anna, by_language=True)
    rule = made(maria, assignee=anna)
    rules.try_rule(actor=maria, rule_id=rule.pk, now=NOW)
    User.objects.filter(pk=anna.pk).update(is_active=False)
    with pytest.raises(IllegalMove, match="assignee-inactive"):
        rules.switch_on(actor=maria, rule_id=rule.pk, now=NOW)


def test_agents_and_outsiders_write_no_rules(maria: Actor) -> None:
    rule = made(maria)
    outsiders = [staff("Anna Agent"), staff("Gone", role="manager", is_active=False)]
    for actor in [*(Actor.staff(each) for each in outsiders), Actor(maria.kind)]:
        for act in (
            lambda actor=actor: made(actor),
            lambda actor=actor: rules.change_rule(actor=actor, rule_id=rule.pk, wording=said(), now=NOW),
            lambda actor=actor: rules.try_rule(actor=actor, rule_id=rule.pk, now=NOW),
            lambda actor=actor: rules.switch_on(actor=actor, rule_id=rule.pk, now=NOW),
            lambda actor=actor: rules.switch_off(actor=actor, rule_id=rule.pk, now=NOW),
            lambda actor=actor: rules.move_rule(actor=actor, rule_id=rule.pk, up=True, now=NOW),
            lambda actor=actor: rules.delete_rule(actor=actor, rule_id=rule.pk, now=NOW),
            lambda actor=actor: rules.restore_rule(actor=actor, rule_id=rule.pk, now=NOW),
        ):
            with pytest.raises(IllegalMove, match="not-yours"):
                act()
    assert history(rule) == ["made"]


def order() -> list[str]:
    return [rule.name for rule in routing.rules()]


def test_rules_change_places_and_stay_at_the_ends(maria: Actor) -> None:
    one, two, three = (made(maria, name=name) for name in ("one", "two", "three"))
    rules.move_rule(actor=maria, rule_id=three.pk, up=True, now=NOW)
    assert order() == ["one", "three", "two"]
    rules.move_rule(actor=maria, rule_id=one.pk, up=True, now=NOW)
    rules.move_rule(actor=maria, rule_id=two.pk, up=False, now=NOW)
    assert order() == ["one", "three", "two"]
    rules.move_rule(actor=maria, rule_id=one.pk, up=False, now=NOW)
    assert order() == ["three", "one", "two"]


def test_a_deleted_rule_is_off_and_out_of_sight_and_comes_back_switched_off(maria: Actor) -> None:
    rule = made(maria)
    rules.try_rule(actor=maria, rule_id=rule.pk, now=NOW)
    rules.switch_on(actor=maria, rule_id=rule.pk, now=NOW)
    rules.delete_rule(actor=maria, rule_id=rule.pk, now=NOW)
    assert order() == []
    opened()
    with pytest.raises(IllegalMove, match="gone"):
        rules.switch_on(actor=maria, rule_id=rule.pk, now=NOW)
    assert not rules.restore_rule(actor=maria, rule_id=rule.pk, now=NOW).active
    assert order() == ["Energy"]
    assert not Ticket.objects.filter(events__verb="routed").exists()


def test_there_is_a_limit_to_rules(maria: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST", 1)
    made(maria)
    with pytest.raises(IllegalMove, match="too-many"):
        made(maria)


def test_a_trial_says_what_the_rule_would_have_done_and_changes_nothing(maria: Actor) -> None:
    energy = Topic.objects.get(code="energy")
    rule = made(maria, topic=energy, tags=("winter",), priority=None)
    old = opened(now=NOW - timedelta(days=2))
    opened(subject="School buses", text="Buses")
    new = opened(details=Details(topic="energy"))
    hidden = opened()
    triage.set_sensitive(actor=maria, ticket_id=hidden.pk, sensitive=True, now=NOW)
    before = Ticket.objects.filter(pk=old.pk).values().get()
    found = rules.try_rule(actor=maria, rule_id=rule.pk, now=NOW)
    assert (found.asked, found.meant) == (3, 2)
    assert [line.ticket for line in found.lines] == [new, old]
    decisions = [line.decision for line in found.lines]
    assert decisions[0] is not None
    assert decisions[0].values == {}
    assert decisions[1] is not None
    assert (decisions[1].values, decisions[1].tags) == ({"topic": energy.pk}, ("winter",))
    assert Ticket.objects.filter(pk=old.pk).values().get() == before
    assert RuleChange.objects.latest("pk").data == {"asked": 3, "meant": 2}


def test_a_trial_tells_from_what_a_ticket_had_when_it_came_and_an_update_from_what_it_has(maria: Actor) -> None:
    energy, water = (Topic.objects.get(code=code) for code in ("energy", "water-waste"))
    ticket = opened()
    for topic in (water, energy, None, energy):
        triage.set_topic(actor=maria, ticket_id=ticket.pk, topic=topic, now=NOW)
    tagging.set_tags(actor=maria, ticket_id=ticket.pk, names=["winter"], now=NOW)
    triage.assign(actor=maria, ticket_id=ticket.pk, assignee=maria.user, now=NOW)
    on_opening, on_update = (
        made(maria, moment=moment, topic=energy, tags=("winter",), priority=None) for moment in ("creation", "update")
    )
    (line,) = rules.try_rule(actor=maria, rule_id=on_opening.pk, now=NOW).lines
    assert (line.ticket.topic_id, line.ticket.assignee_id) == (None, None)
    assert line.decision is not None
    assert (line.decision.values, line.decision.tags) == ({"topic": energy.pk}, ("winter",))
    (line,) = rules.try_rule(actor=maria, rule_id=on_update.pk, now=NOW).lines
    assert line.decision is None
    ticket.refresh_from_db()
    assert (ticket.topic, ticket.assignee) == (energy, maria.user)


def test_a_trial_asks_the_last_tickets_in_few_statements(maria: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "ASKED", 3)
    monkeypatch.setattr(trial, "SHOWN", 2)
    made(maria)
    rule = routing.rules().get()
    for day in range(5):
        opened(now=NOW - timedelta(days=day))
    with CaptureQueriesContext(connection) as captured:
        found = trial.of(rule, now=NOW)
    assert (found.asked, found.meant, len(found.lines)) == (3, 3, 2)
    assert len(captured) == 3
