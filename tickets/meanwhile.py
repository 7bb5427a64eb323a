"""What happened on a ticket while somebody writes an answer to it: who else wrote, and who is writing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import CharField, F, Value
from django.db.models.functions import Coalesce, NullIf

from tickets.models import Draft, Message, User

# A draft that was saved within it is being written; pages save every few seconds while somebody types.
WRITES = timedelta(minutes=2)


class Kind(StrEnum):
    """Who: the partner, a colleague who answered, or one who is about to. In the order in which they matter."""

    PARTNER = "partner"
    ANSWERED = "answered"
    WRITES = "writes"


@dataclass(frozen=True)
class Meanwhile:
    """One thing that happened: who did it, and the number of the message or draft."""

    kind: Kind
    name: str
    pk: int


_KINDS = {Message.Kind.INBOUND: Kind.PARTNER, Message.Kind.OUTBOUND: Kind.ANSWERED, "draft": Kind.WRITES}


def meanwhile(ticket_id: int, *, writer: User, last_seen: int, now: datetime) -> list[Meanwhile]:
    """What came after the message `last_seen`, and others' fresh drafts; the writer's own aside. One statement."""
    answers = Message.objects.filter(
        ticket=ticket_id, kind__in=(Message.Kind.INBOUND, Message.Kind.OUTBOUND), pk__gt=last_seen
    ).exclude(delivery=Message.Delivery.CANCELLED)
    name = Coalesce("author__name", NullIf("sender_name", Value("")), "sender_address", output_field=CharField())
    drafts = Draft.objects.filter(ticket=ticket_id, updated_at__gt=now - WRITES)
    lines = (
        answers.exclude(author=writer)
        .order_by()
        .values_list("kind", name, "pk")
        .union(
            drafts.exclude(author=writer).order_by().values_list(Value("draft", CharField()), F("author__name"), "pk"),
            all=True,
        )
    )
    found = [Meanwhile(_KINDS[kind], who, pk) for kind, who, pk in lines]
    return sorted(found, key=lambda each: (list(Kind).index(each.kind), each.pk))
