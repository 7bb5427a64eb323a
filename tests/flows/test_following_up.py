"""The timetable follows up by itself: beat, a worker and a mail server as in production."""

import pytest
from django.utils import timezone

from helpdesk.models import JobRun
from tests.flows.conftest import House
from tests.making import opened, staff
from tests.services import wait_until
from tickets.actions import triage
from tickets.actions.record import SYSTEM
from tickets.incoming import Details

pytestmark = [pytest.mark.flow, pytest.mark.django_db(transaction=True)]


def test_danger_to_life_reaches_a_colleague_by_mail_and_the_run_is_recorded(house: House) -> None:
    anna, now = staff("Anna Agent"), timezone.now()
    danger = Details(kind="need", need_item="Tourniquets", danger_to_life=True)
    ticket = opened(now=now, channel="web_form", acknowledge=False, details=danger)
    triage.assign(actor=SYSTEM, ticket_id=ticket.pk, assignee=anna, tell=False, now=now)

    def told() -> bool:
        return any(mail.recipients == (anna.email,) and b"Danger to life" in mail.content for mail in house.sink.mails)

    wait_until(told, "the colleague is told", seconds=60)
    wait_until(JobRun.objects.filter(job="tickets.tasks.alert").exclude(history=[]).exists, "the run is recorded")
    run = JobRun.objects.get(job="tickets.tasks.alert")
    assert run.history[0]["done"] == 1
    assert sum(each["done"] for each in run.history) == 1
    assert ticket.events.filter(verb="alerted").count() == 1
