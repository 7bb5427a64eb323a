"""What a rule would have done to the last tickets; nothing is changed.

The same conditions and the same decisions as when it acts. The conditions are asked of the tickets as they are today.
What a rule for new tickets would do is told of each as it came, for most of them are sorted by now: the first event
that moved a field says what stood there before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from tickets import routing
from tickets.models import Event, RoutingRule, Tag, Ticket
from tickets.routing import Decision, Standing
from tickets.search.judging import verdict
from tickets.search.query import parse

ASKED = 1000
SHOWN = 50


@dataclass(frozen=True)
class Line:
    """A ticket that the rule means, as it would meet it, and what it would do; None: nothing."""

    ticket: Ticket
    decision: Decision | None


@dataclass(frozen=True)
class Trial:
    """Of `asked` tickets the rule means `meant`; the newest of those are `lines`."""

    asked: int
    meant: int
    lines: Sequence[Line]


def of(rule: RoutingRule, *, now: datetime) -> Trial:
    """Ask a rule, read by `routing.rules`, about the last tickets that rules may touch. Four statements at most."""
    newest = Ticket.objects.filter(routing.routed()).order_by("-received_at", "-pk").values("pk")[:ASKED]
    asked = Ticket.objects.filter(pk__in=newest).annotate(means=verdict(parse(rule.query), now=now))
    rows = list(asked.order_by("-received_at", "-pk").values_list("pk", "means"))
    meant = [pk for pk, means in rows if means]
    return Trial(len(rows), len(meant), _lines(rule, meant[:SHOWN]) if meant else [])


def _lines(rule: RoutingRule, ticket_ids: Sequence[int]) -> list[Line]:
    names = Tag.objects.filter(tickets=OuterRef("pk")).order_by("name").values("name")
    tickets = Ticket.objects.filter(pk__in=ticket_ids).annotate(tag_names=ArraySubquery(names))
    rows = list(tickets.order_by("-received_at", "-pk"))
    if rule.moment == RoutingRule.Moment.CREATION:
        _as_they_came(rows)
        chosen = {ticket.pk: routing.given_at_first(ticket) for ticket in rows}
    else:
        chosen = routing.chosen_by_people(ticket_ids)
    lines = []
    for ticket in rows:
        tags = frozenset(name.lower() for name in ticket.tag_names)
        standing = Standing(ticket.queue_id, ticket.topic_id, ticket.priority, ticket.assignee_id, tags)
        decided = routing.decide([rule], [True], standing, chosen.get(ticket.pk, frozenset()))
        lines.append(Line(ticket, decided[0] if decided else None))
    return lines


def _as_they_came(tickets: Sequence[Ticket]) -> None:
    """Put back, in memory alone, what rules can set to what it was before anybody moved it. One statement."""
    by_pk = {ticket.pk: ticket for ticket in tickets}
    by_verb = {str(verb): field for field, verb in routing.FIELDS.items()}
    moved = Event.objects.filter(ticket__in=by_pk, verb__in=[*by_verb, Event.Verb.ROUTED])
    # The newest first: what the oldest says comes last and stays.
    for pk, verb, data in moved.order_by("-pk").values_list("ticket", "verb", "data"):
        for field, change in ({by_verb[verb]: data} if verb in by_verb else data).items():
            if field in routing.COLUMNS and "from" in change:
                setattr(by_pk[pk], routing.COLUMNS[field], change["from"])
    for ticket in tickets:
        ticket.tag_names = []  # type: ignore[attr-defined]
