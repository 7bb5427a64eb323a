"""Is a page accessible? axe at both widths and the contrast in dark colours, of one load of the page.

Most of the time of such a test is spent in axe, and what it finds in light colours it would find in dark ones again:
there only the contrast is looked at.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

Scheme = Literal["light", "dark", "forced"]
Look = tuple[int, Scheme]  # width of the window in pixels, and colours

WIDE, PHONE = 1440, 360
LOOKS: Sequence[Look] = ((PHONE, "light"), (WIDE, "dark"), (WIDE, "light"))
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")


def check(page: Page, state: str) -> None:
    """No rule of WCAG 2.2 AA broken in any look, no advice of axe passed over, and nothing to scroll sideways."""
    if found := list(faults(page, state)):
        pytest.fail("\n".join(found))


def faults(
    page: Page, state: str, *, looks: Sequence[Look] = LOOKS, tags: Sequence[str] = (*WCAG, "best-practice")
) -> Iterator[str]:
    """What is wrong with the page in the state it is in. It is left in the last of the looks."""
    # A click returns when the next page begins to come: half of it would lack its landmarks.
    # Not by a function that is polled: from the second time on the page's own policy refuses it.
    page.wait_for_load_state()
    for width, scheme in looks:
        page.set_viewport_size({"width": width, "height": 900})
        dress(page, scheme)
        for fault in Axe().run(page, options=_rules(scheme, tags)).response["violations"]:
            yield from (f"{state} {width} {scheme}: {fault['id']} {node['html'][:160]}" for node in fault["nodes"])
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            yield f"{state} {width}: wider than its window"


def dress(page: Page, scheme: Scheme) -> None:
    """Show the page in light or dark colours, or in the few that somebody forces on every page."""
    forced: Literal["active", "none"] = "active" if scheme == "forced" else "none"
    page.emulate_media(
        color_scheme="dark" if scheme == "dark" else "light", forced_colors=forced, reduced_motion="reduce"
    )


def _rules(scheme: Scheme, tags: Sequence[str]) -> dict[str, Any]:
    light = {"runOnly": list(tags), "rules": {"target-size": {"enabled": True}}}
    dark = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
    # What passes is not described, which would take as long as finding it.
    return (light if scheme == "light" else dark) | {"resultTypes": ["violations"]}
