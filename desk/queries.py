"""What the list and the ticket page read. The number of statements does not depend on the size of anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat, JSONObject
from django.utils.translation import gettext as _

from desk import deadline, words
from desk.deadline import Waiting
from desk.filters import Filter
from tickets.deadlines import CALENDAR
from tickets.models import Holiday, Message, RequesterAddress, Tag, Ticket, TicketLink, User
from tickets.permissions import visible
from web.paging import Page, page

PAGE = 40
OTHERS = 6
MOST_CHIPS = 2
ADDRESSES = 30
COLLEAGUES = 100

Kind = Message.Kind


@dataclass(frozen=True)
class Row:
    """One ticket of the list."""

    ticket: Ticket
    waiting: Waiting
    unread: bool
    chips: Sequence[tuple[str, str]]


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


def rows(user: User, chosen: Filter, *, cursor: str, now: datetime) -> tuple[Page[Ticket], list[Row]]:
    """One page of a list. Raises BadCursor."""
    tickets: QuerySet[Ticket] = (
        chosen.apply(visible(user), user)
        .select_related("requester", "organisation", "region", "topic", "assignee", "queue")
        .annotate(spoke_last=_spoke_last())
    )
    found = page(tickets, by=chosen.by, cursor=cursor, size=PAGE, descending=chosen.descending)
    holidays = holidays_until(found.rows, now)
    return found, [_row(ticket, now, holidays) for ticket in found.rows]


def colleagues(user: User) -> dict[int, str]:
    """Those by whom the list can be narrowed: who works here but `user`, by name."""
    working = User.objects.filter(is_active=True).exclude(pk=user.pk).order_by("name", "pk")
    return dict(working.values_list("pk", "name")[:COLLEAGUES])


def holidays_until(tickets: Sequence[Ticket], now: datetime) -> frozenset[date]:
    """The closing days from today until the last of the tickets' due dates."""
    day = deadline.today(now)
    last = max((due for ticket in tickets if (due := deadline.due_of(ticket))), default=day)
    if last <= day:
        return frozenset()
    known = Holiday.objects.filter(calendar=CALENDAR, date__gt=day, date__lte=last)
    return frozenset(known.values_list("date", flat=True))


def ticket_of(seen: QuerySet[Ticket], reference: str, now: datetime) -> Ticket | None:
    """A ticket with all that its page tells, among those that may be seen."""
    closing_days = Holiday.objects.filter(
        calendar=CALENDAR, date__gt=deadline.today(now), date__lte=OuterRef("answer_by")
    ).values("date")
    asked = Message.objects.filter(ticket=OuterRef("pk"), kind=Kind.INBOUND).order_by("-received_at", "-pk")
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


def _spoke_last() -> Subquery:
    """The kind of the newest message that went between the partner and us."""
    between = Message.objects.filter(ticket=OuterRef("pk"), kind__in=(Kind.INBOUND, Kind.OUTBOUND)).exclude(
        delivery=Message.Delivery.CANCELLED
    )
    return Subquery(between.order_by("-received_at", "-pk").values("kind")[:1])


def _row(ticket: Ticket, now: datetime, holidays: frozenset[date]) -> Row:
    partner_last = ticket.spoke_last == Kind.INBOUND  # type: ignore[attr-defined]
    unread = not ticket.settled and (ticket.status == Ticket.Status.NEW or partner_last)
    return Row(ticket, deadline.waiting(ticket, now=now, holidays=holidays), unread, chips(ticket)[:MOST_CHIPS])


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
