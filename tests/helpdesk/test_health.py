"""What watches us gets an answer under whatever name it knows us, and a reason when something is missing."""

import pytest
from django.db import connection
from django.db.utils import OperationalError
from django.test import Client
from pytest_django import DjangoAssertNumQueries

INSIDE = {"HTTP_HOST": "web:8000"}


def test_live_touches_nothing_and_knows_no_host(client: Client, settings) -> None:
    settings.ALLOWED_HOSTS = ["support.example.org"]
    settings.SECURE_SSL_REDIRECT = True
    # Without the mark of a database test any query would fail here.
    answer = client.get("/health/live", **INSIDE)
    assert (answer.status_code, answer.json()) == (200, {"live": True})
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_ready_asks_the_database(client: Client, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_max_num_queries(3):
        assert client.get("/health/ready", **INSIDE).json() == {"ready": True}


@pytest.mark.django_db
def test_ready_names_what_is_missing(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'portal'")
    answer = client.get("/health/ready", **INSIDE)
    assert answer.status_code == 503
    assert "not applied" in answer.json()["reason"]


@pytest.mark.django_db
def test_ready_says_that_the_database_is_away(client: Client) -> None:
    def away(execute, sql, params, many, context):
        raise OperationalError

    with connection.execute_wrapper(away):
        answer = client.get("/health/ready", **INSIDE)
    assert (answer.status_code, answer.json()["reason"]) == (503, "the database does not answer")


def test_a_probe_cannot_change_anything(client: Client) -> None:
    assert client.post("/health/live", **INSIDE).status_code == 405
