"""The proof that axe looks at every template of a page."""

from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests import looked_at, making
from tests.desk.conftest import reference_data  # noqa: F401  # a fixture
from tests.flows.test_desk_pages import sign_in


def run(source: pytest.Config.ArgsSource, **options: Any) -> Any:
    """As much of the end of a run as is asked."""
    return SimpleNamespace(config=SimpleNamespace(args_source=source, option=SimpleNamespace(**options)), exitstatus=0)


@pytest.mark.browser
@pytest.mark.usefixtures("reference_data", "transactional_db")
def test_a_page_is_made_of_its_frame_its_parts_and_what_it_fetches(page: Page, live_server: LiveServer) -> None:
    sign_in(page, live_server, making.staff("Anna Agent"))
    made = looked_at.made_of(page)
    assert {"web/templates/web/base.html", "desk/templates/desk/list.html", "desk/jinja2/desk/side.html"} <= made
    assert "desk/templates/desk/login.html" not in made
    page.goto(f"{live_server.url}/desk/profile/")
    assert "desk/jinja2/desk/list.html" not in looked_at.made_of(page)


def test_pages_are_missed_and_mails_are_not() -> None:
    missed = looked_at.missing(["desk/jinja2/desk/side.html"])
    assert {"portal/templates/portal/form.html", "reports/templates/reports/now.html"} <= set(missed)
    assert "desk/jinja2/desk/side.html" not in missed
    assert not [name for name in missed if name.startswith("notifications/")]


def test_what_need_not_be_looked_at_is_still_there() -> None:
    assert [name for name in looked_at.NEVER_LOOKED_AT if not (looked_at.ROOT / name).is_file()] == []


@pytest.mark.parametrize(
    ("session", "before", "after"),
    [
        (run(pytest.Config.ArgsSource.TESTPATHS), 0, 1),
        (run(pytest.Config.ArgsSource.TESTPATHS), 5, 0),
        (run(pytest.Config.ArgsSource.TESTPATHS, keyword="mail"), 0, 0),
        (run(pytest.Config.ArgsSource.ARGS), 0, 0),
    ],
    ids=["whole", "whole without tests", "of some words", "of some files"],
)
def test_a_whole_run_that_missed_a_page_fails(
    session: Any, before: int, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looked_at, "_seen", set())
    looked_at.Looks().pytest_sessionfinish(session, before)
    assert session.exitstatus == after
