"""What only the templates of reports need: bars, moments, shares."""

from datetime import datetime

from django import template
from django.conf import settings
from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString

from reports.queries.compliance import MEANINGS
from tickets.models import TicketDeadline
from web import times

register = template.Library()


@register.simple_tag
def bar(value: int, most: int) -> SafeString:
    """A bar beside its number, as long as its part of the greatest one. It is decoration: the number says it all."""
    width = 100 * value / most if most else 0
    shown = max(width, 1) if value else 0
    return format_html(
        '<svg class="bar" aria-hidden="true"><rect width="{}%" height="100%" rx="2"/></svg>', f"{shown:.1f}"
    )


@register.filter
def clock(value: datetime) -> str:
    """10:30, on Brussels' clock."""
    return times.local(value, settings.HOUSE_TIME_ZONE).strftime("%H:%M")


@register.filter
def verdict(row: TicketDeadline) -> str:
    """What a deadline came to, in words."""
    return str(MEANINGS[row.verdict])  # type: ignore[attr-defined]  # annotated


@register.filter
def number(value: int) -> str:
    """A whole number as the language of the page writes it, its thousands told apart."""
    return formats.number_format(value, use_l10n=True, force_grouping=True)


@register.filter
def percent(value: float | None) -> str:
    """A share between 0 and 1 as whole percent; empty without one."""
    return "" if value is None else f"{formats.number_format(round(100 * value))} %"
