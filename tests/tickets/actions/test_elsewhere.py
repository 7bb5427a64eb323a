"""Answers that staff sent by another program."""

from datetime import timedelta

import pytest

from notifications.models import OutgoingMail
from tests.making import NOW, incoming, opened, staff
from tickets import followups
from tickets.actions import answering, elsewhere, triage
from tickets.actions.record import SYSTEM, Actor
from tickets.errors import AlreadyKnown, IllegalMove
from tickets.models import Event, Message, Ticket, User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
SENT = NOW + timedelta(hours=3)
READ = SENT + timedelta(minutes=10)


def recorded(ticket: Ticket, *, author: User | None = None, **changes: object) -> Message:
    mail = incoming(**{"received_at": SENT, "sender_address": "house@support.example", **changes})
    return elsewhere.record_sent(author=author, ticket_id=ticket.pk, incoming=mail, found_by="answered", now=READ)


def test_the_wait_ends_when_it_was_sent_and_one_event_tells_of_it() -> None:
    ticket, anna = opened(), staff()
    message = recorded(ticket, author=anna)
    ticket.refresh_from_db()
    assert (ticket.waiting_since, ticket.first_answered_at, ticket.status) == (None, SENT, "open")
    assert (message.author, message.sent_at, message.delivery, message.outgoing) == (anna, SENT, "sent", None)
    event = Event.objects.get(ticket=ticket, verb="replied")
    assert (event.actor, event.at) == (anna, SENT)
    assert event.data == {"nature": "answer", "by": "mail", "found_by": "answered"}


def test_it_does_not_answer_what_the_partner_wrote_later() -> None:
    ticket = opened(now=SENT + timedelta(minutes=1))
    recorded(ticket)
    ticket.refresh_from_db()
    assert ticket.waiting_since == SENT + timedelta(minutes=1)


def test_it_lands_on_what_its_ticket_was_merged_into() -> None:
    old, target = opened(), opened()
    Ticket.objects.filter(pk=old.pk).update(status="merged", merged_into=target)
    assert recorded(old).ticket == target


@pytest.mark.django_db(transaction=True)
def test_it_is_recorded_once_and_sends_nothing() -> None:
    ticket = opened(acknowledge=False)
    recorded(ticket, key="a" * 64)
    with pytest.raises(AlreadyKnown):
        recorded(ticket, key="a" * 64)
    assert Event.objects.filter(ticket=ticket, verb="replied").count() == 1
    assert not OutgoingMail.objects.exists()


def test_it_moves_neither_spam_nor_a_ticket_that_ended() -> None:
    for status in ("spam", "solved"):
        ticket = opened()
        if status == "spam":
            triage.mark_spam(actor=SYSTEM, ticket_id=ticket.pk, now=NOW)
        else:
            triage.set_status(actor=SYSTEM, ticket_id=ticket.pk, status="solved", outcome="answered", now=NOW)
        recorded(ticket)
        ticket.refresh_from_db()
        assert ticket.status == status


def test_what_came_back_counts_no_more_and_is_told_once() -> None:
    ticket, anna = opened(), staff()
    message = recorded(ticket, author=anna)
    for _ in range(2):
        elsewhere.take_back_sent(message_id=message.pk, now=READ)
    ticket.refresh_from_db()
    assert (ticket.waiting_since, ticket.first_answered_at) == (NOW, None)
    assert Event.objects.filter(ticket=ticket, verb="not_sent").count() == 1
    assert OutgoingMail.objects.filter(name="delivery_failed").count() == 1


def test_what_was_a_question_ended_no_wait_and_its_partner_is_reminded() -> None:
    ticket, anna = opened(), staff()
    message = recorded(ticket, author=anna)
    elsewhere.was_question(actor=Actor.staff(anna), message_id=message.pk, now=READ)
    ticket.refresh_from_db()
    assert (ticket.waiting_since, ticket.first_answered_at) == (NOW, None)
    assert (ticket.status, ticket.waiting_for) == ("pending", "requester")
    assert ticket.cycles.get().end == ""
    assert ticket.deadlines.get(duty="reply").end == ""
    assert ticket.events.get(verb="question").message == message
    assert list(followups.to_remind(SENT + timedelta(days=30))) == [ticket]
    assert not followups.to_remind(SENT + timedelta(days=29)).exists()


def test_a_question_that_the_partner_has_answered_meanwhile_makes_nobody_wait_for_them() -> None:
    ticket, anna = opened(), staff()
    message = recorded(ticket, author=anna)
    later = READ + timedelta(hours=1)
    opened(now=later)
    Message.objects.filter(kind="inbound", received_at=later).update(ticket=ticket)
    elsewhere.was_question(actor=Actor.staff(anna), message_id=message.pk, now=later)
    ticket.refresh_from_db()
    assert (ticket.waiting_since, ticket.status, ticket.remind_at) == (NOW, "open", None)


def test_only_an_answer_from_another_program_can_be_called_a_question() -> None:
    ticket, actor = opened(), Actor.staff(staff())
    here = answering.reply(actor=actor, ticket_id=ticket.pk, text="Two.", now=READ)
    question = recorded(opened())
    elsewhere.was_question(actor=actor, message_id=question.pk, now=READ)
    for message in (here, question, ticket.messages.get(kind="inbound")):
        with pytest.raises(IllegalMove, match="not-elsewhere"):
            elsewhere.was_question(actor=actor, message_id=message.pk, now=READ)
