"""Values of operators that name rows of a table: regions, topics, queues, tags and people, as conditions on tickets."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from tickets.models import Queue, Region, Tag, Ticket, Topic, User
from tickets.search.operators import ME, NONE

MOST = 50  # rows that one value means; a beginning that fits more is cut
SHOWN = 12  # names in the sentence that says what there is


class UnknownName(Exception):
    """No row bears this name. The message is a sentence that says what there is."""


@dataclass(frozen=True, slots=True)
class Named:
    """The rows that bear a name, and what having one of them (numbers, or a query for them) means for a ticket.

    `known` are the names that there are.
    """

    value: str
    rows: QuerySet[Any]
    known: Callable[[], QuerySet[Any, str]]
    having: Callable[[Any], Q]

    def found(self) -> Q:
        """The condition, its rows read now: a list plans better for numbers. Raises UnknownName."""
        return self.having(_ids(self.rows, self.value, self.known))

    def inside(self) -> Q:
        """The same within one statement, with nothing read before; of a name that nobody bears it means no ticket."""
        return self.having(_numbers(self.rows))


def region(value: str, user: User | None) -> Q | Named:
    """By ISO code or the beginning of the name: "Kyiv" is a city and an oblast."""
    if value == NONE:
        return Q(region=None)
    fits = Q(code__iexact=value) | _begins(value, "name", "name_uk")
    return Named(value, Region.objects.filter(fits), _codes(Region), lambda some: Q(region__in=some))


def topic(value: str, user: User | None) -> Q | Named:
    """By code, else by the beginning of it or of the name in any of its languages."""
    if value == NONE:
        return Q(topic=None)
    fits = Q(code__istartswith=_slug(value)) | _begins(value, "name", "name_uk", "name_lv", "name_fr")
    return Named(value, _exactly(Topic, value, fits), _codes(Topic), lambda some: Q(topic__in=some))


def queue(value: str, user: User | None) -> Q | Named:
    """By code, else by the beginning of it or of the name in any of its languages."""
    fits = Q(code__istartswith=_slug(value)) | _begins(value, "name", "name_uk", "name_lv", "name_fr")
    return Named(value, _exactly(Queue, value, fits), _codes(Queue), lambda some: Q(queue__in=some))


def assignee(value: str, user: User | None) -> Q | Named:
    """By address or the beginning of a part of the name; `me`, or nobody. A rule is nobody's, so it has no `me`."""
    if value == NONE:
        return Q(assignee=None)
    if value == ME:
        if user is None:
            raise UnknownName(_("A rule acts for everybody, so it has no “me”. Name the person."))
        return Q(assignee=user.pk)
    fits = Q(email__iexact=value) | Q(name__istartswith=value) | Q(name__icontains=f" {value}")
    working = User.objects.filter(is_active=True).order_by("name").values_list("name", flat=True)
    return Named(value, User.objects.filter(fits), lambda: working, lambda some: Q(assignee__in=some))


def tag(value: str, user: User | None) -> Q | Named:
    """By the beginning of the name."""
    put = Ticket.tags.through._default_manager.filter(ticket=OuterRef("pk"))
    if value == NONE:
        return ~Q(Exists(put))
    names = Tag.objects.order_by("name").values_list("name", flat=True)
    rows = Tag.objects.filter(name__istartswith=value)
    return Named(value, rows, lambda: names, lambda some: Q(Exists(put.filter(tag__in=some))))


NAMED: dict[str, Callable[[str, User | None], Q | Named]] = {
    "region": region,
    "topic": topic,
    "queue": queue,
    "assignee": assignee,
    "tag": tag,
}


def _exactly(model: type[Queue] | type[Topic], value: str, fits: Q) -> QuerySet[Any]:
    """The row whose code this is, alone; else all that fit. Still one statement."""
    exact = model._default_manager.filter(code=_slug(value))
    return model._default_manager.filter(Q(pk__in=exact.values("pk")) | (fits & ~Q(Exists(exact))))


def _begins(value: str, *columns: str) -> Q:
    return reduce(or_, (Q(**{f"{column}__istartswith": value}) for column in columns))


def _slug(value: str) -> str:
    return value.lower().replace(" ", "-")


def _codes(model: type[Queue] | type[Region] | type[Topic]) -> Callable[[], QuerySet[Any, str]]:
    return lambda: model._default_manager.order_by("pk").values_list("code", flat=True)


def _ids(found: QuerySet[Any], value: str, known: Callable[[], QuerySet[Any, str]]) -> list[int]:
    """The ids of the rows that fit. Raises UnknownName when none does."""
    ids = list(_numbers(found))
    if not ids:
        names = [*known()[: SHOWN + 1]]
        if not names:
            raise UnknownName(_("There are no tags."))  # everything else is there from the start
        there = _("Nothing is called “%(value)s” here. There is: %(names)s.")
        if len(names) > SHOWN:
            there = _("Nothing is called “%(value)s” here. There is, among others: %(names)s.")
        raise UnknownName(there % {"value": value, "names": ", ".join(names[:SHOWN])})
    return ids


def _numbers(rows: QuerySet[Any]) -> QuerySet[Any, int]:
    return rows.order_by("pk").values_list("pk", flat=True)[:MOST]
