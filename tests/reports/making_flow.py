"""A year of tickets with their deadlines as rows, the same each time: some answered, some open, merged, spam."""

import random
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from tests.furnishing import furnish
from tickets.models import Message, Policy, Queue, Region, Resolution, Ticket, TicketDeadline, Topic

STATUSES = ("new", "open", "pending", "solved", "closed", "closed", "closed", "merged", "spam")


def year(now: datetime, *, number: int = 300, seed: int = 1) -> list[Ticket]:
    """Tickets of the year before `now`, with resolutions, deadlines, mails before an answer, and lost ones."""
    chance = random.Random(seed)
    if not Queue.objects.exists():
        furnish()
    queue, topics = Queue.objects.get(code="general"), list(Topic.objects.all())
    regions = list(Region.objects.filter(country="UA"))
    tickets = [_ticket(each, now, chance, queue, topics, regions) for each in range(number)]
    target = next(each for each in tickets if each.status == "open")
    Ticket.objects.bulk_create(each for each in tickets if each.status != "merged")
    for each in tickets:
        if each.status == "merged":
            each.merged_into = target
    Ticket.objects.bulk_create(each for each in tickets if each.status == "merged")
    Resolution.objects.bulk_create(_resolution(each, chance) for each in tickets if each.closed_at)
    Message.objects.bulk_create(_lost(each) for each in tickets if each.first_answered_at and chance.random() < 0.1)
    policies = {policy.duty: policy for policy in Policy.objects.reverse()}
    rows = {each.pk: _deadlines(each, now, policies, chance) for each in tickets}
    TicketDeadline.objects.bulk_create(row for each in rows.values() for row in each)
    Message.objects.bulk_create(_before_answers(tickets, rows, chance))
    return tickets


def _ticket(
    number: int, now: datetime, chance: random.Random, queue: Queue, topics: list[Topic], regions: list[Region]
) -> Ticket:
    received = (now - timedelta(days=chance.uniform(0, 365))).replace(microsecond=0)
    status = chance.choice(STATUSES if received < now - timedelta(days=40) else STATUSES[:6])
    answered = received + timedelta(hours=chance.expovariate(1 / 240))
    ended = status in ("solved", "closed")
    never = status == "new" or answered > now or (ended and chance.random() < 0.15)
    answered_at = None if never else answered
    closed = min((answered_at or received) + timedelta(days=chance.uniform(0, 20)), now - timedelta(minutes=1))
    acknowledged = received + timedelta(seconds=chance.choice((20, 40, 59, 60, 61, 400, 3000, 70_000, 200_000)))
    return Ticket(
        reference=f"SU-2026-{number + 1:06d}",
        subject=f"Request {number}",
        status=status,
        outcome="answered" if ended else "",
        queue=queue,
        topic=chance.choice([*topics, None]),
        region=chance.choice([*regions[:4], None]),
        language=chance.choice(("uk", "en", "fr")),
        channel=chance.choice(("email", "email", "web_form", "phone")),
        received_at=received,
        created_at=received,
        last_message_at=received,
        acknowledged_at=acknowledged if acknowledged < now and chance.random() < 0.9 else None,
        first_answered_at=answered_at,
        waiting_since=None if answered_at or ended or status in ("merged", "spam") else received,
        closed_at=closed if ended else None,
    )


def _resolution(ticket: Ticket, chance: random.Random) -> Resolution:
    assert ticket.closed_at is not None
    first = ticket.received_at + (ticket.closed_at - ticket.received_at) / 2
    seconds = int((first - ticket.received_at).total_seconds())
    again = chance.random() < 0.2
    return Resolution(
        ticket=ticket,
        started_at=ticket.received_at,
        first_at=first if again else ticket.closed_at,
        first_calendar_seconds=seconds,
        last_at=ticket.closed_at,
        reopenings=int(again),
    )


def _lost(ticket: Ticket) -> Message:
    at = ticket.first_answered_at or timezone.now()
    return Message(
        ticket=ticket, kind="outbound", nature="answer", channel="email", delivery="bounced", received_at=at, sent_at=at
    )


def _before_answers(
    tickets: list[Ticket], deadlines: dict[int, list[TicketDeadline]], chance: random.Random
) -> list[Message]:
    """Holding replies, some of which moved the date and some too late for it, questions, and names; some came back."""
    found = []
    for ticket in tickets:
        moved = [row for row in deadlines[ticket.pk] if row.duty == "reply" and row.end == "extended"]
        found += [_sent(ticket, row.ended_at, "holding", chance, row.due_on + timedelta(days=30)) for row in moved]
        if chance.random() < 0.3:
            later = ticket.received_at + timedelta(days=chance.uniform(1, 40))
            found.append(_sent(ticket, later, "holding", chance, later.date() + timedelta(days=9)))
        if chance.random() < 0.2:
            found.append(_sent(ticket, ticket.received_at + timedelta(hours=5), "clarification", chance))
        if chance.random() < 0.2:
            found.append(
                _sent(ticket, ticket.received_at + timedelta(hours=7), "holding", chance)
            )  # names the official
    return found


def _sent(
    ticket: Ticket, at: datetime | None, nature: str, chance: random.Random, promises: date | None = None
) -> Message:
    assert at is not None
    delivery = chance.choice(("sent", "sent", "sent", "bounced", "cancelled"))
    return Message(
        ticket=ticket,
        kind="outbound",
        nature=nature,
        channel="email",
        delivery=delivery,
        received_at=at,
        sent_at=None if delivery == "cancelled" else at + timedelta(seconds=30),
        promises=promises,
    )


def _deadlines(
    ticket: Ticket, now: datetime, policies: dict[str, Policy], chance: random.Random
) -> list[TicketDeadline]:
    """A reply deadline of three weeks, one to name an official, and one at the outside that some of them have."""
    rows = [
        _deadline(ticket, now, policies["reply"], 21, chance),
        _deadline(ticket, now, policies["official"], 14, chance),
    ]
    if chance.random() < 0.5:
        rows.append(_deadline(ticket, now, policies["final"], 61, chance))
    return rows


def _deadline(ticket: Ticket, now: datetime, policy: Policy, days: int, chance: random.Random) -> TicketDeadline:
    due_on = (ticket.received_at + timedelta(days=days)).date()
    due_at = datetime.combine(due_on + timedelta(days=1), datetime.min.time(), now.tzinfo)
    left = {"merged": "merged", "spam": "spam"}.get(ticket.status)
    ended = ticket.first_answered_at or ticket.closed_at
    end = left or ("done" if ticket.first_answered_at else "closed" if ticket.closed_at else "")
    if end == "done" and chance.random() < 0.15:
        end = chance.choice(("extended", "replaced"))
    if left:
        ended = ticket.received_at + timedelta(hours=3)
    return TicketDeadline(
        ticket=ticket,
        policy=policy,
        duty=policy.duty,
        started_at=ticket.received_at,
        due_on=due_on,
        due_at=due_at,
        told_on=due_on if policy.duty == "reply" else None,
        ended_at=ended if end else None,
        end=end,
    )


def deadline(ticket: Ticket, **values: Any) -> TicketDeadline:
    """One row, due on 1 November 2026 unless said otherwise."""
    usual: dict[str, Any] = {
        "duty": "reply",
        "started_at": datetime(2026, 10, 12, 8, tzinfo=timezone.get_default_timezone()),
        "due_on": date(2026, 11, 1),
        "due_at": datetime(2026, 11, 1, 23, tzinfo=timezone.get_default_timezone()),
    }
    return TicketDeadline.objects.create(ticket=ticket, **{**usual, **values})
