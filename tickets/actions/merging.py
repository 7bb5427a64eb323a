"""Two tickets about one matter become one, and two again.

Each keeps its own messages and history: the one that took the other in shows both, and waits for both. So the way back
is exact, and who wrote to the one never sees what was written to the other on the tracking page.
"""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tickets.actions import deadlines, people, triage
from tickets.actions.record import Actor, changed, lock, lock_both, read_clock, record
from tickets.errors import IllegalMove
from tickets.models import Event, Follower, Message, Participant, Ticket

Status = Ticket.Status
NOT_MERGED = (Status.MERGED, Status.SPAM)


@transaction.atomic
def merge(*, actor: Actor, ticket_id: int, into_id: int, now: datetime) -> Ticket:
    """Merge a ticket into another one, and return that one.

    The other one waits from then on as long as the partner of either has waited; who took part in the one, or follows
    it, does so in the other; what still arrives for the merged one lands there. `unmerge` takes it back.
    """
    if ticket_id == into_id:
        raise IllegalMove("itself", _("A ticket cannot be merged into itself. Name another one."))
    source, target = lock_both(ticket_id, into_id)
    _check(source, target)
    before = {"status": source.status}
    data: dict[str, Any]
    source.status, source.merged_into, source.merged_at = Status.MERGED, target, now
    source.save(update_fields=["status", "merged_into", "merged_at"])
    data = {"ticket": target.pk, "reference": target.reference, "before": before}
    data |= {"joined": _share_participants(source, target, now), "followed": _share_followers(source, target, now)}
    record(source, Event.Verb.MERGED, actor=actor, at=now, data=data)
    data = {"ticket": source.pk, "reference": source.reference, "before": _state_of(target)}
    record(target, Event.Verb.TOOK_IN, actor=actor, at=now, data=data)
    read_clock(source)
    target.refresh_from_db(fields=["waiting_since", "first_answered_at"])
    if source.carried_since is not None and target.status == Status.PENDING:
        triage.move(target, actor=actor, status=Status.OPEN, now=now)
    target.last_message_at = max(filter(None, (target.last_message_at, source.last_message_at)), default=None)
    _take_promise(source, target)
    target.save(update_fields=["last_message_at", "answer_by"])
    deadlines.keep(target)
    return target


@transaction.atomic
def unmerge(*, actor: Actor, ticket_id: int, now: datetime) -> Ticket:
    """Take a merge back, and return the ticket as it was before.

    What was written on the other one since stays there. Its status and participants are as they were, unless somebody
    moved it or the person wrote there since.
    """
    source = lock(ticket_id)
    if source.status != Status.MERGED or source.merged_into_id is None:
        raise IllegalMove("not-merged", _("This ticket is not merged."))
    target = lock(source.merged_into_id)
    merged = source.events.filter(verb=Event.Verb.MERGED).latest("at", "id")
    took_in = target.events.filter(verb=Event.Verb.TOOK_IN, data__ticket=source.pk).latest("at", "id")
    source.status, source.merged_into, source.merged_at = merged.data["before"]["status"], None, None
    source.save(update_fields=["status", "merged_into", "merged_at"])
    _unshare_participants(target, merged)
    Follower.objects.filter(ticket=target, user__in=merged.data.get("followed", [])).delete()
    moved = _put_back(target, source, took_in)
    data = {"ticket": target.pk, "reference": target.reference}
    record(source, Event.Verb.UNMERGED, actor=actor, at=now, data=data)
    data = {"ticket": source.pk, "reference": source.reference, **moved}
    record(target, Event.Verb.GAVE_BACK, actor=actor, at=now, data=data)
    read_clock(source)
    read_clock(target)
    return source


def _check(source: Ticket, target: Ticket) -> None:
    if source.status in NOT_MERGED or target.status in NOT_MERGED:
        raise IllegalMove("status", _("A ticket that is merged already, or spam, cannot be merged."))
    if source.sensitive != target.sensitive:
        raise IllegalMove(
            "sensitive", _("One of the tickets is sensitive and the other is not. Make them alike first.")
        )
    restricted = source.queue.restricted or target.queue.restricted
    if source.queue_id != target.queue_id and restricted:
        raise IllegalMove("queue", _("Other people see the queue of that ticket. Move one of them first."))
    if source.waiting_since is not None and target.status in triage.ENDS:
        raise IllegalMove("ended", _("That ticket has ended, and here somebody waits. Open it again first."))


def _state_of(target: Ticket) -> dict[str, Any]:
    return {
        "status": target.status,
        "waiting_for": target.waiting_for,
        "answer_by": target.answer_by.isoformat() if target.answer_by else None,
        "last_message_at": target.last_message_at.isoformat() if target.last_message_at else None,
    }


def _take_promise(source: Ticket, target: Ticket) -> None:
    """The earliest date that a partner who waits was told holds for both: merging breaks no promise."""
    if source.carried_since is None or source.answer_by is None or source.first_answered_at is not None:
        return
    kept = target.answer_by is None or target.first_answered_at is not None
    if kept or (target.answer_by is not None and source.answer_by < target.answer_by):
        target.answer_by = source.answer_by


def _share_participants(source: Ticket, target: Ticket, now: datetime) -> list[int]:
    """Who takes part in the merged ticket takes part in the other one; returns the numbers of those who are new."""
    rows = Participant.objects.filter(ticket=source).select_related("requester").order_by("pk")
    return [
        row.requester_id
        for row in rows
        if people.join(ticket=target, requester=row.requester, marked=row.marked, now=now)
    ]


def _share_followers(source: Ticket, target: Ticket, now: datetime) -> list[int]:
    """Who follows the merged ticket follows the other one; returns the numbers of those who are new."""
    known = set(Follower.objects.filter(ticket=target).values_list("user", flat=True))
    new = [pk for pk in Follower.objects.filter(ticket=source).values_list("user", flat=True) if pk not in known]
    Follower.objects.bulk_create(Follower(ticket=target, user_id=pk, created_at=now) for pk in new)
    return sorted(new)


def _unshare_participants(target: Ticket, merged: Event) -> None:
    wrote = Message.objects.filter(ticket=target, requester__isnull=False).values("requester")
    brought = Participant.objects.filter(ticket=target, requester__in=merged.data["joined"])
    brought.exclude(requester__in=wrote).delete()


def _put_back(target: Ticket, source: Ticket, took_in: Event) -> dict[str, Any]:
    """The state that the merge found, but never over what happened since; what an event tells of it."""
    before, moved = took_in.data["before"], {}
    moves = Event.objects.filter(ticket=target, verb=Event.Verb.STATUS, pk__gt=took_in.pk, at__gt=took_in.at)
    wrote = Message.objects.filter(ticket=target, received_at__gt=took_in.at).exclude(kind=Message.Kind.NOTE)
    if target.status == Status.OPEN and not moves.exists() and not wrote.exists():
        if before["status"] != target.status:
            moved = {**changed(target.status, before["status"]), "waiting_for": before["waiting_for"]}
        target.status, target.waiting_for = before["status"], before["waiting_for"]
    if before["last_message_at"] and target.last_message_at == source.last_message_at:
        target.last_message_at = datetime.fromisoformat(before["last_message_at"])
    if target.answer_by == source.answer_by:
        target.answer_by = date.fromisoformat(before["answer_by"]) if before["answer_by"] else None
    target.save(update_fields=["status", "waiting_for", "last_message_at", "answer_by"])
    return moved
