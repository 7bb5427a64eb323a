"""What the ticket page reads. The number of statements does not depend on the size of anything."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Concat, JSONObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from desk import deadline, drafts, duties, proof, words
from tickets import recipients
from tickets.absences import away_on
from tickets.deadlines import CALENDAR
from tickets.models import (
    CallBack,
    Contact,
    Holiday,
    Message,
    RequesterAddress,
    Tag,
    Ticket,
    TicketLink,
    TicketReader,
    User,
)
from tickets.permissions import Sight, in_sight
from tickets.questions import Given, Question

OTHERS = 5  # of the person and of the organisation each; one more is asked for, to know whether there are more
KNOWN = 50  # addresses of colleagues and of bodies, against which the sender's is held
ADDRESSES = 30
HIGH, ENQUIRY = Ticket.Priority.HIGH.value, Ticket.Kind.ENQUIRY.value  # asked of each line of a list

Kind = Message.Kind


@dataclass(frozen=True)
class Other:
    """A ticket beside another. `kind` says why: person, organisation, or the code of a link, and `link` its words."""

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
    """Somebody who takes part in a ticket. `marked` came by a valid reply address from an address not known before.

    Mail to the addresses that are `dead` came back.
    """

    pk: int
    name: str
    addresses: Sequence[str]
    marked: bool
    dead: Sequence[str] = ()


def ticket_of(sight: Sight, reference: str, now: datetime) -> Ticket | None:
    """A ticket with all that its page tells, among those in sight."""
    return _WHOLE.first(reference=reference.upper(), today=deadline.today(now), **sight.given)


def _whole() -> QuerySet[Ticket]:
    """A ticket with all that its page tells on a day, in Brussels; the closing days are all that are known."""
    seen, today = in_sight(), Given("today")
    closing_days = Holiday.objects.filter(calendar=CALENDAR).values("date")
    asked = Message.objects.filter(ticket=OuterRef("pk"), kind=Kind.INBOUND).order_by("-received_at", "-pk")
    named = TicketReader.objects.filter(ticket=OuterRef("pk")).values("user")
    found = seen.filter(reference=Given("reference")).annotate(
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
        assignee_away=Exists(away_on(today).filter(user=OuterRef("assignee"))),
        called_back=_called_back(),
        colleagues=_colleagues(),
        bodies=ArraySubquery(Contact.objects.exclude(address="").order_by("pk").values("address")[:KNOWN]),
        kept_drafts=drafts.subquery(seen),
        calendar_version=proof.subquery(),
        kept_deadlines=duties.subquery(),
    )
    return found.select_related(
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


_WHOLE = Question(_whole)


def family(ticket: Ticket, sight: Sight) -> list[int]:
    """The numbers of the ticket and of all that were merged into it, as far as they may be seen."""
    found, level = [ticket.pk], list(ticket.took_in)  # type: ignore[attr-defined]
    while level:
        found += level
        level = list(sight.tickets.filter(merged_into__in=level).exclude(pk__in=found).values_list("pk", flat=True))
    if len(found) > 1:
        asked = Message.objects.filter(ticket__in=found, kind=Kind.INBOUND).order_by("-received_at", "-pk")
        ticket.asked = asked.values_list(_writer(), flat=True).first()  # type: ignore[attr-defined]
    return found


def people(ticket: Ticket, now: datetime) -> list[Person]:
    """Who takes part, with their addresses, the requester first."""
    found: dict[int, Person] = {}
    for pk, name, address, marked, is_dead in _ADDRESSES.all(ticket=ticket.pk, now=now):
        known = found.get(pk) or Person(pk, name, (), marked)
        dead = [*known.dead, address] if is_dead else known.dead
        found[pk] = replace(known, addresses=[*known.addresses, address], dead=dead)
    return sorted(found.values(), key=lambda person: person.pk != ticket.requester_id)


_ADDRESSES = Question(
    lambda: (
        RequesterAddress.objects.filter(requester__participant__ticket=Given("ticket"))
        .annotate(
            marked=F("requester__participant__marked"),
            name=F("requester__name"),
            dead=recipients.is_dead(Given("now")),
        )
        .values_list("requester", "name", "address", "marked", "dead")
        .order_by("requester__participant__joined_at", "pk")[:ADDRESSES]
    )
)


@dataclass(frozen=True)
class Others:
    """Tickets beside this one: of the person and of others of the organisation the newest, and the linked ones.

    `more_of_person` and `more_of_organisation` say that there are more than are named.
    """

    of_person: Sequence[Other]
    of_organisation: Sequence[Other]
    linked: Sequence[Other]
    more_of_person: bool
    more_of_organisation: bool


def others(ticket: Ticket, sight: Sight) -> Others:
    """The tickets beside this one; only what may be seen."""
    lines = _OTHERS.all(
        ticket=ticket.pk,
        # No ticket is of nobody's, and nothing was merged into none: 0 finds none, and leaves none out.
        requester=ticket.requester_id or 0,
        organisation=ticket.organisation_id or 0,
        merged_into=ticket.merged_into_id or 0,
        **sight.given,
    )
    found = [
        Other(reference, subject, status, received_at, _link(code), code[:-1])
        for reference, subject, status, received_at, code in lines
    ]
    found.sort(key=lambda other: other.received_at, reverse=True)
    person, body = ([each for each in found if each.kind == kind] for kind in ("person", "organisation"))
    linked = [each for each in found if each.link]
    return Others(person[:OTHERS], body[:OTHERS], linked, len(person) > OTHERS, len(body) > OTHERS)


def _beside() -> QuerySet[Ticket, tuple[str, str, str, datetime, str]]:
    """Reference, subject, status, arrival, and why they stand here, of the tickets beside one."""
    facts = ("reference", "subject", "status", "received_at")
    seen, this, person = in_sight(), Given("ticket"), Given("requester")
    beside = seen.exclude(pk=this).order_by("-received_at", "-pk")
    of_person = beside.filter(requester=person)
    of_body = beside.filter(organisation=Given("organisation")).exclude(requester=person)
    outward = TicketLink.objects.filter(source=this, target__in=seen).order_by()
    inward = TicketLink.objects.filter(target=this, source__in=seen).order_by()
    merged = seen.filter(pk=Given("merged_into")).order_by()
    return (
        of_person[: OTHERS + 1]
        .values_list(*facts, Value("person=", CharField()))
        .union(
            of_body[: OTHERS + 1].values_list(*facts, Value("organisation=", CharField())),
            outward.values_list(*(f"target__{each}" for each in facts), Concat("kind", Value(">"))),
            inward.values_list(*(f"source__{each}" for each in facts), Concat("kind", Value("<"))),
            merged.values_list(*facts, Value("merged>", CharField())),
            seen.filter(merged_into=this).order_by().values_list(*facts, Value("merged<", CharField())),
            all=True,
        )
    )


_OTHERS = Question(_beside)


def organisation_query(ticket: Ticket) -> str:
    """The search for all tickets of the ticket's organisation; "" without one."""
    name = ticket.organisation.name.replace('"', " ") if ticket.organisation else ""
    return f'org:"{name}"' if name.strip() else ""


def _called_back() -> Subquery:
    """The call back that holds: who, when, how, and the number."""
    holds = CallBack.objects.filter(ticket=OuterRef("pk"), withdrawn_at=None)
    facts = JSONObject(by="called_by__name", at="called_at", how="how", number="number")
    return Subquery(holds.values(facts=facts)[:1])


def _colleagues() -> ArraySubquery:
    """Addresses of others who wrote for the organisation of the ticket."""
    theirs = RequesterAddress.objects.filter(requester__organisation=OuterRef("organisation"))
    return ArraySubquery(theirs.exclude(requester=OuterRef("requester")).order_by().values("address")[:KNOWN])


def _link(code: str) -> str:
    return "" if code.endswith("=") else words.link(code[:-1], outgoing=code.endswith(">"))


def recipient(ticket: Ticket, people: Sequence[Person]) -> tuple[str, str]:
    """Name and address that a reply goes to: of who wrote last, else of the requester; empty when nobody is known."""
    asked: dict[str, Any] | None = ticket.asked  # type: ignore[attr-defined]
    if asked and asked["sender"]:
        return asked["name"], asked["reply_to"] or asked["sender"]
    first = next((person for person in people if person.pk == ticket.requester_id), None)
    return (first.name, first.addresses[0]) if first else ("", "")


def _writer() -> JSONObject:
    return JSONObject(name="sender_name", sender="sender_address", reply_to="reply_to", to="to", cc="cc")


def chips(ticket: Ticket) -> list[tuple[str, str]]:
    """What must be seen at once, the most important first: (look, words)."""
    return list(_chips(ticket))


@cache
def _urgent(priority: int, _language: str | None) -> str:
    return _("Priority: %(priority)s") % {"priority": Ticket.Priority(priority).label}


def _chips(ticket: Ticket) -> Iterator[tuple[str, str]]:
    if ticket.danger_to_life:
        yield "danger", _("Danger to life")
    if ticket.sensitive:
        yield "sensitive", _("Sensitive")
    if ticket.unreadable:
        yield "danger", _("Unreadable mail")
    if ticket.priority >= HIGH and not ticket.danger_to_life:
        yield "urgent", _urgent(ticket.priority, get_language())
    if ticket.queue.restricted:
        yield "sensitive", ticket.queue.local_name
    if ticket.kind != ENQUIRY:
        yield "", words.label(ticket, "kind")
