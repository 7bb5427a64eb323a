"""django-helpdesk's list, served as ours is (`bench/serving.py`)."""

import re

from bench import place
from bench.peer import load
from bench.serving import Browser, Site

ROWS = re.compile(rb'"url": "(/datatables_ticket_list/[^"]+)"')
# What DataTables sends for the first page; as many lines as the project shows without being told.
FIRST_PAGE = "?draw=1&start=0&length=25"


def site(database_url: str) -> Site:
    """Its list: the page, and the lines that the page's script asks for."""
    env = load.environment(database_url)
    cookie = place.run([load.PYTHON, "-m", "bench.peer.session"], env, load.FOLDER).strip()
    return Site(
        python=str(load.PYTHON),
        application="bench.peer.wsgi:application",
        environment=env,
        folder=load.FOLDER,
        cookie=cookie,
        pages={"list": show_list},
    )


def show_list(browser: Browser) -> None:
    """Ask for the page and then for its lines; RuntimeError where it names none."""
    page = browser.get("/tickets/", holds=b"datatables_ticket_list")
    found = ROWS.search(page)
    if found is None:
        raise RuntimeError("the list of django-helpdesk names no address for its lines")
    browser.get(found[1].decode() + FIRST_PAGE, holds=b'"ticket"')
