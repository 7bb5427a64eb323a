"""Notices to staff: no message of a ticket, but a mail of the outbox that can be answered and leads back to it."""

from collections.abc import Sequence

from django.db.models import Q

from notifications.models import OutgoingMail, provider_ids
from notifications.notices import About, Address
from tickets.addresses import reply_address
from tickets.links import ticket_url
from tickets.models import Ticket, User


def group_of(ticket: Ticket) -> str:
    """The name under which the outbox counts the mails of one ticket."""
    return f"ticket:{ticket.pk}"


def about(ticket: Ticket, person: User, *, key: str, correlation: str = "") -> About:
    """What every notice on a ticket tells a colleague; of a sensitive one, not even the subject."""
    return {
        "to": Address(person.name, person.email),
        "language": person.language,
        "reference": ticket.reference,
        "subject": None if ticket.sensitive else ticket.subject,
        "link": ticket_url(ticket),
        "reply_to": reply_address(ticket.pk, "staff"),
        "key": key,
        "correlation": correlation,
        "group": group_of(ticket),
    }


def notices_named(message_ids: Sequence[str]) -> list[int]:
    """The ids of the tickets whose notices to staff bear these Message-IDs (without angle brackets); one query."""
    named = Q(message_id__in=message_ids) | Q(provider_id__in=provider_ids(message_ids))
    groups = OutgoingMail.objects.filter(named, audience=OutgoingMail.Audience.STAFF)
    parts = (group.partition(":") for group in groups.order_by("id").values_list("group", flat=True))
    return list(dict.fromkeys(int(number) for kind, _, number in parts if kind == "ticket" and number.isdigit()))
