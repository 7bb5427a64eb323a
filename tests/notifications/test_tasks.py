from datetime import timedelta
from typing import Any

import pytest
import time_machine
from pytest_django import Settings

from notifications import tasks
from notifications.models import OutgoingMail
from notifications.outbox import Address
from tests.environment import free_port
from tests.making import NOW
from tests.notifications.sink import Sink

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _frozen() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def test_the_sweep_sends_what_is_due_and_what_was_left_behind_and_nothing_else(put: Any, sink: Sink) -> None:
    due, left, claimed, later = put(), put(), put(), put(not_before=NOW + timedelta(seconds=1))
    OutgoingMail.objects.filter(pk=left.pk).update(state="sending", lease_until=NOW)
    OutgoingMail.objects.filter(pk=claimed.pk).update(state="sending", lease_until=NOW + timedelta(seconds=1))
    assert tasks.sweep() == 2
    assert {mail.pk for mail in OutgoingMail.objects.filter(state="sent")} == {due.pk, left.pk}
    assert OutgoingMail.objects.get(pk=later.pk).state == "queued"
    assert tasks.sweep() == 0
    assert len(sink.taken) == 2


def test_the_sweep_stops_at_a_server_that_takes_nothing_for_now(put: Any, sink: Sink, settings: Settings) -> None:
    mails = [put() for _ in range(3)]
    settings.EMAIL_PORT = free_port()
    assert tasks.sweep() == 1
    assert [OutgoingMail.objects.get(pk=mail.pk).attempts for mail in mails] == [1, 0, 0]


def test_one_mail_that_is_refused_does_not_hold_up_the_next(put: Any, sink: Sink) -> None:
    sink.answers["olena@hromada.example"] = "550 no such user"
    put()
    good = put(to=[Address("", "taras@rada.example")])
    assert tasks.sweep() == 2
    assert OutgoingMail.objects.get(state="sent") == good


def test_the_task_delivers_one_mail_by_its_id(put: Any, sink: Sink) -> None:
    mail = put()
    tasks.deliver(mail.pk)
    tasks.deliver(mail.pk)
    tasks.deliver(mail.pk + 1)
    assert len(sink.taken) == 1
