"""Tickets near another one: of the same person, body or mail domain, with the same letter number or the same file.

One statement, whatever the size: each part walks its own index and stops after some rows. Only what a person may see is
among them (`seen` is `permissions.visible`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, F, OuterRef, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Left, Substr

from tickets.models import Attachment, Message, RequesterAddress, Ticket
from tickets.models.people import Domain
from tickets.models.ticket import LetterNumber
from tickets.reference import free_mail
from tickets.suggestions.values import Asked

LATELY = timedelta(days=90)
MOST_OF_KIN, MOST_ALIKE = 12, 5  # rows of each part
PEOPLE = 20  # addresses of one domain whose tickets are looked at
TEXT_READ, SIGNATURE_READ = 3000, 600  # characters
SMALLEST_FILE = 2048  # bytes; smaller ones are logos and signatures


@dataclass(frozen=True)
class Neighbour:
    """A ticket near another one, and what the two share: "requester", "organisation", "domain", "letter", "file"."""

    pk: int
    reference: str
    subject: str
    status: str
    received_at: datetime
    letter_date: date | None
    sensitive: bool
    queue: int
    restricted: bool
    topic: str
    region: str
    organisation: int | None
    organisation_name: str
    hromada: str
    shares: frozenset[str]


# The fields of a neighbour, but for what it shares.
_FACTS: dict[str, Combinable] = {
    **{name: F(name) for name in ("pk", "reference", "subject", "status", "received_at", "letter_date", "sensitive")},
    "queue": F("queue"),
    "restricted": F("queue__restricted"),
    "topic": Coalesce("topic__code", Value("")),
    "region": Coalesce("region__code", Value("")),
    "organisation": F("organisation"),
    "organisation_name": Coalesce("organisation__name", Value("")),
    "hromada": Coalesce("organisation__hromada__katottg", Value("")),
}


@dataclass(frozen=True)
class First:
    """The first message of a partner on a ticket, and the hashes of the files that came with any of them."""

    asked: Asked
    files: Sequence[str]


def first_of(ticket: Ticket) -> First:
    """What a ticket says, in bounds; one statement. Empty where no partner wrote, as on a call of ours."""
    files = Attachment.objects.filter(message__ticket=OuterRef("ticket"), inline=False, size__gte=SMALLEST_FILE)
    row = (
        Message.objects.filter(ticket=ticket, kind=Message.Kind.INBOUND)
        .annotate(
            start=Left("text", TEXT_READ),
            hashes=ArraySubquery(files.exclude(content_type__startswith="image/").values("sha256")[:MOST_ALIKE]),
        )
        .order_by("received_at", "pk")
        .values("start", "quote_start", "sender_address", "hashes", signature=_below())
        .first()
    )
    if row is None:
        return First(_asked(ticket), ())
    end = TEXT_READ if row["quote_start"] is None else row["quote_start"]
    domain = row["sender_address"].rpartition("@")[2].lower()
    return First(_asked(ticket, row["start"][:end], row["signature"] or "", domain), row["hashes"])


def near(ticket: Ticket, first: First, seen: QuerySet[Ticket]) -> list[Neighbour]:
    """The neighbours of a ticket, the newest first. What was merged or is spam is none."""
    others = seen.exclude(pk=ticket.pk).exclude(status__in=(Ticket.Status.MERGED, Ticket.Status.SPAM))
    parts = [_lines(rows, share) for share, rows in _parts(ticket, first, others)]
    if not parts:
        return []
    found: dict[int, Neighbour] = {}
    for *facts, share in parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]:
        each = _neighbour(facts, share)
        known = found.get(each.pk)
        found[each.pk] = each if known is None else _neighbour(facts, share, known.shares)
    return sorted(found.values(), key=lambda one: (one.received_at, one.pk), reverse=True)


def _parts(ticket: Ticket, first: First, others: QuerySet[Ticket]) -> Iterable[tuple[str, QuerySet[Ticket]]]:
    newest = others.order_by("-received_at")
    since = ticket.received_at - LATELY
    if ticket.requester_id:
        yield "requester", newest.filter(requester=ticket.requester_id)[:MOST_OF_KIN]
    if ticket.organisation_id:
        yield "organisation", newest.filter(organisation=ticket.organisation_id)[:MOST_OF_KIN]
    domain = first.asked.domain
    if domain and domain not in free_mail():
        people = RequesterAddress.objects.annotate(domain=Domain("address")).filter(domain=domain).order_by("-id")
        yield "domain", newest.filter(requester__in=people.values("requester")[:PEOPLE])[:MOST_OF_KIN]
    if ticket.letter_number:
        same = others.annotate(letter=LetterNumber("letter_number")).exclude(letter_number="")
        number = LetterNumber(Value(ticket.letter_number, CharField()))
        yield "letter", same.filter(letter=number, received_at__gte=since).order_by("-received_at")[:MOST_ALIKE]
    if first.files:
        having = Attachment.objects.filter(sha256__in=first.files).order_by("-pk").values("message__ticket")
        yield (
            "file",
            others.filter(pk__in=having[: 4 * MOST_ALIKE], received_at__gte=since).order_by("-pk")[:MOST_ALIKE],
        )


def _lines(rows: QuerySet[Ticket], share: str) -> QuerySet[Ticket, tuple[Any, ...]]:
    return rows.values_list(*_FACTS.values(), Value(share, CharField()))


def _neighbour(facts: Sequence[Any], share: str, more: frozenset[str] = frozenset()) -> Neighbour:
    return Neighbour(**dict(zip(_FACTS, facts, strict=True)), shares=more | {share})


def _asked(ticket: Ticket, text: str = "", signature: str = "", domain: str = "") -> Asked:
    by_mail = ticket.channel in (Ticket.Channel.EMAIL, Ticket.Channel.IMPORT, Ticket.Channel.PHONE)
    said = {
        "kind": not by_mail or ticket.kind != Ticket.Kind.ENQUIRY,
        "topic": ticket.topic_id is not None,
        "region": ticket.region_id is not None,
        "organisation": ticket.organisation_id is not None,
        "queue": ticket.queue.restricted,
    }
    body = ticket.organisation
    return Asked(
        subject=ticket.subject,
        text=text,
        signature=signature,
        domain=domain,
        language=ticket.language,
        said=frozenset(name for name, is_said in said.items() if is_said),
        organisation_region=body.region.code if body and body.region else "",
    )


def _below() -> Substr:
    """The beginning of what stands below the words of the writer: mostly the signature."""
    return Substr("text", Coalesce(F("quote_start"), Value(TEXT_READ)) + 1, SIGNATURE_READ)
