"""The alarms of the house: each opens when its cause is there, tells the administrators once, and closes."""

import shutil
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail as outside
from django.test import Client

from helpdesk import watching
from helpdesk.models import JobRun
from helpdesk.tasks import tick, watch
from intake.models import RawMail
from notifications.models import OutgoingMail
from tests.furnishing import furnish
from tests.making import opened, staff
from tickets.actions.alarms import WORDS, close_alarm, raise_alarm
from tickets.incoming import Details
from tickets.models import Alarm, Holiday, Ticket

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def calm() -> None:
    """A house in which nothing is wrong."""
    furnish()
    JobRun.objects.create(job="beat", ran_at=NOW)
    for year in (2026, 2027):
        Holiday.objects.get_or_create(date=date(year, 1, 1), defaults={"name": "New Year"})


def raw(**fields: Any) -> RawMail:
    values = {"source": "smtp", "key": "k", "sha256": "0" * 64, "size": 1, "received_at": NOW, "created_at": NOW}
    return RawMail.objects.create(**{**values, **fields})


def alarms() -> set[str]:
    watching.watch(NOW)
    return set(Alarm.objects.filter(closed_at=None).values_list("key", flat=True))


def test_where_all_is_well_no_alarm_is_open() -> None:
    opened(now=NOW)
    raw()
    assert alarms() == set()


def test_beat_that_does_not_show_itself_is_an_alarm_until_it_does() -> None:
    JobRun.objects.update(ran_at=NOW - timedelta(minutes=6))
    assert alarms() == {"beat-silent"}
    JobRun.objects.update(ran_at=NOW - timedelta(minutes=1))
    assert alarms() == set()


def test_a_mail_that_nobody_processes_is_an_alarm_but_what_an_import_holds_is_not() -> None:
    late = NOW - timedelta(minutes=16)
    raw(created_at=late, source="import")
    assert alarms() == set()
    mail = raw(created_at=late, key="other")
    assert alarms() == {"mail-waiting"}
    assert Alarm.objects.get().data == {"mail": mail.pk}
    RawMail.objects.update(state="processed")
    assert alarms() == set()


@pytest.mark.parametrize(
    "wrong",
    [
        {"not_before": NOW - timedelta(minutes=31)},
        {"not_before": NOW + timedelta(hours=1), "attempts": 5, "error": "server"},
    ],
)
def test_mail_that_does_not_leave_is_an_alarm(wrong: dict[str, Any]) -> None:
    opened(now=NOW)
    OutgoingMail.objects.update(**wrong)
    assert alarms() == {"outbox-stuck"}
    OutgoingMail.objects.update(state="sent", sent_at=NOW)
    assert alarms() == set()


def test_a_disk_with_less_room_than_asked_for_is_an_alarm(settings) -> None:
    settings.DISK_ALARM_BYTES = shutil.disk_usage(settings.MEDIA_ROOT).free * 2
    assert alarms() == {"disk-nearly-full"}
    settings.DISK_ALARM_BYTES = 0
    assert alarms() == set()


def test_closing_days_of_the_next_year_are_missed_from_october_on() -> None:
    Holiday.objects.filter(date__year=2027).delete()
    assert alarms() == {"calendar-missing:2027"}
    Alarm.objects.all().delete()
    watching.watch(datetime(2026, 9, 30, tzinfo=UTC))
    assert not Alarm.objects.filter(key__startswith="calendar").exists()


def test_administrators_are_told_once_each_in_their_language() -> None:
    staff()
    staff(role="administrator", is_active=False)
    uk, en = (staff(role="administrator", language=code) for code in ("uk", "en"))
    assert raise_alarm("outbox-stuck", now=NOW)
    assert not raise_alarm("outbox-stuck", now=NOW)
    told = {mail.to[0]["address"]: mail for mail in OutgoingMail.objects.filter(name="alarm")}
    assert set(told) == {uk.email, en.email}
    assert str(WORDS["outbox-stuck"]) in told[en.email].text
    assert "http://testserver/admin/tickets/alarm/" in told[en.email].text
    assert told[uk.email].language == "uk"
    assert outside.outbox == []


def test_an_alarm_that_comes_and_goes_is_no_storm() -> None:
    staff(role="administrator")
    for minute in range(30):
        raise_alarm("beat-silent", now=NOW + timedelta(minutes=minute))
        close_alarm("beat-silent", now=NOW + timedelta(minutes=minute))
    assert OutgoingMail.objects.count() == 1
    assert raise_alarm("beat-silent", now=NOW + timedelta(hours=2))
    assert OutgoingMail.objects.count() == 2


def test_a_job_that_does_not_run_while_others_do_is_an_alarm_and_health_names_it(client: Client) -> None:
    JobRun.objects.create(job="worker", ran_at=NOW - timedelta(minutes=1))
    JobRun.objects.create(job="tickets.tasks.wake", ran_at=NOW - timedelta(minutes=6))
    assert alarms() == {"job-late"}
    assert Alarm.objects.get().data == {"jobs": ["tickets.tasks.wake"]}
    with time_machine.travel(NOW, tick=False):
        answer = client.get("/health/jobs", HTTP_HOST="web:8000")
    assert (answer.status_code, answer.json()) == (503, {"jobs": False, "late": ["tickets.tasks.wake"]})
    JobRun.objects.filter(job="tickets.tasks.wake").update(ran_at=NOW)
    assert alarms() == set()


def test_danger_to_life_that_nobody_was_told_of_is_an_alarm_until_somebody_was() -> None:
    ticket = opened(now=NOW - timedelta(minutes=3), channel="web_form", details=Details(danger_to_life=True))
    assert alarms() == {"danger-untold"}
    Ticket.objects.filter(pk=ticket.pk).update(alerted_at=NOW)
    assert alarms() == set()


def test_what_catches_up_after_a_stop_is_no_alarm() -> None:
    JobRun.objects.create(job="worker", ran_at=NOW - timedelta(hours=3))
    JobRun.objects.create(job="tickets.tasks.wake", ran_at=NOW - timedelta(hours=3))
    assert alarms() == set()


def test_health_names_who_is_silent(client: Client) -> None:
    JobRun.objects.all().delete()
    answer = client.get("/health/jobs", HTTP_HOST="web:8000")
    assert (answer.status_code, answer.json()) == (503, {"jobs": False, "silent": ["beat", "worker"]})
    tick()
    watch()
    assert client.get("/health/jobs", HTTP_HOST="web:8000").json() == {"jobs": True}
    assert Alarm.objects.filter(key="beat-silent").count() == 0
