"""Tags, followers, putting off and calls, from the pages of the desk."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import making
from tests.desk.test_ticket import letter, page_of
from tickets.actions.following import follow
from tickets.actions.record import Actor
from tickets.actions.tagging import set_tags
from tickets.models import Message, Ticket, User


def post(client: Client, ticket: Ticket, act: str, **values: str):
    return client.post(f"/desk/tickets/{ticket.reference}/{act}/", values, follow=True)


@pytest.fixture
def ticket(anna: User) -> Ticket:
    return making.opened()


def test_tags_are_set_shown_and_taken_back(desk: Client, ticket: Ticket) -> None:
    page = post(desk, ticket, "tags", tags="winter, school buses,").content.decode()
    assert 'value="school buses, winter"' in page
    assert "Anna Agent set the tags to school buses, winter" in page
    assert '<input type="hidden" name="tags" value="">' in page
    refused = post(desk, ticket, "tags", tags="x" * 60)
    assert refused.status_code == 409
    assert "at most 50 characters" in refused.content.decode()


def test_following_is_one_press_and_so_is_its_end(desk: Client, ticket: Ticket) -> None:
    page = post(desk, ticket, "follow").content.decode()
    assert "Anna Agent follows the ticket" in page
    assert "Follow it no more" in page
    page = post(desk, ticket, "unfollow").content.decode()
    assert "Anna Agent follows it no more" in page


def test_what_is_put_off_is_not_on_the_list_of_what_is_to_do(desk: Client, ticket: Ticket) -> None:
    page = post(desk, ticket, "snooze", days="3").content.decode()
    assert "Anna Agent put the ticket off until 26 November 2026" in page
    assert ticket.reference not in desk.get("/desk/").content.decode()
    assert ticket.reference in desk.get("/desk/?view=snoozed").content.decode()
    page = post(desk, ticket, "unsnooze").content.decode()
    assert '<input type="hidden" name="until" value="2026-11-26">' in page
    assert ticket.reference in desk.get("/desk/").content.decode()
    for values, words in (({"until": "soon"}, "year-month-day"), ({"until": "2026-11-20"}, "still to come")):
        assert words in post(desk, ticket, "snooze", **values).content.decode()


def test_a_call_stands_in_the_conversation_as_what_it_was(desk: Client, ticket: Ticket) -> None:
    values = {"call-text": "Two leave on Monday.", "call-outcome": "answered", "call-at": "2026-11-23T09:30"}
    page = post(desk, ticket, "call", **values).content.decode()
    message = Message.objects.get(marked="call")
    shown = letter(page, message)
    assert "answer by phone, our note of it" in shown
    assert "23 November, 09:30" in shown
    ticket.refresh_from_db()
    assert ticket.first_answered_at == message.received_at
    refused = post(desk, ticket, "call", **{"call-text": "", "call-outcome": "answered"})
    assert refused.status_code == 422
    assert "Write down what was said." in refused.content.decode()


def test_a_new_call_opens_a_ticket_once(desk: Client, anna: User) -> None:
    page = desk.get("/desk/new-call/")
    key = page.context["form"]["key"].value()
    values = {"subject": "School buses", "text": "Asks for two.", "name": "Petro Example", "language": "uk", "key": key}
    for _ in range(2):
        answer = desk.post("/desk/new-call/", values, follow=True)
        assert "The call is a ticket now." in answer.content.decode()
    made = Ticket.objects.get()
    assert (made.channel, made.language, made.waiting_since) == ("phone", "uk", timezone.now())
    refused = desk.post("/desk/new-call/", {"subject": "", "text": ""})
    assert refused.status_code == 422
    assert "Say in a few words what it is about." in refused.content.decode()


def test_tags_and_followers_cost_no_statement(desk: Client, ticket: Ticket) -> None:
    counts = []
    for number in (0, 15):
        names = [f"tag {each}" for each in range(number)]
        set_tags(actor=Actor.staff(making.staff()), ticket_id=ticket.pk, names=names, now=timezone.now())
        for _ in range(number):
            person = making.staff()
            follow(actor=Actor.staff(person), ticket_id=ticket.pk, user=person, now=timezone.now())
        with CaptureQueriesContext(connection) as captured:
            page_of(desk, ticket)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 12
