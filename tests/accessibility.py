"""Is a page accessible? axe with every rule, on a phone in light colours and on a desk in dark ones, of one load.

Most of the time of such a test is spent in axe, half of it in the contrast, and a colour is the same at every width.
`make bench-ui` looks at all of these states at six widths, in all colours, and in a second language.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests import looked_at

Scheme = Literal["light", "dark", "forced"]
Look = tuple[int, Scheme]  # width of the window in pixels, and colours

WIDE, PHONE = 1440, 360
LOOKS: Sequence[Look] = ((PHONE, "light"), (WIDE, "dark"))
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")


def check(page: Page, state: str, *, part: str = "") -> None:
    """No rule of WCAG 2.2 AA broken in any look, no advice of axe passed over, and nothing to scroll sideways.

    `part` selects what has opened on a page that was looked at whole: the rest of it is not judged again.
    """
    if found := list(faults(page, state, part=part)):
        pytest.fail("\n".join(found))


def faults(
    page: Page,
    state: str,
    *,
    looks: Sequence[Look] = LOOKS,
    tags: Sequence[str] = (*WCAG, "best-practice"),
    contrast: bool = True,
    part: str = "",
) -> Iterator[str]:
    """What is wrong with the page in the state it is in. It is left in the last of the looks."""
    # A click returns when the next page begins to come: half of it would lack its landmarks.
    # Not by a function that is polled: from the second time on the page's own policy refuses it.
    page.wait_for_load_state()
    looked_at.look(page)
    for width, scheme in looks:
        page.set_viewport_size({"width": width, "height": 900})
        dress(page, scheme)
        for fault in _violations(page, tags, contrast=contrast, part=part):
            yield from (f"{state} {width} {scheme}: {fault['id']} {node['html'][:160]}" for node in fault["nodes"])
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            yield f"{state} {width}: wider than its window"


def dress(page: Page, scheme: Scheme) -> None:
    """Show the page in light or dark colours, or in the few that somebody forces on every page."""
    forced: Literal["active", "none"] = "active" if scheme == "forced" else "none"
    page.emulate_media(
        color_scheme="dark" if scheme == "dark" else "light", forced_colors=forced, reduced_motion="reduce"
    )


def _violations(page: Page, tags: Sequence[str], *, contrast: bool, part: str) -> list[dict[str, Any]]:
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    # What passes is neither described nor handed over, which would take as long as finding what does not.
    rules = {"target-size": {"enabled": True}, "color-contrast": {"enabled": contrast}}
    options = {"runOnly": list(tags), "rules": rules, "resultTypes": ["violations"]}
    run = f"axe.run({json.dumps(part) if part else 'document'}, {json.dumps(options)})"
    found: list[dict[str, Any]] = page.evaluate(f"{run}.then(results => results.violations)")
    return found
