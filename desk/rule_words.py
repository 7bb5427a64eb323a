"""Rules in words: what one does, what it would do to a ticket, and what was done to it.

Each part names a thing and its value, so that parts can stand in any order and number.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from desk.choices import Choices, endonym
from tickets.models import RoutingRule, RuleChange, Ticket
from tickets.routing import wanted
from tickets.trial import Line

PARTS = {
    "queue": pgettext_lazy("what a rule does", "queue: %(name)s"),
    "topic": pgettext_lazy("what a rule does", "topic: %(name)s"),
    "priority": pgettext_lazy("what a rule does", "priority: %(name)s"),
    "assignee": pgettext_lazy("what a rule does", "assignee: %(name)s"),
    "tags": pgettext_lazy("what a rule does", "tags: %(name)s"),
    "told": pgettext_lazy("what a rule does", "told: %(name)s"),
}
KINDS = {"queue": "queues", "topic": "topics", "assignee": "people"}
DONE = {
    RuleChange.Verb.MADE: gettext_lazy("%(who)s made the rule"),
    RuleChange.Verb.CHANGED: gettext_lazy("%(who)s changed the rule"),
    RuleChange.Verb.ON: gettext_lazy("%(who)s switched the rule on"),
    RuleChange.Verb.OFF: gettext_lazy("%(who)s switched the rule off"),
    RuleChange.Verb.MOVED: gettext_lazy("%(who)s moved the rule down"),
    RuleChange.Verb.DELETED: gettext_lazy("%(who)s deleted the rule"),
    RuleChange.Verb.RESTORED: gettext_lazy("%(who)s brought the rule back"),
}


@dataclass(frozen=True)
class Shown:
    """A ticket of a trial, and what the rule would change on it, part by part."""

    ticket: Ticket
    parts: Sequence[str]


def part(field: str, name: str) -> str:
    """One thing that a rule does."""
    return str(PARTS[field]) % {"name": name or "–"}


def name_of(field: str, value: int | None, known: Choices) -> str:
    """The name of a value that a rule sets."""
    if value is None:
        return "–"
    if field == "priority":
        return str(dict(Ticket.Priority.choices).get(value, "–"))
    return known.name(KINDS[field], value) or "–"


def acts(rule: RoutingRule, known: Choices) -> list[str]:
    """What a rule, read by `tickets.routing.rules`, does."""
    said = [part(field, name_of(field, value, known)) for field, value in wanted(rule).items()]
    if rule.by_language:
        said.append(part("assignee", _("somebody who reads the language and is there")))
    if rule.tags:
        said.append(part("tags", ", ".join(rule.tags)))
    if rule.told_ids:  # type: ignore[attr-defined]
        said.append(part("told", ", ".join(known.name("people", pk) for pk in rule.told_ids)))  # type: ignore[attr-defined]
    return said


def shown(line: Line, known: Choices) -> Shown:
    """A line of a trial, from what to what."""
    return Shown(line.ticket, list(_would(line, known)))


def change(done: RuleChange) -> str:
    """What was done to a rule, and by whom."""
    who, verb = {"who": done.actor.name}, RuleChange.Verb(done.verb)
    if verb == RuleChange.Verb.TRIED:
        facts = {**who, "meant": done.data.get("meant", 0), "asked": done.data.get("asked", 0)}
        return _("%(who)s tried the rule: it means %(meant)s of %(asked)s tickets") % facts
    if verb == RuleChange.Verb.CHANGED and done.data.get("off"):
        return _("%(who)s changed the rule, which switched it off") % who
    if verb == RuleChange.Verb.MOVED and done.data.get("up"):
        return _("%(who)s moved the rule up") % who
    return str(DONE[verb]) % who


def _would(line: Line, known: Choices) -> Iterator[str]:
    decision, ticket = line.decision, line.ticket
    if decision is None:
        return
    before = {
        "queue": ticket.queue_id,
        "topic": ticket.topic_id,
        "priority": ticket.priority,
        "assignee": ticket.assignee_id,
    }
    for field, value in decision.values.items():
        yield part(field, f"{name_of(field, before[field], known)} → {name_of(field, value, known)}")
    if decision.by_language:
        language = endonym(ticket.language)
        somebody = _("somebody who reads %(language)s") % {"language": language} if language else _("somebody")
        yield part("assignee", f"– → {somebody}")
    if decision.tags:
        yield part("tags", ", ".join(f"+ {tag}" for tag in decision.tags))
    if decision.tells:
        yield part("told", ", ".join(known.name("people", pk) for pk in decision.tells))
