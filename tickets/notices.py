"""Notices to staff: no message of a ticket, but a mail of the outbox that can be answered."""

from collections.abc import Sequence

from django.db.models import Q

from notifications.models import OutgoingMail, provider_ids


def notices_named(message_ids: Sequence[str]) -> list[int]:
    """The ids of the tickets whose notices to staff bear these Message-IDs (without angle brackets); one query."""
    named = Q(message_id__in=message_ids) | Q(provider_id__in=provider_ids(message_ids))
    groups = OutgoingMail.objects.filter(named, audience=OutgoingMail.Audience.STAFF)
    parts = (group.partition(":") for group in groups.order_by("id").values_list("group", flat=True))
    return list(dict.fromkeys(int(number) for kind, _, number in parts if kind == "ticket" and number.isdigit()))
