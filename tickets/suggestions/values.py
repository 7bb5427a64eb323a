"""What the sources of suggestions read and return. Pure."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FIELDS = ("kind", "topic", "region", "organisation", "queue")
# What is weaker than fair is not said at all.
FAIR, STRONG = 2, 3

# The top-level domains of the Union and its members.
_ABROAD = (
    "eu", "int", "at", "be", "bg", "cy", "cz", "de", "dk", "ee", "es", "fi", "fr", "gr", "hr", "hu", "ie",
    "it", "lt", "lu", "lv", "mt", "nl", "pl", "pt", "ro", "se", "si", "sk",
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What a ticket says before anybody has sorted it, in bounds.

    `text` is what the partner wrote, `signature` the beginning of what stands below it, `domain` that of the sender's
    address, `language` an ISO 639-1 code or empty. `said` are the fields that the sender or a colleague has filled in:
    nobody guesses at them.
    """

    subject: str = ""
    text: str = ""
    signature: str = ""
    domain: str = ""
    language: str = ""
    said: frozenset[str] = frozenset()
    organisation_region: str = ""

    @property
    def abroad(self) -> bool:
        """Whether somebody from another country writes, as far as language and address tell."""
        return self.language not in ("uk", "ru", "en", "") or self.domain.rpartition(".")[2] in _ABROAD


@dataclass(frozen=True)
class Suggestion:
    """One value for one field. `reason` is a code, `facts` what its sentence names.

    Values are codes of topics, queues and kinds, ISO 3166-2 of regions, and for an organisation its number or the
    KATOTTG code of its hromada, with its name among the facts.
    """

    field: str
    value: str
    strength: int
    reason: str
    facts: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def strong(self) -> bool:
        """Worth taking unless somebody sees that it is wrong."""
        return self.strength >= STRONG


def best(found: Sequence[Suggestion], *, most: int = 3) -> list[Suggestion]:
    """For each field the different values, the strongest first, at most so many. Two fair reasons make a strong one."""
    chosen: list[Suggestion] = []
    for name in FIELDS:
        of_field = [each for each in found if each.field == name]
        kept: dict[str, Suggestion] = {}
        for each in sorted(of_field, key=lambda one: -one.strength):
            known = kept.get(each.value)
            if known is None:
                kept[each.value] = each
            elif known.reason != each.reason and not known.strong:
                kept[each.value] = Suggestion(name, each.value, STRONG, known.reason, known.facts)
        chosen += sorted(kept.values(), key=lambda one: -one.strength)[:most]
    return chosen
