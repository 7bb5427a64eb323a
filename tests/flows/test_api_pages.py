"""The pages of the API in a real browser: accessible at both widths, and a token made, used and revoked by keyboard."""

import pytest
import requests
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import making
from tests.accessibility import WIDE, check, faults
from tests.flows.test_desk_pages import sign_in
from tickets.models import User

pytestmark = pytest.mark.browser


@pytest.fixture
def anna(reference_data: None) -> User:
    return making.staff("Anna Agent")


def test_every_page_and_state_is_accessible(page: Page, live_server: LiveServer, anna: User) -> None:
    sign_in(page, live_server, anna)
    page.goto(f"{live_server.url}/desk/profile/tokens/")
    check(page, "no tokens")
    page.get_by_role("button", name="Make the token").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter what the token is for.")
    check(page, "errors")
    page.get_by_label("What is it for?").fill("Form of the city")
    page.get_by_role("button", name="Make the token").click()
    check(page, "a new token")
    page.locator(".confirm summary").click()
    check(page, "before revoking")
    page.get_by_role("button", name="Revoke Form of the city").click()
    page.get_by_text("Ended tokens").click()
    check(page, "revoked")
    page.goto(f"{live_server.url}/api/v1/docs")
    for fold in page.locator(".operation details").all()[:3]:
        fold.evaluate("fold => { fold.open = true; }")
    # Eighty operations of one shape: all of them but for the colours, and the colours of some.
    assert list(faults(page, "documentation", looks=[(WIDE, "light")], contrast=False)) == []
    page.evaluate("[...document.querySelectorAll('.operation')].slice(8).forEach((one) => one.remove())")
    check(page, "the first operations")


def test_a_token_is_made_used_and_revoked_by_keyboard_alone(page: Page, live_server: LiveServer, anna: User) -> None:
    sign_in(page, live_server, anna)
    page.goto(f"{live_server.url}/desk/profile/")
    page.get_by_role("link", name="API tokens").press("Enter")
    page.get_by_label("What is it for?").focus()
    page.keyboard.type("Form of the city")
    page.keyboard.press("Enter")
    secret = page.get_by_label("Token for Form of the city").input_value()
    asked = {"Authorization": f"Bearer {secret}"}
    address = f"{live_server.url}/api/v1/tickets"
    assert requests.get(address, headers=asked, timeout=20).status_code == 200
    page.locator(".confirm summary").press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".notice")).to_contain_text("The token is revoked.")
    assert requests.get(address, headers=asked, timeout=20).status_code == 401
