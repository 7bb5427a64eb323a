"""The ticket says what is due when, how that stands, and offers a holding reply in time."""

import re
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from tests import making
from tests.desk.test_ticket import page_of
from tests.making import NOW
from tickets.actions import answering, triage
from tickets.actions.record import Actor
from tickets.models import Queue, Ticket, TicketDeadline, User

HOLDING = "Write a holding reply"


@pytest.fixture
def ticket(anna: User) -> Ticket:
    """Promised for 14 December."""
    return making.opened()


def duties(page: str) -> str:
    """What the page tells beside the conversation, as plain words."""
    return plain(page.partition("<aside")[2])


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", page))


def at(day: datetime, desk: Client, ticket: Ticket, query: str = "") -> str:
    with time_machine.travel(day, tick=False):
        desk.force_login(User.objects.get(name="Anna Agent"))  # the session of that Monday is over
        return desk.get(f"/desk/tickets/{ticket.reference}/{query}").content.decode()


def test_each_duty_stands_with_its_day_its_state_and_the_way_to_its_proof(desk: Client, ticket: Ticket) -> None:
    page = page_of(desk, ticket)
    words = duties(page)
    for told in ("Reply 14 December 2026", "15 working days left", "Official in charge named 7 December 2026"):
        assert told in words, told
    assert "Reply at the outside 25 January 2027" in words
    reply = TicketDeadline.objects.get(ticket=ticket, duty="reply")
    assert f'/proof/#deadline-{reply.pk}"' in page


@pytest.mark.parametrize(("hours", "told"), [(2, "done on 23 November 2026, in time"), (600, "too late")])
def test_what_is_done_says_whether_it_was_in_time(
    desk: Client, anna: User, ticket: Ticket, hours: int, told: str
) -> None:
    sent = NOW + timedelta(hours=hours)
    TicketDeadline.objects.filter(ticket=ticket, duty="reply").update(end="done", ended_at=sent, done_by=anna)
    assert told in duties(page_of(desk, ticket))


def test_an_acknowledgement_that_did_not_go_out_is_overdue_after_an_hour(desk: Client, ticket: Ticket) -> None:
    assert "Acknowledgement 23 November 2026 Why? acknowledgement overdue" in duties(
        at(NOW + timedelta(hours=2), desk, ticket)
    )


def test_the_rules_and_the_date_that_was_told_stand_side_by_side(desk: Client, anna: User, ticket: Ticket) -> None:
    complaints = Queue.objects.get(code="complaints")
    anna.queues.add(complaints)
    triage.set_queue(actor=Actor.staff(anna), ticket_id=ticket.pk, queue=complaints, now=NOW)
    words = duties(page_of(desk, ticket))
    assert "Reply 25 January 2027" in words
    assert "the partner was told 14 December 2026" in words
    assert "By the rules it is due" not in page_of(desk, ticket)  # the promise comes first


def test_a_stricter_rule_than_the_date_that_was_told_shows_in_the_head(desk: Client, ticket: Ticket) -> None:
    TicketDeadline.objects.filter(ticket=ticket, duty="reply").update(due_on=date(2026, 11, 24))
    head = plain(page_of(desk, ticket).partition("<aside")[0])
    assert (
        "By the rules it is due 24 November 2026 , before the date that the partner was told · 1 working day left"
        in head
    )


def test_a_holding_reply_is_offered_in_the_last_three_working_days(desk: Client, ticket: Ticket) -> None:
    assert HOLDING not in at(datetime.fromisoformat("2026-12-08T09:00Z"), desk, ticket)
    near = datetime.fromisoformat("2026-12-09T09:00Z")
    page = at(near, desk, ticket)
    assert HOLDING in page
    assert '<option value="answer" selected>' in page
    begun = at(near, desk, ticket, "?nature=holding")
    assert '<option value="holding" selected>' in begun
    assert HOLDING not in begun
    assert not ticket.messages.filter(kind="outbound").exists()  # nothing goes out by itself


def test_it_is_not_offered_once_the_partner_was_told_or_answered(desk: Client, anna: User, ticket: Ticket) -> None:
    near = datetime.fromisoformat("2026-12-09T09:00Z")
    answering.reply(
        actor=Actor.staff(anna),
        ticket_id=ticket.pk,
        text="Soon.",
        nature="holding",
        answer_by=date(2027, 1, 15),
        now=near,
    )
    assert HOLDING not in at(near, desk, ticket)


def test_a_draft_keeps_its_words_when_it_becomes_a_holding_reply(desk: Client, ticket: Ticket) -> None:
    kept = {"text": "We look for one.", "nature": "answer", "version": "0", "last_seen": "0"}
    desk.post(f"/desk/tickets/{ticket.reference}/draft/", kept)
    page = desk.get(f"/desk/tickets/{ticket.reference}/?nature=holding").content.decode()
    assert "We look for one." in page
    assert '<option value="holding" selected>' in page
