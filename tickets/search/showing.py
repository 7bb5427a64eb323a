"""What a search shows of each ticket that it found: its words marked, and the piece that says why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import Left

from tickets.models import Attachment, Message, Ticket
from tickets.questions import Given, Question
from tickets.search.index import OURS
from tickets.search.marking import READ, Part, Wanted, marked, piece, wanted
from tickets.search.terms import Query

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


def hits(query: Query, tickets: Sequence[Ticket]) -> list[Hit]:
    """The tickets of a page as found by the search. They come with requester, organisation and texts."""
    anywhere, subject = wanted(query, ""), wanted(query, "", "subject")
    people, bodies = wanted(query, "", "from"), wanted(query, "", "org")
    found = []
    for ticket in tickets:
        shown, file = _piece(getattr(ticket, "texts", ()), getattr(ticket, "names", ()), anywhere, subject)
        person = ticket.requester.name if ticket.requester else ""
        organisation = ticket.organisation.name if ticket.organisation else ""
        found.append(
            Hit(
                ticket,
                marked(ticket.subject, subject),
                marked(person, people),
                marked(organisation, bodies),
                shown,
                file,
            )
        )
    return found


def needs_texts(query: Query) -> bool:
    """Whether the search has words that may stand in a text."""
    return bool(wanted(query, "", "subject"))


def with_texts(tickets: QuerySet[Ticket]) -> QuerySet[Any]:
    """Tickets with the beginnings of their newest messages and the names of their files, for `hits`."""
    messages = Message.objects.filter(ticket=OuterRef("pk")).exclude(automatic__in=OURS).order_by("-received_at", "-pk")
    files = Attachment.objects.filter(message__ticket=OuterRef("pk"), inline=False).order_by("-pk")
    return tickets.annotate(
        texts=ArraySubquery(messages.values(beginning=Left("text", READ))[:SHOWN_MESSAGES]),
        names=ArraySubquery(files.values("name")[:SHOWN_FILES]),
    )


def read_texts(query: Query, tickets: Sequence[Ticket]) -> Sequence[Ticket]:
    """The same for tickets that were read without them. One statement, or none for a search without words."""
    known: dict[int, Any] = {ticket.pk: ticket for ticket in tickets}
    for pk, texts, names in _TEXTS.all(numbers=list(known)) if needs_texts(query) else ():
        known[pk].texts, known[pk].names = texts, names
    return tickets


_TEXTS = Question(
    lambda: (
        with_texts(Ticket.objects.filter(pk__any_of=Given("numbers"))).order_by().values_list("pk", "texts", "names")
    )
)


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
