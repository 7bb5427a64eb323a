"""An answer leaves after its undo time, ends the wait when it was handed over, and a bounce takes that back."""

from datetime import date, timedelta

import pytest

from notifications.models import OutgoingMail
from tests.making import NOW, OLENA, incoming, opened, staff
from tickets.actions import answering, joining, settling, triage
from tickets.actions.record import SYSTEM, Actor
from tickets.addresses import read_address
from tickets.errors import IllegalMove
from tickets.files import keep
from tickets.models import Message, Ticket
from tickets.tasks import settle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
LATER = NOW + timedelta(hours=5)


def replied(ticket: Ticket, **changes) -> Message:
    values = {"actor": Actor.staff(staff()), "text": "Two generators leave on Monday.", "now": LATER, **changes}
    if values.get("nature") == "holding":
        values.setdefault("answer_by", date(2026, 12, 14))
    return answering.reply(ticket_id=ticket.pk, **values)


def hand_over(message: Message, *, at=LATER + timedelta(seconds=10), **changes) -> Ticket:
    OutgoingMail.objects.filter(pk=message.outgoing_id).update(**{"state": "sent", "sent_at": at, **changes})
    settle()
    return Ticket.objects.get(pk=message.ticket_id)


def test_a_reply_waits_for_its_undo_time_and_carries_the_signed_address(settings) -> None:
    ticket = opened()
    mail = replied(ticket).outgoing
    assert mail.not_before == LATER + timedelta(seconds=settings.UNDO_SECONDS)
    assert mail.to == [{"name": "Olena Example", "address": OLENA}]
    assert read_address(mail.reply_to) == (ticket.pk, "partner")
    assert ticket.reference in mail.subject
    assert "Two generators leave on Monday." in mail.text
    assert not mail.automatic


def test_a_reply_threads_under_the_partners_mail() -> None:
    ticket = opened(message_id="first@hromada.example")
    acknowledgement = ticket.messages.get(automatic="acknowledgement").message_id
    mail = replied(ticket).outgoing
    assert mail.in_reply_to == "first@hromada.example"
    assert mail.references == [acknowledgement, "first@hromada.example"]


def test_the_answer_goes_where_the_partner_wants_it() -> None:
    mail = replied(opened(reply_to="office@hromada.example")).outgoing
    assert [each["address"] for each in mail.to] == ["office@hromada.example"]


def test_the_wait_ends_when_the_answer_was_handed_over_not_when_it_was_written() -> None:
    ticket = opened()
    message = replied(ticket)
    ticket.refresh_from_db()
    assert ticket.waiting_since == NOW
    handed = LATER + timedelta(minutes=7)
    ticket = hand_over(message, at=handed)
    assert (ticket.waiting_since, ticket.first_answered_at) == (None, handed)
    assert ticket.events.filter(verb="sent").exists()


@pytest.mark.parametrize("nature", ["holding", "clarification"])
def test_a_holding_reply_and_a_question_do_not_end_the_wait(nature: str) -> None:
    ticket = hand_over(replied(opened(), nature=nature))
    assert (ticket.waiting_since, ticket.first_answered_at) == (NOW, None)


def test_the_acknowledgement_does_not_end_the_wait() -> None:
    ticket = opened()
    ticket = hand_over(ticket.messages.get(automatic="acknowledgement"))
    assert ticket.waiting_since == NOW
    assert ticket.acknowledged_at == LATER + timedelta(seconds=10)


def test_what_came_after_the_answer_was_written_still_waits() -> None:
    ticket = opened()
    message = replied(ticket)
    crossing = LATER + timedelta(seconds=4)
    joining.receive(
        ticket_id=ticket.pk,
        incoming=incoming(received_at=crossing),
        channel="email",
        found_by="token",
        acknowledge=True,
        now=crossing,
    )
    assert hand_over(message).waiting_since == crossing


@pytest.mark.parametrize("bounce", ["hard", "lost"])
def test_a_bounced_answer_lets_the_wait_run_on_and_tells_the_author(bounce: str) -> None:
    ticket = opened()
    author = staff()
    message = replied(ticket, actor=Actor.staff(author), status="solved")
    assert hand_over(message).status == "solved"
    OutgoingMail.objects.filter(pk=message.outgoing_id).update(bounce=bounce, bounced_at=LATER, settled_at=None)
    settle()
    ticket.refresh_from_db()
    message.refresh_from_db()
    assert message.delivery == Message.Delivery.BOUNCED
    assert (ticket.status, ticket.waiting_since, ticket.first_answered_at) == ("open", NOW, None)
    notice = OutgoingMail.objects.get(name="delivery_failed")
    assert notice.to[0]["address"] == author.email
    assert read_address(notice.reply_to) == (ticket.pk, "staff")


def test_who_wrote_is_told_when_some_recipients_do_not_have_it() -> None:
    ticket, author = opened(), staff()
    message = replied(ticket, actor=Actor.staff(author), cc=[("Taras", "taras@hromada.example")])
    ticket = hand_over(message, error="some-refused", refused=["taras@hromada.example"])
    assert ticket.waiting_since is None
    notice = OutgoingMail.objects.get(name="delivery_partly")
    assert notice.to[0]["address"] == author.email
    assert "taras" not in notice.subject + notice.text + notice.html
    assert not OutgoingMail.objects.filter(name="delivery_failed").exists()


def test_an_answer_that_only_a_copy_of_arrived_lets_the_wait_run_on() -> None:
    ticket, author = opened(), staff()
    message = replied(ticket, actor=Actor.staff(author), cc=[("Taras", "taras@hromada.example")])
    ticket = hand_over(message, error="some-refused", refused=[OLENA])
    message.refresh_from_db()
    assert message.delivery == Message.Delivery.FAILED
    assert (ticket.waiting_since, ticket.first_answered_at) == (NOW, None)
    assert OutgoingMail.objects.get(name="delivery_failed").to[0]["address"] == author.email


def test_a_mail_reported_as_unwanted_stays_an_answer_and_tells_the_author_once() -> None:
    ticket, author = opened(), staff()
    message = replied(ticket, actor=Actor.staff(author))
    hand_over(message)
    for _ in range(2):
        OutgoingMail.objects.filter(pk=message.outgoing_id).update(
            bounce="complaint", bounced_at=LATER, settled_at=None
        )
        settle()
    ticket.refresh_from_db()
    message.refresh_from_db()
    assert (message.delivery, ticket.waiting_since) == (Message.Delivery.SENT, None)
    assert ticket.events.filter(verb="complained", message=message).count() == 1
    assert OutgoingMail.objects.get(name="reported_unwanted").to[0]["address"] == author.email


def test_settling_twice_changes_nothing() -> None:
    message = replied(opened())
    hand_over(message)
    events = message.ticket.events.count()
    settling.settle(mail_id=message.outgoing_id, now=LATER)
    settle()
    assert message.ticket.events.count() == events


def test_a_reply_can_be_undone_with_the_status_it_set() -> None:
    ticket, agent = opened(), Actor.staff(staff())
    message = replied(ticket, actor=agent, status="solved")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.outcome) == ("solved", "answered")
    answering.undo_reply(actor=agent, message_id=message.pk, now=LATER + timedelta(seconds=3))
    ticket.refresh_from_db()
    message.refresh_from_db()
    assert (ticket.status, ticket.outcome, ticket.waiting_since) == ("new", "", NOW)
    assert message.delivery == Message.Delivery.CANCELLED
    assert message.text == "Two generators leave on Monday."
    assert OutgoingMail.objects.get(pk=message.outgoing_id).state == "cancelled"


def test_what_has_left_cannot_be_undone() -> None:
    message = replied(opened())
    hand_over(message)
    with pytest.raises(IllegalMove) as refused:
        answering.undo_reply(actor=SYSTEM, message_id=message.pk, now=LATER)
    assert refused.value.code == "already-sent"


def test_a_double_submit_is_one_reply() -> None:
    ticket, agent = opened(), Actor.staff(staff())
    first = replied(ticket, actor=agent, key="form-1")
    assert replied(ticket, actor=agent, key="form-1") == first
    assert ticket.messages.filter(kind="outbound").count() == 1


def test_nobody_answers_past_a_message_that_came_meanwhile() -> None:
    ticket = opened()
    seen = ticket.messages.get(kind="inbound").pk
    joining.receive(
        ticket_id=ticket.pk, incoming=incoming(), channel="email", found_by="token", acknowledge=True, now=LATER
    )
    with pytest.raises(IllegalMove) as refused:
        replied(ticket, last_seen=seen)
    assert refused.value.code == "partner-wrote"
    newest = ticket.messages.filter(kind="inbound").latest("pk").pk
    assert replied(ticket, last_seen=newest)


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"text": "  "}, "text-missing"), ({"nature": "joke"}, "nature"), ({"actor": SYSTEM}, "author-missing")],
)
def test_a_reply_that_makes_no_sense_is_refused(changes: dict, code: str) -> None:
    with pytest.raises(IllegalMove) as refused:
        replied(opened(), **changes)
    assert refused.value.code == code


def test_a_reply_that_is_too_big_for_the_way_out_is_refused_while_composing(settings) -> None:
    ticket = opened()
    settings.MAIL_OUT_MAX_BYTES = 70_000  # more than every server takes anyway
    with pytest.raises(IllegalMove) as refused:
        replied(ticket, files=[keep(b"x" * 70_000, name="big.txt")])
    assert refused.value.code == "too-big"
    assert not Message.objects.filter(kind="outbound").exists()


def test_a_question_to_the_partner_makes_the_ticket_pending() -> None:
    ticket = opened()
    replied(ticket, nature="clarification")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.waiting_for) == ("pending", "requester")


def test_who_answers_an_unassigned_ticket_takes_it() -> None:
    ticket, agent = opened(), staff()
    replied(ticket, actor=Actor.staff(agent))
    ticket.refresh_from_db()
    assert ticket.assignee == agent


def test_copies_go_only_to_whom_the_writer_named() -> None:
    mail = replied(opened(cc=(("Other", "other@example.org"),)), cc=[("Boss", "boss@hromada.example")]).outgoing
    assert mail.cc == [{"name": "Boss", "address": "boss@hromada.example"}]


def test_a_note_reaches_no_partner() -> None:
    ticket = opened()
    before = OutgoingMail.objects.count()
    note = answering.note(actor=Actor.staff(staff()), ticket_id=ticket.pk, text="Call the ministry", now=LATER)
    assert note.kind == Message.Kind.NOTE
    assert OutgoingMail.objects.count() == before
    triage.mark_spam(actor=SYSTEM, ticket_id=ticket.pk, now=LATER)
    with pytest.raises(IllegalMove):
        replied(ticket)


def test_an_answer_goes_to_an_address_that_a_person_entered_where_none_is_known() -> None:
    ticket = opened(sender_address="", sender_name="", acknowledge=False, unreadable=True)
    with pytest.raises(IllegalMove) as refused:
        replied(ticket)
    assert refused.value.code == "recipient-missing"
    assert replied(ticket, to=[("", OLENA)]).outgoing.to == [{"name": "", "address": OLENA}]


def test_a_reply_that_leaves_the_ticket_pending_waits_for_the_partner() -> None:
    ticket = opened()
    replied(ticket, status="pending")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.waiting_for, ticket.outcome_reason) == ("pending", "requester", "")


def ended(ticket: Ticket, status: str = "solved", **changes) -> Ticket:
    values = {"outcome": "withdrawn", "reason": "They called and need nothing.", **changes}
    return triage.set_status(actor=SYSTEM, ticket_id=ticket.pk, status=status, now=NOW, **values)


STATE = (
    "status", "outcome", "outcome_reason", "waiting_for", "closed_at", "waiting_since", "first_answered_at",
    "last_message_at", "assignee",
)  # fmt: skip


@pytest.mark.parametrize("status", ["new", "open", "pending", "solved", "closed"])
@pytest.mark.parametrize(
    "changes",
    [{"status": "open"}, {"status": "pending"}, {"status": "solved"}, {"nature": "clarification"}, {}],
    ids=["open", "pending", "solved", "a question", "as it is"],
)
@pytest.mark.parametrize("is_taken", [True, False], ids=["taken", "unassigned"])
def test_an_undo_restores_everything_that_the_reply_changed(status: str, changes: dict, is_taken: bool) -> None:
    ticket, agent = opened(), Actor.staff(staff())
    if is_taken:
        triage.assign(actor=SYSTEM, ticket_id=ticket.pk, assignee=staff(), now=NOW)
    if status in ("solved", "closed"):
        ended(ticket, status)
    elif status != "new":
        waiting_for = "third_party" if status == "pending" else ""
        triage.set_status(actor=SYSTEM, ticket_id=ticket.pk, status=status, waiting_for=waiting_for, now=NOW)
    before = Ticket.objects.values(*STATE).get(pk=ticket.pk)
    message = replied(ticket, actor=agent, **changes)
    answering.undo_reply(actor=agent, message_id=message.pk, now=LATER + timedelta(seconds=3))
    assert Ticket.objects.values(*STATE).get(pk=ticket.pk) == before
    assert ticket.events.filter(verb="reply_undone").count() == 1


def test_the_reason_of_an_end_stands_in_no_event() -> None:
    ticket = ended(opened())
    replied(ticket, status="open")
    assert "They called" not in str(list(ticket.events.values()))


def test_an_undo_leaves_what_happened_since() -> None:
    ticket, agent = ended(opened()), Actor.staff(staff())
    message = replied(ticket, actor=agent, status="open")
    triage.set_status(actor=SYSTEM, ticket_id=ticket.pk, status="pending", waiting_for="third_party", now=LATER)
    answering.undo_reply(actor=agent, message_id=message.pk, now=LATER)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.waiting_for) == ("pending", "third_party")


def test_an_undo_ends_no_ticket_on_which_the_partner_wrote_meanwhile() -> None:
    ticket, agent = ended(opened()), Actor.staff(staff())
    message = replied(ticket, actor=agent, status="open")
    wrote = LATER + timedelta(seconds=2)
    joining.receive(
        ticket_id=ticket.pk,
        incoming=incoming(received_at=wrote),
        channel="email",
        found_by="token",
        acknowledge=True,
        now=wrote,
    )
    answering.undo_reply(actor=agent, message_id=message.pk, now=LATER + timedelta(seconds=3))
    ticket.refresh_from_db()
    assert (ticket.status, ticket.closed_at, ticket.last_message_at) == ("open", None, wrote)


@pytest.mark.parametrize("status", ["solved", "closed"])
@pytest.mark.parametrize("changes", [{"nature": "clarification"}, {"nature": "holding", "status": "pending"}])
def test_a_question_on_a_ticket_that_ended_takes_it_up_and_waits_for_the_partner(status: str, changes: dict) -> None:
    ticket = ended(opened(), status)
    replied(ticket, **changes)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.waiting_for, ticket.outcome, ticket.closed_at) == ("pending", "requester", "", None)
    assert ticket.waiting_since == NOW
    moves = ticket.events.filter(verb="status").order_by("id").values_list("data__from", "data__to")
    assert list(moves) == [("new", status), (status, "open"), ("open", "pending")]


def test_an_answer_on_a_closed_ticket_may_solve_it() -> None:
    ticket = ended(opened(), "closed")
    replied(ticket, status="solved")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.outcome, ticket.closed_at) == ("solved", "answered", LATER)


def test_a_question_on_a_ticket_that_waited_for_somebody_else_waits_for_the_partner() -> None:
    ticket = opened()
    triage.set_status(actor=SYSTEM, ticket_id=ticket.pk, status="pending", waiting_for="third_party", now=NOW)
    replied(ticket, nature="clarification")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.waiting_for) == ("pending", "requester")
