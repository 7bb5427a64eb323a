"""Which policy holds for a ticket: of the active ones of a duty the first that fits, by position.

Pure, but for `ACTIVE`, the part of a statement that asks for the policies in force. They are few, and come in one go.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.utils.translation import gettext_noop

from tickets.models import Ticket
from tickets.regulation import Period, Unit

# An expression of SQL: the active policies as a JSON list, in the order in which they are tried.
ACTIVE = """
    (SELECT coalesce(json_agg(json_build_object(
        'id', id, 'duty', duty, 'count', count, 'unit', unit, 'queue', queue_id, 'kind', kind, 'topic', topic_id,
        'priority', priority, 'danger_to_life', danger_to_life) ORDER BY position, id), '[]')
    FROM tickets_policy WHERE active)
"""
# What the shipped policies are called and where they come from: found in the catalogues by these words.
SHIPPED = (
    gettext_noop("Acknowledgement at once"),
    gettext_noop("Official in charge named within 14 days"),
    gettext_noop("Need with danger to life: one working day"),
    gettext_noop("Access to documents: 15 working days"),
    gettext_noop("Data subject request: one month"),
    gettext_noop("Complaint: two months"),
    gettext_noop("Reply in 15 working days"),
    gettext_noop("Data subject request: three months, extension included"),
    gettext_noop("Reply at the outside in two months"),
    gettext_noop("House rule"),
    gettext_noop("House rule; European Code of Good Administrative Behaviour, Article 14"),
    gettext_noop("European Code of Good Administrative Behaviour, Article 14"),
    gettext_noop("European Code of Good Administrative Behaviour, Article 17"),
    gettext_noop("Regulation (EC) No 1049/2001, Articles 7 and 8; Decision No 18/2020 of the Committee of the Regions"),
    gettext_noop("Regulation (EU) 2018/1725, Article 14(3)"),
    gettext_noop("Commission Decision (EU) 2024/3083"),
)


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a policy asks of a ticket, by number or code. None and "" fit all; `priority` and `danger_to_life` are
    the least that it must have.
    """

    queue: int | None = None
    kind: str = ""
    topic: int | None = None
    priority: int | None = None
    danger_to_life: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A policy as it is applied. Without a `period` what it asks is due at once."""

    policy: int
    duty: str
    period: Period | None
    fits: Conditions

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Self:
        """One entry of `ACTIVE`."""
        period = Period(row["count"], Unit(row["unit"])) if row["count"] else None
        names = ("queue", "kind", "topic", "priority", "danger_to_life")
        return cls(row["id"], row["duty"], period, Conditions(**{name: row[name] for name in names}))


@dataclass(frozen=True, slots=True)
class Traits:
    """What of a ticket the choice depends on."""

    queue: int
    kind: str
    topic: int | None
    priority: int
    danger_to_life: bool

    @classmethod
    def of(cls, ticket: Ticket) -> Self:
        return cls(ticket.queue_id, ticket.kind, ticket.topic_id, ticket.priority, ticket.danger_to_life)


# The columns of a ticket that make its traits, in their order.
TRAITS = ("queue_id", "kind", "topic_id", "priority", "danger_to_life")


def choose(rules: Iterable[Rule], traits: Traits) -> dict[str, Rule]:
    """For each duty the rule that holds. `rules` are in the order in which they are tried."""
    chosen: dict[str, Rule] = {}
    for rule in rules:
        if rule.duty not in chosen and fits(rule.fits, traits):
            chosen[rule.duty] = rule
    return chosen


def fits(asked: Conditions, traits: Traits) -> bool:
    """Whether a ticket of these traits meets every condition."""
    return (
        asked.queue in (None, traits.queue)
        and asked.kind in ("", traits.kind)
        and asked.topic in (None, traits.topic)
        and (asked.priority is None or traits.priority >= asked.priority)
        and (traits.danger_to_life or not asked.danger_to_life)
    )
