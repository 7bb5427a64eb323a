"""Signing in as staff do, in a real browser: app, recovery code, passkey on a virtual device, EU Login, sessions."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.core.cache import cache
from playwright.sync_api import Browser, CDPSession, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tests import environment, making, second_factors
from tests.accessibility import check
from tests.flows.test_desk_pages import PASSWORD, ready
from tests.openid_provider import CLIENT_ID, CLIENT_SECRET, OpenIdProvider
from tickets.models import User

pytestmark = pytest.mark.browser


@pytest.fixture
def anna(reference_data: None) -> User:
    return making.staff("Anna Agent")


def give_password(page: Page, live_server: LiveServer, person: User) -> None:
    page.goto(f"{live_server.url}/desk/login/")
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def confirm(page: Page) -> None:
    """Say again who one is."""
    expect(page.locator("h1")).to_have_text("Is it you?")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()


def set_up_app(page: Page, live_server: LiveServer) -> str:
    """Set up an authenticator app by what the page shows; its secret."""
    page.goto(f"{live_server.url}/desk/profile/second-factor/")
    page.get_by_role("link", name="Set up an app").click()
    confirm(page)
    secret = page.locator(".secret").inner_text()
    page.get_by_label("Code that the app shows").fill(second_factors.code(secret))
    page.get_by_role("button", name="Switch it on").click()
    expect(page.locator("h1")).to_have_text("Recovery codes")
    return secret


@pytest.fixture
def device(page: Page) -> Iterator[CDPSession]:
    """A computer that keeps passkeys and knows the finger of its owner."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield session
    session.detach()


@pytest.fixture
def provider(live_server: LiveServer, settings: Settings) -> Iterator[OpenIdProvider]:
    """EU Login, and the settings that name it."""
    server = OpenIdProvider(environment.free_port(), f"{live_server.url}/desk/login/eu-login/callback/")
    server.start()
    settings.OIDC_SERVER_URL = server.issuer
    app: dict[str, Any] = {"provider_id": "eu-login", "name": "EU Login", "settings": {"server_url": server.issuer}}
    app |= {"client_id": CLIENT_ID, "secret": CLIENT_SECRET}
    whole = django_settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {**whole, "APPS": [app]}}
    yield server
    server.stop()
    cache.clear()


def test_an_app_is_set_up_and_asked_for_at_the_next_sign_in(
    page: Page, live_server: LiveServer, anna: User, browser: Browser
) -> None:
    give_password(page, live_server, anna)
    secret = set_up_app(page, live_server)
    codes = page.locator(".codes code").all_inner_texts()
    assert len(codes) == 10
    with page.expect_download() as download:
        page.get_by_role("link", name="Download them").click()
    assert download.value.path().read_text("utf-8").split() == codes
    elsewhere = browser.new_context().new_page()
    give_password(elsewhere, live_server, anna)
    expect(elsewhere.locator("h1")).to_have_text("Second factor")
    elsewhere.get_by_label("Code").fill("000000")
    elsewhere.keyboard.press("Enter")
    expect(elsewhere.locator(".summary")).to_contain_text("Take the newest code")
    elsewhere.get_by_label("Code").fill(second_factors.code(secret, steps=1))
    elsewhere.keyboard.press("Enter")
    expect(elsewhere).to_have_url(f"{live_server.url}/desk/")
    elsewhere.get_by_role("button", name="Sign out").click()
    give_password(elsewhere, live_server, anna)
    elsewhere.get_by_label("Code").fill(codes[0])
    elsewhere.keyboard.press("Enter")
    expect(elsewhere).to_have_url(f"{live_server.url}/desk/")
    elsewhere.context.close()


def test_a_passkey_signs_in_alone_and_as_second_factor(
    page: Page, live_server: LiveServer, anna: User, device: CDPSession
) -> None:
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text) if message.type == "error" else None)
    give_password(page, live_server, anna)
    page.goto(f"{live_server.url}/desk/profile/second-factor/")
    page.get_by_role("link", name="Add a passkey").click()
    confirm(page)
    page.get_by_label("Name (optional)").fill("My computer")
    page.get_by_role("button", name="Add it").click()
    expect(page.locator("h1")).to_have_text("Recovery codes")
    page.goto(f"{live_server.url}/desk/profile/second-factor/")
    expect(page.locator(".factors")).to_contain_text("My computer")
    expect(page.locator(".factors")).to_contain_text("signs in alone")
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{live_server.url}/desk/login/?next=/desk/profile/")
    page.get_by_role("button", name="With a passkey").click()
    expect(page).to_have_url(f"{live_server.url}/desk/profile/")
    page.get_by_role("button", name="Sign out").click()
    give_password(page, live_server, anna)
    page.get_by_role("button", name="With a passkey").click()
    expect(page).to_have_url(f"{live_server.url}/desk/")
    page.goto(f"{live_server.url}/desk/profile/second-factor/")
    page.get_by_role("link", name="Rename My computer").click()
    page.get_by_role("link", name="With a passkey").click()
    page.get_by_role("button", name="With a passkey").click()
    page.get_by_label("Name").fill("Old computer")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Remove Old computer").click()
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_role("link", name="Remove Old computer")).to_have_count(0)
    assert not Authenticator.objects.filter(user=anna).exists()
    assert heard == []


def test_eu_login_lets_in_who_has_an_account_by_their_verified_address(
    page: Page, live_server: LiveServer, anna: User, provider: OpenIdProvider
) -> None:
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text) if message.type == "error" else None)
    provider.claims = {"sub": "n0012345", "email": anna.email.upper(), "email_verified": True, "name": "A. Agent"}
    for _ in range(2):
        page.goto(f"{live_server.url}/desk/login/?next=/desk/profile/")
        page.get_by_role("button", name="Sign in with EU Login").click()
        expect(page).to_have_url(f"{live_server.url}/desk/profile/")
        page.get_by_role("button", name="Sign out").click()
    linked = SocialAccount.objects.get()
    assert (linked.user, linked.uid, linked.extra_data) == (anna, "n0012345", {})
    anna.refresh_from_db()
    assert (anna.role, anna.name) == ("agent", "Anna Agent")
    assert anna.check_password(PASSWORD)
    assert heard == []


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": "n1", "email": "stranger@example.org", "email_verified": True},
        {"sub": "n1", "email": "anna@secretariat.example", "email_verified": False},
        {"sub": "n1", "email": "anna@secretariat.example"},
        {"sub": "n1"},
    ],
    ids=["a stranger", "an address not verified", "an address not said to be verified", "no address"],
)
def test_eu_login_lets_in_nobody_else_and_makes_no_account(
    page: Page, live_server: LiveServer, anna: User, provider: OpenIdProvider, claims: dict[str, Any]
) -> None:
    User.objects.update(email="anna@secretariat.example")
    provider.claims = claims
    page.goto(f"{live_server.url}/desk/login/")
    page.get_by_role("button", name="Sign in with EU Login").click()
    expect(page.locator("h1")).to_have_text("No account here")
    check(page, "no account")
    page.goto(f"{live_server.url}/desk/")
    expect(page).to_have_url(re.compile("/desk/login/"))
    assert get_user_model().objects.count() == 1
    assert not SocialAccount.objects.exists()


def test_an_address_that_another_person_got_opens_nothing(
    page: Page, live_server: LiveServer, anna: User, provider: OpenIdProvider
) -> None:
    ben = making.staff("Ben")
    SocialAccount.objects.create(user=anna, provider="eu-login", uid="n1")
    for sub, person in (("n2", anna), ("n1", ben)):
        provider.claims = {"sub": sub, "email": person.email, "email_verified": True}
        page.goto(f"{live_server.url}/desk/login/")
        page.get_by_role("button", name="Sign in with EU Login").click()
        expect(page.locator("h1")).to_have_text("No account here")
    assert SocialAccount.objects.count() == 1


def test_who_turns_back_at_eu_login_and_who_finds_it_away_is_told_so(
    page: Page, live_server: LiveServer, anna: User, provider: OpenIdProvider, settings: Settings
) -> None:
    provider.claims = None
    page.goto(f"{live_server.url}/desk/login/")
    page.get_by_role("button", name="Sign in with EU Login").click()
    expect(page.locator(".notice")).to_contain_text("You did not sign in there")
    page.goto(f"{live_server.url}/desk/login/eu-login/callback/?code=x&state=forged")
    expect(page.locator("h1")).to_have_text("Sign-in did not work")
    check(page, "sign-in did not work")
    provider.stop()
    page.goto(f"{live_server.url}/desk/login/")
    page.get_by_role("button", name="Sign in with EU Login").click()
    expect(page.locator("h1")).to_have_text("Sign-in did not work")


def test_eu_login_still_asks_for_the_second_factor_that_one_has_here(
    page: Page, live_server: LiveServer, anna: User, provider: OpenIdProvider
) -> None:
    second_factors.give(anna)
    provider.claims = {"sub": "n1", "email": anna.email, "email_verified": True}
    page.goto(f"{live_server.url}/desk/login/")
    page.get_by_role("button", name="Sign in with EU Login").click()
    expect(page.locator("h1")).to_have_text("Second factor")
    page.get_by_label("Code").fill(second_factors.code(second_factors.SECRET))
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{live_server.url}/desk/")


@pytest.mark.parametrize(("counts", "title"), [(True, "All to do"), (False, "Second factor")])
def test_a_role_that_needs_two_factors_may_have_both_at_eu_login(
    page: Page,
    live_server: LiveServer,
    anna: User,
    provider: OpenIdProvider,
    settings: Settings,
    counts: bool,
    title: str,
) -> None:
    settings.SECOND_FACTOR_ROLES, settings.OIDC_SECOND_FACTOR = ["agent"], counts
    provider.claims = {"sub": "n1", "email": anna.email, "email_verified": True}
    page.goto(f"{live_server.url}/desk/login/")
    page.get_by_role("button", name="Sign in with EU Login").click()
    expect(page.locator("h1")).to_have_text(title)


def test_a_session_is_ended_from_elsewhere(page: Page, live_server: LiveServer, anna: User, browser: Browser) -> None:
    phone = browser.new_context().new_page()
    for each in (page, phone):
        give_password(each, live_server, anna)
        expect(each).to_have_url(f"{live_server.url}/desk/")
    page.goto(f"{live_server.url}/desk/profile/")
    page.get_by_role("link", name="Where you are signed in").click()
    page.get_by_role("button", name="End it").click()
    expect(page.locator(".toast")).to_contain_text("That session has ended.")
    phone.goto(f"{live_server.url}/desk/")
    expect(phone).to_have_url(re.compile("/desk/login/"))
    phone.context.close()


def test_every_page_of_signing_in_is_accessible(
    page: Page,
    live_server: LiveServer,
    anna: User,
    settings: Settings,
    device: CDPSession,
    provider: OpenIdProvider,
) -> None:
    settings.SECOND_FACTOR_ROLES = ["agent"]
    where = f"{live_server.url}/desk/profile/second-factor/"
    page.goto(f"{live_server.url}/desk/login/")
    ready(page)
    check(page, "sign-in with a provider")
    give_password(page, live_server, anna)
    expect(page).to_have_url(where)
    check(page, "second factor is needed")
    page.get_by_role("link", name="Set up an app").click()
    expect(page.locator("h1")).to_have_text("Is it you?")
    check(page, "is it you")
    confirm(page)
    expect(page.locator(".secret")).to_be_visible()
    check(page, "set up an app")
    page.get_by_role("button", name="Switch it on").click()
    expect(page.locator(".summary")).to_be_visible()
    check(page, "set up an app with errors")
    secret = page.locator(".secret").inner_text()
    page.get_by_label("Code that the app shows").fill(second_factors.code(secret))
    page.get_by_role("button", name="Switch it on").click()
    expect(page.locator("h1")).to_have_text("Recovery codes")
    check(page, "recovery codes")
    page.goto(f"{where}app/remove/")
    check(page, "the last factor stays")
    page.goto(f"{where}passkeys/add/")
    ready(page)
    check(page, "add a passkey")
    page.get_by_role("button", name="Add it").click()
    expect(page).to_have_url(where)
    check(page, "second factor")
    key = Authenticator.objects.get(type="webauthn")
    for name in ("app/remove/", f"passkeys/{key.pk}/name/", f"passkeys/{key.pk}/remove/", "recovery-codes/new/"):
        page.goto(where + name)
        check(page, name)
    for name in ("again/code/", "again/passkey/", "sessions/", ""):
        page.goto(f"{live_server.url}/desk/profile/{name}")
        ready(page)
        check(page, name)
    page.get_by_role("button", name="Sign out").click()
    give_password(page, live_server, anna)
    expect(page.locator("h1")).to_have_text("Second factor")
    check(page, "asked for the second factor")
    page.get_by_label("Code").fill("0")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator(".summary")).to_be_visible()
    check(page, "second factor with errors")
