"""Sentences that a reply must say for certain, in the partner's language: a date, a body, a name.

Staff write the rest; these are written here so that no reply forgets them, whatever language its writer knows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import translation
from django.utils.translation import gettext as _

from notifications.emails import in_words
from notifications.rendering import language_of


@dataclass(frozen=True, kw_only=True)
class Body:
    """A body that a request goes to, its name in the partner's language. What is empty is not known."""

    name: str
    address: str = ""
    phone: str = ""
    website: str = ""


@dataclass(frozen=True, kw_only=True)
class Official:
    """Who deals with a request: name, unit and phone (European Code of Good Administrative Behaviour, Article 14)."""

    name: str
    unit: str
    phone: str


def promise(*, language: str, answer_by: date) -> str:
    """By when the answer comes."""
    with translation.override(language_of(language)):
        return _("You will have our answer by %(date)s.") % {"date": in_words(answer_by)}


def passed_on(*, language: str, body: Body, forwarded: bool) -> str:
    """Where the request went, or whom to ask: the same article's transfer (Article 15), which the author is told of."""
    with translation.override(language_of(language)):
        if forwarded:
            first = _(
                "Another body is competent for your request. We have passed it on, and it gets this mail as well:"
            )
        else:
            first = _("Another body is competent for your request. Please turn to it:")
        return _block(first, [body.name, body.address, body.phone, body.website])


def official_named(*, language: str, official: Official) -> str:
    """Who deals with the request."""
    with translation.override(language_of(language)):
        return _block(_("This person deals with your request:"), [official.name, official.unit, official.phone])


def extension(*, language: str, answer_by: date) -> str:
    """That the answer takes longer than promised, and by when it comes; the reasons are told by a person."""
    with translation.override(language_of(language)):
        return _(
            "We need more time for your request than we told you. You will have our answer by %(date)s. "
            "We are sorry that you have to wait."
        ) % {"date": in_words(answer_by)}


def greeting(language: str) -> str:
    """How a mail begins that nobody wrote by hand."""
    with translation.override(language_of(language)):
        return _("Good day,")


def _block(first: str, lines: Sequence[str]) -> str:
    return "\n".join([first, *filter(None, lines)])
