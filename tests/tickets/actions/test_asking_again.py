"""A partner is reminded of a question that was handed over; nothing is closed unless a manager has switched it on."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from notifications.models import OutgoingMail
from tests.making import NOW, OLENA, incoming, opened, staff
from tests.making_deadlines import ask, asked, handed_over
from tickets.actions import answering, asking_again, joining, triage
from tickets.actions.record import SYSTEM, Actor
from tickets.errors import IllegalMove
from tickets.models import Event, Message, Ticket, User
from tickets.tasks import ask_again

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]


@pytest.fixture
def anna() -> User:
    return staff("Anna Agent")


@pytest.fixture
def maria() -> User:
    return staff("Maria Manager", role="manager")


def on(day: int) -> datetime:
    return NOW + timedelta(days=day)


def run(day: int) -> int:
    with time_machine.travel(on(day), tick=False):
        return ask_again()


def reminders() -> list[Message]:
    return list(Message.objects.filter(automatic="reminder").order_by("pk"))


def close_the_unanswered(maria: User, *, on: bool = True) -> None:
    asking_again.switch(actor=Actor.staff(maria), code="close_unanswered", on=on, now=NOW)


def write(ticket: Ticket, day: int, **fields: Any) -> None:
    joining.receive(
        ticket_id=ticket.pk,
        incoming=incoming(received_at=on(day), **fields),
        channel="email",
        found_by="token",
        acknowledge=False,
        now=on(day),
    )


def test_the_partner_is_reminded_after_thirty_and_sixty_days_and_no_more(anna: User) -> None:
    ticket = asked(anna, NOW)
    done = {day: run(day) for day in range(130)}
    assert [day for day, number in done.items() if number] == [30, 60]
    assert Event.objects.filter(ticket=ticket, verb="reminded").count() == 2
    assert Ticket.objects.get().status == "pending"


def test_a_reminder_is_in_the_language_of_the_partner_and_answers_to_it_thread(anna: User) -> None:
    ticket = asked(anna, NOW, text="Combien de lits a l’hôpital ?", language="fr")
    run(30)
    message = reminders()[0]
    mail = message.outgoing
    assert mail is not None
    assert (message.kind, message.language, mail.to[0]["address"]) == ("automatic", "fr", OLENA)
    assert mail.automatic
    assert "Combien de lits" in mail.text
    assert "23 novembre 2026" in mail.text
    assert ticket.reference in mail.subject
    question = ticket.messages.get(nature="clarification")
    assert question.message_id in mail.references
    assert "+" in mail.reply_to
    assert message.message_id == mail.message_id


def test_run_twice_it_reminds_once(anna: User) -> None:
    asked(anna, NOW)
    assert (run(30), run(30), run(31)) == (1, 0, 0)


def test_what_was_missed_is_one_reminder(anna: User) -> None:
    asked(anna, NOW)
    assert [run(day) for day in (200, 201, 230, 260)] == [1, 0, 0, 0]


@pytest.mark.parametrize("fields", [{"channel": "import", "acknowledge": False}, {"kind": "need"}])
def test_nobody_is_reminded_of_what_is_imported_or_needed(anna: User, fields: dict[str, Any]) -> None:
    kind = fields.pop("kind", "enquiry")
    ticket = opened(now=NOW, **fields)
    triage.set_kind(actor=SYSTEM, ticket_id=ticket.pk, kind=kind, now=NOW)
    ask(ticket, anna, NOW)
    assert [run(day) for day in range(0, 130, 10)] == [0] * 13
    assert Ticket.objects.get().remind_at is None


def test_a_question_that_was_not_handed_over_reminds_of_nothing(anna: User) -> None:
    ticket = opened()
    question = answering.reply(
        actor=Actor.staff(anna), ticket_id=ticket.pk, text="How many?", nature="clarification", now=NOW
    )
    assert run(40) == 0
    handed_over(question, on(40))
    assert (run(69), run(70)) == (0, 1)


def test_a_question_that_came_back_reminds_of_nothing(anna: User) -> None:
    ticket = asked(anna, NOW)
    question = ticket.messages.get(nature="clarification")
    handed_over(question, NOW, bounce="hard", bounced_at=NOW)
    assert run(30) == 0
    assert reminders() == []


def test_other_replies_and_a_ticket_that_was_only_put_aside_remind_of_nothing(anna: User) -> None:
    ticket = opened()
    actor = Actor.staff(anna)
    answer = answering.reply(actor=actor, ticket_id=ticket.pk, text="Here it is.", status="pending", now=NOW)
    handed_over(answer, NOW)
    assert [run(day) for day in (30, 60, 90)] == [0, 0, 0]


def test_an_answer_ends_the_reminders_and_a_new_question_starts_them_anew(anna: User) -> None:
    ticket = asked(anna, NOW)
    write(ticket, 20)
    assert run(30) == 0
    ask(Ticket.objects.get(), anna, on(40))
    assert (run(69), run(70)) == (0, 1)


def test_a_second_question_while_the_first_waits_counts_from_its_own_day(anna: User) -> None:
    ticket = asked(anna, NOW)
    ask(ticket, anna, on(20), text="And how many generators?")
    assert (run(30), run(50)) == (0, 1)
    assert "And how many generators?" in reminders()[0].text


def test_nothing_is_closed_where_nobody_has_switched_it_on(anna: User) -> None:
    asked(anna, NOW)
    for day in range(30, 400, 10):
        run(day)
    assert Ticket.objects.get().status == "pending"
    assert len(reminders()) == 2


def test_where_a_manager_has_switched_it_on_the_end_comes_with_a_notice_and_an_answer_opens_it_again(
    anna: User, maria: User
) -> None:
    ticket = asked(anna, NOW)
    close_the_unanswered(maria)
    run(30)
    run(60)
    assert (run(89), run(90)) == (0, 1)
    notice = reminders()[-1]
    assert "we will close your request on 8 March 2027" in notice.text
    assert "an answer to this mail opens it again" in notice.text
    handed_over(notice, on(90))
    assert run(103) == 0
    assert Ticket.objects.get().status == "pending"
    assert run(104) == 1
    closed = Ticket.objects.get()
    assert (closed.status, closed.outcome) == ("closed", "withdrawn")
    assert closed.outcome_reason == "The partner did not answer our question."
    assert (run(105), run(200)) == (0, 0)
    write(ticket, 106)
    assert Ticket.objects.get().status == "open"


def test_two_weeks_begin_when_the_notice_is_handed_over(anna: User, maria: User) -> None:
    asked(anna, NOW)
    close_the_unanswered(maria)
    for day in (30, 60, 90):
        run(day)
    assert run(104) == 0
    handed_over(reminders()[-1], on(105))
    assert (run(118), run(119)) == (0, 1)
    assert Ticket.objects.get().status == "closed"


@pytest.mark.parametrize("result", [{"state": "failed"}, {"bounce": "hard", "bounced_at": on(91)}])
def test_a_notice_that_did_not_arrive_closes_nothing(anna: User, maria: User, result: dict[str, Any]) -> None:
    asked(anna, NOW)
    close_the_unanswered(maria)
    for day in (30, 60, 90):
        run(day)
    handed_over(reminders()[-1], on(90), **result)
    for day in range(91, 200, 5):
        run(day)
    assert Ticket.objects.get().status == "pending"


def test_switched_off_again_nothing_is_closed_and_later_a_new_notice_comes_first(anna: User, maria: User) -> None:
    asked(anna, NOW)
    close_the_unanswered(maria)
    for day in (30, 60, 90):
        run(day)
    handed_over(reminders()[-1], on(90))
    close_the_unanswered(maria, on=False)
    for day in range(91, 131):
        run(day)
    assert Ticket.objects.get().status == "pending"
    close_the_unanswered(maria)
    for day in range(131, 140):
        run(day)
    assert Ticket.objects.get().status == "pending"
    assert len(reminders()) == 4


def test_only_managers_switch(anna: User, maria: User) -> None:
    with pytest.raises(IllegalMove):
        asking_again.switch(actor=Actor.staff(anna), code="close_unanswered", on=True, now=NOW)
    with pytest.raises(IllegalMove):
        asking_again.switch(actor=Actor.staff(maria), code="something", on=True, now=NOW)
    close_the_unanswered(maria)
    assert asking_again.switched_on("close_unanswered")


def test_with_reminders_switched_off_in_the_settings_nobody_is_reminded(anna: User, settings: Any) -> None:
    settings.PARTNER_REMINDER_DAYS = 0
    asked(anna, NOW)
    assert [run(day) for day in (0, 30, 60, 90)] == [0, 0, 0, 0]
    assert not OutgoingMail.objects.filter(name="reminder").exists()
