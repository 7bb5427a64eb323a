"""One act on many tickets: all of it in one transaction, with one way back.

Each ticket has its own event, as if the act had been done to it alone; the batch ties them together. What a ticket
refuses leaves that ticket as it is, and is told. Tickets are locked in the order of their numbers, so that two such
acts on the same tickets wait for each other instead of failing both.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notifications import notices
from tickets.actions import merging, tagging, triage
from tickets.actions.record import Actor, changed, lock, read_clock, record
from tickets.errors import IllegalMove
from tickets.links import ticket_url
from tickets.models import Event, Organisation, Queue, Region, Ticket, Topic, User
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
def merge(*, actor: Actor, ticket_ids: Iterable[int], into_id: int | None = None, now: datetime) -> Result:
    """Merge the tickets into one of them, or into another: `into_id`, or the one that came first.

    `changed` counts those that were merged.
    """
    numbers = set(ticket_ids)
    if into_id is None:
        if len(numbers) == 1:
            raise IllegalMove("one-selected", _("Select two tickets at least, or name the one to merge into."))
        first = Ticket.objects.filter(pk__in=numbers).order_by("received_at", "pk").values_list("pk", flat=True).first()
        into_id = first or 0
    target = into_id
    _lock_in_order({*numbers, target})
    sources = numbers - {target}
    result = _each(actor, sources, lambda one, pk: merging.merge(actor=one, ticket_id=pk, into_id=target, now=now))
    return replace(result, changed=len(sources) - len(result.refused))


@transaction.atomic
def undo(*, actor: Actor, batch: UUID, now: datetime) -> Result:
    """Take back an act of this person on many tickets, or many acts on one, where nothing else happened since.

    Where something did, the ticket stays as it is and is told. A second time there is nothing to take back.
    """
    acts: dict[int, list[Event]] = defaultdict(list)
    for event in Event.objects.filter(batch=batch, actor=actor.user).order_by("-pk"):
        acts[event.ticket_id].append(event)
    _lock_in_order(acts)
    undone, refused = 0, []
    for number, events in acts.items():
        if any(event.verb == Verb.TOOK_IN for event in events):
            continue  # taking back the merge gives its state back to the one that took others in
        ticket = lock(number)
        try:
            with transaction.atomic():
                _check_untouched(ticket, events, actor)
                for event in events:
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


def _lock_in_order(numbers: Iterable[int]) -> None:
    """Two acts that touch the same tickets wait for each other, whatever the order in which they do their work."""
    rows = Ticket.objects.select_for_update().filter(pk__in=list(numbers)).order_by("pk")
    list(rows.values_list("pk"))


def _check_untouched(ticket: Ticket, events: Sequence[Event], actor: Actor) -> None:
    """IllegalMove where taking these events back would undo somebody's work, or is not for this person."""
    first = min(event.pk for event in events)
    since = Event.objects.filter(ticket=ticket, pk__gt=first).exclude(batch=events[0].batch)
    if since.exclude(verb__in=HARMLESS).exists():
        raise IllegalMove("changed-since", _("Something else happened to it since."))
    if actor.user and not may(actor.user, Act.TRIAGE, ticket):
        raise IllegalMove("not-yours", _("You do not see the ticket any more."))


def _take_back(ticket: Ticket, event: Event, *, actor: Actor, now: datetime) -> None:
    """Undo one event of a batch on its locked ticket. Raises IllegalMove where that cannot be."""
    known: dict[str, Any] = {"actor": actor, "ticket_id": ticket.pk, "now": now}
    before = event.data.get("from")
    if event.verb == Verb.MERGED:
        merging.unmerge(**known)
    elif event.verb == Verb.ASSIGNED:
        triage.assign(assignee=User.objects.get(pk=before) if before else None, tell=False, **known)
    elif event.verb == Verb.TOPIC:
        triage.set_topic(topic=Topic.objects.get(pk=before) if before else None, **known)
    elif event.verb == Verb.KIND:
        triage.set_kind(kind=before, **known)
    elif event.verb == Verb.QUEUE:
        triage.set_queue(queue=Queue.objects.get(pk=before), **known)
    elif event.verb == Verb.REGION:
        region = Region.objects.get(code=before) if before else None
        triage.set_region(region=region, country=event.data["country"]["from"], **known)
    elif event.verb == Verb.ORGANISATION:
        triage.set_organisation(organisation=Organisation.objects.filter(pk=before).first(), **known)
    elif event.verb == Verb.TAGS:
        tagging.put_tags_back(tag_ids=before, **known)
    elif event.data["to"] == Ticket.Status.SPAM:
        triage.unmark_spam(**known)
    else:
        _move_back(lock(ticket.pk), event, actor=actor, now=now)


def _move_back(ticket: Ticket, event: Event, *, actor: Actor, now: datetime) -> None:
    """Bring back the status that a ticket had, "new" included, to which nothing else leads."""
    status, before = event.data["from"], event.data["before"]
    if status in triage.ENDS:
        raise IllegalMove("had-ended", _("It had ended before: end it again, with its reason."))
    matters = ticket.status in triage.ENDS or Ticket.Status.PENDING in (status, ticket.status)
    data = {
        **changed(ticket.status, status),
        "outcome": "",
        "waiting_for": before["waiting_for"],
        "before": {"outcome": ticket.outcome, "waiting_for": ticket.waiting_for},
    }
    ticket.status, ticket.waiting_for = status, before["waiting_for"]
    ticket.outcome, ticket.outcome_reason, ticket.closed_at = "", "", None
    ticket.save(update_fields=["status", "outcome", "outcome_reason", "waiting_for", "closed_at"])
    record(ticket, Verb.STATUS, actor=actor, at=now, data=data)
    if matters:
        read_clock(ticket)
