"""A phone call counts when it was: an answer ends the wait, a question starts one."""

from datetime import timedelta

import pytest

from notifications.models import OutgoingMail
from portal import letters
from tests.making import NOW, OLENA, opened, staff
from tickets.actions import triage
from tickets.actions.phoning import Caller, log_call, open_call
from tickets.actions.record import SYSTEM, Actor, read_clock
from tickets.errors import IllegalMove
from tickets.models import Message, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
CALLED, LATER = NOW + timedelta(hours=2), NOW + timedelta(hours=5)


def called(ticket: Ticket, outcome: str, **changes) -> Ticket:
    values = {"text": "Two generators leave on Monday.", "at": CALLED, "now": LATER, **changes}
    log_call(actor=Actor.staff(staff()), ticket_id=ticket.pk, outcome=outcome, **values)
    return Ticket.objects.get(pk=ticket.pk)


def new_call(**changes) -> Ticket:
    values = {
        "caller": Caller(name="Petro Example", phone="+380 44 000 00 00", language="uk"),
        "subject": "School buses",
        "text": "Asks for two school buses.",
        "at": CALLED,
        "now": LATER,
        **changes,
    }
    return open_call(actor=Actor.staff(staff()), **values)


def test_an_answer_by_phone_ends_the_wait_when_it_was_said() -> None:
    ticket = called(opened(), "answered")
    assert (ticket.waiting_since, ticket.first_answered_at, ticket.status) == (None, CALLED, "open")
    assert ticket.events.get(verb="called").data == {"outcome": "answered"}


def test_an_answer_says_nothing_about_what_was_asked_after_it() -> None:
    ticket = opened(now=NOW + timedelta(hours=3))
    assert called(ticket, "answered").waiting_since == NOW + timedelta(hours=3)


def test_a_question_by_phone_starts_a_wait_and_takes_the_ticket_up() -> None:
    ticket = opened()
    triage.set_status(
        actor=SYSTEM, ticket_id=ticket.pk, status="closed", outcome="no_reply_needed", reason="thanks", now=NOW
    )
    ticket = called(ticket, "asked")
    read_clock(ticket)
    assert (ticket.status, ticket.waiting_since) == ("open", CALLED)


def test_a_call_that_is_only_noted_leaves_the_clock_alone() -> None:
    ticket = called(opened(), "noted")
    assert (ticket.waiting_since, ticket.first_answered_at, ticket.status) == (NOW, None, "new")


def test_the_partner_never_sees_our_note_of_a_call() -> None:
    ticket = opened()
    for outcome in ("answered", "asked", "noted"):
        called(ticket, outcome)
    assert ticket.messages.filter(marked="call").count() == 3
    assert not letters.letters(ticket).filter(marked="call").exists()


def test_a_new_call_is_a_ticket_that_waits_since_the_call_and_promises_nothing() -> None:
    ticket = new_call()
    assert (ticket.channel, ticket.received_at, ticket.waiting_since, ticket.answer_by) == (
        "phone",
        CALLED,
        CALLED,
        None,
    )
    assert ticket.requester
    assert (ticket.requester.name, ticket.requester.phone) == ("Petro Example", "+380 44 000 00 00")
    assert ticket.participants.count() == 1
    assert not OutgoingMail.objects.exists()


def test_acknowledged_it_promises_the_date_that_the_mail_tells() -> None:
    ticket = new_call(caller=Caller(name="Olena Example", address=OLENA, language="en"), acknowledge=True)
    mail = OutgoingMail.objects.get(name="acknowledgement")
    assert ticket.answer_by
    assert f"{ticket.answer_by.day} December 2026" in mail.text


def test_answered_at_once_nobody_waits() -> None:
    ticket = new_call(answer="Told them whom to ask.")
    assert (ticket.waiting_since, ticket.first_answered_at, ticket.status) == (None, CALLED, "open")


def test_sent_twice_it_is_one_ticket() -> None:
    assert new_call(key="page") == new_call(key="page")
    assert Message.objects.count() == 1


def test_what_is_no_call_is_refused() -> None:
    ticket = opened()
    for changes, code in (
        ({"outcome": "joke"}, "outcome"),
        ({"outcome": "noted", "text": " "}, "text-missing"),
        ({"outcome": "noted", "at": LATER + timedelta(minutes=1)}, "future"),
    ):
        with pytest.raises(IllegalMove, match=code):
            called(ticket, **changes)
    triage.mark_spam(actor=SYSTEM, ticket_id=ticket.pk, now=NOW)
    with pytest.raises(IllegalMove, match="status"):
        called(ticket, "noted")


def test_a_slip_in_the_year_is_refused() -> None:
    with pytest.raises(IllegalMove):
        new_call(at=NOW - timedelta(days=367))
    assert not Ticket.objects.exists()
