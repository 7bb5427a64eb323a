"""Notices to staff: no message of a ticket, but a mail of the outbox that can be answered."""

from collections.abc import Sequence

from notifications.models import OutgoingMail


def notices_named(message_ids: Sequence[str]) -> list[int]:
    """The ids of the tickets whose notices to staff bear these Message-IDs (without angle brackets); one query."""
    groups = OutgoingMail.objects.filter(message_id__in=message_ids, audience=OutgoingMail.Audience.STAFF)
    named = (group.partition(":") for group in groups.order_by("id").values_list("group", flat=True))
    return list(dict.fromkeys(int(number) for kind, _, number in named if kind == "ticket" and number.isdigit()))
