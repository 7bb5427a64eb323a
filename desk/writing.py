"""How the desk's pages are written: the room of their templates for Jinja2, and what those know beside their facts."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import get_token
from django.template.defaultfilters import capfirst, linebreaksbr, truncatechars
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.html import conditional_escape, format_html, urlize
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from desk import deadline, previews, shipped, words
from desk.choices import Choice, endonym
from desk.letters import Letter
from web import times
from web.repeated import Room
from web.templatetags import web

# Finding addresses in a text takes longer than the text is long; what is longer than a letter is shown without links.
MOST_LINKED = 10_000  # characters
# A word that may be an address: it has a mark of one within.
_MARKED = re.compile(r"(?<!\S)[^\s.@:]*+[.@:]\S+")


def written(name: str, facts: Mapping[str, Any], request: HttpRequest) -> SafeString:
    """A part of a page, as HTML. Its forms need no more than `csrf_input`, which is made once and only where one is."""
    token = facts["csrf_token"] if "csrf_token" in facts else SimpleLazyObject(lambda: get_token(request))
    return ROOM.written(name, {**facts, "request": request, "csrf_input": SimpleLazyObject(lambda: _csrf(token))})


def part(request: HttpRequest, name: str, facts: Mapping[str, Any]) -> HttpResponse:
    """A part of a page, for a script that puts it in its place."""
    return HttpResponse(written(name, facts, request))


def but(choices: Iterable[Choice], number: int | None) -> list[Choice]:
    """The choices without the one of this number."""
    return [each for each in choices if each.pk != number]


def when(value: datetime) -> SafeString:
    """18 November, 10:30, on Brussels' clock; with the year when it is another one. The title has the zones."""
    return _when(value, deadline.today(timezone.now()).year, get_language())


@lru_cache(maxsize=4096)
def _when(value: datetime, this_year: int, _language: str | None) -> SafeString:
    ours = times.local(value, settings.HOUSE_TIME_ZONE)
    day = times.day_of_month(ours.date()) if ours.year == this_year else times.day(ours.date())
    title, clock = times.moment_for_partners(value), ours.strftime("%H:%M")
    return format_html('<time datetime="{}" title="{}">{}, {}</time>', value.isoformat(), title, day, clock)


def mailboxes(recipients: list[list[str]]) -> str:
    """Names and addresses in one line."""
    return ", ".join(f"{name} <{address}>" if name else address for name, address in recipients)


def clock(value: datetime) -> str:
    """10:30, on Brussels' clock."""
    return times.local(value, settings.HOUSE_TIME_ZONE).strftime("%H:%M")


def date_value(value: date | str | None) -> str:
    """A date as a date field takes it, and what was typed instead of one as it is."""
    return value.isoformat() if isinstance(value, date) else value or ""


def linked(text: str) -> SafeString:
    """A message's text, its web addresses clickable."""
    if len(text) > MOST_LINKED:
        return conditional_escape(text)
    made, end = list[str](), 0
    # Asking after each word takes longer than all else of a letter.
    for word in _MARKED.finditer(text):
        made += (conditional_escape(text[end : word.start()]), urlize(word[0], nofollow=True, autoescape=True))
        end = word.end()
    return mark_safe("".join((*made, conditional_escape(text[end:]))))  # noqa: S308  # each part is escaped


def first_line(text: str) -> str:
    """The beginning of a text on one line."""
    return " ".join(text[:400].split())[:160]


def may_translate(letter: Letter, language: str) -> bool:
    """Whether words of a partner can be had in this language and are not yet."""
    known = any(each.language == language for each in letter.translations)
    theirs = letter.style in ("partner", "machine")
    return bool(letter.text) and theirs and letter.message.language != language and not known


def with_cursor(query: QueryDict, cursor: str) -> str:
    """What follows the path of another page of the same list."""
    changed = query.copy()
    changed["cursor"] = cursor
    changed.pop("again", None)  # a reply that was taken back is written on at the newest messages
    return f"?{changed.urlencode()}"


def offered(choices: Iterable[Choice]) -> list[tuple[int, str]]:
    """Number and name of each choice that is offered."""
    return [(each.pk, each.name) for each in choices if each.offered]


def _csrf(token: object) -> SafeString:
    return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token)


ROOM = Room(
    filters={
        "but": but,
        "capfirst": capfirst,
        "check": words.check,
        "clock": clock,
        "date_value": date_value,
        "day": web.day,
        "day_words": times.day,
        "endonym": endonym,
        "first_line": first_line,
        "iso": datetime.isoformat,
        "kind_words": words.kind,
        "label": words.label,
        "linebreaksbr": linebreaksbr,
        "linked": linked,
        "mailboxes": mailboxes,
        "may_translate": may_translate,
        "moment": web.moment,
        "moment_for_partners": web.moment_for_partners,
        "offered": offered,
        "preview_kind": previews.kind_of,
        "quarantine_words": words.quarantine,
        "size": times.size,
        "truncatechars": truncatechars,
        "waited": web.waited,
        "when": when,
        "with_cursor": with_cursor,
    },
    known={
        "field": web.field,
        "shipped_views": shipped.SHIPPED,
        "room": web.room,
    },
)
