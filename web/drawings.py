"""The drawings of the sprite."""

from datetime import datetime
from functools import cache

from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from web import times


def icon(name: str, label: str = "") -> SafeString:
    """A drawing of the sprite. Without `label` it is decoration and the words beside it must say everything."""
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, _drawing(name))
    return _decoration(name)


def waiting_bar(since: datetime, due: datetime | None, now: datetime) -> SafeString | str:
    """The thin bar of the time used of a deadline. It is decoration: the words stand beside it."""
    return "" if due is None else _bar(times.used(since, due, now))


@cache
def _decoration(name: str) -> SafeString:
    """A list shows the same few drawings dozens of times."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', _drawing(name))


@cache
def _drawing(name: str) -> str:
    return f"{static('web/icons.svg')}#{name}"


@cache
def _bar(percent: int) -> SafeString:
    """There are a hundred and one of them; what is the same of all stands in the style sheet."""
    state = "late" if percent >= 100 else "soon" if percent >= 75 else "fine"
    return format_html(
        '<svg class="waiting" data-state="{}" aria-hidden="true"><rect class="waiting-all"/>'
        '<rect class="waiting-used" width="{}%"/></svg>',
        state,
        max(percent, 3),
    )
