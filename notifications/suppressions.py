"""Addresses that are not written to: dead ones until their suppression ends, and our own always."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings

from notifications.models import OutgoingMail, Suppression

# A mailbox that is gone may be made again; one that was full is worth another try tomorrow.
LASTS = {
    Suppression.Reason.HARD: timedelta(days=60),
    Suppression.Reason.COMPLAINT: timedelta(days=60),
    Suppression.Reason.SOFT: timedelta(days=1),
}


def not_written_to(addresses: Iterable[str], *, now: datetime) -> set[str]:
    """Those of the addresses, in lower case, that get no mail now."""
    wanted = {address.lower() for address in addresses}
    dead = Suppression.objects.filter(address__in=wanted, expires_at__gt=now).values_list("address", flat=True)
    return {*dead, *(address for address in wanted if _is_ours(address))}


def suppress(address: str, reason: Suppression.Reason, *, mail: OutgoingMail, now: datetime) -> None:
    """Write no more to an address for a while; a suppression that ends later is left as it is."""
    until = now + LASTS[reason]
    row, new = Suppression.objects.get_or_create(
        address=address.lower(), defaults={"reason": reason, "mail": mail, "created_at": now, "expires_at": until}
    )
    if not new:
        Suppression.objects.filter(pk=row.pk, expires_at__lt=until).update(
            reason=reason, mail=mail, created_at=now, expires_at=until
        )


def lift(address: str) -> None:
    """Write to an address again: mail to it did arrive."""
    Suppression.objects.filter(address=address.lower()).delete()


def _is_ours(address: str) -> bool:
    """A mail to ourselves would come in by the other door and go round."""
    local, _, domain = address.rpartition("@")
    plain = f"{local.partition('+')[0]}@{domain}"
    return plain in {own.lower() for own in (settings.MAIL_ADDRESS, *settings.MAIL_OTHER_ADDRESSES)}
