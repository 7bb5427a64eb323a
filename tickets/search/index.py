"""Keeping the words of tickets: a message adds its own, a ticket can be read anew. Called inside acts."""

from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import Prefetch, QuerySet

from tickets.models import Attachment, Message, SearchDocument, Ticket
from tickets.search.document import Vector, Weight, vector

Kind = Message.Kind
Piece = tuple[Weight, str]

# A ticket that is full takes words without places, so that no phrase finds them, and then none.
_FULL, _FULL_OF_WORDS = 600_000, 900_000
_OPEN = """
    INSERT INTO tickets_searchdocument (ticket_id, words, size) VALUES (%(ticket)s, %(words)s::tsvector, %(size)s)
"""
# A ticket without a document stays without: `manage.py index_search` reads all of it.
_ADD = f"""
    UPDATE tickets_searchdocument AS known SET
        words = CASE WHEN known.size + %(size)s <= {_FULL} THEN known.words || %(words)s::tsvector
                     WHEN known.size + %(bare_size)s <= {_FULL_OF_WORDS} THEN known.words || %(bare)s::tsvector
                     ELSE known.words END,
        size = CASE WHEN known.size + %(size)s <= {_FULL} THEN known.size + %(size)s
                    WHEN known.size + %(bare_size)s <= {_FULL_OF_WORDS} THEN known.size + %(bare_size)s
                    ELSE known.size END
    WHERE known.ticket_id = %(ticket)s
"""  # noqa: S608 - numbers of ours


def open_document(ticket: Ticket, message: Message, names: Iterable[str], *more: str) -> None:
    """The words of a new ticket and its first message; `names` are those of its files. One statement.

    `more` are texts that belong to neither, such as what is needed.
    """
    texts = ((Weight.TEXT, text) for text in more)
    _write(_OPEN, ticket.pk, vector([*_facts(ticket), *_pieces(message, names), *texts]))


def add(message: Message, names: Iterable[str] = ()) -> None:
    """The words of one more message and the names of its files. One statement."""
    _write(_ADD, message.ticket_id, vector(_pieces(message, names)))


def refresh(ticket_ids: Sequence[int]) -> None:
    """Read these tickets anew: for what was changed, moved or erased. Their rows should be locked."""
    files = Prefetch("attachments", Attachment.objects.only("message_id", "name"))
    said = (
        Message.objects.only(
            "ticket_id", "kind", "automatic", "sender_name", "sender_address", "reply_to", "subject", "text"
        )
        .order_by("received_at", "pk")
        .prefetch_related(files)
    )
    tickets = Ticket.objects.filter(pk__in=ticket_ids).select_related("requester", "organisation", "need")
    SearchDocument.objects.filter(ticket__in=ticket_ids).delete()
    for ticket in tickets.prefetch_related("requester__addresses").order_by("pk"):
        need = getattr(ticket, "need", None)
        more = [(Weight.TEXT, text) for text in (need.item, need.recipient)] if need else []
        _write(_OPEN, ticket.pk, vector([*_facts(ticket), *_addresses(ticket), *more]))
        for message in said.filter(ticket=ticket).iterator(chunk_size=100):
            if _says_something(message):
                add(message, [file.name for file in message.attachments.all()])


def missing(after: int, number: int) -> list[int]:
    """The next tickets behind this id, at most so many, that have no words yet."""
    found: QuerySet[Ticket, int] = Ticket.objects.filter(pk__gt=after, document=None).values_list("pk", flat=True)
    return list(found.order_by("pk")[:number])


def _facts(ticket: Ticket) -> list[Piece]:
    return [
        (Weight.SUBJECT, ticket.reference),
        (Weight.SUBJECT, ticket.subject),
        (Weight.SUBJECT, ticket.letter_number),
        (Weight.PEOPLE, ticket.requester.name if ticket.requester else ""),
        (Weight.ORGANISATION, ticket.organisation.name if ticket.organisation else ""),
    ]


def _addresses(ticket: Ticket) -> list[Piece]:
    return [(Weight.PEOPLE, each.address) for each in ticket.requester.addresses.all()] if ticket.requester else []


def _pieces(message: Message, names: Iterable[str]) -> list[Piece]:
    from_us = message.kind in (Kind.OUTBOUND, Kind.NOTE)
    who = Weight.TEXT if from_us else Weight.PEOPLE
    reply_to = message.reply_to if message.reply_to != message.sender_address else ""
    people = (message.sender_name, "" if from_us else message.sender_address, reply_to)
    return [
        *((who, text) for text in people if text),
        (Weight.SUBJECT, message.subject),
        *((Weight.SUBJECT, name) for name in names),
        (Weight.TEXT, message.text),
    ]


def _says_something(message: Message) -> bool:
    """Not our own automatic mail, which says the same to everybody."""
    return message.kind != Kind.AUTOMATIC or message.automatic not in OURS


# The codes of automatic mail that we send (`answering.keep_automatic`).
OURS = ("acknowledgement", "tracking-link")


def _write(statement: str, ticket_id: int, found: Vector) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {
                "ticket": ticket_id,
                "words": found.text,
                "size": found.size,
                "bare": found.bare,
                "bare_size": found.bare_size,
            },
        )
