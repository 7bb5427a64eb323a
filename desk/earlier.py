"""What a change took the place of: the whole history of a ticket, on its page and on paper, tells from what to what.

Beside the conversation a line says only what is so now.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from desk import history
from desk.choices import Choices, endonym, region_name
from tickets.models import Event, Ticket

Verb = Event.Verb

# Of the changes whose sentence names the new value alone: the name of the old one, "" where nobody knows it any more.
_NAMES: dict[str, Callable[[Any, Choices], str]] = {
    Verb.ASSIGNED: lambda old, known: known.name("people", old) or _("a former colleague"),
    Verb.TOPIC: lambda old, known: known.name("topics", old),
    Verb.QUEUE: lambda old, known: known.name("queues", old),
    Verb.KIND: lambda old, known: str(Ticket.Kind(old).label),
    Verb.REGION: lambda old, known: region_name(old),
    Verb.ORGANISATION: lambda old, known: known.name("organisations", old),
    Verb.LANGUAGE: lambda old, known: endonym(old),
    Verb.REPLY_LANGUAGE: lambda old, known: endonym(old),
    Verb.ACCEPTED_LANGUAGES: lambda old, known: ", ".join(map(endonym, old)),
    Verb.TAGS: lambda old, known: ", ".join(sorted(known.name("tags", pk) or "–" for pk in old)),
}


@dataclass(frozen=True)
class Told(history.Line):
    """A line of the history, and what was so before; empty where the line tells it itself."""

    before: str


def line(event: Event, known: Choices) -> Told:
    """An event in words. `known` knows the names behind the numbers."""
    shown = history.line(event, known)
    return Told(shown.at, shown.icon, shown.words, _before(event, known))


def _before(event: Event, known: Choices) -> str:
    name_of = _NAMES.get(event.verb)
    if name_of is None or "from" not in event.data:
        return ""
    old = event.data["from"]
    if event.verb == Verb.ASSIGNED and old is None:
        name = pgettext("assignee", "nobody")
    else:
        name = name_of(old, known) if old else pgettext("the value before a change", "nothing")
    return _("before: %(name)s") % {"name": name} if name else ""
