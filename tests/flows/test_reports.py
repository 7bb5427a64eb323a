"""The reports in a real browser: five questions of a manager, every page accessible, and all of it without scripts."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import making
from tests.accessibility import check
from tests.desk.conftest import reference_data  # noqa: F401 - a fixture
from tests.flows.test_desk_pages import sign_in
from tests.making_reports import a_year
from tickets.incoming import Details
from tickets.models import User

pytestmark = pytest.mark.browser


@pytest.fixture
def maria(reference_data: None) -> User:  # noqa: F811
    maria = making.staff("Maria Manager", role="manager")
    a_year(timezone.now(), [maria, making.staff("Anna Agent")], number=120)
    return maria


@pytest.fixture
def plain(browser: Browser) -> Iterator[BrowserContext]:
    """A visitor without JavaScript."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1440, "height": 900})
    yield context
    context.close()


@pytest.mark.parametrize(
    ("question", "heading", "says"),
    [
        ("Who waits longest?", "Who waits longest", "days"),
        ("Did we keep the 15 working days last month?", "Replies within their deadline", "kept their deadline"),
        ("Which topic is slow?", "First response by topic", "half within"),
        ("Are we falling behind?", "Are we falling behind?", "in the last four weeks"),
        ("What did we promise for next week?", "Promised for next week", "answers promised"),
    ],
)
def test_each_question_of_a_manager_takes_two_clicks(
    page: Page, live_server: LiveServer, maria: User, question: str, heading: str, says: str
) -> None:
    sign_in(page, live_server, maria)
    page.get_by_role("link", name="Reports", exact=True).click()
    page.get_by_role("link", name=question).click()
    answer = page.locator("section", has=page.get_by_role("heading", name=heading, exact=True))
    expect(answer).to_contain_text(says)
    expect(answer).to_be_in_viewport()


def test_every_report_is_accessible(page: Page, live_server: LiveServer, maria: User) -> None:
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text) if message.type in ("error", "warning") else None)
    sign_in(page, live_server, maria)
    for where in (
        "",
        "response/?period=12-months&average=1",
        "response/?q=status:foo&from=2026-11-01",
        "how-we-count/",
    ):
        page.goto(f"{live_server.url}/reports/{where}")
        expect(page.locator("[data-panel]")).to_have_count(0, timeout=60_000)
        for fold in page.locator("main details").all():
            fold.evaluate("fold => { fold.open = true; }")
        check(page, where or "now")
    assert heard == []


def test_a_number_leads_to_its_tickets_and_all_of_it_works_without_scripts(
    plain: BrowserContext, live_server: LiveServer, maria: User
) -> None:
    # Whatever the chance of this day makes, one need waits.
    need = Details(kind="need", need_item="Generator")
    making.opened(now=timezone.now() - timedelta(days=40), acknowledge=False, details=need)
    page = plain.new_page()
    sign_in(page, live_server, maria)
    page.goto(f"{live_server.url}/reports/response/?period=12-months")
    page.get_by_role("link", name=re.compile("Show all of them at once.*First response by topic")).click()
    expect(page.get_by_role("heading", name="First response by topic")).to_be_in_viewport()
    expect(page.locator("[data-panel]")).to_have_count(0)
    page.get_by_text("Narrow by…").click()
    page.locator(".more-fields").get_by_label("Kind").select_option(label="Need")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".conditions")).to_contain_text("kind:need")
    open_ones = page.locator("section", has=page.locator("#first")).get_by_role("link", name="still open")
    number = (open_ones.text_content() or "").split()[0]
    open_ones.click()
    expect(page.locator("h1")).to_have_text(f"{number} ticket{'' if number == '1' else 's'}")
