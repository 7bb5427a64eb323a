"""What every act does: lock the ticket, and leave one Event."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NotRequired, TypedDict, Unpack
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from psycopg.errors import UniqueViolation

from notifications.rows import insert
from tickets import absences
from tickets.actions import deadlines, keeping
from tickets.deadlines import day_of
from tickets.errors import AlreadyKnown
from tickets.files import StoredFile
from tickets.models import Attachment, Event, Follower, Message, RoutingRule, Ticket, User
from tickets.questions import Given, Question
from tickets.routing import any_active
from tickets.waits.asking import facts_of
from tickets.waits.finding import find

MAX_SIGNERS, MAX_SIGNER = 10, 200  # names that a file claims as signers, and characters of each


@dataclass(frozen=True)
class Actor:
    """Who acts: a member of staff, the partner, or the system. `batch` names an act on many tickets at once."""

    kind: Event.ActorKind
    user: User | None = None
    batch: UUID | None = None

    @classmethod
    def staff(cls, user: User) -> "Actor":
        return cls(Event.ActorKind.USER, user)


# The constraint that makes a message one, by whichever door it comes.
KNOWN = "message_key_unique"
PARTNER = Actor(Event.ActorKind.REQUESTER)
SYSTEM = Actor(Event.ActorKind.SYSTEM)

LOCKED = Question(
    lambda: (
        Ticket.objects.select_for_update(of=("self",))
        .select_related("queue", "requester", "assignee")
        .annotate(
            followed=Exists(Follower.objects.filter(ticket=OuterRef("pk"))),
            away=Exists(absences.away_on(Given("today")).filter(user=OuterRef("assignee"))),
            routed=any_active(RoutingRule.Moment.UPDATE),
        )
        .filter(pk=Given("ticket"))
    )
)


class Facts(TypedDict):
    """What an event tells. `data` holds ids and codes only: what is erased elsewhere must not live on here."""

    actor: Actor
    at: datetime
    message: NotRequired[Message | None]
    occurrence: NotRequired[str | None]
    data: NotRequired[Mapping[str, Any] | None]


def lock(ticket_id: int) -> Ticket:
    """The ticket as it is now, its row locked until the transaction ends.

    With what an act may have to ask then: whether anybody follows it, whether its assignee is away today, and whether
    there are rules for what changes.
    """
    ticket = LOCKED.first(ticket=ticket_id, today=day_of(timezone.now()))
    if ticket is None:
        raise Ticket.DoesNotExist(ticket_id)
    return ticket


def lock_both(one: int, other: int) -> tuple[Ticket, Ticket]:
    """Two tickets, locked in the order of their numbers, so that nobody who locks the same two waits for ever."""
    found = {number: lock(number) for number in sorted({one, other})}
    return found[one], found[other]


def event(ticket: Ticket, verb: Event.Verb, **facts: Unpack[Facts]) -> Event:
    """One row of history, not yet saved."""
    actor = facts["actor"]
    return Event(
        ticket=ticket,
        verb=verb,
        actor_kind=actor.kind,
        actor=actor.user,
        message=facts.get("message"),
        data=dict(facts.get("data") or {}),
        occurrence=facts.get("occurrence"),
        batch=actor.batch,
        at=facts["at"],
    )


def record(ticket: Ticket, verb: Event.Verb, **facts: Unpack[Facts]) -> Event:
    """Leave one row of history."""
    row = event(ticket, verb, **facts)
    insert(row)
    return row


def read_clock(ticket: Ticket) -> None:
    """Bring what tells who waited in line with a ticket's messages and events; and that of where it was merged."""
    facts = facts_of(ticket)
    found = find(facts)
    ticket.waiting_since, ticket.first_answered_at = found.waiting.since, found.waiting.first_answered_at
    ticket.carried_since = found.waiting.carried
    ticket.save(update_fields=["waiting_since", "first_answered_at", "carried_since"])
    keeping.keep(facts, found)
    deadlines.keep(ticket)
    if ticket.merged_into_id is not None:
        read_clock(lock(ticket.merged_into_id))


def changed(before: object, after: object) -> dict[str, object]:
    """The data of an event that moved one value."""
    return {"from": before, "to": after}


@contextmanager
def once(key: str) -> Iterator[None]:
    """Write all of it or, when the message of this key is here already, nothing: AlreadyKnown.

    The database decides, so two workers with the same message at the same moment make one. There is no savepoint to go
    back to: the whole transaction is taken back, and the message that is known is looked up after it.
    """
    try:
        with transaction.atomic(savepoint=False):
            yield
    except IntegrityError as error:
        if not _says_known(error):
            raise
        raise AlreadyKnown(key) from error


def _says_known(error: IntegrityError) -> bool:
    cause = error.__cause__
    return isinstance(cause, UniqueViolation) and cause.diag.constraint_name == KNOWN


def add_files(message: Message, files: Sequence[StoredFile]) -> None:
    """Hang stored files on a message, in their order."""
    rows = [
        Attachment(
            message=message,
            position=position,
            name=file.name,
            content_type=file.content_type,
            declared_type=file.declared_type,
            size=file.size,
            sha256=file.sha256,
            path=file.path,
            content_id=file.content_id,
            inline=file.inline,
            quarantine=file.quarantine,
            container=file.container,
            signers=[name[:MAX_SIGNER] for name in file.signers[:MAX_SIGNERS]],
        )
        for position, file in enumerate(files)
    ]
    insert(*rows)
