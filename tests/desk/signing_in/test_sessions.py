"""Where one is signed in, and ending it."""

from datetime import timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from desk import tasks
from desk.signing_in import sessions
from tests import making
from tests.desk.test_account import PASSWORD, sign_in
from tickets.models import User

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1 Version/18.6 Mobile/15E Safari/604.1"


def browser(agent: str, address: str = "127.0.0.1") -> Client:
    return Client(headers={"user-agent": agent}, REMOTE_ADDR=address)


@pytest.fixture
def two(anna: User) -> tuple[Client, Client]:
    """Anna's computer and her phone."""
    computer, phone = browser(FIREFOX), browser(SAFARI, "2001:db8:1:2:3:4:5:6")
    for client in (computer, phone):
        assert sign_in(client, anna) == 302
    return computer, phone


def test_the_list_names_devices_networks_and_this_one(two: tuple[Client, Client], anna: User) -> None:
    sign_in(browser(FIREFOX), making.staff("Ben"))
    page = two[0].get("/desk/profile/sessions/").content.decode()
    assert page.count("<li><div>") == 2
    assert "Firefox, Windows" in page
    assert "Safari, iPhone" in page
    assert "from 2001:db8:1:2::" in page
    assert page.count("this one") == 1
    assert page.count("End it") == 1


def test_one_session_is_ended_and_only_ones_own(two: tuple[Client, Client], anna: User) -> None:
    computer, phone = two
    theirs = browser(FIREFOX)
    sign_in(theirs, making.staff("Ben"))
    for noted in UserSession.objects.all():
        computer.post(f"/desk/profile/sessions/{noted.pk}/end/")
    assert computer.get("/desk/").status_code == 200
    assert phone.get("/desk/").status_code == 302
    assert theirs.get("/desk/").status_code == 200


def test_all_others_are_ended(two: tuple[Client, Client], anna: User) -> None:
    computer, phone = two
    third = browser(SAFARI)
    sign_in(third, anna)
    page = computer.post("/desk/profile/sessions/end/", follow=True).content.decode()
    assert "2 sessions have ended." in page
    assert phone.get("/desk/").status_code == third.get("/desk/").status_code == 302
    assert computer.get("/desk/").status_code == 200


def test_a_new_password_leaves_one_session_in_the_list(two: tuple[Client, Client], anna: User) -> None:
    computer, _ = two
    new = "another long password"
    data = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert computer.post("/desk/profile/password/", data).status_code == 302
    page = computer.get("/desk/profile/sessions/").content.decode()
    assert page.count("<li><div>") == 1
    assert "this one" in page
    assert Session.objects.count() == 1


def test_a_password_that_an_administrator_gave_leaves_none(two: tuple[Client, Client], anna: User) -> None:
    anna.set_password("a first new password")
    anna.save()
    fresh = browser(FIREFOX)
    assert sign_in(fresh, anna, "a first new password") == 302
    assert fresh.get("/desk/profile/sessions/").content.decode().count("<li><div>") == 1


def test_the_last_use_is_noted_every_five_minutes_by_one_statement(
    two: tuple[Client, Client], anna: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    phone = two[1]
    with django_assert_num_queries(2):  # session, person
        phone.get("/desk/profile/")
    begun = UserSession.objects.latest("pk").last_seen_at
    with time_machine.travel(making.NOW + timedelta(minutes=4), tick=False):
        phone.get("/desk/profile/")
    assert UserSession.objects.latest("pk").last_seen_at == begun
    later = making.NOW + timedelta(minutes=6)
    with time_machine.travel(later, tick=False), django_assert_num_queries(3):
        phone.get("/desk/profile/")
    assert UserSession.objects.latest("pk").last_seen_at == later


def test_what_was_noted_of_ended_sessions_goes(two: tuple[Client, Client], anna: User) -> None:
    two[1].post("/desk/logout/")
    assert UserSession.objects.count() == 2
    for _ in range(2):
        tasks.forget_sessions()
        assert UserSession.objects.count() == 1
    with time_machine.travel(making.NOW + timedelta(hours=13), tick=False):
        tasks.forget_sessions()
    assert not UserSession.objects.exists()
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox, Windows"),
        (SAFARI, "Safari, iPhone"),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 Chrome/144.0 Safari/537.36",
            "Chrome, macOS",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/144.0 Safari/537.36 Edg/144.0", "Edge, Linux"),
        ("curl/8.0", ""),
        ("", ""),
    ],
)
def test_a_device_is_called_as_people_call_it(agent: str, words: str) -> None:
    assert sessions.device(agent) == words
