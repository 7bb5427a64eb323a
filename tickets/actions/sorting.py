"""Sorting a new ticket in one step: what it is, where it comes from, who deals with it.

A ticket is new until somebody has decided what it is. Sorting opens it, even where nothing had to be changed. Each
value that changes leaves the event of its own act, so that the history reads as if they had been done one by one; where
the actor bears a batch, `bulk.undo` takes all of it back.
"""

from datetime import datetime
from typing import TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tickets.actions import triage
from tickets.actions.record import Actor, lock
from tickets.errors import IllegalMove
from tickets.models import Hromada, Organisation, Queue, Region, Ticket, Topic, User


class Chosen(TypedDict, total=False):
    """What was decided; what is left out stays as it is."""

    kind: str
    topic: Topic | None
    region: Region | None
    organisation: Organisation | Hromada | str | None
    queue: Queue
    assignee: User | None


@transaction.atomic
def sort(*, actor: Actor, ticket_id: int, correlation: str = "", now: datetime, **chosen: Unpack[Chosen]) -> Ticket:
    """Do what was decided and open the ticket. IllegalMove when it is not new any more, or one of the acts refuses."""
    if lock(ticket_id).status != Ticket.Status.NEW:
        raise IllegalMove("sorted", _("Somebody has sorted this ticket meanwhile."))
    if "kind" in chosen:
        triage.set_kind(actor=actor, ticket_id=ticket_id, kind=chosen["kind"], now=now)
    if "topic" in chosen:
        triage.set_topic(actor=actor, ticket_id=ticket_id, topic=chosen["topic"], now=now)
    if "region" in chosen:
        triage.set_region(actor=actor, ticket_id=ticket_id, region=chosen["region"], now=now)
    if "organisation" in chosen:
        triage.set_organisation(actor=actor, ticket_id=ticket_id, organisation=chosen["organisation"], now=now)
    if "queue" in chosen:
        triage.set_queue(actor=actor, ticket_id=ticket_id, queue=chosen["queue"], now=now)
    if "assignee" in chosen:
        # Behind the queue: whom it shuts out is refused.
        person = chosen["assignee"]
        triage.assign(actor=actor, ticket_id=ticket_id, assignee=person, correlation=correlation, now=now)
    return triage.set_status(actor=actor, ticket_id=ticket_id, status=Ticket.Status.OPEN, now=now)
