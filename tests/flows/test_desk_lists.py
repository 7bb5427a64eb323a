"""The lists in a real browser: selected and acted on by keyboard alone, refreshed in place, usable without scripts."""

import re

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import making
from tests.accessibility import check
from tests.flows.test_desk_pages import anna, plain, ready, sign_in, ticket  # noqa: F401  # fixtures
from tickets.actions import triage
from tickets.actions.record import SYSTEM
from tickets.models import SavedView, Ticket, User

pytestmark = pytest.mark.browser


def refreshed(page: Page) -> None:
    """Let the page look for what is new now, instead of in some seconds."""
    cache.clear()
    # Nobody waits here for the answer's end: one without a body, where nothing is new, tells of none.
    with page.expect_response(lambda answer: "/desk/rows/" in answer.url):
        page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_timeout(100)  # for the script to put what came into its place


def test_tickets_are_selected_given_away_and_taken_back_by_keyboard_alone(
    page: Page,
    live_server: LiveServer,
    anna: User,  # noqa: F811
    ticket: Ticket,  # noqa: F811
) -> None:
    sign_in(page, live_server, anna)
    keys = page.keyboard
    keys.press("g")
    keys.press("u")
    expect(page.locator("h1")).to_have_text("Unassigned")
    ready(page)
    references = [box.get_attribute("aria-label") for box in page.locator(".pick").all()[:2]]
    assert len(references) == 2
    for key in "jxjx":
        keys.press(key)
    expect(page.locator(".picked")).to_have_text("Selected: 2")
    keys.press("a")
    expect(page.locator(".bulk .menu[open]")).to_contain_text("To me")
    keys.press("Enter")
    expect(page.locator(".toast")).to_contain_text("2 tickets are yours now.")
    assert set(Ticket.objects.filter(reference__in=references).values_list("assignee", flat=True)) == {anna.pk}
    ready(page)
    keys.press("z")
    expect(page.locator(".toast")).to_contain_text("2 tickets are as before.")
    assert set(Ticket.objects.filter(reference__in=references).values_list("assignee", flat=True)) == {None}
    ready(page)
    keys.press("X")
    expect(page.locator(".pick:not(:checked)")).to_have_count(0)
    keys.press("Escape")
    expect(page.locator(".pick:checked")).to_have_count(0)
    expect(page.locator(".bulk")).to_be_hidden()
    # With nothing selected the menus are for the line that the keys have reached.
    keys.press("j")
    keys.press("t")
    expect(page.locator(".picked")).to_have_text("Selected: 1")
    keys.press("Enter")
    expect(page.locator(".toast")).to_contain_text("1 ticket is changed.")


def test_a_list_is_searched_kept_and_found_again_by_keyboard_alone(
    page: Page,
    live_server: LiveServer,
    anna: User,  # noqa: F811
    ticket: Ticket,  # noqa: F811
) -> None:
    sign_in(page, live_server, anna)
    keys = page.keyboard
    keys.press("/")
    keys.type("lang:uk is:todo")
    keys.press("Enter")
    page.get_by_role("link", name="Show it as a list").press("Enter")
    expect(page.locator(".term")).to_have_count(2)
    ready(page)
    keys.press("v")
    keys.type("Ukrainian")
    keys.press("Enter")
    expect(page.locator("h1")).to_have_text("Ukrainian")
    link = page.locator(f'.side [data-view="{SavedView.objects.get().pk}"]')
    expect(link).to_have_attribute("aria-current", "page")
    expect(link.locator(".count")).to_have_text(re.compile(r"^[1-9]\d*$"))


def test_the_list_refreshes_and_keeps_selection_focus_and_place(
    page: Page,
    live_server: LiveServer,
    anna: User,  # noqa: F811
    ticket: Ticket,  # noqa: F811
) -> None:
    for number in range(20):
        making.opened(now=timezone.now(), sender_address=f"p{number}@hromada.example", acknowledge=False)
    sign_in(page, live_server, anna)
    keys = page.keyboard
    for key in ("j",) * 10:
        keys.press(key)
    keys.press("x")
    here = page.locator(".row[data-here]")
    reference = here.locator(".pick").get_attribute("aria-label") or ""
    place = here.bounding_box()
    making.opened(now=timezone.now(), subject="Just arrived")
    mine = Ticket.objects.get(reference=reference)
    triage.set_priority(actor=SYSTEM, ticket_id=mine.pk, priority=4, now=timezone.now())
    refreshed(page)
    expect(page.locator(".rows")).to_contain_text("Just arrived")
    expect(page.locator("[data-fresh]")).to_have_text("New tickets came in.")
    expect(here.locator(".chip")).to_contain_text(["Priority: urgent"])
    expect(here.locator(".pick")).to_be_checked()
    expect(here.locator(".row-title")).to_be_focused()
    now = here.bounding_box()
    assert place
    assert now
    assert abs(place["y"] - now["y"]) < 2
    # What leaves the list stays as long as somebody has it selected.
    triage.mark_spam(actor=SYSTEM, ticket_id=mine.pk, now=timezone.now())
    refreshed(page)
    expect(page.locator(".row[data-gone] .pick")).to_have_attribute("aria-label", reference)
    expect(page.locator('[data-view="spam"] .count')).to_have_text("1")
    keys.press("x")
    keys.press("j")
    refreshed(page)
    expect(page.locator(f'.pick[aria-label="{reference}"]')).to_have_count(0)


def test_a_lost_line_is_said_and_forgotten_when_it_is_back(
    page: Page,
    live_server: LiveServer,
    anna: User,  # noqa: F811
    ticket: Ticket,  # noqa: F811
) -> None:
    sign_in(page, live_server, anna)
    page.route("**/desk/rows/**", lambda route: route.abort())
    for _ in range(2):
        page.evaluate("dispatchEvent(new Event('online'))")
        page.wait_for_timeout(200)
    expect(page.locator("[data-fresh]")).to_contain_text("this list may be out of date")
    page.unroute("**/desk/rows/**")
    refreshed(page)
    expect(page.locator("[data-fresh]")).to_have_text("")


def test_many_are_acted_on_without_scripts(
    plain: BrowserContext,  # noqa: F811
    live_server: LiveServer,
    anna: User,  # noqa: F811
    ticket: Ticket,  # noqa: F811
) -> None:
    page = plain.new_page()
    sign_in(page, live_server, anna)
    expect(page.locator(".bulk")).to_be_hidden()
    for box in page.locator(".pick").all()[:2]:
        box.check()
    page.locator(".bulk .menu[data-key=s] summary").click()
    page.get_by_role("button", name="Put aside as spam").click()
    expect(page.locator(".toast")).to_contain_text("2 tickets are put aside as spam.")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator(".toast")).to_contain_text("2 tickets are as before.")


def test_every_state_of_a_list_is_accessible(
    page: Page,
    live_server: LiveServer,
    anna: User,  # noqa: F811
    ticket: Ticket,  # noqa: F811
) -> None:
    sign_in(page, live_server, anna)
    page.locator(".pick").first.check()
    check(page, "selected")
    for key in "ast":
        page.locator(f".bulk .menu[data-key={key}] > summary").click()
        check(page, f"menu {key}", part=f".bulk .menu[data-key={key}]")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    for number in range(4):
        page.locator(".tools .menu > summary").nth(number).click()
        check(page, f"tool {number}", part=".tools .menu[open]")
    page.locator(".tools .menu[data-key=v] button").click()
    expect(page.locator(".tools [role=alert]")).to_be_visible()
    check(page, "view without a name")
    page.goto(f"{live_server.url}/desk/?q=lang:uk status:lost")
    check(page, "search with a mistake")
