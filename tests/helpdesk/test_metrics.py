"""/metrics: what it says, to whom, and that it costs the same at any size."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import DjangoAssertNumQueries

from helpdesk.models import JobRun
from intake.models import RawMail
from notifications.models import OutgoingMail
from tests.furnishing import furnish
from tests.making import OLENA, opened
from tests.planning import disable, plan_of
from tickets.actions.alarms import raise_alarm
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
AHEAD = timedelta(minutes=20)


@pytest.fixture(autouse=True)
def reference_data() -> None:
    furnish()


def mails(count: int, **fields: object) -> None:
    now = timezone.now()
    first = RawMail.objects.count()
    values = {"source": "smtp", "sha256": "0" * 64, "size": 1, "received_at": now, "created_at": now, **fields}
    RawMail.objects.bulk_create(RawMail(key=f"{first + number:064}", **values) for number in range(count))


def read(client: Client, **headers: str) -> dict[str, float]:
    answer = client.get("/metrics", HTTP_HOST="web:8000", **headers)
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.content.decode())
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value for each in families for sample in each.samples
    }


def test_it_tells_what_waits_what_failed_and_for_how_long(client: Client) -> None:
    opened(now=timezone.now())
    mails(3, state="processed")
    mails(2, state="failed", created_at=timezone.now() - timedelta(hours=2))
    mails(1, created_at=timezone.now() - AHEAD)
    mails(4, state="ignored", reason="backscatter", processed_at=timezone.now())
    mails(2, state="ignored", reason="backscatter", processed_at=timezone.now() - timedelta(hours=2))
    OutgoingMail.objects.update(not_before=timezone.now() - AHEAD)
    JobRun.objects.create(job="beat", ran_at=timezone.now() - AHEAD)
    raise_alarm("outbox-stuck", now=timezone.now())
    found = read(client)
    assert found["helpdesk_mails_stored_total"] >= 6
    assert found["helpdesk_mails_last_hour processed"] == 3
    assert found["helpdesk_mails_last_hour received"] == 1
    assert found["helpdesk_mails_last_hour ignored"] == 6
    assert found["helpdesk_backscatter_last_hour"] == 4
    assert (found["helpdesk_mails_failed"], found["helpdesk_mails_waiting"]) == (2, 1)
    for age in ("mail_oldest_waiting_seconds", "outbox_overdue_seconds", "job_age_seconds beat"):
        assert AHEAD.total_seconds() <= found[f"helpdesk_{age}"] < AHEAD.total_seconds() + 60
    assert (found["helpdesk_outbox_waiting"], found["helpdesk_outbox_last_hour queued"]) == (1, 1)
    assert found["helpdesk_alarms_open"] == 1
    assert (found["helpdesk_tickets new"], found["helpdesk_tickets open"]) == (1, 0)


def test_an_empty_house_has_figures_too(client: Client) -> None:
    found = read(client)
    assert found["helpdesk_mail_oldest_waiting_seconds"] == 0
    assert found["helpdesk_outbox_overdue_seconds"] == 0


def test_nothing_of_a_person_is_in_it(client: Client) -> None:
    opened(now=timezone.now())
    answer = client.get("/metrics").content.decode()
    assert OLENA not in answer
    assert "@" not in answer
    assert Ticket.objects.get().reference not in answer


@pytest.mark.parametrize(
    "headers",
    [
        {"REMOTE_ADDR": "192.0.2.1"},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
    ],
)
def test_without_a_token_it_is_for_this_machine_alone(client: Client, headers: dict[str, str]) -> None:
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", **headers).status_code == 404


def test_with_a_token_in_the_settings_nobody_gets_it_without(client: Client, settings) -> None:
    settings.METRICS_TOKEN = "a token for metrics"
    far = {"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": "203.0.113.9"}
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", HTTP_AUTHORIZATION="Bearer another", **far).status_code == 404
    assert client.get("/metrics", HTTP_AUTHORIZATION="Bearer ключ", **far).status_code == 404
    assert read(client, HTTP_AUTHORIZATION="Bearer a token for metrics", **far)


def test_a_scrape_takes_few_statements_and_no_scan_of_a_big_table(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    mails(20_000, state="processed")
    opened(now=timezone.now())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    with django_assert_max_num_queries(14) as asked:
        read(client)
    disable("seqscan")
    for query in asked.captured_queries:
        plan = plan_of(query["sql"])
        for table in ("intake_rawmail", "notifications_outgoingmail", "tickets_ticket", "tickets_message"):
            assert f"Seq Scan on {table}" not in plan, plan


def test_it_answers_to_reading_alone(client: Client) -> None:
    assert client.post("/metrics").status_code == 405
