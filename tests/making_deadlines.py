"""Makes deadlines of tickets as policies give them, and questions that wait for their answer."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from notifications.models import OutgoingMail
from tests.making import opened
from tickets.actions import answering
from tickets.actions.record import Actor
from tickets.actions.settling import settle
from tickets.models import Message, Policy, Ticket, TicketDeadline, User

BRUSSELS = ZoneInfo("Europe/Brussels")


def brussels(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """A moment by the clock of Brussels."""
    return datetime.combine(day, time(hour, minute), BRUSSELS)


def without_policies() -> None:
    """From now on tickets get no deadlines but those that a test makes."""
    Policy.objects.update(active=False)


def due(ticket: Ticket, due_on: date, **fields: Any) -> TicketDeadline:
    """An open deadline of this ticket whose last day is `due_on`."""
    values: dict[str, Any] = {
        "duty": "reply",
        "started_at": ticket.received_at,
        "due_on": due_on,
        "due_at": brussels(due_on + timedelta(days=1)),
        "look_at": ticket.received_at,
    }
    return TicketDeadline.objects.create(ticket=ticket, **{**values, **fields})


def asked(author: User, at: datetime, *, text: str = "How many beds has the hospital?", **fields: Any) -> Ticket:
    """A ticket whose partner was asked a question, which was handed over at once."""
    ticket = opened(now=at - timedelta(hours=1), **fields)
    return ask(ticket, author, at, text=text)


def ask(ticket: Ticket, author: User, at: datetime, *, text: str = "How many beds has the hospital?") -> Ticket:
    """Ask the partner of this ticket a question."""
    question = answering.reply(
        actor=Actor.staff(author), ticket_id=ticket.pk, text=text, nature="clarification", now=at
    )
    handed_over(question, at)
    return Ticket.objects.get(pk=ticket.pk)


def handed_over(message: Message, at: datetime, **fields: Any) -> None:
    """The mail of a message has left, and its result is on the ticket."""
    values = {"state": "sent", "sent_at": at, "settled_at": None, **fields}
    OutgoingMail.objects.filter(pk=message.outgoing_id).update(**values)
    settle(mail_id=message.outgoing_id, now=at)
