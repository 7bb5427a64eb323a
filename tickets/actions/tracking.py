"""The partner's secret link: a new one by mail, or none any more."""

import secrets
from datetime import datetime

from django.conf import settings
from django.db import transaction

from notifications import emails
from tickets import links
from tickets.actions import answering
from tickets.actions.record import PARTNER, Actor, lock, record
from tickets.addresses import reply_address
from tickets.models import Event, Participant, Ticket
from tickets.notices import group_of


@transaction.atomic
def send_link(*, reference: str, address: str, language: str, correlation: str = "", now: datetime) -> bool:
    """Mail a new tracking link to a participant of a ticket.

    False when there is no such pair or the ticket is sensitive; the door must answer the same in both cases, or it
    would tell who wrote to us.
    """
    participant = (
        Participant.objects.filter(
            ticket__reference=reference.strip().upper(),
            ticket__sensitive=False,
            requester__addresses__address=address.strip().lower(),
        )
        .select_related("ticket", "requester")
        .first()
    )
    if participant is None:
        return False
    ticket = participant.ticket
    token = links.make_link(ticket, now=now)
    mail = emails.tracking_link(
        to=emails.Address(participant.requester.name, address.strip().lower()),
        language=language,
        reference=ticket.reference,
        tracking_url=links.tracking_url(token, language),
        phone=settings.HOUSE_PHONE,
        reply_to=reply_address(ticket.pk, "partner"),
        key=f"tracking-link:{ticket.pk}:{secrets.token_hex(8)}",  # each asking is another one
        group=group_of(ticket),
        correlation=correlation,
    )
    message = answering.keep_automatic(ticket, mail, automatic="tracking-link", secret=token, now=now)
    record(ticket, Event.Verb.TRACKING, actor=PARTNER, at=now, message=message)
    return True


@transaction.atomic
def revoke_links(*, actor: Actor, ticket_id: int, now: datetime) -> int:
    """Close every tracking link of a ticket, because one went astray; returns how many were open."""
    ticket: Ticket = lock(ticket_id)
    revoked = links.revoke_links(ticket, now=now)
    record(ticket, Event.Verb.TRACKING_REVOKED, actor=actor, at=now, data={"links": revoked})
    return revoked
