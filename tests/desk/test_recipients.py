"""Whom an answer goes to is seen before it is sent, and nobody else gets it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from notifications.models import Suppression
from tests import making
from tests.desk.test_answer import ANSWER, fields, post
from tests.desk.test_ticket import letter, page_of
from tickets.actions import joining
from tickets.models import Message, Ticket, User

IVAN, TARAS = "ivan@hromada.example", "taras@hromada.example"


@pytest.fixture
def ticket(anna: User) -> Ticket:
    """Olena asked, Ivan wrote since, with a copy to Taras and to the house itself."""
    ticket = making.opened()
    joining.receive(
        ticket_id=ticket.pk,
        incoming=making.incoming(
            sender_name="Ivan Example",
            sender_address=IVAN,
            to=(("Help", "SupportUkraine@cor.europa.eu"),),
            cc=(("Taras Example", TARAS.title()),),
        ),
        channel="email",
        found_by="token",
        acknowledge=False,
        now=timezone.now(),
    )
    return ticket


def test_all_who_take_part_are_offered_and_nobody_is_chosen_but_who_wrote_last(desk: Client, ticket: Ticket) -> None:
    page = page_of(desk, ticket)
    form = page.partition('id="reply"')[2].partition("</form>")[0]
    for address in (IVAN, making.OLENA, TARAS):
        assert f'name="cc" value="{address}"' in form
    assert f'<option value="{IVAN}" data-name="Ivan Example" selected>' in form
    assert "checked" not in form.partition('class="field copies"')[2].partition("</fieldset>")[0]
    assert "had a copy of the partner’s mail" in form
    assert "supportukraine@" not in form.lower()
    post(desk, ticket, "reply", {**ANSWER, **fields(page), "to": IVAN})
    sent = Message.objects.get(kind="outbound")
    assert (sent.to, sent.cc) == ([["Ivan Example", IVAN]], [])


def test_copies_are_those_that_were_ticked_or_typed_each_once(desk: Client, ticket: Ticket) -> None:
    seen = fields(page_of(desk, ticket))
    chosen = {"to": IVAN, "cc": [IVAN, making.OLENA], "more": f"Olena <{making.OLENA}>; Staff@city.example"}
    held = post(desk, ticket, "reply", {**ANSWER, **seen, **chosen})
    assert held.status_code == 409
    page = held.content.decode()
    assert "Nobody here wrote to staff@city.example before: is it right?" in page
    assert 'name="anyway"' in page
    assert f'value="{making.OLENA}" id="cc-2" data-name="Olena Example" checked>' in page
    post(desk, ticket, "reply", {**ANSWER, **seen, **chosen, "anyway": "1"})
    sent = Message.objects.get(kind="outbound")
    assert sent.cc == [["Olena Example", making.OLENA], ["", "staff@city.example"]]
    shown = page_of(desk, ticket)
    assert "copy to Olena Example" in letter(shown, sent)
    assert "with 2 copies" in desk.get(f"/desk/tickets/{ticket.reference}/history/").content.decode()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("staff@city", "This is no e-mail address: staff@city"),
        ("SupportUkraine+x@cor.europa.eu", "This is our own address"),
        (",".join(f"p{n}@city.example" for n in range(25)), "too many addresses"),
    ],
)
def test_what_cannot_be_written_to_is_said_beside_its_field(
    desk: Client, ticket: Ticket, typed: str, words: str
) -> None:
    refused = post(desk, ticket, "reply", {**ANSWER, "to": IVAN, "more": typed, "anyway": "1"})
    assert refused.status_code == 422
    assert words in refused.content.decode().partition('id="reply"')[2]


def test_an_address_whose_mail_came_back_is_told_of(desk: Client, ticket: Ticket) -> None:
    until = timezone.now() + timedelta(days=3)
    Suppression.objects.create(address=making.OLENA, reason="hard", expires_at=until)
    assert "mail came back" in page_of(desk, ticket)
    held = post(desk, ticket, "reply", {**ANSWER, "to": IVAN, "cc": making.OLENA})
    assert f"Mail to {making.OLENA} came back lately" in held.content.decode()
    assert not Message.objects.filter(kind="outbound").exists()


def test_a_reply_taken_back_has_its_recipients_still(desk: Client, ticket: Ticket) -> None:
    post(desk, ticket, "reply", {**ANSWER, "to": making.OLENA, "cc": IVAN})
    sent = Message.objects.get(kind="outbound")
    back = desk.post(f"/desk/tickets/{ticket.reference}/messages/{sent.pk}/undo/").headers["Location"]
    page = desk.get(back.partition("#")[0]).content.decode()
    assert f'<option value="{making.OLENA}" data-name="Olena Example" selected>' in page
    assert 'data-name="Ivan Example" checked>' in page
