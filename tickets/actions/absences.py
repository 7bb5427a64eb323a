"""When colleagues are away, who stands in for them, and which languages they read: what rules give tickets by.

It is about no ticket, so it leaves no event; nothing is given to anybody else by it.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tickets.actions.record import Actor
from tickets.deadlines import day_of
from tickets.errors import IllegalMove
from tickets.models import Absence, User
from tickets.permissions import may_plan_for
from tickets.search.operators import LANGUAGES

LONGEST = timedelta(days=400)


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
