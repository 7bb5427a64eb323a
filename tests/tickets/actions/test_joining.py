"""A partner's next message lands on its ticket, takes it up again, and tells who works on it."""

from datetime import timedelta

import pytest

from notifications.models import OutgoingMail
from tests.making import NOW, incoming, opened, staff
from tickets.actions import answering, joining, triage
from tickets.actions.record import SYSTEM, Actor, read_clock
from tickets.errors import AlreadyKnown
from tickets.models import Message, Participant, Ticket, TicketLink
from tickets.tasks import settle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
LATER = NOW + timedelta(hours=5)


def received(ticket: Ticket, *, now=LATER, found_by: str = "token", **changes) -> Message:
    message = incoming(**{"received_at": now, **changes})
    return joining.receive(
        ticket_id=ticket.pk, incoming=message, channel="email", found_by=found_by, acknowledge=True, now=now
    )


def test_a_second_message_does_not_restart_the_clock() -> None:
    ticket = opened()
    received(ticket)
    ticket.refresh_from_db()
    assert ticket.waiting_since == NOW
    assert ticket.last_message_at == LATER
    assert ticket.messages.filter(kind="inbound").count() == 2


@pytest.mark.parametrize("status", ["pending", "solved", "closed"])
def test_it_takes_up_a_ticket_that_waited_or_ended(status: str) -> None:
    ticket, agent = opened(), Actor.staff(staff())
    triage.set_status(
        actor=agent,
        ticket_id=ticket.pk,
        status=status,
        outcome="no_reply_needed",
        reason="thanks",
        waiting_for="requester",
        now=NOW,
    )
    received(ticket)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.outcome, ticket.waiting_for, ticket.closed_at) == ("open", "", "", None)


def test_after_an_end_without_answer_the_new_message_starts_a_new_wait() -> None:
    ticket, agent = opened(), Actor.staff(staff())
    triage.set_status(
        actor=agent, ticket_id=ticket.pk, status="closed", outcome="no_reply_needed", reason="thanks", now=NOW
    )
    ticket.refresh_from_db()
    assert ticket.waiting_since is None
    received(ticket)
    ticket.refresh_from_db()
    assert ticket.waiting_since == LATER
    read_clock(ticket)
    assert ticket.waiting_since == LATER


def test_an_out_of_office_reopens_nothing_and_tells_nobody() -> None:
    ticket, agent = opened(), staff()
    triage.assign(actor=SYSTEM, ticket_id=ticket.pk, assignee=agent, now=NOW)
    triage.set_status(actor=SYSTEM, ticket_id=ticket.pk, status="closed", outcome="answered", now=NOW)
    message = received(ticket, automatic="auto-submitted")
    ticket.refresh_from_db()
    assert message.kind == Message.Kind.AUTOMATIC
    assert (ticket.status, ticket.waiting_since) == ("closed", None)
    assert not OutgoingMail.objects.filter(name="partner_answered").exists()


def test_a_new_address_with_a_valid_token_joins_and_is_marked() -> None:
    ticket = opened()
    message = received(ticket, sender_address="petro@hromada.example", sender_name="Petro Example")
    assert message.marked == "new-address"
    joined = Participant.objects.get(ticket=ticket, marked=True)
    assert joined.requester.addresses.get().address == "petro@hromada.example"
    assert ticket.events.filter(verb="joined").count() == 1
    assert received(ticket, sender_address="petro@hromada.example").marked == ""


def test_the_assignee_is_told_once_with_reference_and_link() -> None:
    ticket, agent = opened(), staff(language="en")
    triage.assign(actor=SYSTEM, ticket_id=ticket.pk, assignee=agent, now=NOW)
    received(ticket)
    notice = OutgoingMail.objects.get(name="partner_answered")
    assert notice.to == [{"name": agent.name, "address": agent.email}]
    assert ticket.reference in notice.text
    assert f"/desk/tickets/{ticket.reference}/" in notice.text


def test_a_notice_about_a_sensitive_ticket_says_nothing_of_it() -> None:
    ticket, agent = opened(subject="Evacuation of patients"), staff()
    triage.assign(actor=SYSTEM, ticket_id=ticket.pk, assignee=agent, now=NOW)
    triage.set_sensitive(actor=SYSTEM, ticket_id=ticket.pk, sensitive=True, now=NOW)
    received(ticket, text="Names of patients")
    notice = OutgoingMail.objects.get(name="partner_answered")
    assert "Evacuation" not in notice.subject + notice.text + notice.html
    assert "patients" not in notice.subject + notice.text + notice.html


def test_a_ticket_that_ended_over_ninety_days_ago_is_continued_in_a_new_one() -> None:
    ticket = opened()
    triage.set_status(actor=SYSTEM, ticket_id=ticket.pk, status="closed", outcome="answered", now=NOW)
    message = received(ticket, now=NOW + timedelta(days=91))
    ticket.refresh_from_db()
    assert ticket.status == "closed"
    assert message.ticket_id != ticket.pk
    link = TicketLink.objects.get(source=message.ticket)
    assert (link.target, link.kind) == (ticket, TicketLink.Kind.FOLLOWS)
    within = opened()
    triage.set_status(actor=SYSTEM, ticket_id=within.pk, status="closed", outcome="answered", now=NOW)
    assert received(within, now=NOW + timedelta(days=89)).ticket_id == within.pk


def imported(ticket: Ticket, *, received_at, now=LATER, **changes) -> Message:
    message = incoming(**{"received_at": received_at, **changes})
    return joining.receive(
        ticket_id=ticket.pk,
        incoming=message,
        channel="import",
        found_by="earlier",
        acknowledge=False,
        notify=False,
        now=now,
    )


@pytest.mark.parametrize("status", ["solved", "closed"])
def test_an_imported_mail_from_before_the_end_reopens_nothing(status: str) -> None:
    ticket, agent = opened(), Actor.staff(staff())
    triage.set_status(
        actor=agent, ticket_id=ticket.pk, status=status, outcome="withdrawn", reason="They called.", now=NOW
    )
    before = Ticket.objects.values().get(pk=ticket.pk)
    message = imported(ticket, received_at=NOW - timedelta(days=700))
    assert message.ticket_id == ticket.pk
    assert Ticket.objects.values().get(pk=ticket.pk) == before
    assert ticket.events.filter(verb="received").count() == 1
    imported(ticket, received_at=NOW - timedelta(seconds=1))
    assert Ticket.objects.values().get(pk=ticket.pk) == before


def test_an_imported_mail_from_after_the_end_reopens() -> None:
    ticket = opened()
    triage.set_status(actor=SYSTEM, ticket_id=ticket.pk, status="closed", outcome="answered", now=NOW)
    imported(ticket, received_at=LATER)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.waiting_since) == ("open", LATER)


def test_an_old_imported_mail_leaves_a_ticket_pending_and_its_answer_an_answer() -> None:
    ticket, agent = opened(now=NOW - timedelta(days=30)), Actor.staff(staff())
    reply = answering.reply(actor=agent, ticket_id=ticket.pk, text="Two generators.", status="pending", now=NOW)
    OutgoingMail.objects.filter(pk=reply.outgoing_id).update(state="sent", sent_at=NOW)
    settle()
    imported(ticket, received_at=NOW - timedelta(days=20))
    ticket.refresh_from_db()
    assert (ticket.status, ticket.waiting_for) == ("pending", "requester")
    assert (ticket.waiting_since, ticket.last_message_at) == (None, NOW)


def test_a_late_mail_that_nobody_knew_when_the_ticket_was_ended_takes_it_up_again() -> None:
    ticket, agent = opened(), staff()
    triage.assign(actor=Actor.staff(agent), ticket_id=ticket.pk, assignee=agent, now=NOW)
    closed = NOW + timedelta(hours=2)
    triage.set_status(
        actor=Actor.staff(agent), ticket_id=ticket.pk, status="closed", outcome="withdrawn", reason="x", now=closed
    )
    late = incoming(received_at=NOW + timedelta(hours=1))
    joining.receive(ticket_id=ticket.pk, incoming=late, channel="email", found_by="token", acknowledge=True, now=LATER)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.closed_at, ticket.waiting_since) == ("open", None, NOW + timedelta(hours=1))
    assert OutgoingMail.objects.get(name="partner_answered").to[0]["address"] == agent.email


def test_a_late_mail_takes_up_a_ticket_that_waits_for_the_partner_and_waits_since_it_was_received() -> None:
    ticket, agent = opened(now=NOW - timedelta(days=1)), Actor.staff(staff())
    answering.reply(actor=agent, ticket_id=ticket.pk, text="Which voltage?", nature="clarification", now=NOW)
    crossing = NOW - timedelta(minutes=1)
    received(ticket, now=crossing)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.waiting_for, ticket.last_message_at) == ("open", "", NOW)
    assert ticket.waiting_since is not None


def test_a_message_for_a_merged_ticket_goes_to_where_it_was_merged() -> None:
    source, target = opened(), opened()
    Ticket.objects.filter(pk=source.pk).update(status="merged", merged_into=target)
    assert received(source).ticket_id == target.pk


def test_spam_stays_spam() -> None:
    ticket = opened()
    triage.mark_spam(actor=SYSTEM, ticket_id=ticket.pk, now=NOW)
    received(ticket)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.waiting_since) == ("spam", None)


@pytest.mark.django_db(transaction=True)
def test_the_same_message_twice_is_one() -> None:
    ticket, message = opened(), incoming()
    values = {"ticket_id": ticket.pk, "incoming": message, "channel": "email", "found_by": "token", "acknowledge": True}
    joining.receive(**values, now=LATER)
    with pytest.raises(AlreadyKnown):
        joining.receive(**values, now=LATER)
    assert ticket.messages.filter(kind="inbound").count() == 2


def test_a_colleagues_answer_to_a_notice_is_a_note() -> None:
    ticket, agent = opened(), staff()
    message = joining.receive_from_staff(
        user=agent,
        ticket_id=ticket.pk,
        incoming=incoming(sender_address=agent.email, text="Ask the ministry"),
        now=LATER,
    )
    ticket.refresh_from_db()
    assert (message.kind, message.author, message.requester) == (Message.Kind.NOTE, agent, None)
    assert ticket.participants.count() == 1
    assert ticket.waiting_since == NOW
