"""Triage mode in a real browser: requests of the day sorted by keyboard alone, every state accessible."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.accessibility import check
from tests.desk.day import DAY
from tests.desk.sheets import read_sheet
from tests.desk.test_day import arrive, keys_of, truth
from tests.desk.test_day import check as check_ticket
from tests.flows.test_desk_pages import anna, plain, ready, sign_in  # noqa: F401  # fixtures
from tickets.models import Queue, Ticket, User

pytestmark = pytest.mark.browser
# Taken as they are, with a suggestion left or taken, with another value, to a closed queue, merged, spam.
SOME = (0, 1, 5, 6, 18, 20, 34, 40, 50, 57)


def test_requests_are_sorted_by_keyboard_alone_and_taken_back(
    page: Page,
    live_server: LiveServer,
    anna: User,  # noqa: F811
) -> None:
    Queue.objects.get(code="access-to-documents").members.add(anna)
    tickets = {number: arrive(number, DAY[number]) for number in SOME}
    numbers = {ticket.reference: number for number, ticket in tickets.items()}
    sign_in(page, live_server, anna)
    keys = page.keyboard
    keys.press("g")
    keys.press("i")
    for _each in SOME:
        page.wait_for_url("**/desk/triage/")
        ready(page)
        served = read_sheet(page.content())
        number = numbers.pop(served.reference)
        asked = DAY[number]
        if number == 40:
            check(page, asked.subject)
        with page.expect_navigation():
            for key in keys_of(served, asked, truth(asked, served)):
                keys.press(key)
    expect(page.locator(".empty h2")).to_have_text("Every request is sorted")
    check(page, "nothing left")
    for number, ticket in tickets.items():
        ticket.refresh_from_db()
        check_ticket(ticket, DAY[number], tickets)
    ready(page)
    keys.press("z")
    last = tickets[SOME[-1]]
    expect(page.locator(".toast")).to_contain_text("It is as before.")
    expect(page.locator("h1")).to_have_text(last.subject)
    ready(page)
    keys.press("k")
    expect(page.locator(".empty h2")).to_have_text("1 request is left for later")
    page.get_by_role("button", name="Sort them now").press("Enter")
    ready(page)
    keys.press("o")
    expect(page).to_have_url(f"{live_server.url}/desk/tickets/{last.reference}/")


def test_it_is_sorted_without_scripts_too(
    plain: BrowserContext,  # noqa: F811
    live_server: LiveServer,
    anna: User,  # noqa: F811
) -> None:
    ticket = arrive(2, DAY[2])
    page = plain.new_page()
    sign_in(page, live_server, anna)
    page.get_by_role("link", name="Sort new ones").click()
    page.get_by_label("Assignee").select_option("Me")
    page.get_by_role("button", name="Sort it, next").click()
    expect(page.locator(".toast")).to_contain_text("is sorted.")
    sorted_one = Ticket.objects.get(pk=ticket.pk)
    check_ticket(sorted_one, DAY[2], {})
    assert sorted_one.assignee == anna
