"""One act on many tickets: all of it in one transaction, with one way back.

Each ticket has its own event, as if the act had been done to it alone; the batch ties them together. What a ticket
refuses leaves that ticket as it is, and is told. Tickets are locked in the order of their numbers, so that two such
acts on the same tickets wait for each other instead of failing both.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notifications import notices
from tickets.actions import tagging, triage
from tickets.actions.record import Actor, changed, lock, read_clock, record
from tickets.errors import IllegalMove
from tickets.links import ticket_url
from tickets.models import Event, Ticket, Topic, User
from tickets.permissions import Act, may

Verb = Event.Verb

MOST = 200  # tickets at once
# What does not stand in the way when an act is taken back: it changes nothing that the act had changed.
HARMLESS = (
    Verb.VIEWED,
    Verb.NOTED,
    Verb.FOLLOWED,
    Verb.UNFOLLOWED,
    Verb.SENT,
    Verb.ACKNOWLEDGED,
    Verb.NOT_ACKNOWLEDGED,
)


@dataclass(frozen=True)
class Refusal:
    """A ticket that was left as it is, and why."""

    reference: str
    message: str | Promise


@dataclass(frozen=True)
class Result:
    """What came of it: under `batch` it can be taken back; `changed` tickets are different now."""

    batch: UUID
    changed: int
    refused: Sequence[Refusal]


@transaction.atomic
def assign(
    *, actor: Actor, ticket_ids: Iterable[int], assignee: User | None, correlation: str = "", now: datetime
) -> Result:
    """Give the tickets to a person, who is told in one mail, or to nobody."""
    result = _each(
        actor,
        ticket_ids,
        lambda one, pk: triage.assign(actor=one, ticket_id=pk, assignee=assignee, tell=False, now=now),
    )
    if assignee and assignee != actor.user:
        _tell(assignee, result.batch, by=actor.user.name if actor.user else "", correlation=correlation)
    return result


def set_status(
    *,
    actor: Actor,
    ticket_ids: Iterable[int],
    status: str,
    outcome: str = "",
    reason: str = "",
    waiting_for: str = "",
    now: datetime,
) -> Result:
    """Move the tickets to another status; an end needs what `triage.set_status` asks for."""

    def move(one: Actor, pk: int) -> Ticket:
        return triage.set_status(
            actor=one, ticket_id=pk, status=status, outcome=outcome, reason=reason, waiting_for=waiting_for, now=now
        )

    return _each(actor, ticket_ids, move)


def set_topic(*, actor: Actor, ticket_ids: Iterable[int], topic: Topic | None, now: datetime) -> Result:
    """Say what the tickets are about."""
    return _each(actor, ticket_ids, lambda one, pk: triage.set_topic(actor=one, ticket_id=pk, topic=topic, now=now))


def add_tags(*, actor: Actor, ticket_ids: Iterable[int], names: Sequence[str], now: datetime) -> Result:
    """Put these tags on the tickets, beside those that they have."""
    return _each(actor, ticket_ids, lambda one, pk: tagging.add_tags(actor=one, ticket_id=pk, names=names, now=now))


def mark_spam(*, actor: Actor, ticket_ids: Iterable[int], now: datetime) -> Result:
    """Put the tickets aside as spam. Everything is kept."""
    return _each(actor, ticket_ids, lambda one, pk: triage.mark_spam(actor=one, ticket_id=pk, now=now))


@transaction.atomic
def undo(*, actor: Actor, batch: UUID, now: datetime) -> Result:
    """Take back an act of this person on many tickets, wherever nothing else happened to a ticket since.

    Where something did, the ticket stays as it is and is told. A second time there is nothing to take back.
    """
    events = Event.objects.filter(batch=batch, actor=actor.user).order_by("ticket_id")
    undone, refused = 0, []
    for event in events:
        ticket = lock(event.ticket_id)
        try:
            with transaction.atomic():
                _take_back(ticket, event, actor=actor, now=now)
            undone += 1
        except IllegalMove as move:
            refused.append(Refusal(ticket.reference, move.message))
    return Result(batch, undone, refused)


@transaction.atomic
def _each(actor: Actor, ticket_ids: Iterable[int], act: Callable[[Actor, int], object]) -> Result:
    batch, numbers = uuid4(), sorted(set(ticket_ids))
    if not numbers:
        raise IllegalMove("nothing-selected", _("Select tickets first."))
    if len(numbers) > MOST:
        raise IllegalMove("too-many", _("These are too many tickets at once. Select fewer."))
    one, refused = replace(actor, batch=batch), []
    for pk in numbers:
        try:
            with transaction.atomic():
                act(one, pk)
        except IllegalMove as move:
            refused.append((pk, move.message))
    names = dict(Ticket.objects.filter(pk__in=[pk for pk, _why in refused]).values_list("pk", "reference"))
    count = Event.objects.filter(batch=batch).values("ticket").distinct().count()
    return Result(batch, count, [Refusal(names[pk], message) for pk, message in refused])


def _tell(assignee: User, batch: UUID, *, by: str, correlation: str) -> None:
    """One mail for all the tickets: forty of them would be a storm, and run into the cap of the house."""
    given = Ticket.objects.filter(events__batch=batch).select_related("queue").order_by("pk")
    seen = [(ticket.reference, ticket_url(ticket)) for ticket in given if may(assignee, Act.VIEW, ticket)]
    if seen:
        notices.assigned_many(
            to=notices.Address(assignee.name, assignee.email),
            language=assignee.language,
            by=by,
            tickets=seen,
            key=f"assigned:{batch}",
            correlation=correlation,
        )


def _take_back(ticket: Ticket, event: Event, *, actor: Actor, now: datetime) -> None:
    """Undo one event of a batch on its locked ticket. Raises IllegalMove where that would undo somebody's work."""
    since = Event.objects.filter(ticket=ticket, pk__gt=event.pk).exclude(verb__in=HARMLESS)
    if since.exists():
        raise IllegalMove("changed-since", _("Something else happened to it since."))
    if actor.user and not may(actor.user, Act.TRIAGE, ticket):
        raise IllegalMove("not-yours", _("You do not see the ticket any more."))
    before = event.data["from"]
    if event.verb == Verb.ASSIGNED:
        person = User.objects.get(pk=before) if before else None
        triage.assign(actor=actor, ticket_id=ticket.pk, assignee=person, tell=False, now=now)
    elif event.verb == Verb.TOPIC:
        topic = Topic.objects.get(pk=before) if before else None
        triage.set_topic(actor=actor, ticket_id=ticket.pk, topic=topic, now=now)
    elif event.verb == Verb.TAGS:
        tagging.put_tags_back(actor=actor, ticket_id=ticket.pk, tag_ids=before, now=now)
    elif event.data["to"] == Ticket.Status.SPAM:
        triage.unmark_spam(actor=actor, ticket_id=ticket.pk, now=now)
    else:
        _move_back(ticket, event, actor=actor, now=now)


def _move_back(ticket: Ticket, event: Event, *, actor: Actor, now: datetime) -> None:
    """Bring back the status that a ticket had, "new" included, to which nothing else leads."""
    status, before = event.data["from"], event.data["before"]
    if status in triage.ENDS:
        raise IllegalMove("had-ended", _("It had ended before: end it again, with its reason."))
    was_ended = ticket.status in triage.ENDS
    data = {
        **changed(ticket.status, status),
        "outcome": "",
        "before": {"outcome": ticket.outcome, "waiting_for": ticket.waiting_for},
    }
    ticket.status, ticket.waiting_for = status, before["waiting_for"]
    ticket.outcome, ticket.outcome_reason, ticket.closed_at = "", "", None
    ticket.save(update_fields=["status", "outcome", "outcome_reason", "waiting_for", "closed_at"])
    record(ticket, Verb.STATUS, actor=actor, at=now, data=data)
    if was_ended:
        read_clock(ticket)
