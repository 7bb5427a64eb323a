"""When colleagues are away, who stands in for them, and which languages they read: what rules give tickets by.

It is about no ticket, so it leaves no event; nothing is given to anybody else by it.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TypedDict

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from notifications import digests
from tickets.actions.record import Actor
from tickets.deadlines import day_of
from tickets.errors import IllegalMove
from tickets.links import desk_url, ticket_url
from tickets.models import Absence, Ticket, User
from tickets.models.ticket import TO_DO
from tickets.permissions import may_plan_for, visible
from tickets.search.operators import LANGUAGES

LONGEST = timedelta(days=400)
LISTED = 50  # tickets that a notice names


@transaction.atomic
def enter_absence(
    *, actor: Actor, person: User, first_day: date, last_day: date, substitute: User | None, now: datetime
) -> Absence:
    """Say on which days, Brussels', somebody is away. The substitute is told what partners answer meanwhile.

    A substitute sees what they saw before, and nothing more.
    """
    _check(actor, person)
    if last_day < first_day:
        raise IllegalMove("days", _("The last day is before the first."))
    if last_day < day_of(now):
        raise IllegalMove("past", _("These days are over."))
    if last_day - first_day > LONGEST:
        raise IllegalMove("too-long", _("This is longer than a year. Enter it in parts."))
    if substitute is not None and (substitute.pk == person.pk or not substitute.is_active):
        raise IllegalMove("substitute", _("Choose somebody else who works here as substitute."))
    absence = Absence(user=person, first_day=first_day, last_day=last_day, substitute=substitute, created_at=now)
    absence.entered_by = _user(actor)
    return _kept(absence)


@transaction.atomic
def delete_absence(*, actor: Actor, absence_id: int, now: datetime) -> Absence:
    """Take an absence back; `restore_absence` brings it back."""
    absence = _lock(actor, absence_id, deleted=False)
    absence.deleted_at = now
    absence.save(update_fields=["deleted_at"])
    return absence


@transaction.atomic
def restore_absence(*, actor: Actor, absence_id: int) -> Absence:
    """Bring a deleted absence back."""
    absence = _lock(actor, absence_id, deleted=True)
    absence.deleted_at = None
    return _kept(absence)


@transaction.atomic
def tell_start(*, absence_id: int, now: datetime) -> bool:
    """Tell the substitute that they stand in from now on, and for what; once. Nothing is given to them by it."""
    absence = _untold(absence_id, start_told_at__isnull=True, deleted_at__isnull=True)
    if absence is None or absence.substitute is None or not absence.first_day <= day_of(now) <= absence.last_day:
        return False
    absence.start_told_at = now
    absence.save(update_fields=["start_told_at"])
    substitute = absence.substitute
    if substitute.is_active and absence.user.is_active:
        digests.standing_in(
            **_to(substitute),
            name=absence.user.name,
            until=absence.last_day,
            **_open_tickets(absence.user, seen_by=substitute),
            key=f"standing-in:{absence.pk}",
        )
    return True


@transaction.atomic
def tell_end(*, absence_id: int, now: datetime) -> bool:
    """Tell both that the substitute stands in no more: the absence is over, or was taken back; once."""
    absence = _untold(absence_id, start_told_at__isnull=False, end_told_at__isnull=True)
    if absence is None or absence.substitute is None:
        return False
    if absence.deleted_at is None and absence.last_day >= day_of(now):
        return False
    absence.end_told_at = now
    absence.save(update_fields=["end_told_at"])
    person, substitute, key = absence.user, absence.substitute, f"standing-in-over:{absence.pk}"
    if substitute.is_active:
        digests.standing_in_over(
            **_to(substitute),
            name=person.name,
            back=False,
            tickets=(),
            more=0,
            desk=desk_url(),
            key=f"{key}:substitute",
        )
    if person.is_active:
        tickets = _open_tickets(person, seen_by=person)
        digests.standing_in_over(**_to(person), name=substitute.name, back=True, **tickets, key=key)
    return True


@transaction.atomic
def set_reads(*, actor: Actor, person: User, languages: Sequence[str]) -> None:
    """Say in which languages somebody reads requests, as ISO 639-1 codes; none for the language of their desk."""
    _check(actor, person)
    if not set(languages) <= LANGUAGES.keys():
        raise IllegalMove("language", _("There is no such language."))
    person.reads = list(dict.fromkeys(languages))
    person.save(update_fields=["reads"])


def _kept(absence: Absence) -> Absence:
    """Write it, unless the person is away already on one of the days. The person's row decides who comes first."""
    User.objects.select_for_update(no_key=True).get(pk=absence.user_id)
    same = Absence.objects.filter(
        user=absence.user_id, deleted_at=None, first_day__lte=absence.last_day, last_day__gte=absence.first_day
    )
    if same.exclude(pk=absence.pk).exists():
        raise IllegalMove("overlap", _("There is an absence on some of these days already. Take it away first."))
    absence.save()
    return absence


def _check(actor: Actor, person: User) -> None:
    if not may_plan_for(_user(actor), person):
        raise IllegalMove("not-yours", _("You say when you are away; for others, managers do."))


def _user(actor: Actor) -> User:
    if actor.user is None:
        raise IllegalMove("not-yours", _("You say when you are away; for others, managers do."))
    return actor.user


def _lock(actor: Actor, absence_id: int, *, deleted: bool) -> Absence:
    known = Absence.objects.select_for_update(of=("self",)).select_related("user")
    absence = known.filter(pk=absence_id, deleted_at__isnull=not deleted).first()
    if absence is None:
        raise IllegalMove("gone", _("This absence is gone."))
    _check(actor, absence.user)
    return absence


class _To(TypedDict):
    to: digests.Address
    language: str


class _OpenTickets(TypedDict):
    tickets: list[digests.Ticket]
    more: int
    desk: str


def _to(person: User) -> _To:
    return {"to": digests.Address(person.name, person.email), "language": person.language}


def _untold(absence_id: int, **state: bool) -> Absence | None:
    """The absence, locked, if nobody has told of this yet; None too while another worker does."""
    rows = Absence.objects.select_for_update(of=("self",), skip_locked=True).select_related("user", "substitute")
    return rows.filter(pk=absence_id, **state).first()


def _open_tickets(person: User, *, seen_by: User) -> _OpenTickets:
    """What is to do of a person, as far as the reader may see it, the longest waiting first."""
    tickets = visible(seen_by).filter(assignee=person, status__in=TO_DO)
    number = tickets.count()
    listed: list[Ticket] = list(tickets.order_by("received_at", "id")[:LISTED])
    return {
        "tickets": [digests.Ticket(ticket.reference, ticket_url(ticket)) for ticket in listed],
        "more": number - len(listed),
        "desk": desk_url(f"is:todo assignee:{person.email}"),
    }
