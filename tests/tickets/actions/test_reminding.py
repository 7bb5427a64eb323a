"""Each stage of a deadline is recorded once; colleagues are told in the morning, of danger to life at once."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.models import OutgoingMail
from tests.making import NOW, opened, staff
from tests.making_deadlines import brussels, due, without_policies
from tests.planning import disable
from tickets import digesting, followups, telling
from tickets.actions import access, reminding, triage
from tickets.actions.record import SYSTEM, Actor
from tickets.errors import IllegalMove
from tickets.incoming import Details
from tickets.models import Absence, Event, Policy, Queue, Ticket, TicketDeadline, User
from tickets.tasks import alert, mark_deadlines, summarise

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
# A Monday; answers are due on it, or on days around it.
DAY = date(2026, 11, 30)
MORNING = brussels(DAY, 7)


@pytest.fixture(autouse=True)
def _own_deadlines(reference_data: None) -> None:
    without_policies()


@pytest.fixture
def anna() -> User:
    return staff("Anna Agent")


@pytest.fixture
def maria() -> User:
    return staff("Maria Manager", role="manager")


def of(assignee: User | None, **fields: Any) -> Ticket:
    ticket = opened(**fields)
    return triage.assign(actor=SYSTEM, ticket_id=ticket.pk, assignee=assignee, tell=False, now=NOW)


def at(moment: datetime, task: Callable[[], int]) -> int:
    """Run a task of the timetable at a moment."""
    with time_machine.travel(moment, tick=False):
        return task()


def told(name: str = "summary") -> dict[str, OutgoingMail]:
    """The mails of this name, by the address they go to."""
    return {mail.to[0]["address"]: mail for mail in OutgoingMail.objects.filter(name=name).order_by("pk")}


def away(person: User, substitute: User | None = None, last_day: date = DAY) -> Absence:
    return Absence.objects.create(
        user=person, first_day=DAY, last_day=last_day, substitute=substitute, entered_by=person
    )


def stages(ticket: Ticket) -> list[str]:
    events = Event.objects.filter(ticket=ticket, verb="deadline").order_by("pk")
    return [each.data["stage"] for each in events]


# Stages


def test_each_stage_is_recorded_once_as_its_time_comes(anna: User) -> None:
    ticket = of(anna)
    due(ticket, DAY)
    for day in range(-6, 8):
        for hour in (0, 12):
            at(brussels(DAY + timedelta(days=day), hour), mark_deadlines)
    assert stages(ticket) == ["soon", "today", "overdue", "escalated"]
    row = TicketDeadline.objects.get()
    assert (row.stage, row.look_at) == ("escalated", None)


def test_run_twice_it_does_nothing_the_second_time(anna: User) -> None:
    due(of(anna), DAY)
    assert (at(MORNING, mark_deadlines), at(MORNING, mark_deadlines)) == (1, 0)
    assert Event.objects.filter(verb="deadline").count() == 1


def test_what_was_missed_in_three_days_is_recorded_once(anna: User) -> None:
    ticket = of(anna)
    due(ticket, DAY)
    at(brussels(DAY + timedelta(days=3), 9), mark_deadlines)
    assert stages(ticket) == ["escalated"]


def test_an_ended_deadline_an_ended_ticket_and_an_imported_one_are_left_alone(anna: User) -> None:
    done, closed, imported = of(anna), of(anna), opened(channel="import", acknowledge=False)
    due(done, DAY, end="done", ended_at=NOW)
    due(closed, DAY)
    due(imported, DAY)
    triage.set_status(actor=SYSTEM, ticket_id=closed.pk, status="closed", outcome="answered", now=NOW)
    at(MORNING, mark_deadlines)
    assert not Event.objects.filter(verb="deadline").exists()
    assert TicketDeadline.objects.get(ticket=imported).look_at is None
    assert TicketDeadline.objects.get(ticket=closed).end == "closed"


def test_a_deadline_of_a_ticket_that_is_taken_up_again_is_followed_up(anna: User) -> None:
    Policy.objects.update(active=True)
    ticket = of(anna)
    triage.set_status(actor=SYSTEM, ticket_id=ticket.pk, status="closed", outcome="answered", now=NOW)
    due_at = TicketDeadline.objects.get(ticket=ticket, duty="reply").due_at
    at(due_at - timedelta(hours=12), mark_deadlines)
    assert stages(ticket) == []
    triage.reopen(actor=SYSTEM, ticket_id=ticket.pk, now=due_at - timedelta(hours=11))
    at(due_at + timedelta(days=1), mark_deadlines)
    assert "overdue" in stages(ticket)


def test_a_batch_takes_the_same_few_statements_however_many_are_due(anna: User) -> None:
    for _ in range(30):
        due(of(anna), DAY)
    plan = followups.plan(MORNING)
    with CaptureQueriesContext(connection) as asked:
        assert reminding.mark(limit=200, plan=plan, now=MORNING) == 30
    assert len([query for query in asked if "SAVEPOINT" not in query["sql"]]) == 3


def test_each_question_of_what_is_due_is_answered_by_an_index(anna: User) -> None:
    ticket = of(anna)
    due(ticket, DAY)
    questions = {
        "deadline_to_look_at": followups.to_look_at(MORNING),
        "deadline_open": followups.near(MORNING),
        "ticket_to_alert": followups.to_alert(),
        "ticket_to_remind": followups.to_remind(MORNING),
        "absence_to_end": followups.absences_to_end(DAY),
        "absence_by_day": followups.absences_to_start(DAY),
    }
    disable("seqscan", "bitmapscan", "sort")
    for index, question in questions.items():
        plan = question.explain()
        assert index in plan, plan


# The morning summary


def test_who_has_the_ticket_is_told_in_the_morning_of_a_working_day_and_once(anna: User) -> None:
    ticket = of(anna)
    due(ticket, DAY)
    assert at(brussels(DAY - timedelta(days=1), 12), summarise) == 0  # a Sunday
    assert at(brussels(DAY, 6, 59), summarise) == 0
    assert told() == {}
    assert at(MORNING, summarise) == 1
    assert at(MORNING + timedelta(hours=2), summarise) == 0
    mail = told()[anna.email]
    assert f"{ticket.reference}: reply by 30 November 2026" in mail.text
    assert f"http://testserver/desk/tickets/{ticket.reference}/" in mail.text
    assert ticket.subject not in mail.text + mail.subject
    assert OutgoingMail.objects.filter(name="summary").count() == 1


def test_a_morning_when_nothing_ran_is_made_up_for_once_and_days_are_not(anna: User) -> None:
    due(of(anna), DAY - timedelta(days=3))
    assert at(brussels(DAY, 16), summarise) == 1
    assert OutgoingMail.objects.filter(name="summary").count() == 1


def test_on_a_closing_day_nothing_is_sent(anna: User) -> None:
    due(of(anna), date(2026, 12, 24))
    assert at(brussels(date(2026, 12, 25), 9), summarise) == 0
    assert told() == {}


def test_seven_o_clock_is_that_of_brussels_on_the_day_of_the_change_of_clocks(anna: User) -> None:
    due(of(anna), date(2026, 3, 30), started_at=brussels(date(2026, 3, 2)))
    # The night before, the clocks went forward: seven is five in UTC; it was six.
    assert at(datetime(2026, 3, 30, 4, 59, tzinfo=UTC), summarise) == 0
    assert at(datetime(2026, 3, 30, 5, 0, tzinfo=UTC), summarise) == 1


def test_where_nothing_is_to_be_said_no_mail_is_sent(anna: User) -> None:
    due(of(anna), DAY + timedelta(days=20))
    assert at(MORNING, summarise) == 1
    assert told() == {}


def test_groups_come_with_the_most_pressing_first_and_by_their_day(anna: User, maria: User) -> None:
    days = [3, 2, 0, -1, -2]
    tickets = {day: of(anna) for day in days}
    for day, ticket in tickets.items():
        due(ticket, DAY + timedelta(days=day))
    at(MORNING, summarise)
    text = told()[anna.email].text
    places = [text.index(tickets[day].reference) for day in sorted(tickets)]
    assert places == sorted(places)
    assert text.index("Overdue") < text.index("Due today") < text.index("Due soon")
    assert "For you as manager" not in text


def test_the_ticket_of_who_is_away_goes_to_the_substitute_with_the_reason(anna: User, maria: User) -> None:
    petro = staff("Petro Agent")
    away(anna, petro, DAY + timedelta(days=4))
    due(of(anna), DAY)
    at(MORNING, summarise)
    assert set(told()) == {petro.email}
    assert "You stand in for Anna Agent, who is away until 4 December 2026." in told()[petro.email].text


def test_where_nobody_stands_in_managers_are_told(anna: User, maria: User) -> None:
    away(anna)
    due(of(anna), DAY)
    at(MORNING, summarise)
    assert set(told()) == {maria.email}
    assert "Anna Agent is away until 30 November 2026, and nobody stands in." in told()[maria.email].text


def test_a_ticket_that_nobody_has_goes_to_its_queue_or_else_to_managers(anna: User, maria: User) -> None:
    queue = Queue.objects.get(code="complaints")
    queue.members.add(anna)
    inside, general = of(None), of(None)
    triage.set_queue(actor=SYSTEM, ticket_id=inside.pk, queue=queue, now=NOW)
    for ticket in (inside, general):
        due(ticket, DAY)
    at(MORNING, summarise)
    assert inside.reference in told()[anna.email].text
    assert general.reference not in told()[anna.email].text
    assert general.reference in told()[maria.email].text
    assert "Nobody has taken it." in told()[maria.email].text


def test_who_may_no_longer_see_a_ticket_is_not_told_and_managers_are_when_it_is_overdue(anna: User) -> None:
    ticket, queue = of(anna), Queue.objects.get(code="complaints")
    manager = staff("Maria Manager", role="manager")
    due(ticket, DAY - timedelta(days=3))
    queue.members.add(manager)
    Ticket.objects.filter(pk=ticket.pk).update(queue=queue)
    at(MORNING, summarise)
    assert set(told()) == {manager.email}
    assert "You get this because nobody else is told of it." in told()[manager.email].text


def test_a_sensitive_ticket_is_told_to_who_is_named_to_read_it_and_its_subject_to_nobody(anna: User) -> None:
    ticket, other = of(None), staff("Olha Agent")
    Queue.objects.get(code="general").members.add(anna, other)
    triage.set_sensitive(actor=SYSTEM, ticket_id=ticket.pk, sensitive=True, now=NOW)
    access.name_reader(actor=SYSTEM, ticket_id=ticket.pk, reader=anna, now=NOW)
    due(ticket, DAY)
    at(MORNING, summarise)
    assert set(told()) == {anna.email}


def test_days_after_the_deadline_managers_are_told_too(anna: User, maria: User) -> None:
    late, lately = of(anna), of(anna)
    due(late, DAY - timedelta(days=5))  # the Wednesday before: three working days ago
    due(lately, DAY - timedelta(days=4))
    at(MORNING, summarise)
    assert late.reference in told()[maria.email].text
    assert lately.reference not in told()[maria.email].text
    assert "Anna Agent has it." in told()[maria.email].text
    assert {late.reference, lately.reference} <= set(told()[anna.email].text.replace(":", "").split())


def test_managers_are_told_ten_working_days_before_the_last_date_in_law(anna: User, maria: User) -> None:
    due(of(anna), date(2026, 12, 14), duty="final")
    at(brussels(date(2026, 11, 27), 9), summarise)
    assert told() == {}
    at(MORNING, summarise)
    assert "For you as manager" in told()[maria.email].text
    assert "Due soon" in told()[anna.email].text


def test_what_is_due_soon_can_be_switched_off_for_oneself(anna: User, maria: User) -> None:
    reminding.choose(actor=Actor.staff(anna), person=anna, off=["soon", "nonsense"])
    due(of(anna), DAY + timedelta(days=1))
    at(MORNING, summarise)
    assert told() == {}
    assert User.objects.get(pk=anna.pk).reminders_off == ["soon"]


def test_what_is_overdue_is_told_to_managers_when_all_others_switched_it_off(anna: User, maria: User) -> None:
    for person in (anna, maria):
        reminding.choose(actor=Actor.staff(person), person=person, off=["overdue", "escalated", "danger"])
    due(of(anna), DAY - timedelta(days=3))
    at(MORNING, summarise)
    assert set(told()) == {maria.email}
    assert "You get this because nobody else is told of it." in told()[maria.email].text


def test_where_all_are_away_managers_are_told_all_the_same(anna: User, maria: User) -> None:
    away(anna)
    away(maria)
    due(of(anna), DAY - timedelta(days=3))
    at(MORNING, summarise)
    assert set(told()) == {maria.email}


def test_nobody_chooses_for_others_but_managers(anna: User, maria: User) -> None:
    with pytest.raises(IllegalMove):
        reminding.choose(actor=Actor.staff(anna), person=maria, off=[])
    with pytest.raises(IllegalMove):
        reminding.choose(actor=SYSTEM, person=maria, off=[])
    assert reminding.choose(actor=Actor.staff(maria), person=anna, off=["today"]).reminders_off == ["today"]


def test_the_summary_is_in_the_language_of_the_colleague() -> None:
    fanny = staff("Fanny Agent", language="fr")
    due(of(fanny), DAY)
    at(MORNING, summarise)
    assert told()[fanny.email].language == "fr"
    assert "30 novembre 2026" in told()[fanny.email].text
    assert "Général" in told()[fanny.email].text


def test_nothing_answers_a_partner_by_itself(anna: User) -> None:
    ticket = of(anna)
    due(ticket, DAY)
    for day in range(-5, 40):
        moment = brussels(DAY + timedelta(days=day), 9)
        at(moment, mark_deadlines)
        at(moment, summarise)
    assert not ticket.messages.filter(kind="outbound").exists()


def test_the_summaries_take_as_many_statements_for_many_tickets_as_for_one(anna: User) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            digesting.summaries(followups.plan(MORNING), telling.house(DAY), MORNING)
        return len(asked)

    due(of(anna), DAY)
    one = statements()
    for _ in range(20):
        due(of(anna), DAY)
    # Closing days, the people in three, the deadlines, and two for the one colleague.
    assert (one, statements()) == (7, 7)


# Danger to life

DANGER = Details(kind="need", need_item="Tourniquets", danger_to_life=True)


def danger(assignee: User | None = None, **fields: Any) -> Ticket:
    return of(assignee, details=DANGER, channel=fields.pop("channel", "web_form"), **fields)


def test_danger_to_life_is_told_at_once_and_once_to_who_has_the_ticket(anna: User, maria: User) -> None:
    ticket = danger(anna)
    night = brussels(DAY - timedelta(days=1), 3)  # a Sunday
    assert (at(night, alert), at(night, alert)) == (1, 0)
    mail = told("danger")[anna.email]
    assert set(told("danger")) == {anna.email}
    assert ticket.reference in mail.subject
    assert "danger to life" in mail.text
    assert Event.objects.get(verb="alerted").data == {"told": [anna.pk]}


def test_danger_on_a_ticket_that_nobody_has_is_told_to_its_queue_or_managers(anna: User, maria: User) -> None:
    danger()
    at(NOW, alert)
    assert set(told("danger")) == {maria.email}
    Queue.objects.get(code="general").members.add(anna)
    danger()
    at(NOW, alert)
    assert set(told("danger")) == {maria.email, anna.email}


def test_danger_that_nobody_may_be_told_of_stays_due_until_somebody_may(anna: User) -> None:
    ticket = danger(anna)
    User.objects.update(is_active=False)
    assert (at(NOW, alert), at(NOW, alert)) == (0, 0)
    assert Ticket.objects.get(pk=ticket.pk).alerted_at is None
    User.objects.update(is_active=True)
    assert at(NOW, alert) == 1
    assert set(told("danger")) == {anna.email}


def test_no_danger_is_told_of_what_is_imported_or_has_ended(anna: User, maria: User) -> None:
    danger(channel="import", acknowledge=False)
    ended = danger(anna)
    triage.set_status(actor=SYSTEM, ticket_id=ended.pk, status="closed", outcome="answered", now=NOW)
    assert at(NOW, alert) == 0
    assert told("danger") == {}


def test_the_alerts_take_as_many_statements_for_many_tickets_as_for_one(anna: User) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            at(NOW, alert)
        return len(asked)

    danger(anna)
    one = statements()
    for _ in range(5):
        danger(anna)
    assert statements() == one
    assert len(OutgoingMail.objects.filter(name="danger")) == 6


def test_an_alert_that_cannot_be_sent_holds_up_no_other(anna: User) -> None:
    broken, others = danger(anna), [danger(anna) for _ in range(2)]
    at(NOW, alert)
    OutgoingMail.objects.exclude(key__startswith=f"danger:{broken.pk}:").delete()
    Ticket.objects.update(alerted_at=None)
    Event.objects.filter(verb="alerted").delete()
    assert at(NOW, alert) == 2  # of the first one there is a mail of this key already
    assert Ticket.objects.get(pk=broken.pk).alerted_at is None
    assert {each.pk for each in others} == set(Event.objects.filter(verb="alerted").values_list("ticket", flat=True))
