"""Flow, compliance, its list and the mails in a real browser: accessible, and a number leads to what it counts."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from reports.exports import sheets
from tests import making
from tests.accessibility import check
from tests.flows.test_desk_pages import sign_in
from tests.reports import making_flow
from tickets.models import ReportExport, User

pytestmark = pytest.mark.browser


@pytest.fixture
def maria(reference_data: None) -> User:
    making_flow.year(timezone.now(), number=80)
    return making.staff("Maria Manager", role="manager")


def test_the_pages_are_accessible(
    page: Page, live_server: LiveServer, maria: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(page, live_server, maria)
    since = (timezone.now() - timedelta(days=150)).date()
    days = f"?from={since}&to={timezone.now().date()}"
    for place in (f"flow/{days}", "compliance/?period=12-months", "compliance/list/?period=12-months", "by-mail/"):
        page.goto(f"{live_server.url}/reports/{place}")
        for fold in page.locator("details").all():
            fold.evaluate("fold => { fold.open = true; }")
        check(page, place)
    monkeypatch.setattr(sheets, "MOST_ROWS", 1)
    page.goto(f"{live_server.url}/reports/compliance/list/?period=12-months")
    page.get_by_role("button", name="Excel").click()
    expect(page.locator("h1")).to_have_text("This export is not possible")
    check(page, "export refused")


def test_a_number_and_a_column_lead_to_what_they_count_and_a_file_is_taken_along(
    page: Page, live_server: LiveServer, maria: User, tmp_path: Path
) -> None:
    sign_in(page, live_server, maria)
    page.goto(f"{live_server.url}/reports/flow/?period=12-months")
    again = page.locator(".numbers .big a").nth(3)  # few enough for one page of the search, which counts them
    number = int((again.text_content() or "").split()[0])
    again.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"{number} ticket")
    page.go_back()
    page.locator(".chart a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("ticket")
    page.goto(f"{live_server.url}/reports/compliance/?period=12-months")
    page.get_by_role("row", name="kept").first.get_by_role("link").click()
    expect(page.locator("table.deadlines tbody tr").first).to_contain_text("kept")
    with page.expect_download() as taken:
        page.get_by_role("button", name="CSV").click()
    assert taken.value.suggested_filename.startswith("deadlines-")
    assert ReportExport.objects.get().rows == len(Path(taken.value.path()).read_text().splitlines()) - 1
