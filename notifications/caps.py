"""Caps on what leaves, so that no loop becomes a storm: per address, per group, and for the whole house.

A mail is counted once, when it passes (`admitted_at`), however often it is tried afterwards. What is over a cap waits
until there is room; it is never dropped. Each cap is one read of one index.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet

from notifications.models import OutgoingMail

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

# Any fixed number, the same for every worker.
_LOCK = 7_203_114


@dataclass(frozen=True)
class Cap:
    """At most `limit` of these mails within any `window`."""

    mails: QuerySet[OutgoingMail]
    limit: int
    window: timedelta


def admit(mail: OutgoingMail, *, now: datetime) -> datetime | None:
    """Count a mail as leaving; or, when it is over a cap, the time until which it has to wait.

    One mail is admitted at a time, so that many workers together keep the cap too.
    """
    if mail.admitted_at is not None:
        return None
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        waits = [until for cap in caps_of(mail) if (until := _room_at(cap, now))]
        if waits:
            return max(waits)
        OutgoingMail.objects.filter(pk=mail.pk).update(admitted_at=now)
    mail.admitted_at = now
    return None


def caps_of(mail: OutgoingMail) -> Iterator[Cap]:
    """The caps that hold for a mail.

    People's own mails are counted apart from automatic ones: a storm of notices must not hold up an answer.
    """
    mails = OutgoingMail.objects.all()
    if mail.name == "acknowledgement":
        acknowledgements = mails.filter(name=mail.name, recipient_key=mail.recipient_key)
        yield Cap(acknowledgements, settings.CAP_ACKNOWLEDGEMENTS_PER_ADDRESS_DAY, DAY)
    if mail.audience == OutgoingMail.Audience.STAFF:
        notices = mails.filter(audience=mail.audience, recipient_key=mail.recipient_key)
        yield Cap(notices, settings.CAP_STAFF_PER_ADDRESS_HOUR, HOUR)
    if mail.automatic and mail.group:
        # Notices to staff do not use up what a partner is to get on the same ticket.
        group = mails.filter(group=mail.group, audience=mail.audience, automatic=True)
        yield Cap(group, settings.CAP_AUTOMATIC_PER_TICKET_DAY, DAY)
    yield Cap(mails.filter(automatic=mail.automatic), settings.CAP_MAILS_PER_HOUR, HOUR)


def _room_at(cap: Cap, now: datetime) -> datetime | None:
    """When the oldest mail that stands in the way leaves the window; None when there is room now."""
    if cap.limit == 0:
        return now + cap.window
    within = cap.mails.filter(admitted_at__gt=now - cap.window).order_by("-admitted_at")
    in_the_way = within.values_list("admitted_at", flat=True)[cap.limit - 1 : cap.limit].first()
    return in_the_way + cap.window if in_the_way else None
