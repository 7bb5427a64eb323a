"""Fill django-helpdesk's tables with the same sample tickets; called as `bench.fill` is."""

import sys
from itertools import islice
from uuid import UUID

from django.contrib.auth import get_user_model

import bench.boot  # noqa: F401
from bench import words
from bench.copying import Row, Table, write
from bench.mails import HOUSE
from bench.tickets import AGENTS, QUEUES, Sample, message_id, sample
from helpdesk.models import FollowUp, Queue, Ticket

BATCH = 2000  # tickets in memory at once
TICKETS, FOLLOW_UPS = Table(Ticket), Table(FollowUp)


def prepare() -> None:
    """The agents, and queues that take mail."""
    for number in range(AGENTS):
        get_user_model().objects.create(username=f"agent{number}", email=f"agent{number}@secretariat.example")
    for number in range(QUEUES):
        Queue.objects.create(
            title=f"Unit {number}",
            slug=f"unit-{number}",
            email_address=f"unit{number}@cor.europa.eu" if number else HOUSE,
            allow_email_submission=True,
            email_box_type="imap",
        )


def fill(size: int, *, part: int, parts: int) -> None:
    """Write the tickets of this part by COPY."""
    agents = list(get_user_model().objects.order_by("username").values_list("pk", flat=True))
    queues = list(Queue.objects.order_by("slug").values_list("pk", flat=True))
    for batch in islice(range(1, size + 1, BATCH), part, None, parts):
        samples = [sample(size, number) for number in range(batch, min(size + 1, batch + BATCH))]
        write(TICKETS, (_ticket(each, agents, queues) for each in samples))
        write(FOLLOW_UPS, (row for each in samples for row in _follow_ups(each, agents)))


def _ticket(each: Sample, agents: list[int], queues: list[int]) -> Row:
    return TICKETS.row(
        id=each.number,
        title=each.subject[:200],
        queue_id=queues[each.queue],
        created=each.asked_at,
        modified=each.thanked_at,
        submitter_email=words.person(each.person)[1],
        assigned_to_id=None if each.agent is None else agents[each.agent],
        status=Ticket.OPEN_STATUS if each.closed_at is None else Ticket.CLOSED_STATUS,
        description=each.texts[0],
        priority=each.priority,
        secret_key=str(UUID(int=each.number)),
    )


def _follow_ups(each: Sample, agents: list[int]) -> list[Row]:
    times = (each.asked_at, each.answered_at, each.thanked_at)
    sender = words.person(each.person)[1]
    return [
        FOLLOW_UPS.row(
            id=3 * each.number - 2 + place,
            ticket_id=each.number,
            date=at,
            title="Comment" if place == 1 else f"E-Mail Received from {sender}",
            comment=each.texts[place],
            public=True,
            user_id=agents[each.author] if place == 1 else None,
            message_id=f"<{message_id(each.number, place)}>",
        )
        for place, at in enumerate(times)
    ]


if __name__ == "__main__":
    if sys.argv[1:] == ["prepare"]:
        prepare()
    else:
        total, this_part, all_parts = map(int, sys.argv[1:])
        fill(total, part=this_part, parts=all_parts)
