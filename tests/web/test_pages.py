"""The shared pieces in a real browser: accessible, in both colours, on a phone and a wide screen."""

import gzip
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.accessibility import check

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = ["/en/form", "/uk/form?name=", "/en/letters", "/desk/", "/desk/ticket", "/fr/fail/429", "/lv/nowhere/at/all"]


@pytest.fixture
def visit(browser: Browser, live_server: LiveServer) -> Iterator[Any]:
    """Opens a page and keeps what the browser complains about; a complaint fails the test."""
    contexts, complaints = [], []

    def complain(message: Any) -> None:
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    def visit(path: str, **options: Any) -> Page:
        contexts.append(browser.new_context(base_url=live_server.url, **options))
        page = contexts[-1].new_page()
        page.on("console", complain)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert complaints == []


def test_every_page_is_accessible_and_nothing_runs_out_of_it(visit: Any) -> None:
    page = visit(PAGES[0])
    for path in PAGES:
        page.goto(path)
        check(page, path)


def test_targets_on_the_portal_are_large(visit: Any) -> None:
    page = visit("/en/form", viewport={"width": 360, "height": 800}, has_touch=True)
    page.locator(".chooser summary").click()
    small = page.evaluate(
        """() => [...document.querySelectorAll("a, button, summary, .input, .select, .textarea, label")]
        .filter((one) => one.tagName !== "LABEL" || one.closest(".choice, .theme"))
        .filter((one) => !one.closest(".breadcrumbs, .skip, main p"))
        .filter((one) => one.offsetHeight && one.offsetHeight < 44).map((one) => one.outerHTML.slice(0, 80))"""
    )
    assert small == []


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(visit: Any) -> None:
    page = visit("/en/form?name=")
    assert page.evaluate("document.activeElement.className") == "summary"
    page.get_by_role("link", name="Choose what it is about").click()
    assert page.evaluate("document.activeElement.id") == "id_kind_0"


def test_the_skip_link_is_first_and_leads_to_the_content(visit: Any) -> None:
    page = visit("/en/form")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_the_chosen_colours_hold_on_the_next_page(visit: Any) -> None:
    page = visit("/en/form", color_scheme="light")
    ground = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    page.get_by_text("Dark", exact=True).click()
    dark = page.evaluate(ground)
    assert dark != "rgb(255, 255, 255)"
    page.goto("/lv/privacy")
    assert page.evaluate(ground) == dark
    assert page.locator("#theme-dark").is_checked()
    page.locator("label[for=theme-system]").click()
    assert page.evaluate(ground) == "rgb(255, 255, 255)"


def test_the_language_chooser_opens_by_key_and_closes_by_escape(visit: Any) -> None:
    page = visit("/lv/form")
    page.locator(".chooser summary").press("Enter")
    assert page.get_by_role("link", name="українська").get_attribute("href") == "/uk/form"
    assert page.locator(".chooser [aria-current]").inner_text().endswith("latviešu")
    page.keyboard.press("Escape")
    assert page.locator(".chooser").get_attribute("open") is None


def test_a_page_works_without_scripts(visit: Any) -> None:
    page = visit("/uk/form", java_script_enabled=False)
    page.locator(".chooser summary").click()
    page.get_by_role("link", name="français").click()
    assert page.url.endswith("/fr/form")
    assert not page.locator(".theme").is_visible()


def test_a_mail_in_its_frame_shows_its_own_picture_and_runs_nothing(visit: Any) -> None:
    asked: list[str] = []
    page = visit("/en/form")
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/frame")
    frame = page.frame_locator("iframe")
    frame.get_by_text("Dear colleagues").wait_for()
    assert frame.locator("img[alt=logo]").evaluate("(one) => one.complete && one.naturalWidth") == 1
    assert frame.locator("p").first.evaluate("(one) => getComputedStyle(one).position") == "static"
    assert frame.locator("p").first.evaluate("(one) => getComputedStyle(one).color") == "rgb(187, 0, 0)"
    assert not [url for url in asked if "tracker.example" in url]
    assert "allow-scripts" not in str(page.locator("iframe").get_attribute("sandbox"))


def test_a_portal_page_is_light(visit: Any) -> None:
    """Static files travel compressed, pages do not (a compressed page with a secret in it can be guessed at)."""
    bodies: dict[str, bytes] = {}
    page = visit("/en/form")
    page.on("response", lambda response: bodies.__setitem__(response.url, response.body()))
    page.goto("/uk/form")
    page.wait_for_load_state("networkidle")
    travelled = [len(gzip.compress(body)) if "/static/" in url else len(body) for url, body in bodies.items()]
    assert len(travelled) >= 4
    assert sum(travelled) < 30_000
