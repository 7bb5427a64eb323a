"""One act on many tickets: one transaction, one event each, one mail, one way back that undoes nobody's work."""

from datetime import timedelta

import pytest

from notifications.models import OutgoingMail
from tests.making import NOW, incoming, opened, staff
from tickets.actions import answering, bulk, joining, tagging, triage
from tickets.actions.record import SYSTEM, Actor
from tickets.errors import IllegalMove
from tickets.models import Event, Queue, Ticket, Topic, User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def anna() -> User:
    return staff()


def numbers(*tickets: Ticket) -> list[int]:
    return [ticket.pk for ticket in tickets]


def test_each_ticket_has_one_event_of_the_same_batch(anna: User) -> None:
    tickets, topic = [opened() for _ in range(3)], Topic.objects.get(code="energy")
    result = bulk.set_topic(actor=Actor.staff(anna), ticket_ids=numbers(*tickets), topic=topic, now=LATER)
    events = Event.objects.filter(batch=result.batch)
    assert sorted(events.values_list("ticket", "verb")) == [(pk, "topic") for pk in sorted(numbers(*tickets))]
    assert (result.changed, result.refused) == (3, [])


def test_what_one_ticket_refuses_is_told_and_the_others_are_done(anna: User) -> None:
    one, spam = opened(), opened()
    triage.mark_spam(actor=SYSTEM, ticket_id=spam.pk, now=NOW)
    result = bulk.mark_spam(actor=Actor.staff(anna), ticket_ids=numbers(one, spam), now=LATER)
    assert result.changed == 1
    assert [refusal.reference for refusal in result.refused] == [spam.reference]
    assert Ticket.objects.get(pk=one.pk).status == "spam"


def test_what_is_so_already_counts_as_no_change(anna: User) -> None:
    mine, nobodys = opened(), opened()
    triage.assign(actor=SYSTEM, ticket_id=mine.pk, assignee=anna, now=NOW)
    result = bulk.assign(actor=Actor.staff(anna), ticket_ids=numbers(mine, nobodys), assignee=anna, now=LATER)
    assert result.changed == 1


@pytest.mark.parametrize("how_many", [0, bulk.MOST + 1])
def test_none_and_too_many_are_refused(anna: User, how_many: int) -> None:
    with pytest.raises(IllegalMove):
        bulk.mark_spam(actor=Actor.staff(anna), ticket_ids=range(how_many), now=LATER)


def test_who_is_given_many_tickets_has_one_mail_that_names_those_they_may_see(anna: User) -> None:
    boris = staff("Boris Agent")
    tickets = [opened(subject=f"secret words {number}") for number in range(3)]
    triage.set_queue(actor=SYSTEM, ticket_id=tickets[2].pk, queue=Queue.objects.get(code="complaints"), now=NOW)
    result = bulk.assign(actor=Actor.staff(anna), ticket_ids=numbers(*tickets), assignee=boris, now=LATER)
    assert [refusal.reference for refusal in result.refused] == [tickets[2].reference]
    mail = OutgoingMail.objects.get(audience="staff")
    assert (mail.name, mail.to[0]["address"]) == ("assigned_many", boris.email)
    assert "has assigned 2 tickets to you" in mail.text
    for ticket in tickets[:2]:
        assert f"/desk/tickets/{ticket.reference}/" in mail.text
    assert "secret words" not in mail.text + mail.html + mail.subject


@pytest.mark.parametrize("status", ["new", "open", "pending"])
def test_the_way_back_brings_every_ticket_where_it_was(anna: User, status: str) -> None:
    ticket, actor = opened(), Actor.staff(anna)
    if status != "new":
        waiting_for = "requester" if status == "pending" else ""
        triage.set_status(actor=SYSTEM, ticket_id=ticket.pk, status=status, waiting_for=waiting_for, now=NOW)
    before = Ticket.objects.filter(pk=ticket.pk).values().get()
    result = bulk.set_status(
        actor=actor, ticket_ids=[ticket.pk], status="solved", outcome="withdrawn", reason="Mistake", now=LATER
    )
    assert Ticket.objects.get(pk=ticket.pk).waiting_since is None
    undone = bulk.undo(actor=actor, batch=result.batch, now=LATER)
    assert (undone.changed, undone.refused) == (1, [])
    assert Ticket.objects.filter(pk=ticket.pk).values().get() == before


def test_topic_assignee_and_spam_go_back_as_well_and_nobody_gets_mail_of_it(anna: User) -> None:
    boris, actor = staff("Boris Agent"), Actor.staff(anna)
    ticket, topic = opened(), Topic.objects.get(code="energy")
    triage.assign(actor=SYSTEM, ticket_id=ticket.pk, assignee=boris, tell=False, now=NOW)
    before = Ticket.objects.filter(pk=ticket.pk).values().get()
    for act in (
        lambda: bulk.assign(actor=actor, ticket_ids=[ticket.pk], assignee=anna, now=LATER),
        lambda: bulk.set_topic(actor=actor, ticket_ids=[ticket.pk], topic=topic, now=LATER),
        lambda: bulk.mark_spam(actor=actor, ticket_ids=[ticket.pk], now=LATER),
    ):
        batch = act().batch
        assert Ticket.objects.filter(pk=ticket.pk).values().get() != before
        assert bulk.undo(actor=actor, batch=batch, now=LATER).changed == 1
        assert Ticket.objects.filter(pk=ticket.pk).values().get() == before
    assert not OutgoingMail.objects.filter(audience="staff").exists()


def test_tags_are_added_beside_those_that_are_there_and_taken_back(anna: User) -> None:
    tagged, plain, actor = opened(), opened(), Actor.staff(anna)
    tagging.set_tags(actor=actor, ticket_id=tagged.pk, names=["winter"], now=NOW)
    result = bulk.add_tags(actor=actor, ticket_ids=numbers(tagged, plain), names=["Winter", "zoo"], now=LATER)
    assert result.changed == 2
    assert [each.name for ticket in (tagged, plain) for each in ticket.tags.all()] == ["winter", "zoo"] * 2
    assert bulk.undo(actor=actor, batch=result.batch, now=LATER).changed == 2
    assert [each.name for ticket in (tagged, plain) for each in ticket.tags.all()] == ["winter"]
    with pytest.raises(IllegalMove):
        tagging.add_tags(actor=actor, ticket_id=plain.pk, names=[f"tag {number}" for number in range(21)], now=LATER)


def test_a_ticket_that_went_on_since_stays_and_is_told(anna: User) -> None:
    actor = Actor.staff(anna)
    untouched, moved, written, read = opened(), opened(), opened(), opened()
    result = bulk.set_status(
        actor=actor, ticket_ids=numbers(untouched, moved, written, read), status="pending", now=LATER
    )
    triage.set_priority(actor=SYSTEM, ticket_id=moved.pk, priority=4, now=LATER)
    joining.receive(
        ticket_id=written.pk,
        incoming=incoming(received_at=LATER),
        channel="email",
        found_by="token",
        acknowledge=False,
        now=LATER,
    )
    answering.note(actor=actor, ticket_id=read.pk, text="Read.", now=LATER)
    undone = bulk.undo(actor=actor, batch=result.batch, now=LATER)
    assert undone.changed == 2
    assert {refusal.reference for refusal in undone.refused} == {moved.reference, written.reference}
    assert Ticket.objects.get(pk=moved.pk).status == "pending"


def test_a_second_time_and_for_somebody_else_there_is_nothing_to_take_back(anna: User) -> None:
    actor, ticket = Actor.staff(anna), opened()
    result = bulk.mark_spam(actor=actor, ticket_ids=[ticket.pk], now=LATER)
    assert bulk.undo(actor=Actor.staff(staff()), batch=result.batch, now=LATER).changed == 0
    assert bulk.undo(actor=actor, batch=result.batch, now=LATER).changed == 1
    again = bulk.undo(actor=actor, batch=result.batch, now=LATER)
    assert (again.changed, len(again.refused)) == (0, 1)


def test_an_end_with_its_reason_is_not_made_up_again(anna: User) -> None:
    actor, ticket = Actor.staff(anna), opened()
    triage.set_status(
        actor=SYSTEM, ticket_id=ticket.pk, status="solved", outcome="withdrawn", reason="Mistake", now=NOW
    )
    result = bulk.set_status(actor=actor, ticket_ids=[ticket.pk], status="open", now=LATER)
    undone = bulk.undo(actor=actor, batch=result.batch, now=LATER)
    assert (undone.changed, [refusal.reference for refusal in undone.refused]) == (0, [ticket.reference])


def test_what_the_actor_may_not_see_any_more_is_not_taken_back(anna: User) -> None:
    actor, ticket = Actor.staff(anna), opened()
    Ticket.objects.filter(pk=ticket.pk).update(sensitive=True, assignee=anna)
    result = bulk.assign(actor=actor, ticket_ids=[ticket.pk], assignee=staff("Boris Agent"), now=LATER)
    assert bulk.undo(actor=actor, batch=result.batch, now=LATER).changed == 0


def test_many_are_merged_into_the_one_that_came_first_and_taken_apart_in_one_step(anna: User) -> None:
    actor = Actor.staff(anna)
    last, first, middle = (
        opened(now=NOW - timedelta(days=days), sender_address=f"p{days}@x.example") for days in (1, 9, 5)
    )
    triage.set_status(actor=SYSTEM, ticket_id=first.pk, status="pending", waiting_for="requester", now=NOW)
    tickets = (last, first, middle)
    before = list(Ticket.objects.order_by("pk").values())
    result = bulk.merge(actor=actor, ticket_ids=numbers(*tickets), now=LATER)
    assert (result.changed, result.refused) == (2, [])
    assert set(Ticket.objects.filter(merged_into=first).values_list("pk", flat=True)) == {last.pk, middle.pk}
    first.refresh_from_db()
    assert (first.status, first.waiting_since) == ("open", NOW - timedelta(days=9))
    undone = bulk.undo(actor=actor, batch=result.batch, now=LATER)
    assert (undone.changed, undone.refused) == (2, [])
    assert list(Ticket.objects.order_by("pk").values()) == before


def test_they_are_merged_into_another_one_that_is_named_and_what_refuses_is_told(anna: User) -> None:
    one, spam, target = opened(), opened(), opened()
    triage.mark_spam(actor=SYSTEM, ticket_id=spam.pk, now=NOW)
    result = bulk.merge(actor=Actor.staff(anna), ticket_ids=numbers(one, spam), into_id=target.pk, now=LATER)
    assert result.changed == 1
    assert [each.reference for each in result.refused] == [spam.reference]
    assert Ticket.objects.get(pk=one.pk).merged_into == target


def test_a_merge_that_went_on_since_is_not_taken_back(anna: User) -> None:
    one, target, actor = opened(), opened(), Actor.staff(anna)
    result = bulk.merge(actor=actor, ticket_ids=numbers(one), into_id=target.pk, now=LATER)
    assert bulk.undo(actor=actor, batch=result.batch, now=LATER).changed == 1
    again = bulk.undo(actor=actor, batch=result.batch, now=LATER)
    assert (again.changed, len(again.refused)) == (0, 1)


@pytest.mark.parametrize("how_many", [0, 1])
def test_one_alone_is_merged_into_nothing(anna: User, how_many: int) -> None:
    with pytest.raises(IllegalMove):
        bulk.merge(actor=Actor.staff(anna), ticket_ids=numbers(*(opened() for _ in range(how_many))), now=LATER)
