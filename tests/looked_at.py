"""Which templates axe has looked at: at the end of a whole run each template of a page must be among them.

Django tells tests of every template that it renders, Jinja2 is asked for each part by its name, and both happen in the
thread that answers. So it is known for every address what its last answer was made of; a look at a page is a look at
that, and at what its scripts and frames have fetched.
"""

import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from django.core.signals import request_started
from django.test.signals import template_rendered
from jinja2 import Environment
from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parent.parent
MAILS = "notifications"  # the room whose templates are no pages
NEVER_LOOKED_AT = {
    "desk/templates/desk/keys.html": "made once in a process and kept, for every page of the desk",
    "desk/templates/desk/find_help.html": "made once in a process and kept, for every page of the search",
}
_OURS = f"{ROOT}/"
_ADDRESSES = "[location.href, ...performance.getEntriesByType('resource').map((one) => one.name)]"

_answers: dict[str, set[str]] = {}  # the templates of the last answer of each address
_seen: set[str] = set()
_here = threading.local()
_get_template = Environment.get_template


def look(page: Page) -> None:
    """Take note of what the page is made of as it is shown now."""
    _seen.update(made_of(page))


def made_of(page: Page) -> set[str]:
    """The templates of ours, as paths in this repository, that made this page and what it has fetched."""
    parts = [urlsplit(address) for address in page.evaluate(_ADDRESSES)]
    return set().union(*(_answers.get(_key(each.netloc, unquote(each.path), each.query), set()) for each in parts))


def missing(seen: Iterable[str]) -> list[str]:
    """The templates of pages that are not among these and have no reason not to be."""
    found = (path.relative_to(ROOT) for kind in ("templates", "jinja2") for path in ROOT.glob(f"*/{kind}/**/*.html"))
    pages = {path.as_posix() for path in found if path.parts[0] != MAILS}
    return sorted(pages - set(seen) - NEVER_LOOKED_AT.keys())


def whole(config: pytest.Config) -> bool:
    """Whether all tests were asked for."""
    narrowed = ("keyword", "markexpr", "deselect", "ignore", "ignore_glob", "lf", "stepwise")
    everywhere = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    return everywhere and not any(getattr(config.option, name, None) for name in narrowed)


class Looks:
    """The plugin: each process tells the one that began the run what it has seen, and that one compares."""

    def __init__(self) -> None:
        self._missing: list[str] = []

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """At the end of each process. A run that failed has not come to all its looks."""
        if (told := getattr(session.config, "workeroutput", None)) is not None:
            told["looked_at"] = sorted(_seen)
        elif whole(session.config) and exitstatus == pytest.ExitCode.OK:
            self._missing = missing(_seen)
            session.exitstatus = pytest.ExitCode.TESTS_FAILED if self._missing else exitstatus

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """When a process of pytest-xdist has ended."""
        _seen.update(getattr(node, "workeroutput", {}).get("looked_at", ()))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """The templates that made no page at which axe looked."""
        for name in self._missing:
            terminalreporter.write_line(f"FAILED axe never looked at {name}", red=True)


def _key(host: str, path: str, query: str) -> str:
    return f"{host}{path}?{query}"


def _begin(environ: dict[str, Any], **_: object) -> None:
    _here.made = set()
    _answers[_key(environ.get("HTTP_HOST", ""), environ["PATH_INFO"], environ.get("QUERY_STRING", ""))] = _here.made


def _note(file: str | None) -> None:
    if file and file.startswith(_OURS) and hasattr(_here, "made"):
        _here.made.add(file.removeprefix(_OURS))


def _rendered(template: Any, **_: object) -> None:
    _note(template.origin.name)


def _asked_for(self: Environment, *given: Any, **named: Any) -> Any:
    template = _get_template(self, *given, **named)
    _note(template.filename)
    return template


Environment.get_template = _asked_for  # type: ignore[method-assign]
request_started.connect(_begin)
template_rendered.connect(_rendered)
