"""What only the desk's templates need."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.conf import settings
from django.template.defaultfilters import urlize
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from desk import choices, notices, previews, shipped, words
from desk.letters import Letter
from desk.lines import Line
from desk.signing_in import factors
from tickets.models import Attachment, User
from web import times

register = template.Library()

# Finding addresses in a text takes longer than the text is long; what is longer than a letter is shown without links.
MOST_LINKED = 10_000  # characters


@register.simple_tag
def views() -> tuple[shipped.Shipped, ...]:
    """The views that every desk has."""
    return shipped.SHIPPED


@register.simple_tag
def lines(rows: Sequence[Line], columns: Sequence[str], picked: frozenset[str]) -> SafeString:
    """The lines of a list; the tickets of the numbers in `picked` are selected."""
    known = {"last_message": _("last message"), "away": _("away today")}
    context = {"rows": rows, "columns": columns, "picked": picked, "words": known}
    return mark_safe(render_to_string("desk/rows.html", context, using="jinja2"))  # noqa: S308  # it escapes


@register.filter
def when(value: datetime) -> SafeString:
    """18 November, 10:30, on Brussels' clock; with the year when it is another one. The title has the zones."""
    ours, now = (times.local(each, settings.HOUSE_TIME_ZONE) for each in (value, timezone.now()))
    day = times.day_of_month(ours.date()) if ours.year == now.year else times.day(ours.date())
    title, clock = times.moment_for_partners(value), ours.strftime("%H:%M")
    return format_html('<time datetime="{}" title="{}">{}, {}</time>', value.isoformat(), title, day, clock)


@register.filter
def mailboxes(recipients: list[list[str]]) -> str:
    """Names and addresses in one line."""
    return ", ".join(f"{name} <{address}>" if name else address for name, address in recipients)


@register.filter
def clock(value: datetime) -> str:
    """10:30, on Brussels' clock."""
    return times.local(value, settings.HOUSE_TIME_ZONE).strftime("%H:%M")


@register.filter
def day_words(value: datetime) -> str:
    """14 December 2026, in Brussels, as plain words within a sentence."""
    return times.day(value)


@register.filter
def date_value(value: date | str | None) -> str:
    """A date as a date field takes it, and what was typed instead of one as it is."""
    return value.isoformat() if isinstance(value, date) else value or ""


@register.filter
def as_json(value: Any) -> str:
    """What a script reads from a data attribute."""
    return json.dumps(value)


@register.filter
def needs_factor(person: User) -> bool:
    """Whether this person's role signs in with two factors only."""
    return factors.required_of(person)


@register.filter
def endonym(code: str) -> str:
    """A language's own name."""
    return choices.endonym(code)


@register.filter
def linked(text: str) -> SafeString:
    """A message's text, its web addresses clickable."""
    return urlize(text) if len(text) <= MOST_LINKED else conditional_escape(text)


@register.filter
def first_line(text: str) -> str:
    """The beginning of a text on one line."""
    return " ".join(text[:400].split())[:160]


@register.filter
def extras(message: Any) -> notices.Extras:
    """What a notice carries."""
    return notices.extras_of(message)


@register.filter
def quarantine_words(code: str) -> str:
    """Why a file is not opened without a warning."""
    return words.quarantine(code)


@register.filter
def kind_words(media_type: str) -> str:
    """What kind of file this is."""
    return words.kind(media_type)


@register.filter
def preview_kind(file: Attachment) -> str:
    """How a browser may show a file; "" when it may not."""
    return previews.kind_of(file)


@register.filter
def in_list(file: Attachment) -> bool:
    """Whether a file stands as a small picture in the list."""
    return previews.in_list(file)


@register.filter
def may_translate(letter: Letter, language: str) -> bool:
    """Whether words of a partner can be had in this language and are not yet."""
    known = any(each.language == language for each in letter.translations)
    theirs = letter.style in ("partner", "machine")
    return bool(letter.text) and theirs and letter.message.language != language and not known


@register.filter
def check(file: Attachment) -> words.Check:
    """What the virus scanner knows of a file."""
    return words.check(file)
