"""The facts of tickets, read from the tables: those of one ticket or of a range, by the same few statements."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from tickets.models import Event, Message, Ticket
from tickets.questions import Given, Question
from tickets.waits.facts import KINDS, VERBS, Carried, Facts, Said, Step

# Ticket id, received, status, waiting for, closed.
Row = tuple[int, datetime, str, str, datetime | None]
COLUMNS = ("pk", "received_at", "status", "waiting_for", "closed_at")

_SAID = Question(
    lambda: Message.objects.filter(ticket__gte=Given("first"), ticket__lte=Given("last"), kind__in=KINDS).values_list(
        "ticket_id", "pk", "kind", "nature", "delivery", "received_at", "sent_at", "author_id"
    )
)
# By number, not by time: an event about a mail that came late bears the time of the mail.
_STEPS = Question(
    lambda: (
        Event.objects.filter(ticket__gte=Given("first"), ticket__lte=Given("last"), verb__in=VERBS)
        .order_by("pk")
        .values_list("ticket_id", "verb", "at", "actor_kind", "data", "message__received_at")
    )
)
_CARRIED = Question(
    lambda: Ticket.objects.filter(
        merged_into__gte=Given("first"), merged_into__lte=Given("last"), carried_since__isnull=False
    ).values_list("merged_into_id", "carried_since", "merged_at")
)


def facts_of(ticket: Ticket) -> Facts:
    """The facts of a ticket that is locked, in three statements."""
    row = (ticket.pk, ticket.received_at, ticket.status, ticket.waiting_for, ticket.closed_at)
    return next(facts_of_rows([row]))


def facts_of_rows(tickets: Iterable[Row]) -> Iterator[Facts]:
    """The facts of tickets, given as values of COLUMNS in the order of their ids without great gaps; three statements.

    What lies in the gaps is read too, and left out.
    """
    rows = list(tickets)
    if not rows:
        return
    span = {"first": rows[0][0], "last": rows[-1][0]}
    said, steps, carried = (
        _by_ticket(_SAID.all(**span)),
        _by_ticket(_STEPS.all(**span)),
        _by_ticket(_CARRIED.all(**span)),
    )
    for row in rows:
        yield Facts(
            *row,
            said=tuple(Said(*each) for each in said.get(row[0], ())),
            steps=tuple(_step(*each) for each in steps.get(row[0], ())),
            carried=tuple(Carried(*each) for each in carried.get(row[0], ())),
        )


def _by_ticket(rows: Iterable[tuple[Any, ...]]) -> dict[int, list[tuple[Any, ...]]]:
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for ticket, *values in rows:
        found[ticket].append(tuple(values))
    return found


def _step(verb: str, at: datetime, actor_kind: str, data: Any, message_at: datetime | None) -> Step:
    return Step(verb, at, actor_kind == Event.ActorKind.REQUESTER, data, message_at)
