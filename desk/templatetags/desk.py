"""What only the desk's templates need."""

import json
from collections.abc import Iterable
from functools import cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from desk import choices, notices, shipped, words, writing
from desk.signing_in import factors
from tickets.models import Attachment, User
from tickets.search.operators import OPERATORS, Operator

register = template.Library()

register.filter("endonym", choices.endonym)
register.filter("kind_words", words.kind)
register.filter("quarantine_words", words.quarantine)
register.filter("when", writing.when)


@register.simple_tag(takes_context=True)
def written(context: template.Context, name: str, **facts: Any) -> SafeString:
    """A part of the page that Jinja2 writes, with what the page has and these facts."""
    known: Any = context.flatten()
    return writing.written(name, known | facts, context["request"])


@register.simple_tag
def views() -> tuple[shipped.Shipped, ...]:
    """The views that every desk has."""
    return shipped.SHIPPED


@register.simple_tag
def operators() -> Iterable[Operator]:
    """What one can search for."""
    return OPERATORS.values()


@register.simple_tag
def fixed(name: str) -> SafeString:
    """A template that is the same on every page of a language."""
    return _fixed(name, get_language())


@register.filter
def as_json(value: Any) -> str:
    """What a script reads from a data attribute."""
    return json.dumps(value)


@register.filter
def needs_factor(person: User) -> bool:
    """Whether this person's role signs in with two factors only."""
    return factors.required_of(person)


@register.filter
def extras(message: Any) -> notices.Extras:
    """What a notice carries."""
    return notices.extras_of(message)


@register.filter
def check(file: Attachment) -> words.Check:
    """What the virus scanner knows of a file."""
    return words.check(file)


@cache
def _fixed(name: str, _language: str | None) -> SafeString:
    return render_to_string(name)
