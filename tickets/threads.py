"""How the messages of a ticket hang together in mail programs: Message-IDs, In-Reply-To and References."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q

from notifications.emails import Thread
from notifications.models import OutgoingMail, address_key, provider_ids
from tickets.models import Message, Ticket
from tickets.questions import Given, Question

# Mail programs need the first and the latest; servers refuse headers that grow without end.
MAX_REFERENCES = 20
# What a mail names is looked up for each mail, and texts, which may be long, are not asked for.
TO_FIND_A_TICKET = ("message_id_hash", "kind", "outgoing", "ticket__reference", "ticket__merged_into")
BY_MESSAGE_ID = Question(
    lambda: (
        Message.objects.select_related("ticket")
        .only(*TO_FIND_A_TICKET)
        .filter(message_id_hash__any_of=Given("hashes"))
        .exclude(message_id_hash="")  # so says the index
        .order_by("id")
    )
)
# The messages of this key, or with the Message-ID of this hash: number, key, kind and outgoing mail.
ALIKE = Question(
    lambda: (
        Message.objects.filter(Q(key=Given("key")) | Q(message_id_hash=Given("hash")) & ~Q(message_id_hash=""))
        .order_by("id")
        .values_list("pk", "key", "kind", "outgoing")
    )
)
BY_PROVIDER_ID = Question(
    lambda: (
        Message.objects.select_related("ticket", "outgoing")
        .only(*TO_FIND_A_TICKET, "outgoing__provider_id")
        .filter(outgoing__provider_id__any_of=Given("ids"))
        .exclude(outgoing__provider_id="")
        .order_by("id")
    )
)


def message_id_hash(message_id: str) -> str:
    """The hash under which a Message-ID is looked up: unbounded text makes no index key. Empty for an empty one."""
    plain = message_id.strip().strip("<>")
    return hashlib.sha256(plain.encode()).hexdigest() if plain else ""


@dataclass(frozen=True)
class Named:
    """A message and the Message-ID by which it was named: its own, or the one that a provider gave it on its way."""

    message_id: str
    message: Message


def messages_named(message_ids: Sequence[str]) -> list[Named]:
    """The messages that bear these Message-IDs (plain), in the order of `message_ids`.

    One query; a second one for what the first did not find, because providers put ids of their own in place of ours.
    """
    hashes = {message_id_hash(each): each for each in reversed(message_ids) if each}
    rows = BY_MESSAGE_ID.all(hashes=list(hashes)) if hashes else []
    found = [Named(hashes[message.message_id_hash], message) for message in rows]
    missing = provider_ids(set(hashes.values()) - {each.message_id for each in found})
    if missing:
        sent = BY_PROVIDER_ID.all(ids=list(missing))
        found += [Named(missing[each.outgoing.provider_id], each) for each in sent if each.outgoing]
    order = list(message_ids)
    return sorted(found, key=lambda each: order.index(each.message_id))


def bears_our_id(message_id: str) -> bool:
    """Whether a mail of the outbox bears this Message-ID, be it a message of a ticket or a notice to staff."""
    return OutgoingMail.objects.named(message_id).exists()


def merged_family(ticket: Ticket) -> list[int]:
    """The numbers of the ticket and of all that were merged into it, and into those; one query for each level."""
    family, level = [ticket.pk], [ticket.pk]
    while level:
        level = list(Ticket.objects.filter(merged_into__in=level).exclude(pk__in=family).values_list("pk", flat=True))
        family += level
    return family


def ever_wrote_to(addresses: Sequence[str]) -> bool:
    """Whether a mail to one of these addresses stands in the outbox or on a ticket, in the first place or in copy."""
    lower = [address.strip().lower() for address in addresses]
    if OutgoingMail.objects.filter(recipient_key__in=map(address_key, lower), admitted_at__isnull=False).exists():
        return True
    named = [Q(to__contains=[[address]]) | Q(cc__contains=[[address]]) for address in lower]
    ours = Q(kind__in=(Message.Kind.OUTBOUND, Message.Kind.AUTOMATIC))
    return bool(named) and Message.objects.filter(reduce(or_, named), ours).exists()


def last_inbound(ticket: Ticket) -> Message | None:
    """The newest message of the partner, here or on what was merged into it; automatic ones aside."""
    asked = Message.objects.filter(ticket__in=merged_family(ticket), kind=Message.Kind.INBOUND)
    return asked.order_by("-received_at", "-id").first()


def thread_of(ticket: Ticket) -> Thread:
    """The headers that put our next mail into the partner's own thread (RFC 5322, section 3.6.4)."""
    rows = (
        Message.objects.filter(ticket__in=merged_family(ticket))
        .exclude(kind=Message.Kind.NOTE)
        .exclude(message_id="")
        .exclude(delivery=Message.Delivery.CANCELLED)
        .order_by("received_at", "id")
        .values_list("message_id", "kind")
    )
    known = list(rows)
    if not known:
        return Thread("", ())
    asked = [message_id for message_id, kind in known if kind == Message.Kind.INBOUND]
    ids = [message_id for message_id, _ in known]
    references = ids if len(ids) <= MAX_REFERENCES else [ids[0], *ids[1 - MAX_REFERENCES :]]
    return Thread(asked[-1] if asked else ids[-1], tuple(references))
