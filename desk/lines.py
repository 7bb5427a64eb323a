"""The lines of a list, worked out: every word of a line is found here, so that its template only writes them down.

Forty lines are most of what a list costs, and a template takes ten times as long over a word as this does.
"""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from desk import choices, deadline, queries
from desk.deadline import Waiting
from tickets import regions
from tickets.absences import away_on
from tickets.models import Draft, Message, Ticket
from tickets.questions import Given, Question
from web.templatetags.web import waited_short, waiting_bar

MOST_CHIPS, MOST_TAGS, MOST_DRAFTS = 2, 3, 2

Kind = Message.Kind


@dataclass(frozen=True, slots=True)
class Line:
    """One ticket of a list. What is empty is not shown: it is not there, or its column was not chosen.

    `number` is the ticket's in the database, as a form sends it, and `label` its reference for who hears the page;
    `news` says why it is unread, `wait` and `message` are HTML.
    """

    number: str
    address: str
    label: str
    subject: str
    news: str
    late: bool
    assignee: str
    nobody: bool
    away: bool
    wait: str
    reference: str
    chips: Sequence[tuple[str, str]]
    tags: Sequence[str]
    facts: str
    message: str
    state: str
    status: str
    due: str


def with_facts(numbers: Sequence[int], now: datetime) -> list[Any]:
    """The tickets of these numbers, in their order, with what a line tells of others: names, not all that is known."""
    found = _question(get_language() or "").all(numbers=list(numbers), today=deadline.today(now))
    by_number = {ticket.pk: ticket for ticket in found}
    return [by_number[number] for number in numbers if number in by_number]


@cache
def _question(_language: str) -> Question[Ticket]:
    """One for each language of a page, in which the topics are."""
    return Question(_facts_of)


def _facts_of() -> QuerySet[Ticket]:
    tickets = Ticket.objects.filter(pk__any_of=Given("numbers")).select_related("queue").order_by()
    return tickets.annotate(
        spoke_last=_spoke_last(),
        tag_names=_tag_names(),
        drafted_by=_drafted_by(),
        person=F("requester__name"),
        body=F("organisation__name"),
        topic_name=choices.local_name("topic__"),
        assignee_name=F("assignee__name"),
        assignee_away=Exists(away_on(Given("today")).filter(user=OuterRef("assignee"))),
        region_code=F("region__code"),
        region_name=F("region__name"),
        region_name_uk=F("region__name_uk"),
    )


def line(ticket: Any, *, now: datetime, holidays: Set[date], columns: Sequence[str]) -> Line:
    """The line of a ticket that has its facts. `holidays` are the closing days until its due date."""
    waiting = deadline.waiting(ticket, now=now, holidays=holidays)
    shown = {name: fact for name, fact in _facts(ticket) if name in columns}
    return Line(
        number=str(ticket.pk),
        address=reverse("desk:ticket", args=[ticket.reference]),
        label=ticket.reference,
        subject=ticket.subject or _("No subject"),
        news=_news(ticket),
        late=waiting.state == "late",
        assignee=ticket.assignee_name or _("nobody") if "assignee" in columns else "",
        nobody=ticket.assignee_id is None,
        away=ticket.assignee_away,
        wait=_wait(waiting) if "waiting" in columns else "",
        reference=ticket.reference if "reference" in columns else "",
        chips=_chips(ticket),
        tags=ticket.tag_names,
        facts=" · ".join(filter(None, shown.values())),
        message=waited_short(ticket.last_message_at) if "message" in columns else "",
        state=ticket.status if "status" in columns else "",
        status=str(Ticket.Status(ticket.status).label) if "status" in columns else "",
        due=waiting.words if "due" in columns else "",
    )


def _chips(ticket: Any) -> list[tuple[str, str]]:
    """What must be seen at once; that somebody has begun an answer has its place among it."""
    if not ticket.drafted_by:
        return queries.chips(ticket)[:MOST_CHIPS]
    begun = ("draft", _("Draft: %(names)s") % {"names": ", ".join(ticket.drafted_by)})
    return [*queries.chips(ticket)[: MOST_CHIPS - 1], begun]


def _news(ticket: Any) -> str:
    """Why the line is unread: nobody has looked at it, or the partner wrote last."""
    if ticket.status == Ticket.Status.NEW:
        return _("New:")
    return _("Partner wrote:") if ticket.spoke_last == Kind.INBOUND and not ticket.settled else ""


def _wait(waiting: Waiting) -> SafeString | str:
    if waiting.since is None:
        return ""
    bar = waiting_bar(waiting.since, waiting.ends)
    return format_html('{}<span class="hide">{} </span>{}', bar, _("waiting"), waited_short(waiting.since))


def _facts(ticket: Any) -> Iterator[tuple[str, str]]:
    """Who, from where, about what: the second line, by the names of the columns."""
    yield "requester", ticket.person or _("unknown sender")
    yield "organisation", ticket.body or ""
    yield "region", _region(ticket) if ticket.region_code else ticket.country
    yield "topic", ticket.topic_name or ""
    yield "language", ticket.language


def _region(ticket: Any) -> str:
    return regions.local_name(ticket.region_code, ticket.region_name, ticket.region_name_uk, get_language() or "en")


def _spoke_last() -> Subquery:
    """The kind of the newest message that went between the partner and us."""
    between = Message.objects.filter(ticket=OuterRef("pk"), kind__in=(Kind.INBOUND, Kind.OUTBOUND)).exclude(
        delivery=Message.Delivery.CANCELLED
    )
    return Subquery(between.order_by("-received_at", "-pk").values("kind")[:1])


def _tag_names() -> ArraySubquery:
    put = Ticket.tags.through._default_manager.filter(ticket=OuterRef("pk"))
    return ArraySubquery(put.order_by("tag__name").values("tag__name")[:MOST_TAGS])


def _drafted_by() -> ArraySubquery:
    """The names of those who have begun an answer, who wrote last first."""
    begun = Draft.objects.filter(ticket=OuterRef("pk")).order_by("-updated_at")
    return ArraySubquery(begun.values("author__name")[:MOST_DRAFTS])
