"""What the API reads. The number of statements does not depend on the size of anything."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from tickets.models import Message, Organisation, Participant, Requester, Tag, Ticket, TicketDeadline, TicketLink
from tickets.permissions import Sight, in_sight
from tickets.questions import Given, Question

MOST_LINKS = MOST_DEADLINES = 50
_OF_DEADLINE = ("id", "duty", "started_at", "due_on", "due_at", "told_on", "end", "ended_at", "extends_id")
BESIDE = ("queue", "topic", "region", "assignee", "requester", "organisation", "merged_into", "official")


def listed(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """Tickets with all that a line of a list tells."""
    names = Tag.objects.filter(tickets=OuterRef("pk")).order_by("name").values("name")
    return tickets.select_related(*BESIDE).annotate(tag_names=ArraySubquery(names))


def ticket_of(sight: Sight, reference: str) -> Ticket | None:
    """A ticket with all that its answer tells, among those in sight."""
    return _WHOLE.first(reference=reference.upper(), **sight.given)


def _whole() -> QuerySet[Ticket]:
    seen = in_sight()
    newest = Message.objects.filter(ticket=OuterRef("pk"), kind=Message.Kind.INBOUND).order_by("-pk").values("pk")
    out = TicketLink.objects.filter(Exists(seen.filter(pk=OuterRef("target"))), source=OuterRef("pk"))
    inward = TicketLink.objects.filter(Exists(seen.filter(pk=OuterRef("source"))), target=OuterRef("pk"))
    people = Participant.objects.filter(ticket=OuterRef("pk")).order_by("joined_at", "pk")
    due = TicketDeadline.objects.filter(ticket=OuterRef("pk")).order_by("-pk")
    facts = {name: name for name in _OF_DEADLINE}
    return (
        listed(seen.filter(reference=Given("reference")))
        .select_related("need")
        .annotate(
            newest_inbound=Subquery(newest[:1]),
            links_out=ArraySubquery(
                out.order_by("pk").values(link=JSONObject(reference="target__reference", kind="kind"))[:MOST_LINKS]
            ),
            links_in=ArraySubquery(
                inward.order_by("pk").values(link=JSONObject(reference="source__reference", kind="kind"))[:MOST_LINKS]
            ),
            due=ArraySubquery(due.values(row=JSONObject(policy_code="policy__code", **facts))[:MOST_DEADLINES]),
            people=ArraySubquery(
                people.values(person=JSONObject(id="requester", name="requester__name", marked="marked"))[:MOST_LINKS]
            ),
        )
    )


_WHOLE = Question(_whole)


def messages(ticket: Ticket) -> QuerySet[Message]:
    """The messages of a ticket with their files and translations."""
    rows = Message.objects.filter(ticket=ticket).select_related("author")
    return rows.prefetch_related("attachments", "translations")


def requesters(seen: QuerySet[Ticket]) -> QuerySet[Requester]:
    """The people who take part in a ticket that may be seen, with their addresses."""
    takes_part = Participant.objects.filter(requester=OuterRef("pk"), ticket__in=seen)
    return Requester.objects.filter(Exists(takes_part)).select_related("organisation").prefetch_related("addresses")


def organisations(seen: QuerySet[Ticket]) -> QuerySet[Organisation]:
    """The organisations behind a ticket that may be seen."""
    return Organisation.objects.filter(Exists(seen.filter(organisation=OuterRef("pk")))).select_related(
        "region", "hromada"
    )
