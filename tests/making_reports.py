"""A year of a made-up house as rows: tickets with their waits, resolutions and deadlines, the same on each machine."""

import random
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings

from reports.periods import DAY, midnight, today
from tickets.deadlines import CALENDAR, day_of
from tickets.models import (
    CalendarVersion,
    Duty,
    Holiday,
    Queue,
    Region,
    ReplyCycle,
    Resolution,
    Ticket,
    TicketDeadline,
    Topic,
    User,
)
from tickets.regulation import Period as Length
from tickets.regulation import Unit, deadline

REPLY = Length(15, Unit.WORKING_DAYS)
SLOW, FAST = "water-waste", "energy"  # topics: what is about water waits three times as long
HANDED_OVER = timedelta(seconds=12)


def a_year(now: datetime, people: list[User], *, number: int = 300, days: int = 365, seed: int = 7) -> list[Ticket]:
    """So many tickets of the days before `now`; the youngest are open, and some of the old ones."""
    dice = random.Random(seed)
    topics, regions = list(Topic.objects.order_by("pk")), list(Region.objects.order_by("pk"))
    weights = [9, 7, 6, 5, 4, 3, *[1] * len(topics)][: len(topics)]
    queue, holidays = Queue.objects.get(code="general"), frozenset(Holiday.objects.values_list("date", flat=True))
    version = CalendarVersion.objects.filter(calendar__code=CALENDAR).order_by("-number").first()
    tickets, stories = [], []
    for each in range(number):
        topic = dice.choices(topics, weights)[0] if dice.random() > 0.08 else None
        received = _office_hour(now - timedelta(days=days * (1 - (each + 0.5) / number)), dice)
        received = min(received, now - timedelta(minutes=5))
        story = _story(received, now, topic.code if topic else "", dice)
        ticket = Ticket(
            reference=f"{settings.REFERENCE_PREFIX}-{received.year}-{900_000 + each:06d}",
            subject=f"Request number {each + 1}",
            kind=dice.choices(["enquiry", "need", "offer"], [6, 3, 1])[0],
            channel=dice.choices(["email", "web_form", "phone"], [6, 3, 1])[0],
            language=dice.choices(["uk", "en", "lv", "fr", ""], [7, 3, 1, 1, 1])[0],
            region=dice.choice(regions) if dice.random() > 0.3 else None,
            topic=topic,
            queue=queue,
            assignee=dice.choice(people) if dice.random() > 0.2 else None,
            received_at=received,
            created_at=received,
            answer_by=_due(received, holidays),
            **story["ticket"],
        )
        tickets.append(ticket)
        stories.append(story)
    Ticket.objects.bulk_create(tickets)
    _rows(tickets, stories, version, now)
    return tickets


def _story(received: datetime, now: datetime, topic: str, dice: random.Random) -> dict[str, Any]:
    """What became of a ticket by `now`: its waits, and the columns that follow from them."""
    mean = {SLOW: 15.0, FAST: 3.0}.get(topic, 6.0)
    answered = received + timedelta(days=dice.expovariate(1 / mean), minutes=20) + HANDED_OVER
    luck = dice.random()
    if luck < 0.05:
        return {"end": "spam", "at": min(received + timedelta(hours=3), now), "ticket": _ended("spam", "")}
    if luck < 0.12 and received + timedelta(days=4) < now:
        at = received + timedelta(days=4)
        return {"end": "closed", "at": at, "ticket": _ended("closed", "withdrawn") | {"closed_at": at}}
    if luck < 0.15 or answered >= now:
        return {"end": "", "at": None, "ticket": {"status": "new", "waiting_since": received}}
    columns = {"first_answered_at": answered, "status": "open", "waiting_since": None}
    again = answered + timedelta(days=dice.expovariate(1 / 3))
    story: dict[str, Any] = {"end": "answered", "at": answered, "ticket": columns}
    if dice.random() < 0.4 and again < now:
        reply = again + timedelta(days=dice.expovariate(1 / 4))
        story["again"] = (again, reply if reply < now else None)
        if reply >= now:
            return story | {"ticket": columns | {"waiting_since": again}}
    solved = max(answered, story.get("again", (None, answered))[1]) + timedelta(hours=2)
    if solved < now:
        story["solved"] = solved
        story["ticket"] = columns | _ended("solved", "answered")
    return story


def _rows(tickets: list[Ticket], stories: list[dict[str, Any]], version: CalendarVersion | None, now: datetime) -> None:
    cycles, deadlines, resolutions = [], [], []
    for ticket, story in zip(tickets, stories, strict=True):
        cycles.append(_cycle(ticket, 1, ticket.received_at, story["at"], story["end"], version))
        if "again" in story:
            start, end = story["again"]
            cycles.append(_cycle(ticket, 2, start, end, "answered" if end else "", version))
        if ticket.answer_by is not None:
            deadlines.append(_deadline(ticket, story, version))
        solved = story.get("solved") or (story["at"] if story["end"] == "closed" else None)
        if solved:
            seconds = int((solved - ticket.received_at).total_seconds())
            resolutions.append(
                Resolution(
                    ticket=ticket,
                    started_at=ticket.received_at,
                    first_at=solved,
                    first_calendar_seconds=seconds,
                    first_working_seconds=seconds // 4,
                    last_at=solved,
                    calendar_seconds=seconds,
                    working_seconds=seconds // 4,
                    calendar_version=version,
                )
            )
    ReplyCycle.objects.bulk_create(cycles)
    TicketDeadline.objects.bulk_create(deadlines)
    Resolution.objects.bulk_create(resolutions)


def _cycle(
    ticket: Ticket, number: int, start: datetime, end: datetime | None, how: str, version: CalendarVersion | None
) -> ReplyCycle:
    seconds = int((end - start).total_seconds()) if end else None
    return ReplyCycle(
        ticket=ticket,
        number=number,
        kind="first" if number == 1 else "next",
        started_at=start,
        ended_at=end,
        end=how,
        calendar_seconds=seconds,
        working_seconds=None if seconds is None else seconds // 4,
        calendar_version=version,
    )


def _deadline(ticket: Ticket, story: dict[str, Any], version: CalendarVersion | None) -> TicketDeadline:
    assert ticket.answer_by
    end = {"answered": "done", "closed": "closed", "spam": "spam", "": ""}[story["end"]]
    return TicketDeadline(
        ticket=ticket,
        duty=Duty.REPLY,
        started_at=ticket.received_at,
        due_on=ticket.answer_by,
        due_at=midnight(ticket.answer_by + DAY),
        told_on=ticket.answer_by,
        ended_at=story["at"],
        end=end,
        calendar_version=version,
    )


def _ended(status: str, outcome: str) -> dict[str, Any]:
    return {"status": status, "outcome": outcome, "waiting_since": None}


def _office_hour(moment: datetime, dice: random.Random) -> datetime:
    """A likely moment of that day: by day, and on a working day more often than not."""
    day = today(moment)
    if day.weekday() >= 5 and dice.random() < 0.7:
        day -= (day.weekday() - 4) * DAY
    return midnight(day) + timedelta(hours=8 + dice.random() * 10)


def _due(received: datetime, holidays: frozenset[date]) -> date | None:
    year = day_of(received).year
    known = {day.year for day in holidays}
    return deadline(day_of(received), REPLY, holidays).date if {year, year + 1} <= known else None
