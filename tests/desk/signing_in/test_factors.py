"""Second factors: signing in with one, who must have one, what a stolen table would tell."""

import logging

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from pytest_django import Settings

from tests import making, second_factors
from tests.desk.test_account import PASSWORD, sign_in
from tickets.models import User

WAY = "/desk/login/second-factor/"


def confirm(client: Client, password: str = PASSWORD) -> None:
    """Say again who one is, as changes of a factor ask."""
    assert client.post("/desk/profile/again/", {"password": password}).status_code == 302


def test_a_password_alone_opens_nothing_where_there_is_a_second_factor(client: Client, anna: User) -> None:
    second_factors.give(anna)
    answer = client.post("/desk/login/", {"username": anna.email, "password": PASSWORD, "next": "/desk/profile/"})
    assert answer.headers["Location"].startswith(WAY)
    assert client.get("/desk/").status_code == 302
    assert client.get("/admin/").status_code == 302
    wrong = client.post(WAY, {"code": "000000"})
    assert "Take the newest code" in wrong.content.decode()
    right = client.post(WAY, {"code": second_factors.code(second_factors.SECRET)})
    assert right.headers["Location"] == "/desk/profile/"
    assert client.get("/desk/").status_code == 200


def test_a_code_opens_once(client: Client, anna: User) -> None:
    second_factors.give(anna)
    code = second_factors.code(second_factors.SECRET)
    sign_in(client, anna)
    assert client.post(WAY, {"code": code}).status_code == 302
    other = Client()
    sign_in(other, anna)
    assert other.post(WAY, {"code": code}).status_code == 200
    assert other.get("/desk/").status_code == 302


def test_a_recovery_code_opens_once(client: Client, anna: User) -> None:
    codes = second_factors.give(anna)
    sign_in(client, anna)
    assert client.post(WAY, {"code": codes[0]}).status_code == 302
    other = Client()
    sign_in(other, anna)
    assert other.post(WAY, {"code": codes[0]}).status_code == 200


def test_guessing_codes_ends_after_ten(client: Client, anna: User) -> None:
    second_factors.give(anna)
    sign_in(client, anna)
    for _ in range(10):
        client.post(WAY, {"code": "000000"})
    page = client.post(WAY, {"code": second_factors.code(second_factors.SECRET)}).content.decode()
    assert "too many tries" in page
    assert client.get("/desk/").status_code == 302


@pytest.mark.parametrize("role", ["manager", "administrator"])
def test_a_role_that_needs_a_second_factor_is_led_to_it_from_everywhere(
    client: Client, reference_data: None, settings: Settings, role: str
) -> None:
    settings.SECOND_FACTOR_ROLES = ["manager", "administrator"]
    person = making.staff(role=role)
    sign_in(client, person)
    for address in ("/desk/", "/desk/profile/", "/desk/profile/password/", "/desk/profile/sessions/", "/admin/"):
        assert client.get(address).headers["Location"] == "/desk/profile/second-factor/", address
    assert client.post("/desk/tickets/SU-2026-000001/note/").headers["Location"] == "/desk/profile/second-factor/"
    page = client.get("/desk/profile/second-factor/").content.decode()
    assert "it signs in with two factors" in page
    assert client.get("/en/").status_code == 200
    confirm(client)
    client.get("/desk/profile/second-factor/app/")
    code = second_factors.code(client.session["mfa.totp.secret"])
    assert client.post("/desk/profile/second-factor/app/", {"code": code}).status_code == 302
    assert client.get("/desk/").status_code == 200


def test_a_role_that_needs_none_is_not_asked(client: Client, anna: User, settings: Settings) -> None:
    settings.SECOND_FACTOR_ROLES = ["manager"]
    client.force_login(anna)
    assert client.get("/desk/").status_code == 200


def test_the_last_factor_stays_with_a_role_that_needs_one(client: Client, maria: User, settings: Settings) -> None:
    settings.SECOND_FACTOR_ROLES = ["manager"]
    second_factors.give(maria)
    client.force_login(maria)
    confirm(client)
    assert "Add another one" in client.get("/desk/profile/second-factor/app/remove/").content.decode()
    client.post("/desk/profile/second-factor/app/remove/")
    assert Authenticator.objects.filter(user=maria, type="totp").exists()
    settings.SECOND_FACTOR_ROLES = []
    assert client.post("/desk/profile/second-factor/app/remove/").status_code == 302
    assert not Authenticator.objects.filter(user=maria).exists()


def test_the_last_passkey_stays_too(client: Client, maria: User, settings: Settings) -> None:
    settings.SECOND_FACTOR_ROLES = ["manager"]
    key = Authenticator.objects.create(user=maria, type="webauthn", data={"name": "Key", "credential": {}})
    client.force_login(maria)
    confirm(client)
    client.post(f"/desk/profile/second-factor/passkeys/{key.pk}/remove/")
    assert Authenticator.objects.filter(pk=key.pk).exists()
    second_factors.give(maria)
    client.post(f"/desk/profile/second-factor/passkeys/{key.pk}/remove/")
    assert not Authenticator.objects.filter(pk=key.pk).exists()


def test_changing_a_factor_asks_for_the_password_again(desk: Client, anna: User) -> None:
    second_factors.give(anna)
    where = "/desk/profile/second-factor/"
    for page in ("passkeys/add/", "app/remove/", "recovery-codes/", "recovery-codes/new/"):
        answer = desk.get(where + page)
        assert answer.headers["Location"].startswith("/desk/profile/again/?next="), page
    assert "This is not your password" in desk.post("/desk/profile/again/", {"password": "x"}).content.decode()
    confirm(desk)
    for page in ("passkeys/add/", "app/remove/", "recovery-codes/", "recovery-codes/new/", "recovery-codes/file/"):
        answer = desk.get(where + page)
        assert answer.status_code == 200, page
        assert "no-store" in answer.headers["Cache-Control"], page


def test_secrets_stand_encrypted_in_the_table_and_old_keys_still_open_them(
    client: Client, anna: User, settings: Settings
) -> None:
    codes = second_factors.give(anna)
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert second_factors.SECRET not in kept
    assert not any(code in kept for code in codes)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key that is long enough for every check there is"
    sign_in(client, anna)
    assert client.post(WAY, {"code": second_factors.code(second_factors.SECRET)}).status_code == 302


def test_what_happens_to_factors_is_logged_without_an_address(
    client: Client, anna: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "desk")
    sign_in(client, anna, "wrong")
    second_factors.give(anna)
    sign_in(client, anna)
    client.post(WAY, {"code": "000000"})
    client.post(WAY, {"code": second_factors.code(second_factors.SECRET)})
    confirm(client)
    client.post("/desk/profile/second-factor/app/remove/")
    records = [each for each in caplog.records if each.name.startswith("desk.")]
    told = [(each.message, vars(each).get("user"), vars(each).get("what")) for each in records]
    assert told == [
        ("sign-in failed", None, None),
        ("second factor failed", anna.pk, None),
        ("signed in", anna.pk, None),
        ("sign-in changed", anna.pk, "totp_deactivated"),
    ]
    for record in records:
        assert anna.email not in str(vars(record))
        assert "127.0.0.1" not in str(vars(record))
