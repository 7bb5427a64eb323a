"""Who an answer goes to: what is known of an address before somebody writes to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from notifications.models import Suppression
from notifications.suppressions import not_written_to
from tickets.models import Contact, RequesterAddress
from tickets.questions import Given
from tickets.threads import ever_wrote_to


@dataclass(frozen=True)
class Doubts:
    """Addresses to look at again, in lower case: nobody here knows them, or mail to them came back."""

    unknown: tuple[str, ...] = ()
    dead: tuple[str, ...] = ()


def doubts(addresses: Iterable[str], *, known: Iterable[str], now: datetime) -> Doubts:
    """What is doubtful about these addresses; those that are `known` (lower case) may still be dead."""
    asked = list(dict.fromkeys(address.lower() for address in addresses))
    dead = not_written_to(asked, now=now)
    new = [address for address in asked if address not in {*known, *dead}]
    if new:
        familiar = set(RequesterAddress.objects.filter(address__in=new).values_list("address", flat=True))
        familiar |= set(Contact.objects.filter(address__in=new).values_list("address", flat=True))
        new = [address for address in new if address not in familiar and not ever_wrote_to([address])]
    return Doubts(tuple(new), tuple(address for address in asked if address in dead))


def is_dead(now: datetime | Given) -> Exists:
    """Whether mail to a row's `address` came back and it gets none now, as part of a query; `now` may come later."""
    return Exists(Suppression.objects.filter(address=OuterRef("address"), expires_at__gt=now))
