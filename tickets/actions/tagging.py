"""The words on a ticket."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from tickets.actions.record import Actor, changed, lock, record
from tickets.errors import IllegalMove
from tickets.models import Event, Tag, Ticket

MOST, LONGEST = 20, 50


@transaction.atomic
def set_tags(*, actor: Actor, ticket_id: int, names: Sequence[str], now: datetime) -> Ticket:
    """Put these tags on the ticket and take all others off. One that is new is made; capitals make no difference."""
    wanted = {name.casefold(): name for name in (" ".join(each.split()) for each in names) if name}
    if len(wanted) > MOST:
        raise IllegalMove("too-many-tags", _("These are too many tags. Twenty are enough for one ticket."))
    if any(len(name) > LONGEST for name in wanted.values()):
        raise IllegalMove("tag-too-long", _("A tag has at most 50 characters."))
    ticket = lock(ticket_id)
    before = sorted(ticket.tags.values_list("pk", flat=True))
    after = sorted(_known(list(wanted.values())))
    if before != after:
        ticket.tags.set(after)
        record(ticket, Event.Verb.TAGS, actor=actor, at=now, data=changed(before, after))
    return ticket


def _known(names: Sequence[str]) -> list[int]:
    """The numbers of these tags, made where they are new. Two people may make the same one at the same moment."""
    Tag.objects.bulk_create([Tag(name=name) for name in names], ignore_conflicts=True)
    lower = [name.lower() for name in names]
    return list(Tag.objects.annotate(lower=Lower("name")).filter(lower__in=lower).values_list("pk", flat=True))
