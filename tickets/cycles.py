"""How long a partner waits: from the oldest message without an answer, read from the messages themselves.

The clock starts when the house could know of a message, and ends when the first answer or transfer that a person wrote
was really handed over. A holding reply, a question back and automatic mail end nothing; an answer that came back never
counted. Because it is read and not kept, a bounce days later corrects it.

A merged ticket waits for nothing itself: it hands its wait on to the ticket that took it in, whose next answer ends it.
Each ticket keeps its own messages, so an answer given on one of them before the merge says nothing about the other.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Min, Q

from tickets.models import Event, Message, Ticket

ENDING = (Message.Nature.ANSWER, Message.Nature.TRANSFER)
ENDS = (Ticket.Status.SOLVED, Ticket.Status.CLOSED)


@dataclass(frozen=True)
class Waiting:
    """`since`: the oldest unanswered message, or None. `first_answered_at`: when the first answer was handed over.

    `carried`: since when the partner of a merged ticket waits for the answer of the one that took it in.
    """

    since: datetime | None
    first_answered_at: datetime | None
    carried: datetime | None = None


def waiting(ticket: Ticket) -> Waiting:
    """Read the clock of a ticket from its messages. A ticket that has ended waits for nothing."""
    answers = Message.objects.filter(
        ticket=ticket, kind=Message.Kind.OUTBOUND, nature__in=ENDING, delivery=Message.Delivery.SENT
    ).aggregate(written=Max("received_at"), first=Min("sent_at"))
    if ticket.status == Ticket.Status.MERGED:
        carried = None if _ended_before_merge(ticket) else _open_since(ticket, answers["written"])
        return Waiting(None, answers["first"], carried)
    if ticket.settled:
        return Waiting(None, answers["first"])
    return Waiting(_open_since(ticket, answers["written"]), answers["first"])


def _open_since(ticket: Ticket, answered: datetime | None) -> datetime | None:
    """The oldest message that no answer of this ticket followed, or the oldest wait that was handed to it."""
    asked = Message.objects.filter(ticket=ticket, kind=Message.Kind.INBOUND)
    handed_on = Ticket.objects.filter(merged_into=ticket, carried_since__isnull=False)
    if answered:
        # What came after the answer was written is not answered by it, even if it left a moment later.
        asked = asked.filter(received_at__gt=answered)
        handed_on = handed_on.filter(merged_at__gt=answered)
    # Staff had ended the ticket without an answer; the partner's next message starts a new wait, not the old one.
    reopened = Event.objects.filter(
        Q(data__from=ENDS[0]) | Q(data__from=ENDS[1]),
        ticket=ticket,
        verb=Event.Verb.STATUS,
        actor_kind=Event.ActorKind.REQUESTER,
    ).aggregate(at=Max("at"))["at"]
    if reopened:
        asked = asked.filter(received_at__gte=reopened)
        handed_on = handed_on.filter(merged_at__gte=reopened)
    own, others = asked.aggregate(at=Min("received_at"))["at"], handed_on.aggregate(at=Min("carried_since"))["at"]
    return min(filter(None, (own, others)), default=None)


def _ended_before_merge(ticket: Ticket) -> bool:
    merge = Event.objects.filter(ticket=ticket, verb=Event.Verb.MERGED).order_by("-at", "-id").first()
    return merge is not None and merge.data["before"]["status"] in ENDS
