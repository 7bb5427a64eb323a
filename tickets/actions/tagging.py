"""The words on a ticket."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tickets.actions import routing
from tickets.actions.record import Actor, changed, lock, record
from tickets.errors import IllegalMove
from tickets.models import Event, Tag, Ticket

MOST, LONGEST = 20, 50


@transaction.atomic
def set_tags(*, actor: Actor, ticket_id: int, names: Sequence[str], now: datetime) -> Ticket:
    """Put these tags on the ticket and take all others off. One that is new is made; capitals make no difference."""
    wanted = _wanted(names)
    ticket = lock(ticket_id)
    before = sorted(ticket.tags.values_list("pk", flat=True))
    _set(ticket, before, Tag.objects.named(wanted), actor, now)
    return ticket


@transaction.atomic
def add_tags(*, actor: Actor, ticket_id: int, names: Sequence[str], now: datetime) -> Ticket:
    """Put these tags on the ticket beside those that it has."""
    wanted = _wanted(names)
    if not wanted:
        raise IllegalMove("tag-missing", _("Enter a tag."))
    ticket = lock(ticket_id)
    before = sorted(ticket.tags.values_list("pk", flat=True))
    after = {*before, *Tag.objects.named(wanted)}
    if len(after) > MOST:
        raise _too_many()
    _set(ticket, before, after, actor, now)
    return ticket


@transaction.atomic
def put_tags_back(*, actor: Actor, ticket_id: int, tag_ids: Collection[int], now: datetime) -> Ticket:
    """Bring back the tags that an act found; those that are gone meanwhile stay away."""
    ticket = lock(ticket_id)
    before = sorted(ticket.tags.values_list("pk", flat=True))
    _set(ticket, before, Tag.objects.filter(pk__in=tag_ids).values_list("pk", flat=True), actor, now)
    return ticket


def _wanted(names: Sequence[str]) -> list[str]:
    """The names as they are kept, each once."""
    wanted = {name.casefold(): name for name in (" ".join(each.split()) for each in names) if name}
    if len(wanted) > MOST:
        raise _too_many()
    if any(len(name) > LONGEST for name in wanted.values()):
        raise IllegalMove("tag-too-long", _("A tag has at most 50 characters."))
    return list(wanted.values())


def _too_many() -> IllegalMove:
    return IllegalMove("too-many-tags", _("These are too many tags. Twenty are enough for one ticket."))


def _set(ticket: Ticket, before: Sequence[int], tags: Iterable[int], actor: Actor, now: datetime) -> None:
    after = sorted(tags)
    if before != after:
        ticket.tags.set(after)
        done = record(ticket, Event.Verb.TAGS, actor=actor, at=now, data=changed(before, after))
        routing.on_change(ticket, done, actor=actor, now=now)
