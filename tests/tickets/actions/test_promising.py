"""The partner is told who deals with the request, and that it takes longer: the date moves with the mail alone."""

from datetime import date, timedelta

import pytest

from notifications.models import OutgoingMail
from tests.making import NOW, opened, staff
from tickets.actions import answering, triage
from tickets.actions.promising import extend, name_official
from tickets.actions.record import SYSTEM, Actor
from tickets.errors import IllegalMove
from tickets.models import Message, Policy, Ticket
from tickets.tasks import settle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
LATER = NOW + timedelta(days=2)
NEW_DATE = date(2027, 1, 15)


def extended(ticket: Ticket, **changes) -> Message:
    values = {"answer_by": NEW_DATE, "reasons": "Two cities look for a generator.", "now": LATER, **changes}
    return extend(actor=Actor.staff(staff()), ticket_id=ticket.pk, **values)


def test_the_mail_tells_reasons_and_date_and_the_date_moves() -> None:
    ticket = opened()
    before = ticket.answer_by
    message = extended(ticket)
    ticket.refresh_from_db()
    assert (ticket.answer_by, ticket.waiting_since) == (NEW_DATE, NOW)
    assert message.outgoing
    for words in ("Good day,", "Two cities look for a generator.", "more time", "by 15 January 2027."):
        assert words in message.outgoing.text
    assert message.nature == "holding"
    assert ticket.events.get(verb="extended").data == {"from": str(before), "to": "2027-01-15"}


def test_the_mail_is_in_the_partners_language() -> None:
    mail = extended(opened(language="uk")).outgoing
    assert mail
    assert "15 січня 2027" in mail.text
    assert mail.language == "uk"


def test_taken_back_or_bounced_the_old_date_stands() -> None:
    for undo in (True, False):
        ticket = opened()
        before = ticket.answer_by
        message = extended(ticket)
        if undo:
            answering.undo_reply(actor=Actor.staff(staff()), message_id=message.pk, now=LATER)
        else:
            OutgoingMail.objects.filter(pk=message.outgoing_id).update(state="failed")
            settle()
        ticket.refresh_from_db()
        assert ticket.answer_by == before


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"answer_by": None}, "date-missing"),
        ({"answer_by": date(2026, 11, 20)}, "date-past"),
        ({"answer_by": date(2026, 12, 1)}, "date-not-later"),
        ({"reasons": "  "}, "reasons-missing"),
    ],
)
def test_an_extension_without_later_date_and_reasons_is_refused(changes: dict, code: str) -> None:
    ticket = opened()
    before = ticket.answer_by
    with pytest.raises(IllegalMove, match=code):
        extended(ticket, **changes)
    ticket.refresh_from_db()
    assert ticket.answer_by == before


def test_where_nobody_waits_there_is_no_date_to_move() -> None:
    ticket = opened()
    triage.set_status(actor=SYSTEM, ticket_id=ticket.pk, status="solved", outcome="answered", now=NOW)
    with pytest.raises(IllegalMove, match="nobody-waits"):
        extended(ticket)


def test_the_official_is_named_with_unit_and_phone_and_ends_no_wait() -> None:
    ticket, anna = opened(), staff("Anna Agent", unit="CIVEX", phone="+32 2 000 11 22")
    message = name_official(actor=Actor.staff(staff()), ticket_id=ticket.pk, official=anna, now=LATER)
    OutgoingMail.objects.filter(pk=message.outgoing_id).update(state="sent", sent_at=LATER)
    settle()
    ticket.refresh_from_db()
    assert message.outgoing
    assert "This person deals with your request:\nAnna Agent\nCIVEX\n+32 2 000 11 22" in message.outgoing.text
    assert (ticket.official, ticket.waiting_since) == (anna, NOW)
    assert ticket.events.get(verb="official").data == {"to": anna.pk}


def test_an_official_whom_the_partner_was_not_told_is_not_in_charge() -> None:
    ticket, anna = opened(), staff()
    message = name_official(actor=Actor.staff(anna), ticket_id=ticket.pk, official=anna, now=LATER)
    answering.undo_reply(actor=Actor.staff(anna), message_id=message.pk, now=LATER)
    ticket.refresh_from_db()
    assert ticket.official is None


def test_sent_twice_it_is_one_mail_and_one_event() -> None:
    ticket, anna = opened(), staff()
    for _ in range(2):
        extend(
            actor=Actor.staff(anna), ticket_id=ticket.pk, answer_by=NEW_DATE, reasons="x", key="extend-page", now=LATER
        )
    assert ticket.events.filter(verb="extended").count() == 1
    assert Message.objects.filter(kind="outbound").count() == 1


def test_who_may_not_answer_the_ticket_is_not_named_and_nobody_twice() -> None:
    ticket, anna, gone = opened(), staff(), staff(is_active=False)
    with pytest.raises(IllegalMove, match="official-outside"):
        name_official(actor=Actor.staff(anna), ticket_id=ticket.pk, official=gone, now=LATER)
    name_official(actor=Actor.staff(anna), ticket_id=ticket.pk, official=anna, now=LATER)
    with pytest.raises(IllegalMove, match="official-known"):
        name_official(actor=Actor.staff(anna), ticket_id=ticket.pk, official=anna, now=LATER + timedelta(hours=1))


def under(policy: str, **changes) -> Ticket:
    """A ticket of which a shipped policy holds, whatever it is about."""
    Policy.objects.filter(code=policy).update(queue=None, position=1)
    return opened(**changes)


@pytest.mark.parametrize(
    ("policy", "last"),
    [("access-to-documents", date(2027, 1, 13)), ("data-protection", date(2027, 2, 23))],
)
def test_a_date_is_moved_as_far_as_its_policy_allows_and_no_day_further(policy: str, last: date) -> None:
    """15 + 15 working days, and one month + two, from 23 November 2026."""
    ticket = under(policy)
    day_after = last + timedelta(days=1)
    with pytest.raises(IllegalMove, match="date-beyond") as refused:
        extended(ticket, answer_by=day_after)
    assert f"{last.day} {last:%B %Y}" in str(refused.value.message)
    with pytest.raises(IllegalMove, match="date-beyond"):
        answering.reply(
            actor=Actor.staff(staff()), ticket_id=ticket.pk, text="x", nature="holding", answer_by=day_after, now=LATER
        )
    assert not Message.objects.filter(kind="outbound").exists()
    extended(ticket, answer_by=last - timedelta(days=7))
    with pytest.raises(IllegalMove, match="date-beyond"):
        extended(ticket, answer_by=day_after, now=LATER + timedelta(hours=1))
    extended(ticket, answer_by=last, now=LATER + timedelta(hours=1))
    ticket.refresh_from_db()
    assert ticket.answer_by == last


def test_a_policy_that_knows_no_extension_sets_no_limit() -> None:
    ticket = under("complaint")
    extended(ticket, answer_by=date(2027, 10, 1))
    ticket.refresh_from_db()
    assert ticket.answer_by == date(2027, 10, 1)
