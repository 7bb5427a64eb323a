"""Tags and filters that every template has: icons, times, sizes, form fields, links to the rooms."""

from datetime import date, datetime
from functools import cache
from typing import Any

from django import template
from django.conf import settings
from django.forms import BaseForm, BoundField, CheckboxInput, FileInput, RadioSelect, Select, Textarea
from django.forms.widgets import CheckboxSelectMultiple
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from web import times
from web.drawings import icon
from web.paging import Page
from web.repeated import Room

register = template.Library()
register.simple_tag(icon)
register.simple_tag(cache(static), name="static")  # a page names a dozen files, which are the same until we start anew
ROOM = Room()


@register.simple_tag
def room(name: str, *args: Any) -> str:
    """The address of another room's page, with the language of the page if its path has one; empty if it is not there.

    The frame of every page, error pages included, must stand when a room is away.
    """
    language = (translation.get_language() or "en").split("-")[0]
    return _room(name, args, language, settings.ROOT_URLCONF)


@cache
def _room(name: str, args: tuple[Any, ...], language: str, _pages: str) -> str:
    for tried in ((language, *args), args):
        try:
            return reverse(name, args=tried)
        except NoReverseMatch:
            continue
    return ""


@register.filter
def by_use(apps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The tables of the administration in two parts: what people keep in order there, and what they only look at."""
    tables = sorted((table for app in apps for table in app["models"]), key=lambda table: str(table["name"]).casefold())
    names = {False: _("To keep in order"), True: _("To look at")}
    parts = (
        {"name": name, "view_only": only, "models": [table for table in tables if table["view_only"] is only]}
        for only, name in names.items()
    )
    return [part for part in parts if part["models"]]


@register.filter
def day(value: date | None) -> str:
    """14 December 2026"""
    return "" if value is None else format_html('<time datetime="{}">{}</time>', value.isoformat(), times.day(value))


@register.filter
def moment(value: datetime | None) -> str:
    """14 December 2026, 10:30 (Brussels)"""
    return "" if value is None else _time(value, times.moment(value))


@register.filter
def moment_for_partners(value: datetime | None) -> str:
    """14 December 2026, 10:30 (Brussels), 11:30 (Kyiv)"""
    return "" if value is None else _time(value, times.moment_for_partners(value))


@register.filter
def waited(since: datetime | None) -> str:
    """3 days, counted to now; the exact moment as title."""
    return "" if since is None else _time(since, times.waited(since, timezone.now()), titled=True)


@register.filter
def size(octets: int | None) -> str:
    """3.4 MB, in the language of the page"""
    return "" if octets is None else times.size(octets)


@register.simple_tag
def field(bound: BoundField, label_class: str = "") -> SafeString:
    """A form field with its label, hint and error in that order, tied together for screen readers."""
    widget = bound.field.widget
    grouped = isinstance(widget, RadioSelect | CheckboxSelectMultiple)
    hint = f"{bound.auto_id}-hint" if bound.help_text else ""
    error = f"{bound.auto_id}-error" if bound.errors else ""
    described = " ".join(part for part in (hint, error) if part)
    attributes: dict[str, str | bool] = {"class": f"{widget.attrs.get('class', '')} {_class_of(widget)}".strip()}
    if described and not grouped:
        attributes["aria-describedby"] = described
    facts = {
        "field": bound,
        "widget": bound.as_widget(attrs=attributes) if not grouped else "",
        "grouped": grouped,
        "single": isinstance(widget, CheckboxInput),
        "hint_id": hint,
        "error_id": error,
        "described": described,
        "label_class": label_class,
    }
    return ROOM.written("web/field.html", facts)


@register.inclusion_tag("web/error_summary.html")
def error_summary(*forms: BaseForm) -> dict[str, Any]:
    """All errors of the forms on top of the page, each a link to its field."""
    lines = []
    for form in forms:
        lines += [("", message) for message in form.non_field_errors()]
        lines += [(_first_control(bound), message) for bound in form for message in bound.errors]
    return {"lines": lines}


@register.inclusion_tag("web/pagination.html", takes_context=True)
def pagination(context: template.Context, page: Page[Any]) -> dict[str, Any]:
    """Links to the page before and after; the other parts of the address stay."""
    return {"page": page, "query": context["request"].GET}


def _class_of(widget: object) -> str:
    if isinstance(widget, CheckboxInput):
        return "choice-input"
    if isinstance(widget, FileInput):
        return "file-input"
    if isinstance(widget, Select):
        return "select"
    return "textarea" if isinstance(widget, Textarea) else "input"


def _first_control(bound: BoundField) -> str:
    return bound.subwidgets[0].id_for_label if bound.use_fieldset and bound.subwidgets else bound.id_for_label


def _time(value: datetime, words: str, *, titled: bool = False) -> SafeString:
    title = format_html(' title="{}"', times.moment(value)) if titled else ""
    return format_html('<time datetime="{}"{}>{}</time>', value.isoformat(), title, words)
