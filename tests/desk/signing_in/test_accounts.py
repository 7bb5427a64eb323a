"""Sign-in as the house wants it: nobody signs up, tries are counted behind proxies, no other door."""

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from pytest_django import Settings

from desk.views import account
from helpdesk import refusals
from tests import making, second_factors
from tests.desk.test_account import PASSWORD, sign_in
from tickets.models import User


@pytest.mark.parametrize("name", ["account_signup", "account_reset_password", "socialaccount_signup", "account_email"])
def test_no_page_makes_an_account_or_sends_a_password(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_each_client_behind_the_proxy_has_its_own_count(
    reference_data: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TRUSTED_PROXIES = 1
    monkeypatch.setattr(account, "TRIES_PER_NETWORK", 2)
    ben = making.staff("Ben")

    def via_proxy(forwarded: str) -> int:
        client = Client(REMOTE_ADDR="10.0.0.1", headers={"x-forwarded-for": forwarded})
        return client.post("/desk/login/", {"username": ben.email, "password": "wrong"}).status_code

    assert [via_proxy("203.0.113.1") for _ in range(3)] == [200, 200, 429]
    assert via_proxy("203.0.113.2") == 200
    assert via_proxy("203.0.113.2, 203.0.113.1") == 429  # what the client claims is not believed
    assert via_proxy("2001:db8:7::1") == via_proxy("2001:db8:7::2") == 200
    assert via_proxy("2001:db8:7::3") == 429  # one subscriber


def test_asking_for_passkeys_is_counted_by_the_same_address(settings: Settings, db: None) -> None:
    settings.TRUSTED_PROXIES = 1
    settings.MFA_RATE_LIMITS = {"webauthn_login": "2/10m/ip"}

    def via_proxy(forwarded: str) -> int:
        client = Client(REMOTE_ADDR="10.0.0.1", headers={"x-forwarded-for": forwarded})
        return client.post("/desk/login/passkey/", {"credential": "{}"}).status_code

    assert [via_proxy("6.6.6.6, 203.0.113.1") for _ in range(3)] == [302, 302, 429]
    assert via_proxy("203.0.113.2") == 302


@pytest.mark.parametrize("claimed", ['{"id": "x"}', "[]", "7", '{"id": 1, "rawId": {}, "response": []}', '"x"'])
def test_a_wrong_passkey_leads_back_to_the_sign_in(client: Client, db: None, claimed: str) -> None:
    answer = client.post("/desk/login/passkey/", {"credential": claimed}, follow=True)
    assert answer.redirect_chain == [("/desk/login/", 302)]
    assert 'data-kind="error"' in answer.content.decode()


def test_the_administration_is_no_way_around_the_second_factor(client: Client, db: None) -> None:
    ada = making.staff("Ada Administrator", role="administrator")
    second_factors.give(ada)
    client.post("/admin/login/?next=/admin/", {"username": ada.email, "password": PASSWORD})
    assert client.get("/admin/").status_code == 302
    data = {"username": ada.email, "password": PASSWORD, "next": "/admin/"}
    client.post("/desk/login/", data)
    assert client.get("/admin/").status_code == 302
    code = second_factors.code(second_factors.SECRET)
    assert client.post("/desk/login/second-factor/", {"code": code}).headers["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_stopping_half_way_forgets_the_password(client: Client, anna: User) -> None:
    second_factors.give(anna)
    sign_in(client, anna)
    client.post("/desk/logout/")
    assert client.get("/desk/login/second-factor/").headers["Location"] == "/desk/login/"


def test_somebody_without_a_password_sets_up_a_first_factor(client: Client, anna: User) -> None:
    anna.set_unusable_password()
    anna.save()
    client.force_login(anna)
    assert client.get("/desk/profile/second-factor/app/").status_code == 200


def test_the_roles_that_settings_know_are_those_of_people() -> None:
    assert list(refusals.ROLES) == User.Role.values


def test_no_provider_no_button(client: Client, db: None) -> None:
    page = client.get("/desk/login/")
    assert "eu-login" not in page.content.decode()
    assert "form-action 'self';" in page.headers["Content-Security-Policy"] + ";"
    assert client.post("/desk/login/eu-login/").status_code == 404
