"""May this person see or do this? Asked here and nowhere else, as a query and as a check that agree."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from tickets.models import Queue, SavedView, Ticket, TicketReader, User
from tickets.questions import Given, Question


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


@dataclass(frozen=True)
class _Reach:
    """The numbers of the queues that a person sees, and of those whose sensitive tickets they answer for."""

    open: frozenset[int]
    answers_for: frozenset[int]


_MEMBERS = Queue.members.through.objects.filter(queue=OuterRef("pk"))
_QUEUES = Question(
    lambda: (
        Queue.objects.annotate(mine=Exists(_MEMBERS.filter(user=Given("user"))), peopled=Exists(_MEMBERS))
        .order_by()
        .values_list("pk", "restricted", "mine", "peopled")
    )
)


@dataclass(frozen=True)
class Sight:
    """The tickets that a person may see, as a queryset, and `given`: the values for a `Question` asked of `in_sight`.

    Both say the same. The second is for what every page of the desk asks, whose text is not written anew each time.
    """

    given: Mapping[str, Any]

    @cached_property
    def tickets(self) -> QuerySet[Ticket]:
        given = self.given
        return _seen_by(given["reader"], Q(queue__in=given["open"]), Q(queue__in=given["answers_for"]))


def visible(user: User | AnonymousUser) -> QuerySet[Ticket]:
    """The tickets that this person may see. Asks the database once, for the queues."""
    return sight(user).tickets


def sight(user: User | AnonymousUser) -> Sight:
    """The same, for a `Question` as well."""
    if not isinstance(user, User) or not user.is_active:
        return Sight({"reader": 0, "open": [], "answers_for": []})
    reach = _reach(user)
    return Sight({"reader": user.pk, "open": sorted(reach.open), "answers_for": sorted(reach.answers_for)})


def in_sight() -> QuerySet[Ticket]:
    """The tickets that somebody may see who is not known yet: for a `Question`, with the `given` of a `Sight`."""
    return _seen_by(Given("reader"), Q(queue__any_of=Given("open")), Q(queue__any_of=Given("answers_for")))


def _seen_by(reader: int | Given, opened: Q, answers_for: Q) -> QuerySet[Ticket]:
    named = Q(assignee=reader) | Q(pk__in=TicketReader.objects.filter(user=reader).values("ticket"))
    return Ticket.objects.filter(opened, Q(sensitive=False) | named | answers_for)


@dataclass(frozen=True)
class Counted:
    """The tickets that a person's reports are made of. `own`: those alone that the person takes care of.

    `scope` names what is in sight: figures that are kept under it are shown to whoever sees just that, to nobody else,
    and no longer once the rights are others. Where people see sensitive tickets because they are named, it is theirs.
    """

    tickets: QuerySet[Ticket]
    own: bool
    scope: str


def counted(user: User | AnonymousUser) -> Counted:
    """What this person's reports count: a manager's all that they may see, an agent's their own. One statement.

    Nobody's speed is compared with a colleague's, so an agent sees the figures of their own work alone.
    """
    if not isinstance(user, User) or not user.is_active:
        return Counted(Ticket.objects.none(), True, "")
    reach, own = _reach(user), user.role not in _MANAGERS
    opened, answers_for = sorted(reach.open), sorted(reach.answers_for)
    if not own and opened == answers_for:
        return Counted(Ticket.objects.filter(queue__in=opened), own, f"all of {opened}")
    seen = _seen_by(user.pk, Q(queue__in=opened), Q(queue__in=answers_for))
    return Counted(seen.filter(assignee=user) if own else seen, own, f"{user.role} {user.pk} {opened} {answers_for}")


def may(user: User | AnonymousUser, act: Act, ticket: Ticket) -> bool:
    """Whether this person may do this to this ticket."""
    if not isinstance(user, User) or not user.is_active:
        return False
    reach = _reach(user)
    if ticket.queue_id not in reach.open:
        return False
    if ticket.sensitive and ticket.queue_id not in reach.answers_for and not _is_named(user, ticket):
        return False
    return role_allows(user, act)


def who_may_see(ticket: Ticket) -> QuerySet[User]:
    """The colleagues who may see this ticket: those of whom `may` says so."""
    members = Queue.members.through.objects.filter(queue=ticket.queue_id)
    people = User.objects.filter(is_active=True)
    if ticket.queue.restricted:
        people = people.filter(pk__in=members.values("user"))
    if ticket.sensitive:
        named = Q(pk=ticket.assignee_id) | Q(pk__in=TicketReader.objects.filter(ticket=ticket).values("user"))
        answers_for = Q(role__in=_MANAGERS)
        if members.exists():
            answers_for &= Q(pk__in=members.values("user"))
        people = people.filter(named | answers_for)
    return people


def views(user: User | AnonymousUser) -> QuerySet[SavedView]:
    """The saved views that this person may use: their own, and those that colleagues share."""
    if not isinstance(user, User) or not user.is_active:
        return SavedView.objects.none()
    return views_of(user.pk)


def views_of(owner: int | Given) -> QuerySet[SavedView]:
    """The same of somebody active, by number, who may be `Given` later."""
    return SavedView.objects.filter(Q(owner=owner) | Q(shared=True), deleted_at=None)


def may_change_view(user: User | AnonymousUser, view: SavedView) -> bool:
    """Whether this person may rename, share or delete a saved view: its owner; of a shared one a manager as well."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return view.owner_id == user.pk or (view.shared and user.role in _MANAGERS)


def role_allows(user: User, act: Act) -> bool:
    """The same for a ticket that `visible` has shown to this person: what is left to ask is the role."""
    return user.role in _MANAGERS or act not in _MANAGERS_ONLY


def may_see_queue(user: User, queue: Queue) -> bool:
    """Whether tickets of this queue that are not sensitive are open to this person."""
    return user.is_active and queue.pk in _reach(user).open


def open_to(queue: Queue) -> QuerySet[User]:
    """The people to whom the tickets of this queue that are not sensitive are open: as `may_see_queue` says of each."""
    people = User.objects.filter(is_active=True)
    return people.filter(queues=queue) if queue.restricted else people


def may_administer(user: User | AnonymousUser, *, managers: bool = False) -> bool:
    """Whether this person may change what the house is set up with.

    Administrators may change all of it; managers what is work rather than access, such as topics and closing days.
    """
    if not isinstance(user, User) or not user.is_active:
        return False
    return user.role == User.Role.ADMINISTRATOR or (managers and user.role in _MANAGERS)


def may_export(user: User | AnonymousUser) -> bool:
    """Whether this person may take figures out of the house as a file: managers. What is in it, `counted` says."""
    return isinstance(user, User) and user.is_active and user.role in _MANAGERS


def get_reports() -> QuerySet[User]:
    """Those to whom reports are mailed unless they do not want them: managers."""
    return User.objects.filter(is_active=True, role__in=_MANAGERS)


def may_plan_for(user: User | AnonymousUser, person: User) -> bool:
    """Whether this person may say when `person` is away, and what they read: of oneself all, of others managers."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return user.pk == person.pk or user.role in _MANAGERS


def _is_named(user: User, ticket: Ticket) -> bool:
    return ticket.assignee_id == user.pk or TicketReader.objects.filter(ticket=ticket, user=user).exists()


def _reach(user: User) -> _Reach:
    """A queue that has members is answered for by the managers among them; one that has none, by all managers."""
    rows = _QUEUES.all(user=user.pk)
    seen = frozenset(pk for pk, restricted, mine, _ in rows if mine or not restricted)
    manages = user.role in _MANAGERS
    return _Reach(
        seen, frozenset(pk for pk, _, mine, peopled in rows if manages and pk in seen and (mine or not peopled))
    )
