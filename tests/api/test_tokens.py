"""The page of a person's own tokens, and the command for programs that no person holds."""

import io
import re
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from api import tokens
from api.models import Token
from tests import making
from tests.api.conftest import Program, token_of
from tickets.models import User

PAGE = "/desk/profile/tokens/"
FORM = {"name": "Municipal form", "scopes": ["create"], "days": "30"}


@pytest.fixture
def browser(client: Client, anna: User) -> Client:
    client.force_login(anna)
    return client


def secret_in(page: str) -> str:
    found = re.search(r'value="(helpdesk_[^"]+)"', page)
    assert found, page
    return found[1]


def test_a_token_is_shown_once_and_works(browser: Client, anna: User) -> None:
    answer = browser.post(PAGE, FORM)
    secret = secret_in(answer.content.decode())
    assert "no-store" in answer.headers["Cache-Control"]
    token = Token.objects.get()
    assert (token.owner, token.name, token.scopes) == (anna, "Municipal form", ["create"])
    assert token.expires_at == timezone.now() + timedelta(days=30)
    assert secret not in browser.get(PAGE).content.decode()
    assert Program(secret).do("tickets").status_code == 422
    assert Program(secret).ask("tickets").status_code == 403


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        (["write"], ["read", "create", "write"]),
        (["admin"], ["read", "admin"]),
        (["create", "read"], ["read", "create"]),
    ],
)
def test_a_scope_brings_what_it_needs(browser: Client, asked: list[str], given: list[str]) -> None:
    browser.post(PAGE, {**FORM, "scopes": asked})
    assert Token.objects.get().scopes == given


@pytest.mark.parametrize("changes", [{"name": " "}, {"scopes": []}, {"scopes": ["all"]}, {"days": "9999"}])
def test_half_a_form_makes_no_token(browser: Client, changes: dict[str, object]) -> None:
    answer = browser.post(PAGE, {**FORM, **changes})
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()
    assert not Token.objects.exists()


def test_a_person_has_a_bounded_number_of_tokens(browser: Client, anna: User) -> None:
    for _ in range(tokens.MOST_LIVING):
        token_of(anna)
    answer = browser.post(PAGE, FORM)
    assert answer.status_code == 409
    assert "which is the most" in answer.content.decode()
    assert Token.objects.count() == tokens.MOST_LIVING


def test_a_token_is_revoked_by_its_owner_alone(browser: Client, anna: User, maria: User) -> None:
    own, secret = token_of(anna)
    others, _ = token_of(maria)
    assert browser.post(f"{PAGE}{others.pk}/revoke/").status_code == 404
    assert browser.get(f"{PAGE}{own.pk}/revoke/").status_code == 405
    answer = browser.post(f"{PAGE}{own.pk}/revoke/", follow=True)
    assert "The token is revoked." in answer.content.decode()
    assert "Ended tokens" in answer.content.decode()
    assert Program(secret).ask("queues").status_code == 401
    assert Token.objects.get(pk=others.pk).revoked_at is None


def test_the_page_is_for_signed_in_people_and_shows_their_own_tokens(browser: Client, anna: User, maria: User) -> None:
    token_of(maria)
    assert "No tokens yet" in browser.get(PAGE).content.decode()
    assert Client().get(PAGE).headers["Location"].startswith("/desk/login/")
    assert Client().post(f"{PAGE}1/revoke/").headers["Location"].startswith("/desk/login/")
    page = browser.get("/desk/profile/").content.decode()
    assert f'href="{PAGE}"' in page


def test_forms_from_other_sites_are_refused(anna: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(anna)
    assert browser.post(PAGE, FORM).status_code == 403
    assert not Token.objects.exists()


def command(*words: str) -> str:
    out = io.StringIO()
    call_command("api_token", *words, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_a_service_account_is_made_with_its_token(reference_data: None) -> None:
    secret = command(
        "make", "Form@City.example", "City form", "--scopes=create", "--days=90", "--new-account=City of Example"
    )
    account = User.objects.get(email="form@city.example")
    assert (account.name, account.role, account.has_usable_password()) == ("City of Example", "agent", False)
    assert Program(secret.strip()).do("tickets").status_code == 422
    listed = command("list", "--owner", "form@city.example").split("\t")
    assert (listed[1], listed[3], listed[-1]) == ("form@city.example", "create", "City form\n")
    command("revoke", listed[0])
    assert command("list") == ""
    assert Program(secret.strip()).do("tickets").status_code == 401


@pytest.mark.parametrize(
    "words",
    [
        ["make", "nobody@city.example", "x"],
        ["make", "ANNA", "x", "--new-account=Again"],
        ["make", "ANNA", "x", "--scopes=all"],
        ["make", "ANNA", "x", "--scopes="],
        ["make", "ANNA", "x", "--days=0"],
        ["make", "ANNA", "x", "--days=400"],
        ["make", "ANNA", "x", "--days=99999999999"],
        ["revoke", "1"],
    ],
)
def test_what_the_command_cannot_do_it_says(anna: User, words: list[str]) -> None:
    accounts = User.objects.count()
    with pytest.raises(CommandError):
        command(*(anna.email if word == "ANNA" else word for word in words))
    assert not Token.objects.exists()
    assert User.objects.count() == accounts


def test_a_new_account_is_not_left_without_its_token(reference_data: None) -> None:
    with pytest.raises(CommandError):
        command("make", "form@city.example", "x", "--new-account=City", "--scopes=all")
    assert not User.objects.filter(email="form@city.example").exists()


def test_a_token_longer_than_a_year_is_refused(anna: User) -> None:
    now = making.NOW
    with pytest.raises(tokens.TokenRefused):
        tokens.make(owner=anna, name="x", scopes=["read"], expires_at=now + timedelta(days=367), now=now)
