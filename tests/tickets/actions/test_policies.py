"""A change of the rules moves open deadlines alone, says so, and moves no date that a partner was told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connections

from tests.making import opened, staff
from tests.tickets.actions.test_deadlines import LATER, REPLY, answered, last, of
from tickets import tasks
from tickets.actions import policies, promising
from tickets.actions.calendars import enter_closing_days
from tickets.actions.record import SYSTEM, Actor
from tickets.closing_days import ClosingDay
from tickets.deadlines import CALENDAR
from tickets.errors import IllegalMove
from tickets.models import Event, Holiday, Policy, RulesChange, Ticket, TicketDeadline
from tickets.remeasuring import Foreseen

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
TEN = date(2026, 12, 7)  # ten working days
UNTIL = date(2027, 1, 15)


@pytest.fixture
def ada() -> Actor:
    return Actor.staff(staff("Ada Administrator", role="administrator"))


def ten_days() -> Policy:
    policy = Policy.objects.get(code="reply")
    policy.count = 10
    return policy


def finish(change: RulesChange) -> RulesChange:
    for moment in (LATER, LATER + policies.SETTLED):
        while policies.remeasure(change_id=change.pk, now=moment):
            pass
    change.refresh_from_db()
    return change


def changed(actor: Actor, policy: Policy) -> RulesChange:
    change = policies.change_policy(actor=actor, policy=policy, now=LATER)
    assert change is not None
    return change


def test_open_deadlines_alone_are_measured_again(ada: Actor) -> None:
    still, done, extended, told = opened(), opened(), opened(), opened()
    answered(ada, done)
    promising.extend(actor=ada, ticket_id=extended.pk, answer_by=UNTIL, reasons="More.", now=LATER)
    answered(ada, told, nature="holding", answer_by=TEN)
    assert policies.foresee(ten_days()) == Foreseen(moved=2, told=1)
    change = finish(changed(ada, ten_days()))
    assert of(still) == [(REPLY, "replaced"), (TEN, "")]
    assert (of(done), of(extended)) == ([(REPLY, "done")], [(REPLY, "extended"), (UNTIL, "")])
    assert (change.moved, change.told, change.looked) == (2, 1, change.total)
    assert change.data == {"count": [15, 10]}
    assert (change.changed_by, change.finished_at) == (ada.user, LATER + policies.SETTLED)


def test_the_date_that_the_partner_was_told_stays_and_the_history_tells(ada: Actor) -> None:
    ticket = opened()
    change = finish(changed(ada, ten_days()))
    ticket.refresh_from_db()
    assert ticket.answer_by == last(ticket).told_on == REPLY
    event = ticket.events.get(verb="remeasured")
    assert (event.actor, event.data) == (
        ada.user,
        {"rules": change.pk, "dates": [{"duty": "reply", "from": "2026-12-14", "to": "2026-12-07"}]},
    )


def test_a_policy_out_of_force_leaves_what_another_one_asks_or_nothing(ada: Actor) -> None:
    ticket = opened()
    for code in ("reply", "final"):
        policy = Policy.objects.get(code=code)
        policy.active = False
        finish(changed(ada, policy))
    assert [each.duty for each in TicketDeadline.objects.filter(ticket=ticket, end="")] == ["acknowledge", "official"]


def test_a_new_policy_that_comes_first_takes_over(ada: Actor) -> None:
    ticket = opened()
    policy = Policy(code="quick", name="Quick", duty="reply", count=5, position=1, kind="enquiry")
    assert policies.foresee(policy) == Foreseen(1, 1)
    finish(changed(ada, policy))
    assert of(ticket) == [(REPLY, "replaced"), (date(2026, 11, 30), "")]
    assert last(ticket).policy == policy


def test_a_change_of_its_name_moves_nothing_and_is_kept(ada: Actor) -> None:
    opened()
    policy = Policy.objects.get(code="reply")
    policy.name = "Fifteen days"
    assert policies.foresee(policy) == Foreseen(0, 0)
    assert finish(changed(ada, policy)).moved == 0
    assert policies.change_policy(actor=ada, policy=policy, now=LATER) is None
    assert not Event.objects.filter(verb="remeasured").exists()


def test_only_administrators_change_policies() -> None:
    for actor in (SYSTEM, Actor.staff(staff(role="manager")), Actor.staff(staff())):
        with pytest.raises(IllegalMove):
            policies.change_policy(actor=actor, policy=ten_days(), now=LATER)
    assert Policy.objects.get(code="reply").count == 15


def test_a_new_closing_day_moves_open_deadlines_too() -> None:
    ticket = opened()
    day = ClosingDay(date(2026, 12, 1), "Extra day", "OJ C 7", False)
    enter_closing_days(actor=SYSTEM, calendar=CALENDAR, days=[day], replace=False, now=LATER)
    change = finish(RulesChange.objects.get())
    assert change.calendar_version is not None
    assert of(ticket) == [(REPLY, "replaced"), (date(2026, 12, 15), "")]
    assert last(ticket).calendar_version == change.calendar_version
    assert (ticket.answer_by, last(ticket).told_on) == (REPLY, REPLY)


def test_where_nothing_is_open_there_is_nothing_to_do(ada: Actor) -> None:
    assert changed(ada, ten_days()).finished_at == LATER


def test_the_work_goes_on_where_it_stopped_and_never_twice(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    tickets = [opened() for _ in range(5)]
    monkeypatch.setattr("tickets.remeasuring.BATCH", 2)
    change = changed(ada, ten_days())
    assert policies.remeasure(change_id=change.pk, now=LATER)
    change.refresh_from_db()
    assert (change.looked, change.passes) == (2, 0)
    change = finish(change)
    assert (change.moved, change.looked) == (5, 15)
    assert all(of(each) == [(REPLY, "replaced"), (TEN, "")] for each in tickets)
    assert Event.objects.filter(verb="remeasured").count() == 5


def test_what_was_being_opened_by_the_old_rules_meanwhile_is_found_the_second_time(ada: Actor) -> None:
    opened()
    change = changed(ada, ten_days())
    while policies.remeasure(change_id=change.pk, now=LATER):
        pass
    late = opened()
    TicketDeadline.objects.filter(ticket=late, duty="reply").update(due_on=REPLY)
    assert finish(change).finished_at is not None
    assert of(late) == [(REPLY, "replaced"), (TEN, "")]


def test_the_timetable_does_it_and_makes_what_was_missing(ada: Actor) -> None:
    known = list(Holiday.objects.all())
    Holiday.objects.all().delete()
    ticket, call = opened(), opened(channel="phone", acknowledge=False)
    old = opened(channel="import", acknowledge=False)
    assert tasks.make_deadlines() == 0
    Holiday.objects.bulk_create(known)
    assert tasks.make_deadlines() == 1
    assert of(ticket) == [(REPLY, "")]
    assert of(call) == of(old) == []
    changed(ada, ten_days())
    assert tasks.remeasure() > 0
    assert not tasks.changes_to_do().exists()
    assert of(ticket) == [(REPLY, "replaced"), (TEN, "")]


@pytest.mark.django_db(transaction=True)
def test_an_answer_and_two_workers_at_the_same_moment_leave_one_open_deadline_a_duty(ada: Actor) -> None:
    tickets = [opened() for _ in range(6)]
    change = changed(ada, ten_days())

    def work(number: int) -> None:
        try:
            if number % 2:
                policies.remeasure(change_id=change.pk, now=LATER)
            else:
                promising.extend(actor=ada, ticket_id=tickets[number].pk, answer_by=UNTIL, reasons="More.", now=LATER)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as hands:
        list(hands.map(work, range(6)))
    finish(change)
    for ticket in Ticket.objects.all():
        ends = [end for _due, end in of(ticket)]
        assert ends.count("") == 1
        assert of(ticket)[-1] in ((UNTIL, ""), (TEN, ""))
