"""Rules at work: on new tickets and on what happens to them, once each, explained, and never in the way of a mail."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.models import OutgoingMail
from tests.making import NOW, incoming, opened, staff
from tickets import routing
from tickets.actions import joining, rules, tagging, triage
from tickets.actions.record import Actor
from tickets.incoming import Details
from tickets.models import Alarm, Event, Queue, RoutingRule, Tag, Ticket, Topic, User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]


@pytest.fixture
def maria() -> User:
    return staff("Maria Manager", role="manager")


@pytest.fixture
def anna() -> User:
    return staff("Anna Agent")


def queue(code: str) -> Queue:
    return Queue.objects.get(code=code)


def topic(code: str) -> Topic:
    return Topic.objects.get(code=code)


def on(maria: User, **says: Any) -> RoutingRule:
    """A rule that was tried and switched on."""
    actor = Actor.staff(maria)
    rule = rules.make_rule(actor=actor, wording=rules.Wording(**{"name": "Rule", **says}), now=NOW)
    rules.try_rule(actor=actor, rule_id=rule.pk, now=NOW)
    return rules.switch_on(actor=actor, rule_id=rule.pk, now=NOW)


def routed(ticket: Ticket) -> list[dict[str, Any]]:
    return [dict(data) for data in ticket.events.filter(verb="routed").order_by("pk").values_list("data", flat=True)]


def answer(ticket: Ticket, **changes: Any) -> None:
    joining.receive(
        ticket_id=ticket.pk,
        incoming=incoming(**changes),
        channel="email",
        found_by="token",
        acknowledge=False,
        now=NOW,
    )


def test_a_new_ticket_is_sorted_by_its_words_with_one_event_for_each_rule(maria: User, anna: User) -> None:
    energy = topic("energy")
    first = on(maria, query="generators", topic=energy, assignee=anna, priority=3, tags=("winter",))
    second = on(maria, query="hospital channel:email", notify=(maria,))
    on(maria, query="buses", priority=4)
    ticket = opened()
    ticket.refresh_from_db()
    assert (ticket.topic, ticket.assignee, ticket.priority) == (energy, anna, 3)
    assert list(ticket.tags.values_list("name", flat=True)) == ["winter"]
    assert routed(ticket) == [
        {
            "rule": first.pk,
            "topic": {"from": None, "to": energy.pk},
            "priority": {"from": 2, "to": 3},
            "assignee": {"from": None, "to": anna.pk},
            "tags": {"from": [], "to": [Tag.objects.get().pk]},
        },
        {"rule": second.pk, "told": [maria.pk]},
    ]
    assert set(ticket.events.filter(verb="routed").values_list("actor_kind", "actor")) == {("system", None)}
    told = OutgoingMail.objects.filter(audience="staff").order_by("pk").values_list("name", "to")
    assert [(name, to[0]["address"]) for name, to in told] == [("assigned", anna.email), ("routed", maria.email)]


def test_a_ticket_goes_to_somebody_who_reads_its_language_and_is_said_when_nobody_does(maria: User) -> None:
    olha = staff("Olha Reader", reads=["uk"])
    rule = on(maria, by_language=True)
    ticket, other = opened(language="uk"), opened(language="lv")
    ticket.refresh_from_db()
    olha.refresh_from_db()
    assert (ticket.assignee, olha.routed_at) == (olha, NOW)
    assert routed(other) == [{"rule": rule.pk, "assignee": {"nobody": "language", "language": "lv"}}]
    other.refresh_from_db()
    assert other.assignee is None


def test_who_is_found_may_see_the_queue_that_a_later_rule_says(maria: User, anna: User) -> None:
    ben = staff("Ben Member")
    queue("complaints").members.add(ben)
    on(maria, by_language=True)
    named = on(maria, name="Named", query="secret", assignee=anna)
    on(maria, queue=queue("complaints"))
    ticket = opened(language="en")
    ticket.refresh_from_db()
    assert (ticket.queue.code, ticket.assignee) == ("complaints", ben)
    rules.move_rule(actor=Actor.staff(maria), rule_id=named.pk, up=True, now=NOW)
    ticket = opened(text="A secret matter")
    ticket.refresh_from_db()
    assert ticket.assignee is None
    assert routed(ticket)[0] == {"rule": named.pk, "assignee": {"nobody": "queue", "user": anna.pk}}


def test_what_the_form_said_stays(maria: User) -> None:
    on(maria, topic=topic("energy"), priority=1)
    ticket = opened(details=Details(kind="need", topic="water-waste", danger_to_life=True, need_item="Pumps"))
    ticket.refresh_from_db()
    assert (ticket.topic, ticket.priority) == (topic("water-waste"), Ticket.Priority.URGENT)
    on(maria, topic=topic("energy"), overrules=True)
    ticket = opened(details=Details(topic="water-waste"))
    ticket.refresh_from_db()
    assert ticket.topic == topic("energy")


def test_imported_history_is_not_sorted(maria: User) -> None:
    on(maria, priority=4)
    assert routed(opened(channel="import")) == []


def test_the_partners_answer_sets_off_rules_once_and_automatic_mail_none(maria: User) -> None:
    rule = on(maria, moment="update", query="urgent is:waiting", priority=4, notify=(maria,))
    ticket = opened()
    assert routed(ticket) == []
    answer(ticket, text="This is urgent now.")
    assert routed(ticket) == [{"rule": rule.pk, "priority": {"from": 2, "to": 4}, "told": [maria.pk]}]
    answer(ticket, text="Out of office", automatic="auto-submitted")
    assert len(routed(ticket)) == 1
    answer(ticket, text="Any news?")
    assert routed(ticket)[1:] == [{"rule": rule.pk, "told": [maria.pk]}]


def test_two_rules_that_answer_each_other_make_no_loop(maria: User, anna: User) -> None:
    on(maria, moment="update", query="topic:energy", topic=topic("water-waste"), overrules=True)
    on(maria, moment="update", query="topic:water", topic=topic("energy"), overrules=True)
    ticket = opened()
    triage.set_topic(actor=Actor.staff(anna), ticket_id=ticket.pk, topic=topic("energy"), now=NOW)
    ticket.refresh_from_db()
    assert ticket.topic == topic("water-waste")
    assert len(routed(ticket)) == 1
    events = ticket.events.filter(verb="routed").values_list("occurrence", flat=True)
    assert len(set(events)) == 1


def test_a_colleagues_own_choice_stays_on_updates_unless_the_rule_says_otherwise(maria: User, anna: User) -> None:
    ben = staff("Ben Colleague")
    on(maria, moment="update", assignee=ben, priority=3)
    ticket = opened()
    triage.assign(actor=Actor.staff(anna), ticket_id=ticket.pk, assignee=anna, now=NOW)
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.priority) == (anna, 3)
    triage.assign(actor=Actor.staff(anna), ticket_id=ticket.pk, assignee=None, now=NOW)
    ticket.refresh_from_db()
    assert ticket.assignee is None
    Tag.objects.create(name="bens")
    on(maria, moment="update", query="tag:bens", assignee=ben, overrules=True)
    tagging.set_tags(actor=Actor.staff(anna), ticket_id=ticket.pk, names=["bens"], now=NOW)
    ticket.refresh_from_db()
    assert ticket.assignee == ben


def test_rules_leave_alone_what_is_closed_to_those_who_write_them(maria: User, anna: User) -> None:
    on(maria, moment="update", priority=4)
    sensitive, restricted, spam = opened(), opened(), opened()
    actor = Actor.staff(anna)
    triage.set_sensitive(actor=actor, ticket_id=sensitive.pk, sensitive=True, now=NOW)
    triage.set_queue(actor=actor, ticket_id=restricted.pk, queue=queue("complaints"), now=NOW)
    triage.mark_spam(actor=actor, ticket_id=spam.pk, now=NOW)
    for ticket in (sensitive, restricted, spam):
        answer(ticket)
        assert routed(ticket) == []


def test_who_may_not_see_the_ticket_is_not_told(maria: User, anna: User) -> None:
    queue("complaints").members.add(maria)
    rule = on(maria, queue=queue("complaints"), notify=(anna, maria))
    ticket = opened()
    assert routed(ticket)[0]["told"] == [maria.pk]
    assert routed(ticket)[0]["rule"] == rule.pk
    assert not OutgoingMail.objects.filter(to__0__address=anna.email).exists()


def test_a_rule_that_broke_is_passed_over_with_an_alarm_and_loses_no_mail(maria: User, anna: User) -> None:
    gone, left, good = (
        on(maria, query="-tag:winter", priority=4) if Tag.objects.create(name="winter") else None,
        on(maria, assignee=anna),
        on(maria, topic=topic("energy")),
    )
    Tag.objects.all().delete()
    User.objects.filter(pk=anna.pk).update(is_active=False)
    ticket = opened()
    ticket.refresh_from_db()
    assert (ticket.priority, ticket.assignee, ticket.topic) == (2, None, topic("energy"))
    assert gone is not None
    assert {data["rule"] for data in routed(ticket)} == {good.pk}
    assert set(Alarm.objects.values_list("key", flat=True)) == {f"rule-broken:{gone.pk}", f"rule-broken:{left.pk}"}
    rules.switch_off(actor=Actor.staff(maria), rule_id=left.pk, now=NOW)
    assert Alarm.objects.get(closed_at=None).key == f"rule-broken:{gone.pk}"


def test_whatever_fails_within_the_rules_is_taken_back_and_the_ticket_is_opened(
    maria: User, anna: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    on(maria, priority=4, assignee=anna, tags=("winter",))

    def fail(**about: Any) -> None:
        raise RuntimeError("no notice today")

    monkeypatch.setattr("tickets.actions.routing.notices.assigned", fail)
    ticket = opened()
    assert ticket.priority == 2
    ticket.refresh_from_db()
    assert (ticket.priority, ticket.assignee, ticket.tags.count()) == (2, None, 0)
    assert Alarm.objects.get().key == "rule-broken"
    assert list(ticket.events.order_by("pk").values_list("verb", flat=True)) == ["opened", "acknowledged"]


def statements(work: Any) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        work()
    return [each["sql"] for each in captured.captured_queries if "SAVEPOINT" not in each["sql"]]


def test_rules_cost_a_new_ticket_nothing_without_rules_and_little_however_many_there_are(maria: User) -> None:
    opened()
    without = len(statements(opened))
    assert not any("routingrule" in sql and "EXISTS" not in sql for sql in statements(opened))
    for number in range(20):
        on(maria, query=f"tag:none topic:energy word{number} -queue:general", topic=topic("energy"))
    assert len(statements(opened)) == without + 2  # the rules, and all their conditions
    on(maria, query="generators", topic=topic("energy"), priority=3)
    assert len(statements(opened)) == without + 3  # and the ticket


def test_an_update_costs_nothing_more_without_rules(maria: User, anna: User) -> None:
    actor, ticket = Actor.staff(anna), opened()

    def change(priority: int) -> list[str]:
        return statements(lambda: triage.set_priority(actor=actor, ticket_id=ticket.pk, priority=priority, now=NOW))

    assert len(change(3)) == 4  # the ticket, its change, its event, its deadlines
    on(maria, moment="update", query="word", priority=4)
    assert len(change(1)) == 6
    assert Event.objects.filter(verb="routed").count() == 0


def test_what_rules_ask_is_written_once_a_day_and_anew_when_they_change(maria: User) -> None:
    today = on(maria, query="received:today", priority=Ticket.Priority.URGENT)
    assert urgent(opened())
    written = routing._kept.cache_info().misses
    assert urgent(opened(text="More generators"))
    assert routing._kept.cache_info().misses == written
    assert not urgent(opened(now=NOW + timedelta(days=1), received_at=NOW))
    rules.switch_off(actor=Actor.staff(maria), rule_id=today.pk, now=NOW)
    assert not urgent(opened())
    on(maria, name="Winter", query='buses -subject:"50 %s" -from:o\'neil%', priority=Ticket.Priority.URGENT)
    assert (urgent(opened()), urgent(opened(text="Two school buses"))) == (False, True)


def urgent(ticket: Ticket) -> bool:
    ticket.refresh_from_db()
    return ticket.priority == Ticket.Priority.URGENT
