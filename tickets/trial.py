"""What a rule would have done to the last tickets, as they stand today; nothing is changed.

The same conditions and the same decisions as when it acts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from tickets import routing
from tickets.models import RoutingRule, Tag, Ticket
from tickets.routing import Decision, Standing
from tickets.search.judging import verdict
from tickets.search.query import parse

ASKED = 1000
SHOWN = 50


@dataclass(frozen=True)
class Line:
    """A ticket that the rule means, and what it would do; None when there is nothing left to do."""

    ticket: Ticket
    decision: Decision | None


@dataclass(frozen=True)
class Trial:
    """Of `asked` tickets the rule means `meant`; the newest of those are `lines`."""

    asked: int
    meant: int
    lines: Sequence[Line]


def of(rule: RoutingRule, *, now: datetime) -> Trial:
    """Ask a rule, read by `routing.rules`, about the last tickets that rules may touch. Two statements, or three."""
    newest = Ticket.objects.filter(routing.routed()).order_by("-received_at", "-pk").values("pk")[:ASKED]
    asked = Ticket.objects.filter(pk__in=newest).annotate(means=verdict(parse(rule.query), now=now))
    rows = list(asked.order_by("-received_at", "-pk").values_list("pk", "means"))
    meant = [pk for pk, means in rows if means]
    return Trial(len(rows), len(meant), _lines(rule, meant[:SHOWN]) if meant else [])


def _lines(rule: RoutingRule, ticket_ids: Sequence[int]) -> list[Line]:
    names = Tag.objects.filter(tickets=OuterRef("pk")).order_by("name").values("name")
    tickets = Ticket.objects.filter(pk__in=ticket_ids).select_related("queue", "topic", "assignee")
    on_update = rule.moment == RoutingRule.Moment.UPDATE
    chosen = routing.chosen_by_people(ticket_ids) if on_update else {}
    lines = []
    for ticket in tickets.annotate(tag_names=ArraySubquery(names)).order_by("-received_at", "-pk"):
        tags = frozenset(name.lower() for name in ticket.tag_names)
        standing = Standing(ticket.queue_id, ticket.topic_id, ticket.priority, ticket.assignee_id, tags)
        fixed = chosen.get(ticket.pk, frozenset()) if on_update else routing.given_at_first(ticket)
        decided = routing.decide([rule], [True], standing, fixed)
        lines.append(Line(ticket, decided[0] if decided else None))
    return lines
