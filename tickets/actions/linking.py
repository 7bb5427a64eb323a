"""Tickets that belong together, said by a person: linked, taken apart, a suggestion confirmed or rejected."""

from datetime import datetime
from typing import Protocol

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tickets.actions import opening
from tickets.actions.record import Actor, lock, record
from tickets.errors import IllegalMove
from tickets.models import Event, Ticket, TicketLink

Kind = TicketLink.Kind


class Act(Protocol):
    """What all acts here take."""

    def __call__(self, *, actor: Actor, ticket_id: int, other_id: int, now: datetime) -> None: ...


@transaction.atomic
def link(*, actor: Actor, ticket_id: int, other_id: int, now: datetime) -> None:
    """Say that two tickets are related. A suggestion that they may be is confirmed by it."""
    if ticket_id == other_id:
        raise IllegalMove("itself", _("A ticket cannot be linked to itself. Name another one."))
    ticket, known = lock(ticket_id), _between(ticket_id, other_id)
    if known is None:
        other = Ticket.objects.get(pk=other_id)
        opening.link(actor=actor, source=ticket, target=other, kind=Kind.RELATED, now=now)
    elif known.kind == Kind.SUGGESTED:
        _change(ticket, known, Event.Verb.LINK_CONFIRMED, actor, now)


@transaction.atomic
def unlink(*, actor: Actor, ticket_id: int, other_id: int, now: datetime) -> None:
    """Say that two linked tickets do not belong together."""
    ticket = lock(ticket_id)
    _remove(ticket, _linked(ticket_id, other_id), Event.Verb.UNLINKED, actor, now)


@transaction.atomic
def confirm_link(*, actor: Actor, ticket_id: int, other_id: int, now: datetime) -> None:
    """Say that a suggested link is right: the tickets are related."""
    ticket = lock(ticket_id)
    _change(ticket, _suggested(ticket_id, other_id), Event.Verb.LINK_CONFIRMED, actor, now)


@transaction.atomic
def reject_link(*, actor: Actor, ticket_id: int, other_id: int, now: datetime) -> None:
    """Say that a suggested link is wrong. It is taken away."""
    ticket = lock(ticket_id)
    _remove(ticket, _suggested(ticket_id, other_id), Event.Verb.LINK_REJECTED, actor, now)


def _between(ticket_id: int, other_id: int) -> TicketLink | None:
    """The link of two tickets, whichever of them holds it."""
    either = Q(source=ticket_id, target=other_id) | Q(source=other_id, target=ticket_id)
    return TicketLink.objects.select_for_update(of=("self",)).select_related("source", "target").filter(either).first()


def _linked(ticket_id: int, other_id: int) -> TicketLink:
    known = _between(ticket_id, other_id)
    if known is None:
        raise IllegalMove("not-linked", _("These tickets are not linked."))
    return known


def _suggested(ticket_id: int, other_id: int) -> TicketLink:
    known = _linked(ticket_id, other_id)
    if known.kind != Kind.SUGGESTED:
        raise IllegalMove("not-suggested", _("This link is no suggestion: a person or a rule made it."))
    return known


def _change(ticket: Ticket, link: TicketLink, verb: Event.Verb, actor: Actor, now: datetime) -> None:
    link.kind = Kind.RELATED
    link.save(update_fields=["kind"])
    record(ticket, verb, actor=actor, at=now, data=_data(ticket, link))


def _remove(ticket: Ticket, link: TicketLink, verb: Event.Verb, actor: Actor, now: datetime) -> None:
    data = _data(ticket, link)
    link.delete()
    record(ticket, verb, actor=actor, at=now, data=data)


def _data(ticket: Ticket, link: TicketLink) -> dict[str, object]:
    other = link.target if link.source_id == ticket.pk else link.source
    return {"ticket": other.pk, "reference": other.reference, "kind": link.kind, "reason": link.reason}
