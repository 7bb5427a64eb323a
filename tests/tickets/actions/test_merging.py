"""Two tickets become one without losing a minute of waiting, and two again exactly as they were."""

from datetime import datetime, timedelta

import pytest

from notifications.models import OutgoingMail
from tests.making import NOW, incoming, opened, staff
from tickets.actions import answering, joining, triage
from tickets.actions.following import follow
from tickets.actions.merging import merge, unmerge
from tickets.actions.record import SYSTEM, Actor, read_clock
from tickets.errors import IllegalMove
from tickets.models import Event, Follower, Message, Participant, Queue, Ticket
from tickets.tasks import settle
from tickets.threads import last_inbound, thread_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
PETRO = "petro@hromada.example"
HOUR = timedelta(hours=1)
COUNTED = ("status", "waiting_since", "first_answered_at", "waiting_for", "last_message_at", "answer_by", "closed_at")


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def picture(ticket: Ticket) -> dict[str, object]:
    """All of a ticket's row, and who takes part."""
    row = Ticket.objects.values().get(pk=ticket.pk)
    followers = list(Follower.objects.filter(ticket=ticket).values_list("user", flat=True))
    return {
        **row,
        "followers": followers,
        "people": sorted(Participant.objects.filter(ticket=ticket).values_list("requester", flat=True)),
    }


def answered(ticket: Ticket, at: datetime, nature: str = "answer") -> Message:
    """An answer that was really handed over."""
    reply = answering.reply(actor=Actor.staff(staff()), ticket_id=ticket.pk, text="Two.", nature=nature, now=at)
    OutgoingMail.objects.filter(pk=reply.outgoing_id).update(state="sent", sent_at=at)
    settle()
    return reply


def asked(ticket: Ticket, at: datetime, **changes: object) -> Message:
    return joining.receive(
        ticket_id=ticket.pk,
        incoming=incoming(**{"received_at": at, **changes}),
        channel="email",
        found_by="token",
        acknowledge=False,
        now=at,
    )


def merged(source: Ticket, target: Ticket, now: datetime = NOW + 10 * HOUR) -> Ticket:
    return merge(actor=Actor.staff(staff()), ticket_id=source.pk, into_id=target.pk, now=now)


@pytest.mark.parametrize("first", ["source", "target"])
def test_the_partner_has_waited_since_the_earliest_open_message_of_both(first: str) -> None:
    old, young = opened(now=NOW), opened(now=NOW + HOUR)
    source, target = (old, young) if first == "source" else (young, old)
    merged(source, target)
    assert fresh(target).waiting_since == NOW
    assert fresh(source).waiting_since is None
    assert fresh(source).status == "merged"


def test_an_answer_before_the_merge_ends_the_wait_of_its_own_ticket_alone() -> None:
    source, target = opened(now=NOW), opened(now=NOW + HOUR)
    answered(target, NOW + 2 * HOUR)
    assert fresh(target).waiting_since is None
    merged(source, target)
    assert fresh(target).waiting_since == NOW


def test_the_next_answer_ends_both_waits_and_its_bounce_brings_them_back() -> None:
    source, target = opened(now=NOW), opened(now=NOW + HOUR)
    merged(source, target)
    reply = answered(target, NOW + 11 * HOUR)
    assert fresh(target).waiting_since is None
    OutgoingMail.objects.filter(pk=reply.outgoing_id).update(bounce="hard", settled_at=None)
    settle()
    assert fresh(target).waiting_since == NOW


def test_an_answer_on_the_merged_ticket_that_comes_back_later_counts_for_nothing() -> None:
    source, target = opened(now=NOW), opened(now=NOW + HOUR)
    reply = answered(source, NOW + 2 * HOUR)
    merged(source, target)
    assert fresh(target).waiting_since == NOW + HOUR
    OutgoingMail.objects.filter(pk=reply.outgoing_id).update(bounce="hard", settled_at=None)
    settle()
    assert fresh(target).waiting_since == NOW


def test_what_ended_before_the_merge_brings_no_wait() -> None:
    source, target = opened(now=NOW), opened(now=NOW + HOUR)
    triage.set_status(
        actor=SYSTEM, ticket_id=source.pk, status="closed", outcome="no_reply_needed", reason="thanks", now=NOW
    )
    merged(source, target)
    read_clock(fresh(source))
    assert fresh(target).waiting_since == NOW + HOUR


def test_a_chain_of_merges_hands_the_wait_on_to_its_end() -> None:
    first, second, third = (opened(now=NOW + number * HOUR) for number in range(3))
    merged(first, second)
    merged(second, third, NOW + 11 * HOUR)
    assert fresh(third).waiting_since == NOW
    answered(third, NOW + 12 * HOUR)
    assert fresh(third).waiting_since is None


def test_in_a_chain_what_was_answered_on_the_way_stays_answered() -> None:
    first, second, third = (opened(now=NOW + number * HOUR) for number in range(3))
    merged(first, second)
    answered(second, NOW + 11 * HOUR)
    merged(second, third, NOW + 12 * HOUR)
    assert fresh(third).waiting_since == NOW + 2 * HOUR


def test_a_new_wait_after_an_end_is_not_the_old_one_that_was_merged() -> None:
    source, target = opened(now=NOW), opened(now=NOW)
    merged(source, target)
    closed, wrote = NOW + 11 * HOUR, NOW + 12 * HOUR
    triage.set_status(
        actor=SYSTEM, ticket_id=target.pk, status="closed", outcome="no_reply_needed", reason="thanks", now=closed
    )
    asked(source, wrote)
    read_clock(fresh(target))
    assert fresh(target).waiting_since == wrote


@pytest.mark.parametrize("status", ["new", "open", "pending", "solved"])
def test_undoing_the_merge_brings_both_back_exactly(status: str) -> None:
    source = opened(now=NOW, sender_address=PETRO)
    target = opened(now=NOW + HOUR)
    triage.assign(actor=SYSTEM, ticket_id=source.pk, assignee=staff(), now=NOW)
    if status == "solved":
        triage.set_status(actor=SYSTEM, ticket_id=source.pk, status="solved", outcome="answered", now=NOW + HOUR)
    elif status != "new":
        triage.set_status(
            actor=SYSTEM, ticket_id=target.pk, status=status, waiting_for="requester" if status == "pending" else "",
            now=NOW + HOUR,
        )  # fmt: skip
    follow(actor=SYSTEM, ticket_id=source.pk, user=staff(), now=NOW)
    before = picture(source), picture(target)
    merged(source, target)
    assert target.followers.count() == 1
    assert (picture(source), picture(target)) != before
    unmerge(actor=Actor.staff(staff()), ticket_id=source.pk, now=NOW + 11 * HOUR)
    assert (picture(source), picture(target)) == before


def test_an_answer_given_while_they_were_one_does_not_hide_the_other_wait_after_the_undo() -> None:
    source, target = opened(now=NOW), opened(now=NOW + HOUR)
    merged(source, target)
    answered(target, NOW + 11 * HOUR)
    unmerge(actor=SYSTEM, ticket_id=source.pk, now=NOW + 12 * HOUR)
    assert fresh(source).waiting_since == NOW
    assert fresh(target).waiting_since is None


def test_undoing_one_merge_of_a_chain_leaves_the_wait_of_the_others() -> None:
    first, second, third = (opened(now=NOW + number * HOUR) for number in range(3))
    merged(first, second)
    merged(second, third, NOW + 11 * HOUR)
    unmerge(actor=SYSTEM, ticket_id=first.pk, now=NOW + 12 * HOUR)
    assert fresh(third).waiting_since == NOW + HOUR
    assert fresh(first).waiting_since == NOW


def test_who_moved_the_ticket_since_keeps_the_last_word() -> None:
    source, target = opened(now=NOW), opened(now=NOW)
    triage.set_status(actor=SYSTEM, ticket_id=target.pk, status="pending", waiting_for="third_party", now=NOW)
    merged(source, target)
    assert fresh(target).status == "open"
    for status in ("pending", "open"):
        triage.set_status(actor=SYSTEM, ticket_id=target.pk, status=status, now=NOW + 11 * HOUR)
    unmerge(actor=SYSTEM, ticket_id=source.pk, now=NOW + 12 * HOUR)
    assert fresh(target).status == "open"


def test_participants_take_part_in_the_other_one_and_stay_if_they_wrote_there() -> None:
    source, other = opened(sender_address=PETRO), opened(sender_address="ivan@hromada.example")
    target = opened()
    merged(source, target)
    merged(other, target)
    assert target.participants.count() == 3
    asked(other, NOW + 11 * HOUR, sender_address="ivan@hromada.example")
    for ticket in (source, other):
        unmerge(actor=SYSTEM, ticket_id=ticket.pk, now=NOW + 12 * HOUR)
    addresses = target.participants.values_list("addresses__address", flat=True)
    assert sorted(addresses) == ["ivan@hromada.example", "olena@hromada.example"]


def test_mail_for_the_merged_ticket_lands_on_the_other_one_and_is_answered_there() -> None:
    source, target = opened(now=NOW, sender_address=PETRO), opened(now=NOW + HOUR)
    merged(source, target)
    message = asked(source, NOW + 11 * HOUR, sender_address=PETRO)
    assert message.ticket_id == target.pk
    assert message.marked == ""


def test_a_reply_goes_to_who_wrote_last_on_either_in_their_thread() -> None:
    target, source = opened(now=NOW), opened(now=NOW + HOUR, sender_address=PETRO)
    merged(source, target)
    newest = last_inbound(fresh(target))
    assert newest is not None
    assert newest.ticket_id == source.pk
    assert thread_of(fresh(target)).in_reply_to == newest.message_id
    reply = answering.reply(actor=Actor.staff(staff()), ticket_id=target.pk, text="Two.", now=NOW + 11 * HOUR)
    assert reply.to == [["Olena Example", PETRO]]


def test_each_act_leaves_one_event_on_both_tickets() -> None:
    source, target, anna = opened(), opened(), staff()
    merge(actor=Actor.staff(anna), ticket_id=source.pk, into_id=target.pk, now=NOW)
    unmerge(actor=Actor.staff(anna), ticket_id=source.pk, now=NOW)
    assert list(source.events.filter(actor=anna).values_list("verb", flat=True)) == ["merged", "unmerged"]
    assert list(target.events.filter(actor=anna).values_list("verb", flat=True)) == ["took_in", "gave_back"]
    event = Event.objects.get(verb="merged")
    assert event.data["reference"] == target.reference


@pytest.mark.parametrize("answered_before", [False, True])
def test_the_earliest_date_that_who_waits_was_told_holds_for_both_and_the_undo_takes_it_back(
    answered_before: bool,
) -> None:
    source, target = opened(now=NOW - timedelta(days=7)), opened(now=NOW)
    if answered_before:
        answered(target, NOW + HOUR)
    before = fresh(target).answer_by
    merged(source, target)
    assert fresh(target).answer_by == source.answer_by != before
    unmerge(actor=SYSTEM, ticket_id=source.pk, now=NOW + 11 * HOUR)
    assert fresh(target).answer_by == before


def test_a_later_date_of_the_merged_ticket_moves_nothing() -> None:
    source, target = opened(now=NOW), opened(now=NOW - timedelta(days=7))
    merged(source, target)
    assert fresh(target).answer_by == target.answer_by
    assert fresh(target).answer_by != source.answer_by


def test_what_cannot_be_merged_says_why() -> None:
    ticket, spam, sensitive, closed = opened(), opened(), opened(), opened()
    triage.mark_spam(actor=SYSTEM, ticket_id=spam.pk, now=NOW)
    triage.set_sensitive(actor=SYSTEM, ticket_id=sensitive.pk, sensitive=True, now=NOW)
    triage.set_status(actor=SYSTEM, ticket_id=closed.pk, status="solved", outcome="answered", now=NOW)
    outside = opened()
    triage.set_queue(actor=SYSTEM, ticket_id=outside.pk, queue=Queue.objects.get(code="complaints"), now=NOW)
    before = picture(ticket)
    for other, code in (
        (ticket, "itself"), (spam, "status"), (sensitive, "sensitive"), (closed, "ended"), (outside, "queue"),
    ):  # fmt: skip
        with pytest.raises(IllegalMove) as refused:
            merged(ticket, other)
        assert refused.value.code == code
    with pytest.raises(IllegalMove, match="not-merged"):
        unmerge(actor=SYSTEM, ticket_id=ticket.pk, now=NOW)
    assert picture(ticket) == before


def test_a_merged_ticket_is_not_merged_again_so_that_there_is_no_circle() -> None:
    first, second = opened(), opened()
    merged(first, second)
    for source, target in ((first, second), (second, first)):
        with pytest.raises(IllegalMove, match="status"):
            merged(source, target)


def test_a_question_back_does_not_restart_the_wait_when_it_is_answered() -> None:
    ticket = opened(now=NOW)
    answered(ticket, NOW + HOUR, "clarification")
    asked(ticket, NOW + 2 * HOUR)
    read_clock(fresh(ticket))
    assert fresh(ticket).waiting_since == NOW
