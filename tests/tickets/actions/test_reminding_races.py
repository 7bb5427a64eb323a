"""Two workers at once, each with a connection of its own: everything is done once, and nobody waits for ever."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.db import connections, transaction

from notifications.models import OutgoingMail
from tests.making import NOW, opened, staff
from tests.making_deadlines import asked, brussels, due, without_policies
from tickets import followups
from tickets.actions import reminding, triage
from tickets.actions.record import SYSTEM, lock
from tickets.incoming import Details
from tickets.models import Absence, Event, Ticket, User
from tickets.tasks import alert, ask_again, summarise, tell_substitutes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("reference_data")]
HANDS = 3
DAY = date(2026, 11, 30)
MORNING = brussels(DAY, 9)


@pytest.fixture(autouse=True)
def _own_deadlines(reference_data: None) -> None:
    without_policies()


def at_once(work: Callable[[], Any]) -> list[Any]:
    """Do the same at the same moment, with as many connections."""
    barrier = Barrier(HANDS)

    def one(_number: int) -> Any:
        try:
            barrier.wait(10)
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(HANDS) as hands:
        return list(hands.map(one, range(HANDS)))


def of(name: str) -> list[Ticket]:
    person = staff(name)
    tickets = [opened() for _ in range(20)]
    for ticket in tickets:
        triage.assign(actor=SYSTEM, ticket_id=ticket.pk, assignee=person, tell=False, now=NOW)
        due(ticket, DAY)
    return tickets


def test_stages_are_recorded_once() -> None:
    of("Anna Agent")
    plan = followups.plan(MORNING)

    def work() -> int:
        return sum(reminding.mark(limit=3, plan=plan, now=MORNING) for _ in range(10))

    at_once(work)
    assert Event.objects.filter(verb="deadline").count() == 20


def test_an_act_that_holds_a_ticket_makes_nobody_wait_and_the_stage_comes_later() -> None:
    held, *_others = of("Anna Agent")
    plan = followups.plan(MORNING)

    def mark() -> int:
        try:
            return reminding.mark(limit=200, plan=plan, now=MORNING)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            lock(held.pk)
            assert other.submit(mark).result(10) == 19
        assert other.submit(mark).result(10) == 1


def test_summaries_alerts_reminders_and_notices_are_sent_once() -> None:
    of("Anna Agent")
    anna, petro = User.objects.get(name="Anna Agent"), staff("Petro Agent")
    danger = Details(kind="need", need_item="Tourniquets", danger_to_life=True)
    urgent = opened(channel="web_form", details=danger)
    triage.assign(actor=SYSTEM, ticket_id=urgent.pk, assignee=anna, tell=False, now=NOW)
    asked(anna, MORNING - timedelta(days=30))
    Absence.objects.create(user=petro, substitute=anna, first_day=DAY, last_day=DAY, entered_by=petro)
    with time_machine.travel(MORNING, tick=False):
        for task in (summarise, alert, ask_again, tell_substitutes):
            at_once(task)
    for name in ("summary", "danger", "reminder", "standing_in"):
        assert OutgoingMail.objects.filter(name=name).count() == 1, name
