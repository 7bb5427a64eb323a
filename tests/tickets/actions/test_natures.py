"""A holding reply tells a date, a transfer tells where the request went: in the partner's language, always."""

from datetime import date, timedelta

import pytest

from notifications.models import OutgoingMail
from tests.making import NOW, OLENA, opened, staff
from tickets.actions import answering
from tickets.actions.record import Actor
from tickets.errors import IllegalMove
from tickets.models import Contact, Message, Ticket
from tickets.tasks import settle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
LATER = NOW + timedelta(hours=5)
NEW_DATE = date(2027, 1, 15)
TOLD = {
    "en": "You will have our answer by 15 January 2027.",
    "uk": "15 січня 2027",
    "lv": "2027. gada 15. janvār",
    "fr": "15 janvier 2027",
}


def replied(ticket: Ticket, **changes) -> Message:
    values = {"actor": Actor.staff(staff()), "text": "We have your letter.", "now": LATER, **changes}
    return answering.reply(ticket_id=ticket.pk, **values)


def echo() -> Contact:
    return Contact.objects.get(code="echo-donations")


@pytest.mark.parametrize("language", ["en", "uk", "lv", "fr"])
def test_a_holding_reply_tells_the_new_date_and_moves_it(language: str) -> None:
    ticket = opened(language=language)
    message = replied(ticket, nature="holding", answer_by=NEW_DATE)
    ticket.refresh_from_db()
    assert (ticket.answer_by, ticket.answer_by_told_at) == (NEW_DATE, LATER)
    assert message.outgoing
    assert TOLD[language] in message.outgoing.text
    assert TOLD[language] in message.text
    assert message.written_text == "We have your letter."


def test_only_a_holding_reply_moves_the_date() -> None:
    ticket = opened()
    before = ticket.answer_by
    message = replied(ticket, nature="answer", answer_by=NEW_DATE, contact=echo())
    ticket.refresh_from_db()
    assert ticket.answer_by == before
    assert (message.promises, message.contact, message.told) == (None, None, "")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"nature": "holding"}, "date-missing"),
        ({"nature": "holding", "answer_by": NOW.date()}, "date-past"),
        ({"nature": "holding", "answer_by": date(2028, 1, 1)}, "date-far"),
        ({"nature": "transfer"}, "contact-missing"),
        ({"nature": "joke"}, "nature"),
    ],
)
def test_a_reply_that_does_not_tell_what_it_must_is_refused(changes: dict, code: str) -> None:
    ticket = opened()
    with pytest.raises(IllegalMove, match=code):
        replied(ticket, **changes)
    assert not Message.objects.filter(kind="outbound").exists()


def test_undo_takes_the_date_back() -> None:
    ticket = opened()
    before = ticket.answer_by
    message = replied(ticket, nature="holding", answer_by=NEW_DATE)
    answering.undo_reply(actor=Actor.staff(staff()), message_id=message.pk, now=LATER)
    ticket.refresh_from_db()
    assert (ticket.answer_by, ticket.answer_by_told_at) == (before, None)


@pytest.mark.parametrize("result", [{"state": "failed"}, {"state": "sent", "sent_at": LATER, "bounce": "hard"}])
def test_a_date_that_never_reached_the_partner_was_not_told(result: dict) -> None:
    ticket = opened()
    before = ticket.answer_by
    message = replied(ticket, nature="holding", answer_by=NEW_DATE)
    OutgoingMail.objects.filter(pk=message.outgoing_id).update(**result)
    settle()
    ticket.refresh_from_db()
    assert (ticket.answer_by, ticket.answer_by_told_at) == (before, None)


def test_a_later_date_is_not_taken_back_by_the_bounce_of_an_earlier_reply() -> None:
    ticket = opened()
    first = replied(ticket, nature="holding", answer_by=date(2026, 12, 20))
    replied(ticket, nature="holding", answer_by=NEW_DATE, now=LATER + timedelta(hours=1))
    OutgoingMail.objects.filter(pk=first.outgoing_id).update(state="failed")
    settle()
    ticket.refresh_from_db()
    assert ticket.answer_by == NEW_DATE


def test_a_transfer_tells_the_partner_where_the_request_went_and_ends_the_wait() -> None:
    ticket = opened(language="uk", text="Пропонуємо два генератори.")
    message = replied(ticket, nature="transfer", contact=echo(), forward=True, status="solved")
    mail = message.outgoing
    assert mail
    assert echo().name_uk in mail.text
    assert "ECHO-DONATIONS@ec.europa.eu" in mail.text
    assert [each["address"] for each in mail.to] == [OLENA]
    assert [each["address"] for each in mail.cc] == ["ECHO-DONATIONS@ec.europa.eu"]
    assert "> Пропонуємо два генератори." in mail.text
    OutgoingMail.objects.filter(pk=mail.pk).update(state="sent", sent_at=LATER)
    settle()
    ticket.refresh_from_db()
    assert (ticket.status, ticket.outcome, ticket.waiting_since) == ("solved", "transferred", None)
    assert ticket.events.get(verb="replied").data["contact"] == "echo-donations"


def test_without_an_address_the_partner_is_told_whom_to_ask() -> None:
    body = Contact.objects.get(code="u-lead")
    mail = replied(opened(), nature="transfer", contact=body, forward=True).outgoing
    assert mail
    assert mail.cc == []
    assert "Please turn to it:\nU-LEAD with Europe" in mail.text


def test_a_body_that_is_not_offered_any_more_is_refused() -> None:
    Contact.objects.update(active=False)
    with pytest.raises(IllegalMove, match="contact-missing"):
        replied(opened(), nature="transfer", contact=echo())
