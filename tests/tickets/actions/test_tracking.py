"""A new secret link is a mail of the ticket like any other, but nobody who reads the ticket learns the link."""

from datetime import timedelta

import pytest

from notifications.models import OutgoingMail
from tests.making import NOW, OLENA, opened
from tickets import links
from tickets.actions.tracking import send_link
from tickets.addresses import read_address
from tickets.models import Message, Ticket
from tickets.tasks import settle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
LATER = NOW + timedelta(days=1)


def asked_for(ticket: Ticket) -> Message:
    assert send_link(reference=ticket.reference, address=OLENA, language="en", now=LATER)
    return Message.objects.filter(ticket=ticket, automatic="tracking-link").latest("id")


def test_it_is_a_message_with_its_message_id_and_the_signed_address() -> None:
    ticket = opened()
    message = asked_for(ticket)
    mail = OutgoingMail.objects.get(name="tracking_link")
    assert (message.kind, message.outgoing, message.message_id) == (Message.Kind.AUTOMATIC, mail, mail.message_id)
    assert message.to == [["Olena Example", OLENA]]
    assert read_address(mail.reply_to) == (ticket.pk, "partner")
    assert ticket.events.get(verb="tracking").message == message


def test_the_link_stands_in_the_mail_until_it_is_sent_and_nowhere_on_the_ticket() -> None:
    ticket = opened()
    message = asked_for(ticket)
    mail = OutgoingMail.objects.get(name="tracking_link")
    token = mail.secret.rstrip("/").rpartition("/")[2]
    assert links.find_ticket(token, now=LATER) == ticket
    assert token in mail.text
    rows = str(list(Message.objects.values())) + str(list(ticket.events.values()))
    assert token not in rows
    assert "/track/…/" in message.text
    assert "/track/…/" in message.html


def test_each_asking_is_a_mail_of_its_own() -> None:
    ticket = opened()
    assert asked_for(ticket) != asked_for(ticket)
    assert OutgoingMail.objects.filter(name="tracking_link").count() == 2


def test_that_it_was_handed_over_ends_no_wait_and_acknowledges_nothing() -> None:
    ticket = opened()
    message = asked_for(ticket)
    OutgoingMail.objects.filter(pk=message.outgoing_id).update(state="sent", sent_at=LATER)
    settle()
    ticket.refresh_from_db()
    message.refresh_from_db()
    assert message.delivery == Message.Delivery.SENT
    assert (ticket.waiting_since, ticket.first_answered_at, ticket.acknowledged_at) == (NOW, None, None)
