"""Each duty of a ticket has its deadline, which ends by what was really done."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.models import OutgoingMail
from tests.making import NOW, incoming, opened, staff
from tickets.actions import answering, elsewhere, joining, merging, phoning, promising, splitting, triage
from tickets.actions.record import Actor
from tickets.incoming import Details
from tickets.models import CalendarVersion, Contact, Holiday, Message, Policy, Queue, Ticket, TicketDeadline, User
from tickets.tasks import settle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
DAY = timedelta(days=1)
LATER = NOW + timedelta(hours=5)
REPLY, OFFICIAL, FINAL = date(2026, 12, 14), date(2026, 12, 7), date(2027, 1, 25)
DANGER = Details(kind="need", need_item="Generator", danger_to_life=True)


@pytest.fixture
def anna() -> User:
    return staff("Anna Agent")


@pytest.fixture
def actor(anna: User) -> Actor:
    return Actor.staff(anna)


def rows(ticket: Ticket) -> list[tuple[str, date, str]]:
    """Duty, last day and end of each, in the order in which they were made."""
    return [(each.duty, each.due_on, each.end) for each in TicketDeadline.objects.filter(ticket=ticket).order_by("pk")]


def of(ticket: Ticket, duty: str = "reply") -> list[tuple[date, str]]:
    return [(due, end) for each, due, end in rows(ticket) if each == duty]


def last(ticket: Ticket, duty: str = "reply") -> TicketDeadline:
    return TicketDeadline.objects.filter(ticket=ticket, duty=duty).latest("pk")


def hand_over(message: Message, at: datetime, **changes: Any) -> None:
    values = {"state": "sent", "sent_at": at, "settled_at": None, **changes}
    OutgoingMail.objects.filter(pk=message.outgoing_id).update(**values)
    settle()


def answered(actor: Actor, ticket: Ticket, at: datetime = LATER, **changes: Any) -> Message:
    message = answering.reply(actor=actor, ticket_id=ticket.pk, text="Two come.", now=at, **changes)
    hand_over(message, at + timedelta(minutes=1))
    return message


def wrote(ticket: Ticket, at: datetime) -> Message:
    return joining.receive(
        ticket_id=ticket.pk, incoming=incoming(received_at=at), channel="email", found_by="token", acknowledge=False,
        now=at,
    )  # fmt: skip


def test_a_new_ticket_has_a_deadline_for_each_duty() -> None:
    ticket = opened()
    assert rows(ticket) == [
        ("acknowledge", NOW.date(), ""),
        ("official", OFFICIAL, ""),
        ("reply", REPLY, ""),
        ("final", FINAL, ""),
    ]
    reply = last(ticket)
    assert (reply.started_at, reply.due_at) == (NOW, datetime(2026, 12, 14, 23, tzinfo=UTC))  # midnight in Brussels
    assert reply.told_on == ticket.answer_by == REPLY
    assert reply.policy is not None
    assert reply.policy.code == "reply"
    assert reply.calendar_version == CalendarVersion.objects.get()
    assert last(ticket, "acknowledge").due_at == NOW + timedelta(hours=1)


def test_a_need_with_danger_to_life_is_due_in_one_working_day_and_the_partner_is_told_so() -> None:
    friday = datetime(2026, 11, 27, 9, tzinfo=UTC)
    ticket = opened(now=friday, details=DANGER)
    assert of(ticket) == [(date(2026, 11, 30), "")]
    assert ticket.answer_by == date(2026, 11, 30)


@pytest.mark.parametrize("changes", [{"channel": "import"}, {"channel": "phone", "acknowledge": False}])
def test_what_is_imported_and_a_call_without_a_promise_have_none(changes: dict[str, Any]) -> None:
    assert rows(opened(**changes)) == []


def test_a_message_that_a_machine_wrote_has_none() -> None:
    assert rows(opened(automatic="auto-submitted", acknowledge=False)) == []


def test_a_mail_that_is_not_acknowledged_has_no_deadline_for_that() -> None:
    assert [duty for duty, _, _ in rows(opened(acknowledge=False))] == ["official", "reply", "final"]


def test_without_closing_days_there_are_none_until_they_come() -> None:
    known = list(Holiday.objects.all())
    Holiday.objects.all().delete()
    ticket = opened()
    assert rows(ticket) == [("acknowledge", NOW.date(), "")]
    Holiday.objects.bulk_create(known)
    answering.note(actor=Actor.staff(staff()), ticket_id=ticket.pk, text="Hm.", now=LATER)
    assert of(ticket) == []  # a note reads no clock
    triage.mark_spam(actor=Actor.staff(staff()), ticket_id=ticket.pk, now=LATER)
    triage.unmark_spam(actor=Actor.staff(staff()), ticket_id=ticket.pk, now=LATER)
    assert of(ticket) == [(REPLY, "")]


def test_the_acknowledgement_ends_its_own_when_it_was_handed_over_and_a_bounce_opens_it_again() -> None:
    ticket = opened()
    message = ticket.messages.get(automatic="acknowledgement")
    hand_over(message, NOW + timedelta(seconds=30))
    row = last(ticket, "acknowledge")
    assert (row.end, row.ended_at) == ("done", NOW + timedelta(seconds=30))
    assert of(ticket) == [(REPLY, "")]
    hand_over(message, NOW, bounce="hard")
    row = last(ticket, "acknowledge")
    assert (row.end, row.ended_at) == ("", None)


@pytest.mark.parametrize("nature", ["answer", "transfer"])
def test_an_answer_ends_all_when_it_was_handed_over(actor: Actor, nature: str) -> None:
    ticket = opened()
    contact = None
    if nature == "transfer":
        contact = Contact.objects.filter(active=True).first()
    message = answering.reply(actor=actor, ticket_id=ticket.pk, text="Two.", nature=nature, contact=contact, now=LATER)
    assert {end for _, _, end in rows(ticket)} == {""}
    hand_over(message, LATER + timedelta(minutes=3))
    assert {end for _, _, end in rows(ticket)} == {"done"}
    row = last(ticket)
    assert (row.ended_at, row.done_by) == (LATER + timedelta(minutes=3), actor.user)


@pytest.mark.parametrize("nature", ["clarification", "holding"])
def test_a_question_and_a_holding_reply_end_none(actor: Actor, nature: str) -> None:
    ticket = opened()
    answered(actor, ticket, nature=nature, answer_by=REPLY)
    assert [end for _, _, end in rows(ticket)] == [""] * 4


def test_a_bounce_of_the_answer_opens_them_again_as_if_they_had_never_ended(actor: Actor) -> None:
    ticket = opened()
    before = rows(ticket)
    message = answered(actor, ticket, status="solved")
    hand_over(message, LATER, bounce="hard")
    assert rows(ticket) == before
    assert not TicketDeadline.objects.exclude(ended_at=None).exists()


def test_an_answer_from_another_program_ends_them_too(actor: Actor, anna: User) -> None:
    ticket = opened()
    sent = incoming(received_at=LATER, sender_address=anna.email)
    message = elsewhere.record_sent(author=anna, ticket_id=ticket.pk, incoming=sent, found_by="reference", now=LATER)
    assert of(ticket) == [(REPLY, "done")]
    elsewhere.take_back_sent(message_id=message.pk, now=LATER + DAY)
    assert of(ticket) == [(REPLY, "")]


def test_naming_the_official_ends_its_own_alone(actor: Actor, anna: User) -> None:
    ticket = opened()
    message = promising.name_official(actor=actor, ticket_id=ticket.pk, official=anna, now=LATER)
    assert of(ticket, "official") == [(OFFICIAL, "")]
    hand_over(message, LATER)
    assert (of(ticket, "official"), of(ticket)) == ([(OFFICIAL, "done")], [(REPLY, "")])
    hand_over(message, LATER, bounce="hard")
    assert of(ticket, "official") == [(OFFICIAL, "")]


@pytest.mark.parametrize("by", ["extend", "holding"])
def test_a_later_date_extends_that_of_the_reply_with_the_mail_and_bounces_with_it(actor: Actor, by: str) -> None:
    ticket, until = opened(), date(2027, 1, 15)
    if by == "extend":
        message = promising.extend(
            actor=actor, ticket_id=ticket.pk, answer_by=until, reasons="Two cities look.", now=LATER
        )
    else:
        message = answering.reply(
            actor=actor, ticket_id=ticket.pk, text="Soon.", nature="holding", answer_by=until, now=LATER
        )
    first, second = TicketDeadline.objects.filter(ticket=ticket, duty="reply").order_by("pk")
    assert (first.end, first.ended_at, first.done_by, first.told_on) == ("extended", LATER, actor.user, REPLY)
    assert (second.end, second.due_on, second.told_on, second.extends) == ("", until, until, first)
    assert second.started_at == NOW
    assert of(ticket, "final") == [(FINAL, "")]
    hand_over(message, LATER)
    assert of(ticket) == [(REPLY, "extended"), (until, "")]
    hand_over(message, LATER, bounce="hard")
    assert of(ticket) == [(REPLY, ""), (until, "replaced")]
    again = promising.extend(actor=actor, ticket_id=ticket.pk, answer_by=until, reasons="Two.", now=LATER + DAY)
    assert of(ticket) == [(REPLY, "extended"), (until, "replaced"), (until, "")]
    answering.undo_reply(actor=actor, message_id=again.pk, now=LATER + DAY)
    assert of(ticket) == [(REPLY, ""), (until, "replaced"), (until, "replaced")]


def test_a_second_extension_follows_the_first_and_the_answer_ends_the_last(actor: Actor) -> None:
    ticket, dates = opened(), [date(2027, 1, 15), date(2027, 2, 1)]
    for number, until in enumerate(dates):
        promising.extend(actor=actor, ticket_id=ticket.pk, answer_by=until, reasons="More.", now=LATER + number * DAY)
    assert of(ticket) == [(REPLY, "extended"), (dates[0], "extended"), (dates[1], "")]
    answered(actor, ticket, at=LATER + 2 * DAY)
    assert of(ticket) == [(REPLY, "extended"), (dates[0], "extended"), (dates[1], "done")]


def test_an_earlier_date_extends_nothing_and_is_told_beside(actor: Actor) -> None:
    ticket = opened()
    answered(actor, ticket, nature="holding", answer_by=date(2026, 12, 1))
    assert (of(ticket), last(ticket).told_on) == ([(REPLY, "")], date(2026, 12, 1))


def test_closing_without_an_answer_ends_them_and_reopening_by_staff_goes_on(actor: Actor) -> None:
    ticket = opened()
    triage.set_status(
        actor=actor, ticket_id=ticket.pk, status="closed", outcome="withdrawn", reason="They called.", now=LATER
    )
    assert {end for _, _, end in rows(ticket)} == {"closed"}
    assert last(ticket).ended_at == LATER
    triage.reopen(actor=actor, ticket_id=ticket.pk, now=LATER + DAY)
    assert {end for _, _, end in rows(ticket)} == {""}
    assert len(rows(ticket)) == 4


def test_a_partner_who_writes_after_the_end_waits_anew_with_a_deadline_of_their_own(actor: Actor) -> None:
    ticket = opened()
    triage.set_status(
        actor=actor, ticket_id=ticket.pk, status="closed", outcome="withdrawn", reason="They called.", now=LATER
    )
    wrote(ticket, NOW + 7 * DAY)
    assert of(ticket) == [(REPLY, "closed"), (date(2026, 12, 21), "")]
    assert of(ticket, "official") == [(OFFICIAL, "closed")]
    answered(actor, ticket, at=NOW + 8 * DAY, status="solved")
    assert of(ticket) == [(REPLY, "closed"), (date(2026, 12, 21), "done")]
    assert last(ticket).told_on == REPLY  # no answer has kept that promise


def test_a_question_after_the_answer_begins_a_deadline_and_a_late_bounce_joins_both_waits(actor: Actor) -> None:
    ticket = opened()
    message = answered(actor, ticket)
    wrote(ticket, NOW + 7 * DAY)
    assert of(ticket) == [(REPLY, "done"), (date(2026, 12, 21), "")]
    hand_over(message, LATER, bounce="hard")
    assert of(ticket) == [(REPLY, ""), (date(2026, 12, 21), "replaced")]


def test_a_second_message_while_one_waits_changes_none() -> None:
    ticket = opened()
    before = rows(ticket)
    wrote(ticket, NOW + DAY)
    assert rows(ticket) == before


def test_spam_owes_nothing_and_what_is_none_owes_again(actor: Actor) -> None:
    ticket = opened()
    triage.mark_spam(actor=actor, ticket_id=ticket.pk, now=LATER)
    assert {end for _, _, end in rows(ticket)} == {"spam"}
    triage.unmark_spam(actor=actor, ticket_id=ticket.pk, now=LATER + DAY)
    assert {end for _, _, end in rows(ticket)} == {""}


def test_a_merge_hands_the_earlier_deadline_on_and_its_undo_brings_both_back(actor: Actor) -> None:
    early = opened()
    with time_machine.travel(NOW + 7 * DAY, tick=False):
        late = opened(now=NOW + 7 * DAY)
        merging.merge(actor=actor, ticket_id=early.pk, into_id=late.pk, now=NOW + 7 * DAY)
    assert of(early) == [(REPLY, "merged")]
    assert of(late) == [(date(2026, 12, 21), "replaced"), (REPLY, "")]
    assert last(late).told_on == REPLY
    merging.unmerge(actor=actor, ticket_id=early.pk, now=NOW + 8 * DAY)
    assert of(early) == [(REPLY, "")]
    assert [each for each in of(late) if each[1] != "replaced"] == [(date(2026, 12, 21), "")]


def test_what_was_answered_before_a_merge_says_nothing_of_the_wait_that_came_with_it(actor: Actor) -> None:
    target, source = opened(), opened()
    answered(actor, target, at=LATER)
    merging.merge(actor=actor, ticket_id=source.pk, into_id=target.pk, now=LATER + DAY)
    assert of(target) == [(REPLY, "")]
    answered(actor, target, at=LATER + 2 * DAY)
    assert last(target).end == "done"
    assert last(target).ended_at == LATER + 2 * DAY + timedelta(minutes=1)
    assert of(source) == [(REPLY, "merged")]


def test_a_message_that_is_split_off_brings_its_own_deadline_and_the_date_that_was_told(actor: Actor) -> None:
    ticket = opened()
    second = wrote(ticket, NOW + 7 * DAY)
    made = splitting.split(actor=actor, message_id=second.pk, now=NOW + 8 * DAY)
    assert (of(made), last(made).told_on) == ([(date(2026, 12, 21), "")], REPLY)
    assert of(ticket) == [(REPLY, "")]


def test_a_call_is_due_once_a_date_was_promised(actor: Actor) -> None:
    caller = phoning.Caller(name="Olena Example", address="olena@hromada.example")
    ticket = phoning.open_call(actor=actor, caller=caller, subject="Help", text="Two, please.", at=NOW, now=NOW)
    assert rows(ticket) == []
    message = answering.reply(
        actor=actor, ticket_id=ticket.pk, text="Soon.", nature="holding", answer_by=date(2026, 12, 3), now=LATER
    )
    assert of(ticket) == [(REPLY, "")]
    assert last(ticket).told_on == date(2026, 12, 3)
    answering.undo_reply(actor=actor, message_id=message.pk, now=LATER)
    assert of(ticket) == [(REPLY, "replaced")]


def _to_complaints(actor: Actor, ticket: Ticket) -> None:
    triage.set_queue(actor=actor, ticket_id=ticket.pk, queue=Queue.objects.get(code="complaints"), now=LATER)


def _to_need(actor: Actor, ticket: Ticket) -> None:
    triage.set_kind(actor=actor, ticket_id=ticket.pk, kind="need", now=LATER)
    triage.set_danger(actor=actor, ticket_id=ticket.pk, danger_to_life=True, now=LATER)


@pytest.mark.parametrize(("move", "due"), [(_to_complaints, FINAL), (_to_need, date(2026, 11, 24))])
def test_what_a_ticket_is_decides_anew_and_the_date_that_was_told_stays(
    actor: Actor, move: Callable[[Actor, Ticket], None], due: date
) -> None:
    ticket = opened()
    move(actor, ticket)
    assert of(ticket) == [(REPLY, "replaced"), (due, "")]
    ticket.refresh_from_db()
    assert last(ticket).told_on == ticket.answer_by == REPLY
    assert of(ticket, "final") == [(FINAL, "")]  # the same rule, the same date


def test_what_is_open_again_is_measured_by_the_rules_of_then(actor: Actor) -> None:
    ticket = opened()
    message = answered(actor, ticket)
    _to_complaints(actor, ticket)
    assert of(ticket) == [(REPLY, "done")]
    hand_over(message, LATER, bounce="hard")
    assert of(ticket) == [(REPLY, "replaced"), (FINAL, "")]


def test_a_deadline_that_was_extended_or_has_ended_is_not_chosen_anew(actor: Actor) -> None:
    ended, extended, until = opened(), opened(), date(2027, 1, 15)
    answered(actor, ended)
    promising.extend(actor=actor, ticket_id=extended.pk, answer_by=until, reasons="More.", now=LATER)
    for ticket in (ended, extended):
        _to_complaints(actor, ticket)
    assert of(ended) == [(REPLY, "done")]
    assert of(extended) == [(REPLY, "extended"), (until, "")]


def test_a_policy_that_is_out_of_force_asks_nothing(actor: Actor) -> None:
    Policy.objects.filter(code="final").update(active=False)
    assert [duty for duty, _, _ in rows(opened())] == ["acknowledge", "official", "reply"]


def test_keeping_them_takes_two_statements_at_most(actor: Actor) -> None:
    ticket = opened()
    message = ticket.messages.get(automatic="acknowledgement")
    with CaptureQueriesContext(connection) as captured:
        hand_over(message, NOW)
    assert len([each for each in captured.captured_queries if "ticketdeadline" in each["sql"]]) == 2
    answered(actor, ticket)
    with CaptureQueriesContext(connection) as captured:
        wrote(ticket, NOW + 7 * DAY)
    assert len([each for each in captured.captured_queries if "ticketdeadline" in each["sql"]]) == 2
