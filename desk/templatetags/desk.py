"""What only the desk's templates need."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html, urlize
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from desk import choices, notices, previews, shipped, words
from desk.letters import Letter
from desk.lines import Line
from desk.signing_in import factors
from tickets.models import Attachment, User
from tickets.reference import Language
from web import times

register = template.Library()

# Finding addresses in a text takes longer than the text is long; what is longer than a letter is shown without links.
MOST_LINKED = 10_000  # characters
_SPACES = re.compile(r"(\s+)")


@register.simple_tag
def views() -> tuple[shipped.Shipped, ...]:
    """The views that every desk has."""
    return shipped.SHIPPED


@register.simple_tag
def buttons(name: str, offered: Iterable[Any], now: object = None, form: str = "") -> SafeString:
    """A button for each choice that is offered; the one that is `now` is marked. They belong to the form of this id."""
    return _choices("button", offered, {now}, name=name, form=form)


@register.simple_tag
def ticks(name: str, offered: Iterable[Any], now: Iterable[object]) -> SafeString:
    """A box to tick for each choice that is offered; those that are `now` are ticked."""
    return _choices("tick", offered, now, name=name)


@register.simple_tag
def options(offered: Iterable[Any], now: object = None) -> SafeString:
    """The options of a select."""
    return _choices("option", offered, {now})


@register.filter
def but(offered: Iterable[choices.Choice], number: int | None) -> list[choices.Choice]:
    """The choices without the one of this number."""
    return [each for each in offered if each.pk != number]


@register.simple_tag
def keys() -> SafeString:
    """The list of all keys."""
    return _keys(get_language())


@register.simple_tag
def lines(rows: Sequence[Line], columns: Sequence[str], picked: frozenset[str]) -> SafeString:
    """The lines of a list; the tickets of the numbers in `picked` are selected."""
    known = {"last_message": _("last message"), "away": _("away today")}
    return _repeated("desk/rows.html", rows=rows, columns=columns, picked=picked, words=known)


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
    if len(text) > MOST_LINKED:
        return conditional_escape(text)
    made: list[str] = []
    plain: list[str] = []
    # Asking after each word takes longer than all else of a letter; what may be an address has a mark within.
    for piece in _SPACES.split(text):
        within = piece[:-1]
        if "." in within or "@" in within or ":" in within:
            made += (conditional_escape("".join(plain)), urlize(piece, nofollow=True, autoescape=True))
            plain.clear()
        else:
            plain.append(piece)
    return mark_safe("".join((*made, conditional_escape("".join(plain)))))  # noqa: S308  # each part is escaped


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
def may_translate(letter: Letter, language: str) -> bool:
    """Whether words of a partner can be had in this language and are not yet."""
    known = any(each.language == language for each in letter.translations)
    theirs = letter.style in ("partner", "machine")
    return bool(letter.text) and theirs and letter.message.language != language and not known


@register.filter
def check(file: Attachment) -> words.Check:
    """What the virus scanner knows of a file."""
    return words.check(file)


def _choices(look: str, offered: Iterable[Any], now: Iterable[object], *, name: str = "", form: str = "") -> SafeString:
    """`offered` are choices, languages, or pairs of a value and its words."""
    rows = [*offered]
    languages = bool(rows) and isinstance(rows[0], Language)
    chosen, pairs = frozenset(map(str, now)), [pair for each in rows for pair in _pair(each)]
    facts = {"look": look, "choices": pairs, "now": chosen, "name": name, "form": form, "languages": languages}
    return _repeated("desk/choices.html", **facts)


def _pair(each: Any) -> Iterator[tuple[str, str | Promise]]:
    if isinstance(each, choices.Choice):
        if each.offered:
            yield str(each.pk), each.name
    elif isinstance(each, Language):
        yield each.code, each.endonym
    else:
        yield str(each[0]), each[1]


def _repeated(template_name: str, **facts: object) -> SafeString:
    return mark_safe(render_to_string(template_name, facts, using="jinja2"))  # noqa: S308  # it escapes


@cache
def _keys(_language: str | None) -> SafeString:
    """It is the same on every page of a language."""
    return render_to_string("desk/keys.html")
