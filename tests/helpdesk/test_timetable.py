"""The page of the timetable: for managers, whatever is still alive, and the switch on it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from helpdesk.models import JobRun
from helpdesk.recording import record
from tests.making import staff
from tickets.actions.asking_again import switched_on
from tickets.models import Switch, User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
PAGE = "/desk/timetable/"


@pytest.fixture
def reference_data(db: None) -> None:
    """An empty house."""


@pytest.fixture
def maria(client: Client) -> User:
    person = staff("Maria Manager", role="manager")
    client.force_login(person)
    return person


def words(page: Any) -> str:
    return " ".join(page.content.decode().split())


def alive() -> None:
    for job in ("beat", "worker"):
        JobRun.objects.create(job=job, ran_at=timezone.now())


def test_it_tells_of_each_job_its_rhythm_its_runs_and_its_error(client: Client, maria: User) -> None:
    alive()
    record("tickets.tasks.wake", seconds=0.012, done=2)
    record("tickets.tasks.alert", seconds=0.1, done=None, error="LookupError")
    page = words(client.get(PAGE))
    assert "Bring back tickets that were put off" in page
    assert "every 30 seconds" in page
    assert "2 done, 12 ms" in page
    assert "<code>LookupError</code>" in page
    assert "failed, 100 ms" in page
    assert "not yet" in page
    assert "notice" not in page.split("<main")[1].split("<h2>")[0]


def test_with_neither_worker_nor_beat_alive_it_says_so(client: Client, maria: User) -> None:
    JobRun.objects.create(job="beat", ran_at=timezone.now() - timedelta(minutes=6))
    JobRun.objects.create(job="tickets.tasks.wake", ran_at=timezone.now() - timedelta(hours=1))
    page = words(client.get(PAGE))
    assert "The timetable does not run" in page
    assert "No worker has shown itself" in page
    assert 'data-look="danger"' in page


def test_a_manager_switches_on_and_off_what_is_done_by_itself(client: Client, maria: User) -> None:
    assert "Switch on" in words(client.get(PAGE))
    page = words(client.post(f"{PAGE}close_unanswered/", {"on": "1"}, follow=True))
    assert "It is switched on." in page
    assert "Changed by Maria Manager" in page
    assert switched_on("close_unanswered")
    client.post(f"{PAGE}close_unanswered/", {"on": "0"})
    assert not switched_on("close_unanswered")
    assert client.post(f"{PAGE}something/", {"on": "1"}).status_code == 404


def test_agents_see_and_switch_nothing(client: Client) -> None:
    client.force_login(staff("Anna Agent"))
    assert client.get(PAGE).status_code == 404
    assert client.post(f"{PAGE}close_unanswered/", {"on": "1"}).status_code == 404
    assert not Switch.objects.exists()
    assert PAGE not in client.get("/desk/").content.decode()


def test_looking_changes_nothing_and_takes_few_statements(
    client: Client, maria: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    alive()
    client.get(PAGE)
    # Session, person, the jobs, beat, worker, the switches, and the names of the side.
    with django_assert_num_queries(7):
        client.get(PAGE)
    assert client.post(PAGE).status_code == 405


def test_just_after_the_first_start_nothing_is_called_dead(client: Client, maria: User) -> None:
    JobRun.objects.create(job="tickets.tasks.alert", ran_at=timezone.now())
    assert "does not run" not in words(client.get(PAGE))
    JobRun.objects.update(ran_at=timezone.now() - timedelta(minutes=10))
    assert "does not run" in words(client.get(PAGE))
