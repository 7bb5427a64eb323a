"""Values of operators that name rows of a table: regions, topics, queues, tags and people, as conditions on tickets."""

from collections.abc import Callable
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


def region(value: str, user: User) -> Q:
    """By ISO code or the beginning of the name: "Kyiv" is a city and an oblast."""
    fits = Q(code__iexact=value) | _begins(value, "name", "name_uk")
    return Q(region=None) if value == NONE else Q(region__in=_ids(Region.objects.filter(fits), value, _codes(Region)))


def topic(value: str, user: User) -> Q:
    """By code or the beginning of the name in any of its languages."""
    fits = Q(code__istartswith=_slug(value)) | _begins(value, "name", "name_uk", "name_lv", "name_fr")
    return Q(topic=None) if value == NONE else Q(topic__in=_ids(Topic.objects.filter(fits), value, _codes(Topic)))


def queue(value: str, user: User) -> Q:
    """By code or the beginning of the name."""
    fits = Q(code__istartswith=_slug(value)) | _begins(value, "name")
    return Q(queue__in=_ids(Queue.objects.filter(fits), value, _codes(Queue)))


def assignee(value: str, user: User) -> Q:
    """By address or the beginning of a part of the name; `me`, or nobody."""
    if value in (NONE, ME):
        return Q(assignee=None if value == NONE else user.pk)
    fits = Q(email__iexact=value) | Q(name__istartswith=value) | Q(name__icontains=f" {value}")
    working = User.objects.filter(is_active=True).order_by("name").values_list("name", flat=True)
    return Q(assignee__in=_ids(User.objects.filter(fits), value, lambda: working))


def tag(value: str, user: User) -> Q:
    """By the beginning of the name."""
    put = Ticket.tags.through._default_manager.filter(ticket=OuterRef("pk"))
    if value == NONE:
        return ~Q(Exists(put))
    names = Tag.objects.order_by("name").values_list("name", flat=True)
    return Q(Exists(put.filter(tag__in=_ids(Tag.objects.filter(name__istartswith=value), value, lambda: names))))


NAMED: dict[str, Callable[[str, User], Q]] = {
    "region": region,
    "topic": topic,
    "queue": queue,
    "assignee": assignee,
    "tag": tag,
}


def _begins(value: str, *columns: str) -> Q:
    return reduce(or_, (Q(**{f"{column}__istartswith": value}) for column in columns))


def _slug(value: str) -> str:
    return value.lower().replace(" ", "-")


def _codes(model: type[Queue] | type[Region] | type[Topic]) -> Callable[[], QuerySet[Any, str]]:
    return lambda: model._default_manager.order_by("pk").values_list("code", flat=True)


def _ids(found: QuerySet[Any], value: str, known: Callable[[], QuerySet[Any, str]]) -> list[int]:
    """The ids of the rows that fit. Raises UnknownName when none does."""
    ids = list(found.order_by("pk").values_list("pk", flat=True)[:MOST])
    if not ids:
        names = [*known()[: SHOWN + 1]]
        if not names:
            raise UnknownName(_("There are no tags."))  # everything else is there from the start
        shown = ", ".join(names[:SHOWN]) + (" …" if len(names) > SHOWN else "")
        raise UnknownName(
            _("Nothing is called “%(value)s” here. There is: %(names)s.") % {"value": value, "names": shown}
        )
    return ids
