"""By what tickets are told apart in reports, with the name of each part and the search that finds it."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tickets import regions
from tickets.models import Queue, Region, Ticket, Topic
from tickets.search.operators import LANGUAGES, NONE

Key = Hashable  # of a part: a number, a code, or None for "has none"


@dataclass(frozen=True)
class Dimension:
    """One way to part all tickets: each is in exactly one part. `column` is the ticket's, `operator` the search's.

    `words` names it, `heading` stands above a table by it.
    """

    code: str
    column: str
    operator: str
    words: str | Promise
    heading: str | Promise


_ALL = (
    Dimension("queue", "queue_id", "queue", pgettext_lazy("tickets by", "Queue"), _("By queue")),
    Dimension("topic", "topic_id", "topic", pgettext_lazy("tickets by", "Topic"), _("By topic")),
    Dimension("region", "region_id", "region", pgettext_lazy("tickets by", "Region"), _("By region")),
    Dimension("language", "language", "lang", pgettext_lazy("tickets by", "Language"), _("By language")),
    Dimension("channel", "channel", "channel", pgettext_lazy("tickets by", "Channel"), _("By channel")),
    Dimension("kind", "kind", "kind", pgettext_lazy("tickets by", "Kind"), _("By kind")),
)
DIMENSIONS: Mapping[str, Dimension] = {each.code: each for each in _ALL}


@dataclass(frozen=True)
class Part:
    """A part of a dimension: its name in the language of the page, and the term that finds its tickets."""

    label: str
    term: str


class Names:
    """The names of queues, topics and regions, read once: three statements."""

    def __init__(self) -> None:
        language = get_language() or "en"
        self._parts: dict[str, dict[Key, Part]] = {
            "queue": {each.pk: Part(each.local_name, f"queue:{each.code}") for each in Queue.objects.all()},
            "topic": {each.pk: Part(each.local_name, f"topic:{each.code}") for each in Topic.objects.all()},
            "region": {
                each.pk: Part(regions.local_name(each.code, each.name, each.name_uk, language), f"region:{each.code}")
                for each in Region.objects.all()
            },
            "language": {code: Part(str(label), f"lang:{code}") for code, label in LANGUAGES.items()},
            "channel": {code: Part(str(label), f"channel:{code}") for code, label in Ticket.Channel.choices},
            "kind": {code: Part(str(label), f"kind:{code}") for code, label in Ticket.Kind.choices},
        }

    def part(self, dimension: str, key: Key) -> Part:
        """The part of this key; one that is not known bears its key."""
        if key in (None, ""):
            return Part(_none(dimension), f"{DIMENSIONS[dimension].operator}:{NONE}")
        return self._parts[dimension].get(key) or Part(str(key), f"{DIMENSIONS[dimension].operator}:{key}")

    def choices(self, dimension: str) -> list[Part]:
        """All parts, by name."""
        return sorted(self._parts[dimension].values(), key=lambda part: part.label.casefold())


def _none(dimension: str) -> str:
    words: dict[str, Callable[[], str]] = {
        "topic": lambda: pgettext("tickets by", "no topic"),
        "region": lambda: pgettext("tickets by", "no region"),
        "language": lambda: pgettext("tickets by", "language not known"),
    }
    return words.get(dimension, lambda: pgettext("tickets by", "none"))()
