"""The rows that tell who waited, kept while acts happen: what was read anew is written where it differs."""

from datetime import datetime
from typing import Any

from django.db import connection

from notifications.rows import insert, update
from tickets.deadlines import CALENDAR
from tickets.models import Message, ReplyCycle, Resolution, Ticket
from tickets.questions import Given, Question
from tickets.waits import clocks
from tickets.waits.facts import ENDS, Facts
from tickets.waits.finding import Found
from tickets.waits.rows import CYCLE, RESOLUTION, Difference, Kept, compare

_CYCLES = Question(lambda: ReplyCycle.objects.filter(ticket=Given("ticket")).order_by("number"))
_RESOLUTION = Question(lambda: Resolution.objects.filter(ticket=Given("ticket")))
PENDING = Ticket.Status.PENDING
# `ReplyCycle` tells what its numbers and kinds mean, `calendars.versions_at` which version holds.
_BEGINNING = """
    INSERT INTO tickets_replycycle (
        ticket_id, number, kind, started_at, "end", requester_pause, requester_pause_working, third_party_pause,
        third_party_pause_working, calendar_version_id
    )
    SELECT %(ticket)s, coalesce(max(number), 0) + 1,
        CASE WHEN max(number) IS NOT NULL OR EXISTS (
            SELECT FROM tickets_message
            WHERE ticket_id = %(ticket)s AND kind = %(ours)s AND delivery = ANY(%(reaching)s) AND received_at < %(at)s
        ) THEN 'next' ELSE 'first' END,
        %(at)s, '', 0, 0, 0, 0,
        (
            SELECT version.id
            FROM tickets_calendarversion version JOIN tickets_calendar ON calendar_id = tickets_calendar.id
            WHERE code = %(calendar)s
            ORDER BY made_at > %(at)s, CASE WHEN made_at > %(at)s THEN version.number ELSE -version.number END LIMIT 1
        )
    FROM tickets_replycycle WHERE ticket_id = %(ticket)s
"""


def begin(ticket: Ticket, at: datetime) -> None:
    """The partner waits from now on, and did not before: one cycle more, in one statement that needs no reading."""
    given: dict[str, Any] = {
        "ticket": ticket.pk,
        "at": at,
        "ours": Message.Kind.OUTBOUND,
        "reaching": [Message.Delivery.QUEUED, Message.Delivery.SENT],
        "calendar": CALENDAR,
    }
    with connection.cursor() as cursor:
        cursor.execute(_BEGINNING, given)


def keep(facts: Facts, found: Found) -> None:
    """Bring the rows of a ticket that is locked in line with what was found."""
    write(compare(facts, found, _kept(facts), clocks.ask))


def write(difference: Difference) -> None:
    """Write what differs, so that at no time two cycles of a ticket are open."""
    for model in (ReplyCycle, Resolution):
        gone = [row.pk for row in difference.gone if isinstance(row, model)]
        if gone:
            model._default_manager.filter(pk__in=gone).delete()
    for row in difference.changed:
        update(row, *(CYCLE if isinstance(row, ReplyCycle) else RESOLUTION))
    for model in (ReplyCycle, Resolution):
        insert(*(row for row in difference.new if isinstance(row, model)))


def _kept(facts: Facts) -> Kept:
    """The rows of the ticket; it has no resolution that was never solved, closed or paused."""
    ever = facts.status in ENDS or any(step.data.get("to") in (*ENDS, PENDING) for step in facts.steps)
    return Kept(_CYCLES.all(ticket=facts.ticket), _RESOLUTION.first(ticket=facts.ticket) if ever else None)
