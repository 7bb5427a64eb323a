import pytest
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests import making
from tests.accessibility import dress
from tests.flows.test_desk_pages import sign_in
from tests.furnishing import furnish
from tests.making_reports import a_year

pytestmark = pytest.mark.browser


def test_shots(page: Page, live_server: LiveServer, transactional_db: None) -> None:
    furnish()
    maria = making.staff("Maria Manager", role="manager")
    a_year(timezone.now(), [maria, making.staff("Anna Agent"), making.staff("Bérénice Collègue")], number=300)
    sign_in(page, live_server, maria)
    for name, where in (
        ("now", ""),
        ("resp", "response/?period=12-months&whole=1&average=1"),
        ("how", "how-we-count/"),
        ("err", "response/?q=topic:energy+status:foo&from=2026-11-01"),
    ):
        page.goto(f"{live_server.url}/reports/{where}")
        page.wait_for_load_state("networkidle")
        for width, scheme in ((1440, "light"), (1440, "dark"), (360, "light")):
            if scheme == "dark" and name in ("how", "err"):
                continue
            page.set_viewport_size({"width": width, "height": 900})
            dress(page, scheme)
            page.screenshot(path=f"/tmp/w/pg-{name}-{width}-{scheme}.png", full_page=True)
            if name == "resp":
                page.screenshot(
                    path=f"/tmp/w/pg-c1-{width}-{scheme}.png",
                    full_page=True,
                    clip={"x": 0, "y": 0, "width": width, "height": 1500},
                )
                page.screenshot(
                    path=f"/tmp/w/pg-c2-{width}-{scheme}.png",
                    full_page=True,
                    clip={"x": 0, "y": 2300, "width": width, "height": 1500},
                )
