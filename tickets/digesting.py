"""What the morning summary of each colleague says, from the open deadlines and the permissions of the moment."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter

from django.db.models import QuerySet
from django.utils.functional import lazy

from notifications.digests import Due
from tickets import followups
from tickets.deadlines import day_of
from tickets.links import ticket_url
from tickets.models import Duty, Ticket, TicketDeadline, User
from tickets.models.naming import LOCAL_NAMES
from tickets.permissions import visible
from tickets.stages import Plan, Stage, stage_at
from tickets.telling import House, Reminder, Why, told_of

# What each stage is for who works on the ticket.
FOR_STAFF = {
    Stage.CEILING: Reminder.SOON,
    Stage.SOON: Reminder.SOON,
    Stage.TODAY: Reminder.TODAY,
    Stage.OVERDUE: Reminder.OVERDUE,
    Stage.ESCALATED: Reminder.OVERDUE,
}

# What is told of a deadline and its ticket.
TOLD = (
    *followups.FACTS,
    "ticket__reference",
    "ticket__queue__name",
    *(f"ticket__queue__name_{language}" for language in LOCAL_NAMES),
    "ticket__assignee__name",
)
# A queue is named when the mail is written, in the language of whom it goes to.
_name = lazy(attrgetter("local_name"), str)

Summary = dict[str, Sequence[Due]]


def summaries(plan: Plan, house: House, now: datetime) -> dict[int, Summary]:
    """By person and group, what is to be told today; who is told nothing is left out.

    One statement, and two for each colleague: which of these tickets they may see.
    """
    rows = followups.near(plan.horizon(day_of(now)))
    near = [(row, stage_at(followups.facts(row), plan, now)) for row in rows.only(*TOLD)]
    due = [(row, stage) for row, stage in near if stage]
    seen = _seen_by(house.people.values(), rows) if due else {}
    found: dict[int, dict[str, list[Due]]] = {}
    for row, stage in due:
        for person, (group, why) in _told(row, stage, house, seen).items():
            found.setdefault(person, {}).setdefault(group, []).append(_due(row, why, house))
    return {person: dict(groups) for person, groups in found.items()}


def _told(
    row: TicketDeadline, stage: str, house: House, seen: Mapping[int, frozenset[int]]
) -> dict[int, tuple[str, Why]]:
    """Who is told of a deadline, in which group, and why. Managers hear of the last date in law from its ceiling on."""

    def sees(person: int) -> bool:
        return row.ticket_id in seen.get(person, ())

    reminder = FOR_STAFF[Stage(stage)]
    told = {person: (reminder.value, why) for person, why in told_of(row.ticket, reminder, house, sees).items()}
    if stage == Stage.ESCALATED or row.duty == Duty.FINAL:
        managers = told_of(row.ticket, Reminder.ESCALATED, house, sees)
        told |= {
            person: (Reminder.ESCALATED.value, why) for person, why in managers.items() if not _own(row.ticket, person)
        }
    return told


def _own(ticket: Ticket, person: int) -> bool:
    return ticket.assignee_id == person


def _seen_by(people: Iterable[User], rows: QuerySet[TicketDeadline]) -> dict[int, frozenset[int]]:
    """Which of the tickets of these deadlines each of them may see now."""
    tickets = rows.order_by().values("ticket")
    return {
        person.pk: frozenset(visible(person).filter(pk__in=tickets).values_list("pk", flat=True)) for person in people
    }


def _due(row: TicketDeadline, why: Why, house: House) -> Due:
    ticket = row.ticket
    return Due(
        reference=ticket.reference,
        link=ticket_url(ticket),
        queue=_name(ticket.queue),
        duty=Duty(row.duty).label,
        due_on=row.due_on,
        note=why.value,
        name=ticket.assignee.name if ticket.assignee else "",
        until=house.until.get(ticket.assignee_id) if ticket.assignee_id else None,
    )
