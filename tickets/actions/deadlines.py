"""Keeps a ticket's deadlines while it is worked on. Called inside the acts, with the ticket locked.

One statement asks for all that they depend on, and one writes what changed.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from notifications.rows import insert
from tickets.deadlines import CALENDAR, Rules, row_of
from tickets.models import Duty, Ticket, TicketDeadline
from tickets.policies import ACTIVE, Rule
from tickets.standing import Case, Changes, Reply, begin, choose_again, owes, read

WRITTEN = ["end", "ended_at", "done_by", "told_on", "extends"]
_CASE = f"""
    SELECT
        (SELECT coalesce(json_agg(row_to_json(d) ORDER BY d.id), '[]')
         FROM tickets_ticketdeadline d WHERE d.ticket_id = %(ticket)s),
        (SELECT coalesce(json_agg(json_build_array(m.nature, m.received_at,
                CASE m.delivery WHEN 'sent' THEN m.sent_at END, m.author_id, m.promises,
                EXISTS (SELECT FROM tickets_event e WHERE e.message_id = m.id AND e.verb = 'official')
            ) ORDER BY m.received_at, m.id), '[]')
         FROM tickets_message m
         WHERE m.ticket_id = %(ticket)s AND m.kind = 'outbound' AND m.delivery IN ('sent', 'queued')),
        (SELECT coalesce(json_agg(json_build_array(t.carried_since, t.merged_at)), '[]')
         FROM tickets_ticket t WHERE t.merged_into_id = %(ticket)s AND t.carried_since IS NOT NULL),
        {ACTIVE},
        ARRAY(SELECT date FROM tickets_holiday WHERE calendar = %(calendar)s),
        EXISTS (SELECT FROM tickets_calendar WHERE code = %(calendar)s AND count_day_of_registration),
        (SELECT v.id FROM tickets_calendarversion v JOIN tickets_calendar c ON c.id = v.calendar_id
         WHERE c.code = %(calendar)s ORDER BY v.number DESC LIMIT 1)
"""  # noqa: S608 - text of ours


def keep_new(ticket: Ticket, rules: Rules, *, acknowledged: bool) -> None:
    """The deadlines of a ticket that is being opened. Without the closing days of a year, its own come when they do."""
    if ticket.waiting_since is None or not owes(ticket, ticket.waiting_since):
        return
    duties = [*([Duty.ACKNOWLEDGE] if acknowledged else []), Duty.OFFICIAL, Duty.REPLY, Duty.FINAL]
    insert(*begin(ticket, ticket.waiting_since, duties, rules, Changes()))


def keep(ticket: Ticket) -> None:
    """Bring the deadlines in line with the ticket's messages and its status, and make those that are missing."""
    if ticket.channel != Ticket.Channel.IMPORT:
        _write(read(_case(ticket)))


def rechoose(ticket: Ticket) -> list[tuple[TicketDeadline, TicketDeadline | None]]:
    """Measure the open deadlines by the rules that hold now; returns each that was replaced, and what replaced it.

    No date that a partner was told moves by it: that is a fact of its own, on the ticket and on the new deadline.
    """
    if ticket.channel == Ticket.Channel.IMPORT:
        return []
    changes = choose_again(_case(ticket))
    _write(changes)
    made = {row.duty: row for row in changes.made}
    return [(row, made.get(row.duty)) for row in changes.changed]


def _write(changes: Changes) -> None:
    """First what ends, then what is open again: a ticket has one open deadline of a duty at any moment."""
    for rows in ([row for row in changes.changed if row.end], [row for row in changes.changed if not row.end]):
        if rows:
            TicketDeadline.objects.bulk_update(rows, WRITTEN)
    insert(*[row for row in changes.made if row.extends is None])
    for row in changes.made:
        if row.extends is not None:
            row.extends_id = row.extends.pk
            insert(row)


def _case(ticket: Ticket) -> Case:
    with connection.cursor() as cursor:
        cursor.execute(_CASE, {"ticket": ticket.pk, "calendar": CALENDAR})
        rows, replies, carried, policies, *days = cursor.fetchone()
    return Case(
        ticket,
        [row_of(each) for each in rows],
        [_reply(each) for each in replies],
        {datetime.fromisoformat(began): datetime.fromisoformat(merged) for began, merged in carried},
        Rules(tuple(map(Rule.read, policies)), *days),
        timezone.now(),
    )


def _reply(values: Sequence[Any]) -> Reply:
    nature, written, sent, author, promises, official = values
    promised = date.fromisoformat(promises) if promises else None
    return Reply(
        nature,
        datetime.fromisoformat(written),
        datetime.fromisoformat(sent) if sent else None,
        author,
        promised,
        official,
    )
