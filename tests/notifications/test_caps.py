from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from notifications import caps
from notifications.delivery import Result, deliver
from notifications.models import OutgoingMail
from notifications.outbox import Address
from tests.making import NOW
from tests.notifications.sink import Sink
from tests.planning import disable

pytestmark = pytest.mark.django_db
DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)


def acknowledgement(put: Any, **changes: Any) -> OutgoingMail:
    return put(**{"name": "acknowledgement", "automatic": True, "envelope_sender": "", "group": "", **changes})


def test_the_fourth_acknowledgement_of_a_day_is_recorded_and_late_never_dropped(put: Any, sink: Sink) -> None:
    results = [deliver(acknowledgement(put).pk, now=NOW + n * SECOND) for n in range(3)]
    assert results == [Result.SENT] * 3
    fourth = acknowledgement(put, to=[Address("", "OLENA@hromada.example")])
    assert deliver(fourth.pk, now=NOW + HOUR) is Result.CAPPED
    late = OutgoingMail.objects.get(pk=fourth.pk)
    assert (late.state, late.error, late.attempts, late.capped_at) == ("queued", "capped", 0, NOW + HOUR)
    assert late.not_before == NOW + DAY
    assert deliver(fourth.pk, now=NOW + DAY - SECOND) is None
    assert deliver(fourth.pk, now=NOW + DAY) is Result.SENT
    sent = OutgoingMail.objects.get(pk=fourth.pk)
    assert (sent.error, sent.capped_at) == ("", NOW + HOUR)
    assert len(sink.taken) == 4


def test_another_address_has_its_own_count(put: Any, sink: Sink, settings: Settings) -> None:
    settings.CAP_ACKNOWLEDGEMENTS_PER_ADDRESS_DAY = 1
    assert deliver(acknowledgement(put).pk, now=NOW) is Result.SENT
    assert deliver(acknowledgement(put, to=[Address("", "b@example.org")]).pk, now=NOW) is Result.SENT
    assert deliver(acknowledgement(put).pk, now=NOW) is Result.CAPPED


def test_a_group_is_capped_for_automatic_mail_and_each_audience_apart(put: Any, sink: Sink, settings: Settings) -> None:
    settings.CAP_AUTOMATIC_PER_TICKET_DAY = 1
    notice = {"name": "assigned", "automatic": True, "group": "ticket:1"}
    assert deliver(put(**notice, audience="staff").pk, now=NOW) is Result.SENT
    assert deliver(put(**notice, audience="partner").pk, now=NOW) is Result.SENT
    assert deliver(put(**notice, audience="staff").pk, now=NOW) is Result.CAPPED
    assert deliver(put(**{**notice, "group": "ticket:2"}, audience="staff").pk, now=NOW) is Result.SENT
    assert deliver(put(group="ticket:1").pk, now=NOW) is Result.SENT


def test_mail_to_staff_is_capped_per_address_and_hour(put: Any, sink: Sink, settings: Settings) -> None:
    settings.CAP_STAFF_PER_ADDRESS_HOUR = 2
    mails = [put(name="assigned", automatic=True, audience="staff", group=f"ticket:{n}") for n in range(3)]
    assert [deliver(mail.pk, now=NOW) for mail in mails] == [Result.SENT, Result.SENT, Result.CAPPED]
    assert OutgoingMail.objects.get(pk=mails[2].pk).not_before == NOW + HOUR


def test_the_house_is_capped_and_a_storm_of_notices_holds_up_no_answer(
    put: Any, sink: Sink, settings: Settings
) -> None:
    settings.CAP_MAILS_PER_HOUR = 2
    notices = [put(name="assigned", automatic=True, audience="staff", group=f"ticket:{n}") for n in range(3)]
    assert [deliver(mail.pk, now=NOW) for mail in notices] == [Result.SENT, Result.SENT, Result.CAPPED]
    answers = [put() for _ in range(3)]
    assert [deliver(mail.pk, now=NOW) for mail in answers] == [Result.SENT, Result.SENT, Result.CAPPED]


def test_a_cap_of_none_lets_nothing_through(put: Any, sink: Sink, settings: Settings) -> None:
    settings.CAP_ACKNOWLEDGEMENTS_PER_ADDRESS_DAY = 0
    assert deliver(acknowledgement(put).pk, now=NOW) is Result.CAPPED


def test_a_second_attempt_is_not_counted_again(put: Any, sink: Sink, settings: Settings) -> None:
    settings.CAP_ACKNOWLEDGEMENTS_PER_ADDRESS_DAY = 1
    sink.answers["MAIL"] = "451 later"
    mail = acknowledgement(put)
    assert deliver(mail.pk, now=NOW) is Result.LATER
    sink.answers.clear()
    assert deliver(mail.pk, now=NOW + HOUR) is Result.SENT


@pytest.mark.django_db(transaction=True)
def test_many_workers_together_keep_a_cap(put: Any, settings: Settings) -> None:
    settings.CAP_ACKNOWLEDGEMENTS_PER_ADDRESS_DAY = 3
    mails = [acknowledgement(put) for _ in range(8)]

    def one(mail: OutgoingMail) -> bool:
        try:
            return caps.admit(mail, now=NOW) is None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(one, mails)) == 3


def test_each_cap_is_counted_by_an_index(put: Any) -> None:
    mail = acknowledgement(put, audience="staff", group="ticket:1")
    disable("seqscan", "bitmapscan", "sort")
    plans = [
        cap.mails.filter(admitted_at__gt=NOW - cap.window).order_by("-admitted_at")[:1].explain()
        for cap in caps.caps_of(mail)
    ]
    assert len(plans) == 4
    for plan in plans:
        assert "Index Scan" in plan, plan
        assert "mail_by_" in plan, plan
        assert "Sort" not in plan, plan
