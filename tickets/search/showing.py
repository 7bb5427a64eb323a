"""What a search shows of each ticket that it found: its words marked, and the piece that says why. One statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import Left

from tickets.models import Attachment, Message, Ticket
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
    """The tickets of a page as found by the search. They come with requester and organisation."""
    anywhere, subject = wanted(query, ""), wanted(query, "", "subject")
    people, bodies = wanted(query, "", "from"), wanted(query, "", "org")
    said = _said(tickets) if subject else {}
    found = []
    for ticket in tickets:
        texts, names = said.get(ticket.pk, ((), ()))
        shown, file = _piece(texts, names, anywhere, subject)
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
