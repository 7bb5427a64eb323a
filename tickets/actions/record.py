"""What every act does: lock the ticket, and leave one Event."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from tickets import cycles
from tickets.errors import AlreadyKnown
from tickets.files import StoredFile
from tickets.models import Attachment, Event, Message, Ticket, User


@dataclass(frozen=True)
class Actor:
    """Who acts: a member of staff, the partner, or the system."""

    kind: Event.ActorKind
    user: User | None = None

    @classmethod
    def staff(cls, user: User) -> "Actor":
        return cls(Event.ActorKind.USER, user)


PARTNER = Actor(Event.ActorKind.REQUESTER)
SYSTEM = Actor(Event.ActorKind.SYSTEM)


def lock(ticket_id: int) -> Ticket:
    """The ticket as it is now, its row locked until the transaction ends."""
    return (
        Ticket.objects.select_for_update(of=("self",))
        .select_related("queue", "requester", "assignee")
        .get(pk=ticket_id)
    )


def lock_both(one: int, other: int) -> tuple[Ticket, Ticket]:
    """Two tickets, locked in the order of their numbers, so that nobody who locks the same two waits for ever."""
    found = {number: lock(number) for number in sorted({one, other})}
    return found[one], found[other]


def record(
    ticket: Ticket,
    verb: Event.Verb,
    *,
    actor: Actor,
    at: datetime,
    message: Message | None = None,
    occurrence: str | None = None,
    data: Mapping[str, Any] | None = None,
) -> Event:
    """Leave one row of history. `data` holds ids and codes only: what is erased elsewhere must not live on here."""
    return Event.objects.create(
        ticket=ticket,
        verb=verb,
        actor_kind=actor.kind,
        actor=actor.user,
        message=message,
        data=dict(data or {}),
        occurrence=occurrence,
        at=at,
    )


def read_clock(ticket: Ticket) -> None:
    """Bring the ticket's waiting times in line with its messages and its status; and those of where it was merged."""
    read = cycles.waiting(ticket)
    ticket.waiting_since, ticket.first_answered_at = read.since, read.first_answered_at
    ticket.carried_since = read.carried
    ticket.save(update_fields=["waiting_since", "first_answered_at", "carried_since"])
    if ticket.merged_into_id is not None:
        read_clock(lock(ticket.merged_into_id))


def changed(before: object, after: object) -> dict[str, object]:
    """The data of an event that moved one value."""
    return {"from": before, "to": after}


@contextmanager
def once(key: str) -> Iterator[None]:
    """Write all of it or, when the message of this key is here already, nothing: AlreadyKnown names it.

    The database decides, so two workers with the same message at the same moment make one.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        known = Message.objects.filter(key=key).values_list("pk", flat=True).first()
        if known is None:
            raise
        raise AlreadyKnown(known) from error


def add_files(message: Message, files: Sequence[StoredFile]) -> None:
    """Hang stored files on a message, in their order."""
    Attachment.objects.bulk_create(
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
        )
        for position, file in enumerate(files)
    )
