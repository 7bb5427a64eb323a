"""A message split off is a ticket that waits since that message came."""

from datetime import timedelta

import pytest

from tests.making import NOW, incoming, opened, staff
from tickets.actions import answering, joining, triage
from tickets.actions.merging import merge
from tickets.actions.record import SYSTEM, Actor
from tickets.actions.splitting import split
from tickets.errors import IllegalMove
from tickets.files import keep
from tickets.models import Message, Ticket, TicketLink

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
LATER = NOW + timedelta(hours=5)
PETRO = "petro@hromada.example"


def second(ticket: Ticket, **changes: object) -> Message:
    """One more message of a partner."""
    return joining.receive(
        ticket_id=ticket.pk,
        incoming=incoming(**{"received_at": LATER, "subject": "School buses", **changes}),
        channel="email",
        found_by="token",
        acknowledge=False,
        now=LATER,
    )


def test_the_new_ticket_waits_since_its_message_was_received_and_is_linked() -> None:
    ticket, anna = opened(), staff()
    triage.assign(actor=SYSTEM, ticket_id=ticket.pk, assignee=anna, now=NOW)
    message = second(ticket, files=(keep(b"%PDF-1.4 buses", name="buses.pdf"),))
    made = split(actor=Actor.staff(anna), message_id=message.pk, now=LATER + timedelta(days=1))
    made.refresh_from_db()
    assert (made.received_at, made.waiting_since, made.subject) == (LATER, LATER, "School buses")
    assert (made.status, made.assignee, made.answer_by) == ("new", anna, ticket.answer_by)
    assert made.reference != ticket.reference
    assert [m.pk for m in made.messages.all()] == [message.pk]
    assert made.messages.get().attachments.count() == 1
    assert made.participants.count() == 1
    assert TicketLink.objects.get(source=made, target=ticket).kind == "related"
    assert ticket.events.get(verb="split").data["reference"] == made.reference


def test_the_old_ticket_waits_for_what_is_left() -> None:
    ticket = opened()
    first = ticket.messages.get(kind="inbound")
    second(ticket)
    split(actor=Actor.staff(staff()), message_id=first.pk, now=LATER)
    ticket.refresh_from_db()
    assert ticket.waiting_since == LATER


def test_a_date_that_was_kept_is_not_promised_again() -> None:
    ticket = opened()
    Ticket.objects.filter(pk=ticket.pk).update(first_answered_at=NOW)
    made = split(actor=Actor.staff(staff()), message_id=second(ticket).pk, now=LATER)
    assert made.answer_by is None


def test_who_wrote_the_message_is_the_requester_of_the_new_ticket() -> None:
    ticket = opened()
    message = second(ticket, sender_address=PETRO, sender_name="Petro Example", language="uk")
    made = split(actor=Actor.staff(staff()), message_id=message.pk, now=LATER)
    assert made.requester == message.requester
    assert (made.language, made.reply_language) == ("uk", "uk")


def test_an_answer_to_the_message_goes_to_the_new_ticket() -> None:
    ticket = opened()
    message = second(ticket)
    made = split(actor=Actor.staff(staff()), message_id=message.pk, now=LATER)
    reply = answering.reply(actor=Actor.staff(staff()), ticket_id=made.pk, text="Two.", now=LATER)
    assert reply.outgoing
    assert reply.outgoing.in_reply_to == message.message_id


def test_merging_it_back_loses_nothing() -> None:
    ticket = opened()
    made = split(actor=Actor.staff(staff()), message_id=second(ticket).pk, now=LATER)
    merge(actor=Actor.staff(staff()), ticket_id=made.pk, into_id=ticket.pk, now=LATER)
    ticket.refresh_from_db()
    assert ticket.waiting_since == NOW


def test_only_a_message_of_the_partner_that_is_not_alone_is_split_off() -> None:
    ticket, anna = opened(), Actor.staff(staff())
    note = answering.note(actor=anna, ticket_id=ticket.pk, text="Call them.", now=NOW)
    only = ticket.messages.get(kind="inbound")
    for message, code in ((note, "not-inbound"), (only, "only-message")):
        with pytest.raises(IllegalMove, match=code):
            split(actor=anna, message_id=message.pk, now=LATER)
    assert Ticket.objects.count() == 1
