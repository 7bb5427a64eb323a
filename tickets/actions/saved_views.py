"""Lists that people keep under a name: saved, changed, deleted and brought back; and what lines of a list show.

They belong to no ticket, so they leave no event. A deleted view is out of sight at once and gone a month later.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from tickets.actions.record import Actor
from tickets.errors import IllegalMove
from tickets.models import SavedView, User
from tickets.permissions import may_change_view

KEPT_DELETED = timedelta(days=30)
MOST = 50  # views of one person
LONGEST_NAME = 60
LONGEST_QUERY = 1000


@transaction.atomic
def save_view(
    *,
    actor: Actor,
    name: str,
    query: str,
    order: str,
    columns: Sequence[str] | None = None,
    shared: bool = False,
    now: datetime,
) -> SavedView:
    """Keep a list under a name that the person has not used yet."""
    owner = _person(actor)
    if len(query) > LONGEST_QUERY:
        raise IllegalMove("query-too-long", _("This search is too long to be kept. Shorten it."))
    if SavedView.objects.filter(owner=owner, deleted_at=None).count() >= MOST:
        raise IllegalMove("too-many", _("You have as many views as fit. Delete one first."))
    view = SavedView(owner=owner, name=_checked(name), query=query, order=order, shared=shared, created_at=now)
    view.columns = list(columns) if columns is not None else None
    return _kept(view)


@transaction.atomic
def change_view(
    *,
    actor: Actor,
    view_id: int,
    name: str | None = None,
    shared: bool | None = None,
    query: str | None = None,
    order: str | None = None,
    columns: Sequence[str] | None = None,
) -> SavedView:
    """Change what is given: the name, whether colleagues see it, or the list itself."""
    view = _lock(actor, view_id)
    if name is not None:
        view.name = _checked(name)
    if shared is not None:
        view.shared = shared
    if query is not None:
        view.query = query[:LONGEST_QUERY]
    if order is not None:
        view.order = order
    if columns is not None:
        view.columns = list(columns)
    return _kept(view)


@transaction.atomic
def delete_view(*, actor: Actor, view_id: int, now: datetime) -> SavedView:
    """Take a view out of sight; `restore_view` brings it back."""
    view = _lock(actor, view_id)
    view.deleted_at = now
    view.save(update_fields=["deleted_at"])
    SavedView.objects.filter(deleted_at__lt=now - KEPT_DELETED).delete()
    return view


@transaction.atomic
def restore_view(*, actor: Actor, view_id: int) -> SavedView:
    """Bring a deleted view back, unless another took its name meanwhile."""
    view = _lock(actor, view_id, deleted=True)
    view.deleted_at = None
    return _kept(view)


def choose_columns(*, actor: Actor, columns: Sequence[str] | None) -> None:
    """Say what each line of this person's lists shows; None for the usual."""
    person = _person(actor)
    person.list_columns = list(columns) if columns is not None else None
    person.save(update_fields=["list_columns"])


def _person(actor: Actor) -> User:
    if actor.user is None:
        raise IllegalMove("nobody", _("Only a member of staff keeps views."))
    return actor.user


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise IllegalMove("name-missing", _("Give the view a name."))
    if len(name) > LONGEST_NAME:
        raise IllegalMove("name-too-long", _("This name is too long. Give the view a shorter one."))
    return name


def _lock(actor: Actor, view_id: int, *, deleted: bool = False) -> SavedView:
    view = SavedView.objects.select_for_update().filter(pk=view_id, deleted_at__isnull=not deleted).first()
    if view is None or not may_change_view(_person(actor), view):
        raise IllegalMove("not-yours", _("This view cannot be changed: it is a colleague’s, or it is gone."))
    return view


def _kept(view: SavedView) -> SavedView:
    """Write it. The database decides whether the name is free."""
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as error:
        raise IllegalMove("name-taken", _("There is a view of this name already. Give it another.")) from error
    return view
