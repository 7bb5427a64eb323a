"""What the ticket page reads. The number of statements does not depend on the size of anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat, JSONObject
from django.utils.translation import gettext as _

from desk import deadline, words
from tickets.absences import away_on
from tickets.deadlines import CALENDAR
from tickets.models import Holiday, Message, RequesterAddress, Tag, Ticket, TicketLink, TicketReader, User

OTHERS = 6
ADDRESSES = 30

Kind = Message.Kind


@dataclass(frozen=True)
class Other:
    """Another ticket of the same person, or one that is linked (`link` says how, `kind` is its code)."""

    reference: str
    subject: str
    status: str
    received_at: datetime
    link: str
    kind: str

    @property
    def status_words(self) -> str:
        return str(Ticket.Status(self.status).label)


@dataclass(frozen=True)
class Person:
    """Somebody who takes part in a ticket. `marked` came by a valid reply address from an address not known before."""

    pk: int
    name: str
    addresses: Sequence[str]
    marked: bool


def ticket_of(seen: QuerySet[Ticket], reference: str, now: datetime) -> Ticket | None:
    """A ticket with all that its page tells, among those that may be seen."""
    closing_days = Holiday.objects.filter(
        calendar=CALENDAR, date__gt=deadline.today(now), date__lte=OuterRef("answer_by")
    ).values("date")
    asked = Message.objects.filter(ticket=OuterRef("pk"), kind=Kind.INBOUND).order_by("-received_at", "-pk")
    named = TicketReader.objects.filter(ticket=OuterRef("pk")).values("user")
    return (
        seen.annotate(
            closing_days=ArraySubquery(closing_days),
            asked=Subquery(asked.values(writer=_writer())[:1]),
            tag_names=ArraySubquery(
                Tag.objects.filter(tickets=OuterRef("pk")).order_by("name").values(tag=JSONObject(pk="pk", name="name"))
            ),
            following=ArraySubquery(
                User.objects.filter(followed__ticket=OuterRef("pk"))
                .order_by("name", "pk")
                .values(person=JSONObject(pk="pk", name="name"))
            ),
            took_in=ArraySubquery(seen.filter(merged_into=OuterRef("pk")).order_by("pk").values("pk")),
            reader_ids=ArraySubquery(named),
            assignee_away=Exists(away_on(deadline.today(now)).filter(user=OuterRef("assignee"))),
        )
        .select_related(
            "queue",
            "topic",
            "region",
            "assignee",
            "merged_into",
            "official",
            "need",
            "requester__organisation",
            "organisation__region",
            "organisation__hromada",
        )
        .filter(reference=reference.upper())
        .first()
    )


def family(ticket: Ticket, seen: QuerySet[Ticket]) -> list[int]:
    """The numbers of the ticket and of all that were merged into it, as far as they may be seen."""
    found, level = [ticket.pk], list(ticket.took_in)  # type: ignore[attr-defined]
    while level:
        found += level
        level = list(seen.filter(merged_into__in=level).exclude(pk__in=found).values_list("pk", flat=True))
    if len(found) > 1:
        asked = Message.objects.filter(ticket__in=found, kind=Kind.INBOUND).order_by("-received_at", "-pk")
        ticket.asked = asked.values_list(_writer(), flat=True).first()  # type: ignore[attr-defined]
    return found


def people(ticket: Ticket) -> list[Person]:
    """Who takes part, with their addresses, the requester first."""
    found: dict[int, Person] = {}
    lines = (
        RequesterAddress.objects.filter(requester__participant__ticket=ticket)
        .annotate(marked=F("requester__participant__marked"), name=F("requester__name"))
        .values_list("requester", "name", "address", "marked")
        .order_by("requester__participant__joined_at", "pk")[:ADDRESSES]
    )
    for pk, name, address, marked in lines:
        known = found.get(pk)
        found[pk] = Person(pk, name, [*(known.addresses if known else ()), address], marked)
    return sorted(found.values(), key=lambda person: person.pk != ticket.requester_id)


def others(ticket: Ticket, seen: QuerySet[Ticket]) -> tuple[list[Other], list[Other]]:
    """The newest other tickets of the person, and the linked ones; only what may be seen."""
    facts = ("reference", "subject", "status", "received_at")
    of_person = seen.filter(requester=ticket.requester_id) if ticket.requester_id else seen.none()
    of_person = of_person.exclude(pk=ticket.pk).order_by("-received_at", "-pk")[:OTHERS]
    outward = TicketLink.objects.filter(source=ticket, target__in=seen).order_by()
    inward = TicketLink.objects.filter(target=ticket, source__in=seen).order_by()
    merged = seen.filter(Q(pk=ticket.merged_into_id) if ticket.merged_into_id else Q(pk=None)).order_by()
    lines = of_person.values_list(*facts, Value("", CharField())).union(
        outward.values_list(*(f"target__{each}" for each in facts), Concat("kind", Value(">"))),
        inward.values_list(*(f"source__{each}" for each in facts), Concat("kind", Value("<"))),
        merged.values_list(*facts, Value("merged>", CharField())),
        seen.filter(merged_into=ticket).order_by().values_list(*facts, Value("merged<", CharField())),
        all=True,
    )
    found = [
        Other(reference, subject, status, received_at, _link(code), code[:-1])
        for reference, subject, status, received_at, code in lines
    ]
    found.sort(key=lambda other: other.received_at, reverse=True)
    return [each for each in found if not each.link], [each for each in found if each.link]


def _link(code: str) -> str:
    return words.link(code[:-1], outgoing=code.endswith(">")) if code else ""


def recipient(ticket: Ticket, people: Sequence[Person]) -> tuple[str, str]:
    """Name and address that a reply goes to: of who wrote last, else of the requester; empty when nobody is known."""
    asked: dict[str, str] | None = ticket.asked  # type: ignore[attr-defined]
    if asked and asked["sender"]:
        return asked["name"], asked["reply_to"] or asked["sender"]
    first = next((person for person in people if person.pk == ticket.requester_id), None)
    return (first.name, first.addresses[0]) if first else ("", "")


def _writer() -> JSONObject:
    return JSONObject(name="sender_name", sender="sender_address", reply_to="reply_to")


def chips(ticket: Ticket) -> list[tuple[str, str]]:
    """What must be seen at once, the most important first: (look, words)."""
    urgent = ticket.priority >= Ticket.Priority.HIGH and not ticket.danger_to_life
    lines = (
        (ticket.danger_to_life, "danger", _("Danger to life")),
        (ticket.sensitive, "sensitive", _("Sensitive")),
        (ticket.unreadable, "danger", _("Unreadable mail")),
        (urgent, "urgent", _("Priority: %(priority)s") % {"priority": ticket.get_priority_display()}),
        (ticket.queue.restricted, "sensitive", ticket.queue.name),
        (ticket.kind != Ticket.Kind.ENQUIRY, "", ticket.get_kind_display()),
    )
    return [(look, text) for shown, look, text in lines if shown]
