"""Reporting phishing from the ticket page: a page that says what will happen, then the act."""

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from notifications.models import OutgoingMail
from tests.desk import scene
from tickets.models import Message, Ticket, User


@pytest.fixture
def ticket(anna: User) -> Ticket:
    return scene.busy_ticket(anna, timezone.now())


def address(ticket: Ticket) -> str:
    message = ticket.messages.exclude(raw_path="").get()
    return f"/desk/tickets/{ticket.reference}/messages/{message.pk}/phishing/"


def test_the_page_says_what_will_happen_and_the_button_does_it(desk: Client, ticket: Ticket) -> None:
    page = desk.get(f"/desk/tickets/{ticket.reference}/").content.decode()
    assert page.count("/phishing/") == 1, "mail alone can be reported"
    asked = desk.get(address(ticket)).content.decode()
    assert "security@secretariat.example" in asked
    assert "olena@hromada.example" in asked
    assert not OutgoingMail.objects.filter(name="phishing").exists()
    answer = desk.post(address(ticket), follow=True)
    assert "The mail is on its way to IT security." in answer.content.decode()
    assert "reported a mail to IT security as phishing" in answer.content.decode()
    ticket.refresh_from_db()
    assert ticket.status == "open"
    again = desk.post(address(ticket))
    assert (again.status_code, "IT security has this mail already." in again.content.decode()) == (409, True)


def test_the_ticket_is_put_aside_on_demand(desk: Client, ticket: Ticket) -> None:
    desk.post(address(ticket), {"spam": "1"})
    ticket.refresh_from_db()
    assert ticket.status == "spam"


def test_where_no_address_is_set_up_there_is_no_button_and_no_page(
    desk: Client, ticket: Ticket, settings: Settings
) -> None:
    settings.SECURITY_MAIL = ""
    assert "/phishing/" not in desk.get(f"/desk/tickets/{ticket.reference}/").content.decode()
    assert desk.get(address(ticket)).status_code == 404
    assert desk.post(address(ticket)).status_code == 404


def test_a_message_that_is_no_mail_has_no_such_page(desk: Client, ticket: Ticket) -> None:
    note = Message.objects.get(ticket=ticket, kind="note")
    assert desk.get(f"/desk/tickets/{ticket.reference}/messages/{note.pk}/phishing/").status_code == 404
