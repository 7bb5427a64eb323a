"""How long a partner waits: from the oldest message without an answer, read from the messages themselves.

The clock starts when the house could know of a message, and ends when the first answer or transfer that a person wrote
was really handed over. A holding reply, a question back and automatic mail end nothing; an answer that came back never
counted. Because it is read and not kept, a bounce days later corrects it.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Min

from tickets.models import Event, Message, Ticket

ENDING = (Message.Nature.ANSWER, Message.Nature.TRANSFER)


@dataclass(frozen=True)
class Waiting:
    """`since`: the oldest unanswered message, or None. `first_answered_at`: when the first answer was handed over."""

    since: datetime | None
    first_answered_at: datetime | None


def waiting(ticket: Ticket) -> Waiting:
    """Read the clock of a ticket from its messages. A ticket that has ended waits for nothing."""
    answers = Message.objects.filter(
        ticket=ticket, kind=Message.Kind.OUTBOUND, nature__in=ENDING, delivery=Message.Delivery.SENT
    ).aggregate(written=Max("received_at"), first=Min("sent_at"))
    if ticket.settled:
        return Waiting(None, answers["first"])
    asked = Message.objects.filter(ticket=ticket, kind=Message.Kind.INBOUND)
    if answers["written"]:
        # What came after the answer was written is not answered by it, even if it left a moment later.
        asked = asked.filter(received_at__gt=answers["written"])
    # Staff had ended the ticket without an answer; the partner's next message starts a new wait, not the old one.
    reopened = Event.objects.filter(
        ticket=ticket, verb=Event.Verb.STATUS, actor_kind=Event.ActorKind.REQUESTER
    ).aggregate(at=Max("at"))["at"]
    if reopened:
        asked = asked.filter(received_at__gte=reopened)
    return Waiting(asked.aggregate(since=Min("received_at"))["since"], answers["first"])
