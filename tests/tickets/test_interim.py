"""What is sent before an answer is counted apart: what it was, on which day, and whether it kept the deadline."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from tests import making_deadlines
from tests.making import NOW, opened, staff
from tickets import interim
from tickets.actions import answering, promising
from tickets.actions.record import Actor
from tickets.models import Contact, Message, Ticket, TicketDeadline, User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
DAY = timedelta(days=1)
START, END = NOW - 30 * DAY, NOW + 90 * DAY


@pytest.fixture
def anna() -> User:
    return staff("Anna Agent")


@pytest.fixture
def ticket() -> Ticket:
    """Its reply is due on 14 December."""
    made = opened()
    assert deadline(made).due_on == date(2026, 12, 14)
    return made


def deadline(ticket: Ticket) -> TicketDeadline:
    return TicketDeadline.objects.get(ticket=ticket, duty="reply", end="")


def at(day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour), UTC)


def hold(ticket: Ticket, author: User, now: datetime, answer_by: date, *, sent: datetime | None = None) -> Message:
    message = answering.reply(
        actor=Actor.staff(author), ticket_id=ticket.pk, text="It takes longer.", nature="holding",
        answer_by=answer_by, now=now,
    )  # fmt: skip
    making_deadlines.handed_over(message, sent or now + timedelta(seconds=30))
    return message


def kinds(ticket: Ticket, start: datetime = START, end: datetime = END) -> set[str]:
    """Which kinds the ticket is found under."""
    found = {code for code in interim.KINDS if Ticket.objects.filter(interim.told(start, end, code), pk=ticket.pk)}
    assert bool(found) == Ticket.objects.filter(interim.told(start, end), pk=ticket.pk).exists()
    return found


def test_a_holding_reply_in_time_is_within_the_deadline_and_moves_the_date(ticket: Ticket, anna: User) -> None:
    hold(ticket, anna, at(date(2026, 12, 10)), date(2027, 1, 8))
    assert kinds(ticket) == {"holding", "within", "later"}
    assert deadline(ticket).due_on == date(2027, 1, 8)


def test_the_last_second_of_the_last_day_is_within_and_the_next_one_is_not(anna: User) -> None:
    for seconds, found in ((-1, {"holding", "within", "later"}), (0, {"holding", "later"})):
        made = opened()
        until = deadline(made).due_at
        hold(made, anna, until - timedelta(minutes=1), date(2027, 1, 8), sent=until + timedelta(seconds=seconds))
        assert kinds(made) == found


def test_one_that_itself_extends_what_was_over_is_not_within_it(ticket: Ticket, anna: User) -> None:
    hold(ticket, anna, at(date(2026, 12, 16)), date(2027, 1, 8))
    assert deadline(ticket).due_on == date(2027, 1, 8)
    assert kinds(ticket) == {"holding", "later"}


def test_a_second_one_is_measured_by_the_date_that_the_first_one_told(ticket: Ticket, anna: User) -> None:
    hold(ticket, anna, at(date(2026, 12, 10)), date(2027, 1, 8))
    for day, told, found in (
        (date(2027, 1, 7), date(2027, 1, 20), {"holding", "within", "later"}),
        (date(2027, 2, 1), date(2027, 2, 20), {"holding", "later"}),
    ):
        hold(ticket, anna, at(day), told)
        assert kinds(ticket, at(day) - DAY, at(day) + DAY) == found


def test_one_that_tells_no_later_date_moves_none(ticket: Ticket, anna: User) -> None:
    hold(ticket, anna, at(date(2026, 11, 30)), date(2026, 12, 11))
    assert kinds(ticket) == {"holding", "within"}


def test_after_the_answer_no_deadline_runs_that_could_be_kept(ticket: Ticket, anna: User) -> None:
    answer = answering.reply(actor=Actor.staff(anna), ticket_id=ticket.pk, text="Yes.", now=at(date(2026, 11, 25)))
    making_deadlines.handed_over(answer, at(date(2026, 11, 25)))
    assert kinds(ticket) == set()
    hold(ticket, anna, at(date(2026, 11, 26)), date(2027, 1, 8))
    assert kinds(ticket) == {"holding"}


def test_the_name_of_the_official_is_no_holding_reply(ticket: Ticket, anna: User) -> None:
    now = at(date(2026, 11, 25))
    message = promising.name_official(actor=Actor.staff(anna), ticket_id=ticket.pk, official=anna, now=now)
    assert kinds(ticket) == set()  # it waits for its undo
    making_deadlines.handed_over(message, now)
    assert kinds(ticket) == {"official"}


def test_a_later_date_with_reasons_is_a_holding_reply(ticket: Ticket, anna: User) -> None:
    now = at(date(2026, 12, 10))
    message = promising.extend(
        actor=Actor.staff(anna), ticket_id=ticket.pk, answer_by=date(2027, 1, 8), reasons="Two cities look.", now=now
    )
    making_deadlines.handed_over(message, now)
    assert kinds(ticket) == {"holding", "within", "later"}


def test_a_question_is_one_and_a_transfer_is_none_of_them(anna: User) -> None:
    asked = making_deadlines.asked(anna, NOW)
    assert kinds(asked) == {"question"}
    passed, contact = opened(), Contact.objects.filter(active=True).first()
    transfer = answering.reply(
        actor=Actor.staff(anna), ticket_id=passed.pk, text="They help.", nature="transfer", contact=contact, now=NOW
    )
    making_deadlines.handed_over(transfer, NOW)
    assert kinds(passed) == set()


def test_it_counts_when_it_was_handed_over_and_not_when_it_was_written(ticket: Ticket, anna: User) -> None:
    written, sent = at(date(2026, 11, 30)), at(date(2026, 12, 1))
    hold(ticket, anna, written, date(2027, 1, 8), sent=sent)
    assert kinds(ticket, written - DAY, sent) == set()
    assert kinds(ticket, sent, sent + DAY) == {"holding", "within", "later"}


def test_what_came_back_was_not_sent(ticket: Ticket, anna: User) -> None:
    message = hold(ticket, anna, at(date(2026, 12, 10)), date(2027, 1, 8))
    Message.objects.filter(pk=message.pk).update(delivery="bounced")
    assert kinds(ticket) == set()
