"""Who hears of a ticket besides its assignee: those who follow it, and those whom a note names."""

import re
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from notifications import notices
from tickets.absences import stand_in, substitutes_on
from tickets.actions.record import Actor, lock, record
from tickets.deadlines import day_of
from tickets.errors import IllegalMove
from tickets.models import Event, Follower, Message, Ticket, User
from tickets.notices import about
from tickets.permissions import Act, may
from tickets.questions import Given, Question

FOLLOWERS = Question(lambda: User.objects.filter(followed__ticket=Given("ticket")).order_by("pk"))


@transaction.atomic
def follow(*, actor: Actor, ticket_id: int, user: User, now: datetime) -> Ticket:
    """Tell this person from now on when the partner writes."""
    ticket = lock(ticket_id)
    if not may(user, Act.VIEW, ticket):
        raise IllegalMove("follower-outside", _("This person may not see this ticket. Choose somebody else."))
    _row, made = Follower.objects.get_or_create(ticket=ticket, user=user, defaults={"created_at": now})
    if made:
        record(ticket, Event.Verb.FOLLOWED, actor=actor, at=now, data={"user": user.pk})
    return ticket


@transaction.atomic
def unfollow(*, actor: Actor, ticket_id: int, user: User, now: datetime) -> Ticket:
    """Tell this person no more."""
    ticket = lock(ticket_id)
    gone, _rows = Follower.objects.filter(ticket=ticket, user=user).delete()
    if gone:
        record(ticket, Event.Verb.UNFOLLOWED, actor=actor, at=now, data={"user": user.pk})
    return ticket


def listeners(ticket: Ticket, *, now: datetime) -> list[User]:
    """The assignee, who stands in for them today, and the followers, as far as they may see the ticket; each once.

    Of a ticket from `lock`: where nobody follows it, and its assignee is there, no statement asks for them.
    """
    followers = FOLLOWERS.all(ticket=ticket.pk) if getattr(ticket, "followed", True) else []
    found = {person.pk: person for person in followers}
    if ticket.assignee is not None:
        found[ticket.assignee.pk] = ticket.assignee
        if getattr(ticket, "away", True):
            standing_in = stand_in(ticket.assignee.pk, substitutes_on(day_of(now)))
            found |= {person.pk: person for person in User.objects.filter(pk__in=standing_in, is_active=True)}
    return [person for person in found.values() if may(person, Act.VIEW, ticket)]


def mentioned(ticket: Ticket, text: str) -> list[User]:
    """The colleagues whom a text names by "@" with their name or the first part of their address.

    Only those who may see the ticket. Where one name begins another, the longer one is meant.
    """
    if "@" not in text:
        return []
    names = {name.casefold(): person for person in _colleagues() for name in _names(person)}
    either = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    found = re.findall(rf"(?<!\w)@({either})(?!\w)", text.casefold()) if either else []
    people = {names[name].pk: names[name] for name in found}
    return [person for person in people.values() if may(person, Act.VIEW, ticket)]


def tell_mentioned(ticket: Ticket, note: Message, people: list[User], *, actor: Actor, now: datetime) -> None:
    """Tell those whom a note names, once; they follow the ticket from now on. Inside the act that wrote the note."""
    for person in people:
        if actor.user is not None and person.pk == actor.user.pk:
            continue
        Follower.objects.get_or_create(ticket=ticket, user=person, defaults={"created_at": now})
        by = actor.user.name if actor.user else ""
        notices.mentioned(by=by, **about(ticket, person, key=f"mentioned:{note.pk}:{person.pk}"))


def _colleagues() -> list[User]:
    return list(User.objects.filter(is_active=True).order_by("pk"))


def _names(person: User) -> tuple[str, ...]:
    return tuple(filter(None, (person.name.strip(), person.email.partition("@")[0])))
