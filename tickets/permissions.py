"""May this person see or do this? Asked here and nowhere else, as a query and as a check that agree."""

from enum import StrEnum

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from tickets.models import SavedView, Ticket, User


class Act(StrEnum):
    """What can be asked for. Every act on a ticket includes seeing it."""

    VIEW = "view"
    ANSWER = "answer"
    NOTE = "note"
    TRIAGE = "triage"
    OPEN_QUARANTINED = "open_quarantined"
    ERASE = "erase"


_MANAGERS = (User.Role.MANAGER, User.Role.ADMINISTRATOR)
_MANAGERS_ONLY = (Act.OPEN_QUARANTINED, Act.ERASE)


def visible(user: User | AnonymousUser) -> QuerySet[Ticket]:
    """The tickets that this person may see."""
    if not isinstance(user, User) or not user.is_active:
        return Ticket.objects.none()
    allowed = Q(queue__restricted=False) | Q(queue__in=_queues_of(user))
    if user.role not in _MANAGERS:
        allowed &= Q(sensitive=False) | Q(assignee=user)
    return Ticket.objects.filter(allowed)


def may(user: User | AnonymousUser, act: Act, ticket: Ticket) -> bool:
    """Whether this person may do this to this ticket."""
    if not isinstance(user, User) or not user.is_active:
        return False
    if ticket.queue.restricted and ticket.queue_id not in _queues_of(user):
        return False
    manager = user.role in _MANAGERS
    if ticket.sensitive and not manager and ticket.assignee_id != user.pk:
        return False
    return manager or act not in _MANAGERS_ONLY


def views(user: User | AnonymousUser) -> QuerySet[SavedView]:
    """The saved views that this person may use: their own, and those that colleagues share."""
    if not isinstance(user, User) or not user.is_active:
        return SavedView.objects.none()
    return SavedView.objects.filter(Q(owner=user) | Q(shared=True), deleted_at=None)


def may_change_view(user: User | AnonymousUser, view: SavedView) -> bool:
    """Whether this person may rename, share or delete a saved view: its owner; of a shared one a manager as well."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return view.owner_id == user.pk or (view.shared and user.role in _MANAGERS)


def _queues_of(user: User) -> list[int]:
    return list(user.queues.values_list("pk", flat=True))
