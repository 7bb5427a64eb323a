"""The facts of one ticket that tell who waited: plain values, in the order in which they were written down. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tickets.models import Event, Message, ReplyCycle, Ticket

ENDING = (Message.Nature.ANSWER, Message.Nature.TRANSFER)
ENDS = (Ticket.Status.SOLVED, Ticket.Status.CLOSED)
# The messages and the events that tell something about waiting.
KINDS = (Message.Kind.INBOUND, Message.Kind.OUTBOUND)
VERBS = (
    Event.Verb.STATUS,
    Event.Verb.REPLY_UNDONE,
    Event.Verb.MERGED,
    Event.Verb.UNMERGED,
    Event.Verb.GAVE_BACK,
    Event.Verb.SPLIT,
)


@dataclass(frozen=True, slots=True)
class Said:
    """A message from the partner or to the partner; `at` is when the house could know, of ours when it was written."""

    id: int
    kind: str
    nature: str
    delivery: str
    at: datetime
    sent_at: datetime | None
    author: int | None

    @property
    def ends(self) -> bool:
        """A person's answer or transfer that was really handed over, and did not come back."""
        delivered = self.delivery == Message.Delivery.SENT and self.sent_at is not None
        return self.kind == Message.Kind.OUTBOUND and self.nature in ENDING and delivered

    @property
    def reaches(self) -> bool:
        """Words of ours that the partner has, or will have as far as we know."""
        return self.kind == Message.Kind.OUTBOUND and self.delivery in (Message.Delivery.QUEUED, Message.Delivery.SENT)


@dataclass(frozen=True, slots=True)
class Step:
    """An event of VERBS; `message_at` is the time of the message that it is about."""

    verb: str
    at: datetime
    by_partner: bool
    data: Mapping[str, Any]
    message_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Carried:
    """The wait of a ticket that was merged into this one: since when, and when it came here."""

    since: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """One ticket. `said` and `steps` in the order in which they were written, which late mail makes another than time.

    `waiting_for` is what it waits for now, for steps of the time when events did not tell.
    """

    ticket: int
    received_at: datetime
    status: str
    waiting_for: str
    closed_at: datetime | None
    said: tuple[Said, ...]
    steps: tuple[Step, ...] = ()
    carried: tuple[Carried, ...] = ()


@dataclass(frozen=True, slots=True)
class Cycle:
    """One wait, as `ReplyCycle` keeps it, not measured yet."""

    number: int
    kind: str
    started_at: datetime
    ended_at: datetime | None = None
    end: str = ReplyCycle.End.OPEN
    answer: int | None = None
    author: int | None = None


@dataclass(frozen=True, slots=True)
class Resolved:
    """When a ticket was solved or closed, as `Resolution` keeps it, not measured yet; never, where it only paused."""

    first_at: datetime | None
    last_at: datetime | None
    reopenings: int


@dataclass(frozen=True, slots=True)
class Pause:
    """Time in which the house waited for somebody else; `until` is None while it does."""

    cause: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Waiting:
    """`since`: the oldest unanswered message, or None. `first_answered_at`: when the first answer was handed over.

    `carried`: since when the partner of a merged ticket waits for the answer of the one that took it in.
    """

    since: datetime | None
    first_answered_at: datetime | None
    carried: datetime | None = None
