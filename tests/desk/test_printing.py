"""A ticket on paper: the whole conversation, and what is asked for besides."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import making
from tests.desk import scene
from tickets.actions import triage
from tickets.actions.record import SYSTEM
from tickets.models import Event, Message, Ticket, User


def printed(desk: Client, ticket: Ticket, query: str = "") -> str:
    answer = desk.get(f"/desk/tickets/{ticket.reference}/print/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_holds_who_what_and_the_letters_from_the_first_to_the_last(desk: Client, anna: User) -> None:
    ticket = scene.busy_ticket(anna, timezone.now())
    page = printed(desk, ticket)
    for words in (
        ticket.reference,
        "Sumy city council",
        "olena@hromada.example",
        "02-17/112",
        "printed on",
        "plan.png",
    ):
        assert words in page, words
    assert page.index("Просимо допомогти") < page.index("which voltage") < page.index("400 V, three phases.")
    for words in ("Called Riga", "What do you need?", "took the ticket", 'id="reply"', "<aside"):
        assert words not in page, words


@pytest.mark.parametrize(
    ("part", "words"),
    [("notes", "Called Riga"), ("quotes", "What do you need?"), ("history", "Anna Agent took the ticket")],
)
def test_notes_quotes_and_history_come_where_they_are_asked_for(
    desk: Client, anna: User, part: str, words: str
) -> None:
    assert words in printed(desk, scene.busy_ticket(anna, timezone.now()), f"?{part}=1")


def test_reading_a_sensitive_ticket_on_paper_is_recorded(client: Client, maria: User) -> None:
    ticket = making.opened()
    triage.set_sensitive(actor=SYSTEM, ticket_id=ticket.pk, sensitive=True, now=timezone.now())
    client.force_login(maria)
    assert "Sensitive" in printed(client, ticket)
    assert Event.objects.filter(verb="viewed", actor=maria).count() == 1


def test_five_hundred_messages_take_no_more_statements_and_what_is_beyond_is_told(desk: Client) -> None:
    ticket = making.opened(acknowledge=False)
    with CaptureQueriesContext(connection) as few:
        assert "The newest" not in printed(desk, ticket)
    Message.objects.bulk_create(
        Message(
            ticket=ticket,
            kind="inbound",
            channel="email",
            text=f"letter {number} " + "слово " * 200,
            received_at=making.NOW + timedelta(minutes=number),
        )
        for number in range(1, 502)
    )
    with CaptureQueriesContext(connection) as many:
        page = printed(desk, ticket)
    assert len(many) <= len(few) + 1 <= 12  # with more messages than fit the page asks once more
    assert page.count('<article class="sheet"') == 500
    assert "The newest 500 messages; older ones are on the ticket page." in page
