"""The lines of a list, worked out: every word of a line is found here, so that its template only writes them down.

Forty lines are most of what a list costs, and a template takes ten times as long over a word as this does.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from desk import choices, deadline, queries
from tickets import regions
from tickets.absences import away_on
from tickets.deadlines import CALENDAR
from tickets.models import Draft, Holiday, Message, Ticket
from tickets.models.naming import LOCAL_NAMES
from tickets.questions import Given, Question
from web import times
from web.addresses import address
from web.drawings import waiting_bar

# The columns that a line tells. To read the others too takes twice as long.
FACTS = (
    "reference",
    "subject",
    "kind",
    "status",
    "priority",
    "language",
    "country",
    "sensitive",
    "danger_to_life",
    "unreadable",
    "outcome",
    "answer_by",
    "first_answered_at",
    "waiting_since",
    "waiting_for",
    "last_message_at",
    "assignee",
    "queue__restricted",
    "queue__name",
    *(f"queue__name_{language}" for language in LOCAL_NAMES),
)
MOST_CHIPS, MOST_TAGS, MOST_DRAFTS = 2, 3, 2

Kind = Message.Kind


class Line(NamedTuple):
    """One ticket of a list. What is empty is not shown: it is not there, or its column was not chosen.

    `number` is the ticket's in the database, as a form sends it, and `label` its reference for who hears the page;
    `news` says why it is unread; `since` is how long it waits, with its `bar`, and `message` how old the last one is.
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
    since: times.Since | None
    bar: str
    reference: str
    chips: Sequence[tuple[str, str]]
    tags: Sequence[str]
    facts: str
    message: times.Since | None
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
    tickets = Ticket.objects.filter(pk__any_of=Given("numbers")).select_related("queue").only(*FACTS).order_by()
    return tickets.annotate(
        closing_days=_closing_days(),
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


def lines(tickets: Sequence[Any], *, now: datetime, columns: Sequence[str]) -> list[Line]:
    """The lines of tickets that have their facts."""
    language = get_language() or "en"
    return [_line(ticket, now, columns, language) for ticket in tickets]


def _line(ticket: Any, now: datetime, columns: Sequence[str], language: str) -> Line:
    waiting, words = deadline.waiting(ticket, now=now, holidays=frozenset(ticket.closing_days)), _words(language)
    shown = [fact for name, fact in _facts(ticket, words, language) if fact and name in columns]
    since = waiting.since if "waiting" in columns else None
    return Line(
        number=str(ticket.pk),
        address=address("desk:ticket", ticket.reference),
        label=ticket.reference,
        subject=ticket.subject or words.no_subject,
        news=_news(ticket, words),
        late=waiting.state == "late",
        assignee=ticket.assignee_name or words.nobody if "assignee" in columns else "",
        nobody=ticket.assignee_id is None,
        away=ticket.assignee_away,
        since=times.since(since, now) if since else None,
        bar=waiting_bar(since, waiting.ends, now) if since else "",
        reference=ticket.reference if "reference" in columns else "",
        chips=_chips(ticket),
        tags=ticket.tag_names,
        facts=" · ".join(shown),
        message=times.since(ticket.last_message_at, now) if ticket.last_message_at and "message" in columns else None,
        state=ticket.status if "status" in columns else "",
        status=words.status[ticket.status] if "status" in columns else "",
        due=waiting.words if "due" in columns else "",
    )


class _Words(NamedTuple):
    """What many lines say."""

    no_subject: str
    nobody: str
    unknown: str
    new: str
    partner_wrote: str
    status: Mapping[str, str]


@cache
def _words(_language: str) -> _Words:
    """Looked up once for each language of a page."""
    return _Words(
        no_subject=_("No subject"),
        nobody=_("nobody"),
        unknown=_("unknown sender"),
        new=_("New:"),
        partner_wrote=_("Partner wrote:"),
        status={str(each.value): str(each.label) for each in Ticket.Status},
    )


def _chips(ticket: Any) -> list[tuple[str, str]]:
    """What must be seen at once; that somebody has begun an answer has its place among it."""
    if not ticket.drafted_by:
        return queries.chips(ticket)[:MOST_CHIPS]
    begun = ("draft", _("Draft: %(names)s") % {"names": ", ".join(ticket.drafted_by)})
    return [*queries.chips(ticket)[: MOST_CHIPS - 1], begun]


def _news(ticket: Any, words: _Words) -> str:
    """Why the line is unread: nobody has looked at it, or the partner wrote last."""
    if ticket.status == "new":
        return words.new
    return words.partner_wrote if ticket.spoke_last == "inbound" and not ticket.settled else ""


def _facts(ticket: Any, words: _Words, language: str) -> Iterator[tuple[str, str]]:
    """Who, from where, about what: the second line, by the names of the columns."""
    yield "requester", ticket.person or words.unknown
    yield "organisation", ticket.body or ""
    yield "region", _region(ticket, language) if ticket.region_code else ticket.country
    yield "topic", ticket.topic_name or ""
    yield "language", ticket.language


def _region(ticket: Any, language: str) -> str:
    return regions.local_name(ticket.region_code, ticket.region_name, ticket.region_name_uk, language)


def _closing_days() -> ArraySubquery:
    """Those between today and the due date."""
    days = Holiday.objects.filter(calendar=CALENDAR, date__gt=Given("today"), date__lte=OuterRef("answer_by"))
    return ArraySubquery(days.order_by().values("date"))


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
