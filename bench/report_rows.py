"""Tickets with their waits, resolutions and deadlines for the reports, made by the database itself: quick and plain.

`python -m bench.report_rows SIZE` fills the database that DATABASE_URL names, migrated and with its reference data.
Three years until today; seven in a hundred are closed without an answer, three are spam, three are never answered, one
in twenty is opened again. Each owes a reply and an official; some are told something before the answer.
"""

import sys
from collections.abc import Mapping
from datetime import timedelta

from django.db import connection, models
from django.utils import timezone

import bench.boot  # noqa: F401
from tickets.models import Message, Queue, ReplyCycle, Resolution, Ticket, TicketDeadline, User

DAYS, AGENTS = 1096, 12
MADE = """
CREATE TEMPORARY TABLE made AS
SELECT *, began + answers_after AS answered, began + answers_after + interval '2 hours' AS ended FROM (
  SELECT n, random() AS luck, random() AS again,
         now() - {days} * interval '1 day' * (1 - n / {size}::float) - interval '5 minutes' AS began,
         -ln(1 - random()) * interval '6 days' + interval '20 minutes' AS answers_after,
         -ln(1 - random()) * interval '3 days' AS again_after
  FROM generate_series(1, {size}) AS n) AS each
"""
SPAM, CLOSED, NEVER = "luck < 0.03", "luck BETWEEN 0.03 AND 0.10", "luck > 0.97"
LATE = "(luck > 0.97 OR answered >= now())"
OUT = f"({SPAM} OR {CLOSED})"
IS_OPEN = f"(NOT {OUT} AND {LATE})"
IS_ANSWERED = f"(NOT {OUT} AND NOT {LATE})"
CLOSED_AT = "least(began + interval '4 days', now())"
SECONDS = "extract(epoch FROM ({until} - began))::int"
END = f"CASE WHEN {SPAM} THEN {{spam}} WHEN {CLOSED} THEN 'closed' WHEN {LATE} THEN '' ELSE {{done}} END"
UNTIL = f"CASE WHEN {OUT} THEN {CLOSED_AT} WHEN {LATE} THEN NULL ELSE answered END"


def fill(size: int) -> None:
    """Make so many tickets and what belongs to them."""
    now = timezone.now()
    people = [User(email=f"agent{n}@secretariat.example", name=f"Agent {n}") for n in range(AGENTS)]
    User.objects.bulk_create([*people, User(email="manager@secretariat.example", name="Manager", role="manager")])
    queue = Queue.objects.get(code="general")
    last = 3 * size + 1  # behind all that is made
    ticket = Ticket.objects.create(
        id=last, reference="SU-2000-000001", channel="email", queue=queue, received_at=now, status="spam"
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(0.5)")
        cursor.execute(MADE.format(days=DAYS, size=size))
        _copy(ticket, _of_tickets())
        gone = ReplyCycle.objects.create(
            id=last, ticket=ticket, number=1, kind="first", started_at=now, ended_at=now, end="spam", calendar_seconds=0
        )
        first = {"ticket_id": "n", "started_at": "began", "end": END.format(spam="'spam'", done="'answered'")}
        first |= {"ended_at": UNTIL, "calendar_seconds": SECONDS.format(until=f"({UNTIL})"), "id": "n"}
        first |= {"working_seconds": SECONDS.format(until=f"({UNTIL})") + " / 4"}
        _copy(gone, first)
        after = "(answered + again_after)"
        more = first | {"number": "2", "kind": "'next'", "started_at": after, "id": f"n + {size + 1}"}
        more |= {"end": f"CASE WHEN {after} + answers_after < now() THEN 'answered' ELSE '' END"}
        more |= {"ended_at": f"CASE WHEN {after} + answers_after < now() THEN {after} + answers_after END"}
        seconds = f"CASE WHEN {after} + answers_after < now() THEN extract(epoch FROM answers_after)::int END"
        more |= {"calendar_seconds": seconds, "working_seconds": f"({seconds}) / 4"}
        _copy(gone, more, f"again < 0.4 AND {IS_ANSWERED} AND {after} < now()")
        due = TicketDeadline.objects.create(
            id=last,
            ticket=ticket, duty="reply", started_at=now, due_on=now.date(), due_at=now + timedelta(days=1),
            ended_at=now, end="spam",
        )  # fmt: skip
        kept = {"id": "n", "ticket_id": "n", "started_at": "began", "ended_at": UNTIL}
        kept |= {"due_at": "began + interval '21 days'", "due_on": "(began + interval '20 days')::date"}
        kept |= {"end": END.format(spam="'spam'", done="'done'")}
        _copy(due, kept)
        official = {"duty": "'official'", "id": f"n + {size}"}
        official |= {"due_at": "began + interval '15 days'", "due_on": "(began + interval '14 days')::date"}
        _copy(due, kept | official)
        over = Resolution.objects.create(id=last, ticket=ticket, started_at=now, first_at=now, first_calendar_seconds=0)
        until = f"CASE WHEN {CLOSED} THEN {CLOSED_AT} ELSE ended END"
        seconds = SECONDS.format(until=f"({until})")
        rows = {"id": "n", "ticket_id": "n", "started_at": "began", "first_at": until, "last_at": until}
        rows |= {"first_calendar_seconds": seconds, "calendar_seconds": seconds}
        rows |= {"first_working_seconds": f"{seconds} / 4", "working_seconds": f"{seconds} / 4"}
        rows |= {"reopenings": "(again < 0.05)::int"}
        _copy(over, rows, f"{CLOSED} OR ({IS_ANSWERED} AND ended < now())")
        _mails(ticket, last, size)


def _mails(ticket: Ticket, last: int, size: int) -> None:
    """Mails before an answer: a holding reply to one ticket in six, half of them too late, questions, and names."""
    now = timezone.now()
    mail = Message.objects.create(
        id=last, ticket=ticket, kind="outbound", nature="holding", channel="email", delivery="sent", received_at=now,
        sent_at=now, promises=now.date(),
    )  # fmt: skip
    sent = "began + CASE WHEN n % 12 = 0 THEN interval '15 days' ELSE interval '25 days' END"
    held = {"id": "n", "ticket_id": "n", "received_at": sent, "sent_at": f"{sent} + interval '30 seconds'"}
    asked = held | {"id": f"n + {size}", "nature": "'clarification'"}
    named = held | {"id": f"n + {2 * size}", "promises": "NULL"}
    for rows, where in ((held, "n % 6 = 0"), (asked, "n % 8 = 0"), (named, "n % 4 = 0")):
        _copy(mail, rows, f"{where} AND NOT {SPAM} AND {sent} < now()")


def _of_tickets() -> dict[str, str]:
    restricted = "(SELECT min(id) FROM tickets_queue WHERE restricted)"
    general = "(SELECT id FROM tickets_queue WHERE code = 'general')"
    return {
        "id": "n",
        "reference": "'SU-2001-' || lpad(n::text, 7, '0')",
        "subject": "'Request number ' || n",
        "status": f"CASE WHEN {SPAM} THEN 'spam' WHEN {CLOSED} THEN 'closed' WHEN {LATE} THEN 'open' "
        "WHEN ended < now() THEN 'solved' ELSE 'open' END",
        "outcome": f"CASE WHEN {CLOSED} THEN 'withdrawn' WHEN {IS_ANSWERED} THEN 'answered' ELSE '' END",
        "kind": "(ARRAY['enquiry', 'need', 'offer'])[1 + n % 3]",
        "channel": "(ARRAY['email', 'email', 'web_form', 'phone'])[1 + n % 4]",
        "language": "(ARRAY['uk', 'uk', 'en', 'lv', 'fr', ''])[1 + n % 6]",
        "topic_id": "(SELECT array_agg(id ORDER BY id) FROM tickets_topic)[1 + n * 7919::bigint % 22]",
        "region_id": "(SELECT array_agg(id ORDER BY id) FROM tickets_region)[1 + n * 104729::bigint % 31]",
        "queue_id": f"CASE WHEN n % 20 = 0 THEN {restricted} ELSE {general} END",
        "assignee_id": f"CASE WHEN n % 5 > 0 THEN (SELECT min(id) FROM tickets_user) + n % {AGENTS} END",
        "sensitive": "n % 100 = 1",
        "received_at": "began",
        "created_at": "began",
        "answer_by": "(began + interval '20 days')::date",
        "first_answered_at": f"CASE WHEN {IS_ANSWERED} THEN answered END",
        "waiting_since": f"CASE WHEN {IS_OPEN} THEN began END",
        "last_message_at": "began",
        "acknowledged_at": f"CASE WHEN NOT {SPAM} THEN began - ln(1 - again) * interval '40 seconds' END",
    }


def _copy(like: models.Model, changes: Mapping[str, str], where: str = "true") -> None:
    """Rows like the given one, with these expressions of what was made in place of its columns."""
    table, columns = like._meta.db_table, [field.column for field in like._meta.concrete_fields]
    if unknown := changes.keys() - set(columns):
        raise KeyError(unknown)
    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(changes.get(name) or f'given."{name}"' for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}" ({names}) SELECT {values} FROM made, '
            f'(SELECT * FROM "{table}" WHERE id = {like.pk}) AS given WHERE {where}'
        )


if __name__ == "__main__":
    fill(int(sys.argv[1]))
