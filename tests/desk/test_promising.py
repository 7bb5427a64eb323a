"""A new date, an official in charge and a transfer, from the ticket page."""

import pytest
from django.test import Client

from tests import making
from tests.desk.test_ticket import page_of
from tickets.models import Contact, Message, Policy, Ticket, User


def post(client: Client, ticket: Ticket, act: str, **values: str):
    return client.post(f"/desk/tickets/{ticket.reference}/{act}/", values, follow=True)


@pytest.fixture
def ticket(anna: User) -> Ticket:
    return making.opened(text="We offer two transformers.")


def test_a_later_date_is_told_and_can_be_taken_back(desk: Client, ticket: Ticket) -> None:
    answer = post(desk, ticket, "extend", answer_by="2027-01-15", reasons="Two cities look for one.", key="page")
    page = answer.content.decode()
    assert "The mail leaves in" in page
    assert "as we told the partner on" in page
    assert "moved the date of the answer from 14 December 2026 to 15 January 2027, with a mail" in page
    again = post(desk, ticket, "extend", answer_by="2027-01-15", reasons="Two cities look for one.", key="page")
    assert again.status_code == 200
    sent = Message.objects.get(kind="outbound")
    post(desk, ticket, f"messages/{sent.pk}/undo")
    page = page_of(desk, ticket)
    assert "14 December 2026" in page
    assert "as we told the partner on" not in page


def test_what_is_missing_is_said_at_its_place_and_what_was_typed_stays(desk: Client, ticket: Ticket) -> None:
    for values, words in (
        ({"answer_by": "soon", "reasons": "Kept words."}, "Enter the date as year-month-day"),
        ({"answer_by": "2026-11-24", "reasons": "Kept words."}, "not later than the date"),
        ({"answer_by": "", "reasons": "Kept words."}, "enter a date"),
    ):
        answer = post(desk, ticket, "extend", **values)
        page = answer.content.decode()
        assert answer.status_code in (409, 422)
        assert words in page.partition('id="extend-problem"')[2][:400]
        assert "Kept words." in page


def test_how_far_the_rule_lets_the_date_be_moved_stands_beside_it_and_is_refused_behind(
    desk: Client, anna: User
) -> None:
    free = page_of(desk, making.opened())
    assert "its rule allows no more" not in free
    Policy.objects.filter(code="access-to-documents").update(queue=None, position=1)
    ticket = making.opened()
    page = page_of(desk, ticket)
    assert (
        page.count("13 January 2027</time> at the latest: its rule allows no more.") == 2
    )  # for a holding reply as well
    assert page.count('max="2027-01-13"') == 2
    answer = post(desk, ticket, "extend", answer_by="2027-01-14", reasons="Kept words.")
    assert answer.status_code in (409, 422)
    assert "no later date than 13 January 2027" in answer.content.decode().partition('id="extend-problem"')[2][:400]
    answer = post(desk, ticket, "reply", text="x", nature="holding", answer_by="2027-01-14")
    assert "no later date than 13 January 2027" in answer.content.decode()
    assert not Message.objects.filter(kind="outbound").exists()


def test_the_official_in_charge_is_named(desk: Client, ticket: Ticket, anna: User) -> None:
    assert post(desk, ticket, "official", official="").status_code == 422
    page = post(desk, ticket, "official", official=str(anna.pk)).content.decode()
    assert "Anna Agent told the partner that Anna Agent deals with the request" in page
    assert "Official in charge" in page


def test_a_transfer_says_where_it_went(desk: Client, ticket: Ticket) -> None:
    body = Contact.objects.get(code="echo-donations")
    page = page_of(desk, ticket)
    assert f'<option value="{body.pk}">' in page
    values = {"text": "Thank you for your offer.", "nature": "transfer", "contact": str(body.pk), "forward": "on"}
    page = post(desk, ticket, "reply", status="solved", **values).content.decode()
    assert body.address in page
    sent = Message.objects.get(kind="outbound")
    assert sent.cc == [[body.name, body.address.lower()]]
    ticket.refresh_from_db()
    assert ticket.outcome == "transferred"
    undone = post(desk, ticket, f"messages/{sent.pk}/undo").content.decode()
    assert ">Thank you for your offer.</textarea>" in undone.replace(">\n", ">")
    assert f'<option value="{body.pk}" selected>' in undone
