"""What the page of a search reads. The number of statements does not depend on how much is found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import Left

from tickets.models import Attachment, Message, Ticket, User
from tickets.permissions import visible
from tickets.search.index import OURS
from tickets.search.marking import READ, Part, Wanted, marked, piece, wanted
from tickets.search.narrowing import narrow
from tickets.search.terms import Problem, Query
from web.paging import Page, page

PAGE = 25
COUNTED = 1000
SHOWN_MESSAGES, SHOWN_FILES = 8, 20  # of a ticket, looked through for a piece to show


@dataclass(frozen=True)
class Hit:
    """One ticket that was found, what the search says of it marked."""

    ticket: Ticket
    subject: Sequence[Part]
    person: Sequence[Part]
    organisation: Sequence[Part]
    piece: Sequence[Part]
    file: bool


@dataclass(frozen=True)
class Results:
    """One page of what was found. `number` of all tickets; with `more`, there are more than so many."""

    page: Page[Ticket]
    hits: Sequence[Hit]
    number: int
    more: bool
    problems: Sequence[Problem]


def results(query: Query, user: User, *, cursor: str, now: datetime) -> Results:
    """One page of the tickets that a search means, the newest first. Raises BadCursor."""
    narrowed = narrow(query, visible(user), user=user, now=now)
    if narrowed.problems:
        return Results(Page((), None, None), (), 0, False, narrowed.problems)
    tickets = narrowed.tickets.select_related("requester", "organisation", "assignee")
    found = page(tickets, by="received_at", cursor=cursor, size=PAGE, descending=True)
    number, more = len(found.rows), False
    if found.next or found.previous:
        number, more = _number(narrowed.tickets, narrowed.frequent)
    return Results(found, _hits(query, found.rows), number, more, ())


def _number(tickets: QuerySet[Ticket], frequent: bool | None) -> tuple[int, bool]:
    """How many there are, counted only where that is quick: the index has named them."""
    if frequent is None:
        return PAGE, True
    if frequent:
        return COUNTED, True
    number = tickets.order_by()[: COUNTED + 1].count()
    return min(number, COUNTED), number > COUNTED


def _hits(query: Query, tickets: Sequence[Ticket]) -> list[Hit]:
    anywhere, subject = wanted(query, ""), wanted(query, "", "subject")
    people, bodies = wanted(query, "", "from"), wanted(query, "", "org")
    said = _said(tickets) if subject else {}
    hits = []
    for ticket in tickets:
        texts, names = said.get(ticket.pk, ((), ()))
        shown, file = _piece(texts, names, anywhere, subject)
        person = ticket.requester.name if ticket.requester else ""
        organisation = ticket.organisation.name if ticket.organisation else ""
        hits.append(
            Hit(
                ticket,
                marked(ticket.subject, subject),
                marked(person, people),
                marked(organisation, bodies),
                shown,
                file,
            )
        )
    return hits


def _piece(
    texts: Sequence[str], names: Sequence[str], anywhere: tuple[Wanted, ...], subject: tuple[Wanted, ...]
) -> tuple[Sequence[Part], bool]:
    """The newest message that says it, else the name of a file; and whether it is a file."""
    for text in texts:
        if found := piece(text, anywhere):
            return found, False
    for name in names:
        if found := piece(name, subject):
            return found, True
    return (), False


def _said(tickets: Sequence[Ticket]) -> Mapping[int, tuple[Sequence[str], Sequence[str]]]:
    """The beginnings of the newest messages of each ticket, and names of its files."""
    messages = Message.objects.filter(ticket=OuterRef("pk")).exclude(automatic__in=OURS).order_by("-received_at", "-pk")
    files = Attachment.objects.filter(message__ticket=OuterRef("pk"), inline=False).order_by("-pk")
    rows = (
        Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets])
        .order_by()
        .annotate(
            texts=ArraySubquery(messages.values(beginning=Left("text", READ))[:SHOWN_MESSAGES]),
            names=ArraySubquery(files.values("name")[:SHOWN_FILES]),
        )
        .values_list("pk", "texts", "names")
    )
    return {pk: (texts, names) for pk, texts, names in rows}
