"""What the menus of a ticket or a list offer, and the names behind the numbers of a history: one statement for all."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.conf.locale import LANG_INFO
from django.db.models import (
    BooleanField,
    Case,
    CharField,
    ExpressionWrapper,
    F,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils.translation import get_language

from tickets import reference, regions
from tickets.models import Contact, Queue, ReplyTemplate, RoutingRule, Tag, Ticket, Topic, User
from tickets.models.naming import LOCAL_NAMES
from tickets.permissions import views_of
from tickets.questions import Given, Question

NO_CODE = Value("")
ALL_OTHERS = 100_000  # more than any position


@dataclass(frozen=True)
class Choice:
    """One line of a menu. What is not `offered` any more only has a name. Topics and queues have a code."""

    pk: int
    name: str
    offered: bool
    code: str = ""


@dataclass
class Choices:
    people: list[Choice] = field(default_factory=list)
    topics: list[Choice] = field(default_factory=list)
    queues: list[Choice] = field(default_factory=list)
    contacts: list[Choice] = field(default_factory=list)
    tags: list[Choice] = field(default_factory=list)
    organisations: list[Choice] = field(default_factory=list)  # that of the ticket alone
    rules: list[Choice] = field(default_factory=list)
    templates: list[Choice] = field(default_factory=list)  # those of the ticket's topic first
    views: list[Choice] = field(default_factory=list)  # an own one is `offered`, a colleague's is not

    def name(self, kind: str, pk: object) -> str:
        """The name of a person, topic, queue, body, tag or rule; empty when there is none."""
        return next((choice.name for choice in getattr(self, kind) if choice.pk == pk), "")


def choices(ticket: Ticket, user: User) -> Choices:
    """All people, topics, queues, bodies, tags, rules and templates, and the views of `user`.

    Who may not see the ticket's queue is not offered as assignee.
    """
    found = _found(user, ticket.queue_id if ticket.queue.restricted else None, ticket.topic_id)
    if ticket.organisation:
        found.organisations.append(Choice(ticket.organisation.pk, ticket.organisation.name, offered=True))
    return found


def choices_of_lists(user: User) -> Choices:
    """All people, topics and queues, and the views of `user`."""
    return _found(user)


def _found(user: User, queue: int | None = None, topic: int | None = None) -> Choices:
    """`queue` is that of a ticket which its members alone see."""
    rows = _question(get_language() or "", queue is not None).all(user=user.pk, queue=queue, topic=topic)
    found = Choices()
    for kind, pk, name, offered, _position, code in sorted(rows, key=lambda row: (row[4], row[2].casefold())):
        getattr(found, kind).append(Choice(pk, name, offered, code))
    return found


@cache
def _question(_language: str, for_members: bool) -> Question[tuple[str, int, str, bool, int, str]]:
    """One for each language of a page, in which the names are."""
    return Question(lambda: _menu_lines(for_members))


def _menu_lines(for_members: bool) -> QuerySet[Any, tuple[str, int, str, bool, int, str]]:
    working = Q(is_active=True)
    if for_members:
        working &= Q(pk__in=Queue.members.through.objects.filter(queue=Given("queue")).values("user"))
    people = _lines("people", User.objects.order_by(), F("name"), working, Value(0))
    topics = _lines("topics", Topic.objects.order_by(), local_name(), Q(active=True), F("position"), F("code"))
    queues = _lines("queues", Queue.objects.order_by(), local_name(), Q(pk__gt=0), F("pk"), F("code"))
    own = _lines("views", views_of(Given("user")).order_by(), F("name"), Q(owner=Given("user")), Value(0))
    contacts = _lines("contacts", Contact.objects.order_by(), local_name(), Q(active=True), F("position"))
    tags = _lines("tags", Tag.objects.order_by(), F("name"), Q(pk__gt=0), Value(0))
    # Those of the ticket's topic stand before all others.
    of_topic = When(topic=Given("topic"), then=F("position") - ALL_OTHERS)
    place = Case(of_topic, default=F("position"), output_field=IntegerField())
    texts = _lines("templates", ReplyTemplate.objects.order_by(), local_name(), Q(active=True), place)
    rules = _lines("rules", RoutingRule.objects.order_by(), F("name"), Q(deleted_at=None), Value(0))
    return people.union(topics, queues, own, contacts, tags, rules, texts, all=True)


def languages() -> tuple[reference.Language, ...]:
    """The languages that a request may be in."""
    return reference.languages()


def all_regions() -> list[tuple[str, str]]:
    """The regions of Ukraine, code and name, in the order of their names."""
    return _all_regions(get_language())


@cache
def _all_regions(_language: str | None) -> list[tuple[str, str]]:
    return sorted(((each.code, region_name(each.code)) for each in reference.regions()), key=lambda pair: pair[1])


def region_name(code: str) -> str:
    """The name of a region in the language of the page; its code where no name is known."""
    known = next((each for each in reference.regions() if each.code == code), None)
    language = get_language() or "en"
    return regions.local_name(code, known.name if known else code, known.name_uk if known else "", language)


def is_language(code: str) -> bool:
    """Whether a request may be in this language. What is recognised can be put back, offered or not."""
    return code == "ru" or any(language.code == code for language in reference.languages())


def endonym(code: str) -> str:
    """A language's own name; its code where no name is known."""
    names = {language.code: language.endonym for language in reference.languages()}
    # Russian is recognised, but is no language of the chooser.
    return names.get(code) or LANG_INFO.get(code, {}).get("name_local", code)


def local_name(path: str = "") -> Combinable:
    """As `local_name` of models says it: in the language of the page, in English where that is missing.

    `path` leads to what has the name, as "topic__" does from a ticket.
    """
    language, plain = get_language(), F(f"{path}name")
    return Coalesce(NullIf(F(f"{path}name_{language}"), Value("")), plain) if language in LOCAL_NAMES else plain


def _lines(
    kind: str,
    rows: QuerySet[Any],
    name: Combinable,
    offered: Q,
    position: Combinable,
    code: Combinable = NO_CODE,
) -> QuerySet[Any, tuple[str, int, str, bool, int, str]]:
    return rows.values_list(
        Value(kind, CharField()),
        "pk",
        Cast(name, CharField()),
        ExpressionWrapper(offered, BooleanField()),
        Cast(position, IntegerField()),
        Cast(code, CharField()),
    )
