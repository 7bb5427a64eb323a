"""What a list reads: one page of its lines, and how long it is as far as one cares to know.

The number of statements does not depend on the size of anything, and each stops after so many rows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import OperationalError, connection, transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from desk import deadline, filters, queries
from desk.deadline import Waiting
from desk.filters import Filter
from desk.shipped import SHIPPED
from tickets.absences import away_on
from tickets.deadlines import CALENDAR
from tickets.models import Holiday, Message, Ticket, User
from tickets.permissions import views, visible
from tickets.search.narrowing import Narrowed, narrow
from web.paging import Page, page

PAGE = 40
MOST_CHIPS, MOST_TAGS = 2, 3
MOST_COUNTED = 1000
COUNT_SECONDS = 0.5  # a count that takes longer is left out: it is worth less than what it costs

Kind = Message.Kind


@dataclass(frozen=True)
class Row:
    """One ticket of the list."""

    ticket: Ticket
    waiting: Waiting
    unread: bool
    chips: Sequence[tuple[str, str]]
    tags: Sequence[str]
    facts: str


@dataclass(frozen=True)
class Lines:
    """One page of a list; `narrowed` says what of its search means nothing here."""

    page: Page[Any]
    rows: Sequence[Row]
    narrowed: Narrowed


def read(user: User, chosen: Filter, *, cursor: str, now: datetime) -> Lines:
    """One page of a list. Raises BadCursor."""
    order, narrowed = filters.ORDERS[chosen.order], found(chosen, visible(user), user, now)
    tickets = narrowed.tickets.select_related(
        "requester", "organisation", "region", "topic", "assignee", "queue"
    ).annotate(spoke_last=_spoke_last(), tag_names=_tag_names(), assignee_away=_assignee_away(now))
    shown = page(tickets, by=order.by, cursor=cursor, size=PAGE, descending=order.descending)
    holidays, columns = _holidays_until(shown.rows, now), chosen.shown(user)
    return Lines(shown, [_row(ticket, now, holidays, columns) for ticket in shown.rows], narrowed)


def found(chosen: Filter, seen: QuerySet[Ticket], user: User, now: datetime) -> Narrowed:
    """The tickets of a list, in no order. `seen` are those that this person may see."""
    query, among = filters.ORDERS[chosen.order].narrowed(chosen.query)
    return narrow(query, seen.filter(among), user=user, now=now)


def counts(user: User, now: datetime) -> dict[str, int | None]:
    """How long each view of the side bar is, up to MOST_COUNTED; None where counting took too long.

    One statement for each view, which stops at that number.
    """
    lists = [filters.of_shipped(each) for each in SHIPPED] + [filters.of_saved(each) for each in views(user)]
    seen = visible(user)
    return {each.view: _count(found(each, seen, user, now).tickets) for each in lists}


def _count(tickets: QuerySet[Ticket]) -> int | None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {int(COUNT_SECONDS * 1000)}")
            return tickets.order_by()[:MOST_COUNTED].count()
    except OperationalError:
        return None


def _holidays_until(tickets: Sequence[Ticket], now: datetime) -> frozenset[date]:
    """The closing days from today until the last of the tickets' due dates."""
    day = deadline.today(now)
    last = max((due for ticket in tickets if (due := deadline.due_of(ticket))), default=day)
    if last <= day:
        return frozenset()
    known = Holiday.objects.filter(calendar=CALENDAR, date__gt=day, date__lte=last)
    return frozenset(known.values_list("date", flat=True))


def _spoke_last() -> Subquery:
    """The kind of the newest message that went between the partner and us."""
    between = Message.objects.filter(ticket=OuterRef("pk"), kind__in=(Kind.INBOUND, Kind.OUTBOUND)).exclude(
        delivery=Message.Delivery.CANCELLED
    )
    return Subquery(between.order_by("-received_at", "-pk").values("kind")[:1])


def _tag_names() -> ArraySubquery:
    put = Ticket.tags.through._default_manager.filter(ticket=OuterRef("pk"))
    return ArraySubquery(put.order_by("tag__name").values("tag__name")[:MOST_TAGS])


def _assignee_away(now: datetime) -> Exists:
    return Exists(away_on(deadline.today(now)).filter(user=OuterRef("assignee")))


def _row(ticket: Ticket, now: datetime, holidays: frozenset[date], columns: Sequence[str]) -> Row:
    partner_last = ticket.spoke_last == Kind.INBOUND  # type: ignore[attr-defined]
    unread = not ticket.settled and (ticket.status == Ticket.Status.NEW or partner_last)
    waiting = deadline.waiting(ticket, now=now, holidays=holidays)
    facts = " · ".join(fact for name, fact in _facts(ticket) if name in columns and fact)
    return Row(ticket, waiting, unread, queries.chips(ticket)[:MOST_CHIPS], ticket.tag_names, facts)  # type: ignore[attr-defined]


def _facts(ticket: Ticket) -> Iterator[tuple[str, str]]:
    """Who, from where, about what: the second line, by the names of the columns."""
    yield "requester", (ticket.requester.name if ticket.requester else "") or _("unknown sender")
    yield "organisation", ticket.organisation.name if ticket.organisation else ""
    yield "region", ticket.region.local_name if ticket.region else ticket.country
    yield "topic", ticket.topic.local_name if ticket.topic else ""
    yield "language", ticket.language
