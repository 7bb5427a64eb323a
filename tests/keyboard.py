"""A person without a mouse: from field to field with Tab, and each place on the way shows that the keys are there."""

import pytest
from playwright.sync_api import Locator, Page

# A ring around the element, or one that a title draws around its whole line. What has the keys without being `:focus`
# has them in a part that the browser made, such as the calendar of a date: that has a ring of the browser's.
_RINGED = """() => !document.activeElement.matches(":focus") || ["", "::after"].some((part) => {
    const style = getComputedStyle(document.activeElement, part);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
})"""
_IN_SIGHT = """() => {
    const box = document.activeElement.getBoundingClientRect();
    return box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
}"""


def tab_to(page: Page, target: Locator, *, most: int = 12) -> None:
    """Press Tab until the keys are at `target`; fails after `most` times, or where a stop cannot be seen."""
    for _ in range(most):
        page.keyboard.press("Tab")
        assert page.evaluate(_RINGED), page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        assert page.evaluate(_IN_SIGHT), page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        if target.evaluate("(one) => one === document.activeElement"):
            return
    pytest.fail(f"{most} times Tab do not lead to {target}")
