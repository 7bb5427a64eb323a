"""What the addresses as a whole promise."""

import subprocess
import sys

import pytest
from django.contrib import admin
from django.core.checks import Tags, run_checks
from django.test import Client

import helpdesk.urls  # noqa: F401 - makes the pages of the administration
from tests import making, services

pytestmark = pytest.mark.django_db


def test_the_administration_is_entered_by_the_desks_door_that_counts_tries(client: Client) -> None:
    asked = client.get("/admin/tickets/user/", follow=True)
    assert asked.redirect_chain[-1][0] == "/desk/login/?next=/admin/tickets/user/"
    ada = making.staff("Ada Administrator", role="administrator")
    refused = client.post("/admin/login/", {"username": ada.email, "password": "a long enough password"})
    assert refused["Location"].startswith("/desk/login/")
    assert "_auth_user_id" not in client.session


def test_an_administrator_is_led_on_to_the_administration(client: Client) -> None:
    ada = making.staff("Ada Administrator", role="administrator")
    data = {"username": ada.email, "password": "a long enough password", "next": "/admin/"}
    assert client.post("/desk/login/", data, follow=True).redirect_chain == [("/admin/", 302)]


def test_a_signed_in_colleague_without_the_right_is_told_so_and_led_in_no_circle(client: Client) -> None:
    client.force_login(making.staff())
    asked = client.get("/admin/", follow=True)
    assert asked.redirect_chain == [("/admin/login/?next=/admin/", 302)]
    assert asked.status_code == 403


def test_the_pages_of_the_administration_are_sound() -> None:
    assert len(admin.site._registry) > 20
    assert run_checks(tags=[Tags.admin]) == []


def test_a_web_process_has_its_pages_before_the_first_visitor_and_a_process_without_pages_never() -> None:
    def loads_pages(entry: str) -> bool:
        code = f"{entry}; import sys; sys.exit('helpdesk.urls' not in sys.modules)"
        return subprocess.run([sys.executable, "-c", code], cwd=services.ROOT, check=False).returncode == 0

    assert loads_pages("import helpdesk.wsgi")
    assert not loads_pages("import django; django.setup()")
