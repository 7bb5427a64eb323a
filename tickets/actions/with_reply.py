"""What a reply changes on its ticket besides the clock, and the way back from it."""

from datetime import date, datetime
from typing import Any

from tickets.actions import triage
from tickets.actions.record import Actor
from tickets.models import Event, Message, Ticket

Nature = Message.Nature
OUTCOMES = {Nature.ANSWER: Ticket.Outcome.ANSWERED, Nature.TRANSFER: Ticket.Outcome.TRANSFERRED}


def state_of(ticket: Ticket) -> dict[str, Any]:
    """What a reply may change, in ids and codes. The reason of the end is a person's words: it is on the message."""
    return {
        "status": ticket.status,
        "waiting_for": ticket.waiting_for,
        "outcome": ticket.outcome,
        "closed_at": ticket.closed_at.isoformat() if ticket.closed_at else None,
        "last_message_at": ticket.last_message_at.isoformat() if ticket.last_message_at else None,
        "assignee": ticket.assignee_id,
        "answer_by": ticket.answer_by.isoformat() if ticket.answer_by else None,
        "answer_by_told_at": ticket.answer_by_told_at.isoformat() if ticket.answer_by_told_at else None,
        "official": ticket.official_id,
    }


def move(ticket: Ticket, *, actor: Actor, nature: str, status: str, now: datetime) -> None:
    """Set the status that goes with a reply: the one asked for, else the one that follows from its nature."""
    if nature == Nature.CLARIFICATION and not status:
        status = Ticket.Status.PENDING
    elif not status and ticket.status == Ticket.Status.NEW:
        status = Ticket.Status.OPEN
    if not status:
        return
    waiting_for = Ticket.WaitingFor.REQUESTER if status == Ticket.Status.PENDING else ""
    outcome = OUTCOMES.get(Nature(nature), "")
    reason = "" if outcome == Ticket.Outcome.ANSWERED else nature  # a reply that ends a ticket is its own reason
    if ticket.status in triage.ENDS and status not in (ticket.status, *triage.MOVES[ticket.status]):
        # Whoever writes on a ticket that has ended takes it up again first.
        triage.move(ticket, actor=actor, status=Ticket.Status.OPEN, now=now)
    triage.move(ticket, actor=actor, status=status, outcome=outcome, reason=reason, waiting_for=waiting_for, now=now)


def put_back(ticket: Ticket, message: Message, written: Event) -> None:
    """Bring back the state that the reply found, but never over what happened since."""
    before = written.data["before"]
    if ticket.last_message_at == message.received_at:
        ticket.last_message_at = _moment(before["last_message_at"])
    moved = Event.objects.filter(ticket=ticket, verb=Event.Verb.STATUS, pk__gt=written.pk)
    asked = Message.objects.filter(ticket=ticket, kind=Message.Kind.INBOUND, pk__gt=message.pk)
    if not moved.exists() and not asked.exists() and ticket.status != Ticket.Status.MERGED:
        ticket.status, ticket.waiting_for, ticket.outcome = before["status"], before["waiting_for"], before["outcome"]
        ticket.outcome_reason, ticket.closed_at = message.reason_before, _moment(before["closed_at"])
    take_back_told(ticket, message, written)
    ticket.save(update_fields=["status", "waiting_for", "outcome", "outcome_reason", "closed_at", "last_message_at"])


def take_back_told(ticket: Ticket, message: Message, written: Event) -> None:
    """What a reply told that the partner never read was not told: the date and the official are as they were."""
    before, after = written.data["before"], written.data["after"]
    if message.promises is not None and ticket.answer_by == message.promises:
        ticket.answer_by = _day(before["answer_by"])
        ticket.answer_by_told_at = _moment(before["answer_by_told_at"])
    if after.get("official") and ticket.official_id == after["official"]:
        ticket.official_id = before["official"]
    ticket.save(update_fields=["answer_by", "answer_by_told_at", "official"])


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
