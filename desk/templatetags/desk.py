"""What only the desk's templates need."""

from typing import Any

from django import template
from django.template.defaultfilters import urlize
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from desk import notices, words

register = template.Library()

# Finding addresses in a text takes longer than the text is long; what is longer than a letter is shown without links.
MOST_LINKED = 10_000  # characters


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
