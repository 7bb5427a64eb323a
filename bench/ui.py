"""Every page of the desk and the portal, in each of its states, at more widths and colours than the tests look at.

`make bench-ui`; about twenty minutes. The states are those into which the browser tests bring the pages: here the same
tests run, but where one asks whether its page is accessible, this looks at the page in all of `LOOKS`, notes what is
wrong and lets the test go on. Each address is opened once more in French. Prints a table and ends with 1 on a fault.
"""

import inspect
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.contrib.auth import get_user_model
from playwright.sync_api import Page

from tests import accessibility
from tests.accessibility import WCAG, Look

WIDTHS = (320, 360, 768, 1024, 1440, 1920)
LOOKS: Sequence[Look] = (
    *((width, "light") for width in WIDTHS),
    *((width, "dark") for width in (320, 1440)),
    *((width, "forced") for width in (320, 1440)),
)
FRENCH_LOOKS: Sequence[Look] = ((320, "light"), (768, "light"), (1440, "light"))
TESTS = ("tests/flows", "tests/web/test_pages.py")
# The administration's pages are Django's, and those of the API its documentation's.
NOT_OURS = ("administration", "api_pages")
REPEATS = ("[en-1440", "[uk", "[lv", "[fr")  # of the portal's pages: one run has all looks here, and French


@dataclass
class Seen:
    """One state of one page, and what is wrong with it."""

    test: str
    state: str
    looks: int
    faults: list[str] = field(default_factory=list)


class Visitor:
    """Takes the place of the tests' own look at a page."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self._test = ""
        self._french: set[str] = set()
        self._faults = accessibility.faults

    def check(self, page: Page, state: str, *, part: str = "") -> None:
        """Like `accessibility.check`, but nothing is demanded here, and the page is looked at whole each time."""
        list(self.faults(page, state))

    def faults(
        self, page: Page, state: str, *, looks: Sequence[Look] = (), tags: Sequence[str] = (), contrast: bool = True
    ) -> Iterator[str]:
        """Like `accessibility.faults`, in all looks. What is found is noted and not handed on."""
        size, wanted = page.viewport_size, tags or (*WCAG, "best-practice")
        self._note(page, state, LOOKS, wanted)
        self._in_french(page, state, wanted)
        accessibility.dress(page, "light")
        if size:
            page.set_viewport_size(size)
        yield from ()

    def _note(self, page: Page, state: str, looks: Sequence[Look], tags: Sequence[str]) -> None:
        found = self._faults(page, state, looks=looks, tags=tags)
        self.seen.append(Seen(self._test, state, len(looks), list(found)))

    def _in_french(self, page: Page, state: str, tags: Sequence[str]) -> None:
        """The address alone, as it opens: the tests read English and cannot lead further."""
        address = in_french(page.url)
        if (place := without_names(address)) in self._french or "sandbox" in state:
            return
        self._french.add(place)
        people = _speak("fr")
        other = page.context.new_page()
        try:
            # What a form was answered with has no page of its own.
            if page.context.request.get(address).status != 405:
                other.goto(address)
                self._note(other, f"{state} (fr)", FRENCH_LOOKS, tags)
        finally:
            other.close()
            _speak("en", people)

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Before the tests take these two by name."""
        accessibility.check, accessibility.faults = self.check, self.faults  # type: ignore[assignment]

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """The tests alone that look at a page."""
        kept = [item for item in items if _looks_at_pages(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = kept

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        self._test = item.name


def in_french(url: str) -> str:
    """The same page in French where its language stands in its address."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=parts.path.replace("/en/", "/fr/", 1)))


def without_names(url: str) -> str:
    """What kind of page an address shows: numbers and references differ from test to test."""
    parts = urlsplit(url)
    names = ("#" if any(sign.isdigit() for sign in part) else part for part in parts.path.split("/"))
    return "/".join(names) + ("?" + parts.query if parts.query else "")


def table(seen: Sequence[Seen]) -> str:
    """How many looks at each state and how many faults, then the faults."""
    lines = [f"{'faults':>6}  {'looks':>5}  state"]
    lines += [f"{len(each.faults):>6}  {each.looks:>5}  {each.test}: {each.state}" for each in seen]
    found = [fault for each in seen for fault in each.faults]
    looks = sum(each.looks for each in seen)
    return "\n".join([*lines, *found, f"{len(found)} faults in {looks} looks at {len(seen)} states"])


def _looks_at_pages(item: pytest.Item) -> bool:
    source = inspect.getsource(item.function)  # type: ignore[attr-defined]
    looks = re.search(r"(?<![\w.])(?:check|faults)\(", source)
    ours = not any(name in item.nodeid for name in NOT_OURS)
    return bool(looks) and ours and "browser" in item.keywords and not any(name in item.name for name in REPEATS)


def _speak(language: str, people: list[int] | None = None) -> list[int]:
    """Let everybody on the desk have this language; returns who speaks another."""
    users = get_user_model().objects
    changed = list(users.exclude(language=language).values_list("pk", flat=True)) if people is None else people
    users.filter(pk__in=changed).update(language=language)
    return changed


def main(arguments: Sequence[str]) -> int:
    visitor = Visitor()
    ended = pytest.main(["-q", "-p", "no:cacheprovider", *(arguments or TESTS)], plugins=[visitor])
    print(table(visitor.seen))
    return int(bool(ended or not visitor.seen or any(each.faults for each in visitor.seen)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
