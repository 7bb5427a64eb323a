"""Every address of the service, asked by everybody: outsider, agent, agent outside the queue, manager, administrator.

Who may open what stands in the tables of `tests.addresses`. An address without its line fails, and so does a line
without its address: whoever adds a page says there who may see it.

The ticket that is asked for is sensitive and in a restricted queue. Members of that queue are an agent, who is named to
read it, and a manager; the other agent and the administrator are not.
"""

import copy
import hashlib
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from django.utils.regex_helper import normalize

from api import tokens
from api.models import Token
from intake.models import Mailbox, RawMail
from notifications.models import Suppression
from tests import making, second_factors
from tests.addresses import EXPECTED, PUBLIC, VISITORS
from tests.desk import scene
from tests.desk.conftest import reference_data  # noqa: F401 - a fixture
from tickets.actions import access, triage
from tickets.actions.alarms import raise_alarm
from tickets.actions.record import SYSTEM
from tickets.models import (
    Absence,
    Attachment,
    Hromada,
    Queue,
    Region,
    ReplyTemplate,
    ReportExport,
    RoutingRule,
    RulesChange,
    SavedView,
    Tag,
    Ticket,
    User,
)

PLACE = re.compile(r"(?<!\?P)<(?:\w+:)?(\w+)>")  # of a path; those of an expression begin with (?P
ADMIN_ROW = re.compile(r"(?:admin:|admin/)(api|intake|tickets|notifications)[_/](\w+?)[_/]")
NOT_YOURS = "This view cannot be changed"  # how the desk says that a saved view is a colleague's
# Webhooks of mail providers ask no session but a secret of their own; tests/intake/sources/test_webhook.py has them.
FOR_MACHINES = ("anymail:",)


def table(patterns: list[Any], route: str = "", spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Name and route of each address; the route stands for a missing name."""
    for each in patterns:
        whole = route + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from table(each.url_patterns, whole, (*spaces, each.namespace) if each.namespace else spaces)
        elif isinstance(each, URLPattern):
            yield (":".join((*spaces, each.name)) if each.name else whole), whole


ADDRESSES = {name: route for name, route in table(get_resolver().url_patterns) if not name.startswith(FOR_MACHINES)} | {
    name: name for name in PUBLIC if name.startswith("/")
}


def test_each_address_says_who_may_open_it() -> None:
    assert sorted(ADDRESSES.keys() - EXPECTED.keys()) == []
    assert sorted(EXPECTED.keys() - ADDRESSES.keys()) == []


@pytest.fixture
def people(reference_data: None) -> dict[str, User]:  # noqa: F811
    """Those who are signed in."""
    roles = {"agent": "agent", "other agent": "agent", "manager": "manager", "administrator": "administrator"}
    return {
        visitor: making.staff(visitor.title(), role=role, is_superuser=role == "administrator")
        for visitor, role in roles.items()
    }


@pytest.fixture
def ticket(people: dict[str, User]) -> Ticket:
    now = timezone.now()
    ticket = scene.busy_ticket(people["agent"], now)
    queue = Queue.objects.get(code="complaints")
    queue.members.add(people["agent"], people["manager"])
    triage.set_queue(actor=SYSTEM, ticket_id=ticket.pk, queue=queue, now=now)
    triage.set_sensitive(actor=SYSTEM, ticket_id=ticket.pk, sensitive=True, now=now)
    access.name_reader(actor=SYSTEM, ticket_id=ticket.pk, reader=people["agent"], now=now)
    second_factors.give(people["agent"])
    raise_alarm("beat-silent", now=now)
    Hromada.objects.create(
        katottg="UA59080270000051716", region=Region.objects.get(code="UA-59"), name="S", name_uk="С"
    )
    Tag.objects.create(name="winter")
    ReplyTemplate.objects.create(code="soon", name="Soon")
    Mailbox.objects.create(name="house", folder="INBOX")
    RawMail.objects.create(source="smtp", key="k", sha256=hashlib.sha256().hexdigest(), size=1, received_at=now)
    Suppression.objects.create(address="gone@example.org", reason="hard", expires_at=now + timedelta(days=1))
    making.translation(ticket.messages.exclude(raw_path="").get())
    kept_things_of(people["agent"])
    RulesChange.objects.create(changed_at=now)
    ReportExport.objects.create(user=people["manager"], report="flow", form="csv", rows=1, at=now)
    ticket.refresh_from_db()
    return ticket


def kept_things_of(person: User) -> None:
    """A view that colleagues see too, one of their own that is deleted, absences likewise, a rule and a token."""
    now, columns = timezone.now(), ["subject"]
    SavedView.objects.create(owner=person, name="Shared", query="is:todo", shared=True, columns=columns)
    SavedView.objects.create(owner=person, name="Own", query="is:todo", columns=columns, deleted_at=now)
    day = now.date()
    for deleted_at in (None, now):
        Absence.objects.create(user=person, first_day=day, last_day=day, entered_by=person, deleted_at=deleted_at)
    RoutingRule.objects.create(name="Energy", query="topic:energy", priority=3)
    tokens.make(owner=person, name="a program", scopes=("read",), expires_at=now + timedelta(days=1), now=now)


def values(ticket: Ticket) -> dict[str, Any]:
    """What stands in the places of addresses."""
    return {
        "reference": ticket.reference,
        "message_id": ticket.messages.exclude(raw_path="").get().pk,
        "attachment_id": Attachment.objects.get(message__ticket=ticket, name="plan.png").pk,
        "requester_id": ticket.requester_id,
        "organisation_id": ticket.organisation_id,
        "view_id": SavedView.objects.get(name="Shared").pk,
        "person_id": Absence.objects.get(deleted_at=None).user_id,
        "rule_id": RoutingRule.objects.get().pk,
        "absence_id": Absence.objects.get(deleted_at=None).pk,
        "token_id": Token.objects.get().pk,
        "anything": "nowhere",
        "session_id": 1,
        "pk": 1,
        "mail_id": RawMail.objects.latest("pk").pk,
        "panel": "first",
        "report": "flow",
        "provider_id": "eu-login",
        "language": "en",
        "token": "no-such-token",
        "receipt": "no-such-receipt",
        "app_label": "tickets",
        "content_type_id": "1",
        "object_id": 1,
        "id": User.objects.latest("pk").pk,
        "url": "nowhere/",
        "code": "close_unanswered",
    }


def object_of(name: str, ticket: Ticket) -> int:
    """A row of the table that a page of the administration is about: of the ticket where it has one."""
    found = ADMIN_ROW.search(name)
    if found is None:
        return 1
    of_ticket = {"ticket": Ticket.objects.filter(pk=ticket.pk), "message": ticket.messages, "event": ticket.events}
    rows = of_ticket.get(found[2]) or apps.get_model(found[1], found[2])._default_manager
    return int(rows.latest("pk").pk)


def address(name: str, ticket: Ticket, known: dict[str, Any]) -> str:
    route = ADDRESSES[name]
    if route.startswith("/"):
        return route
    given = dict(known)
    if "object_id" in route:
        given["object_id"] = object_of(name, ticket)
    if name == "desk:view_restore":
        given["view_id"] = SavedView.objects.get(name="Own").pk
    if name == "desk:absence_restore":
        given["absence_id"] = Absence.objects.exclude(deleted_at=None).get().pk
    if name in ("desk:undo", "api:undo"):
        given["message_id"] = ticket.messages.filter(kind="outbound").latest("pk").pk
    if name in ("desk:open_quarantined", "api:open_quarantined"):
        given["attachment_id"] = Attachment.objects.get(message__ticket=ticket, name="invoice.pdf.exe").pk
    filled = PLACE.sub(lambda place: str(given[place[1]]), route)
    if "(?" not in filled and "^" not in filled:
        return f"/{filled}"
    ((form, places),) = normalize(filled)[:1]
    return "/" + form % {each: given[each] for each in places}


def visit(client: Client, name: str, ticket: Ticket, known: dict[str, Any]) -> str:
    """What comes of it. What the visit changed is undone before the next."""
    where = address(name, ticket, known)
    far = {"REMOTE_ADDR": "192.0.2.1"}
    data = {"note-text": "x", "text": "x", "nature": "answer", "kind": "need", "priority": "3", "language": "lv"}
    data |= {"name": "Mine", "place": "view=todo", "ticket": str(ticket.pk), "batch": str(UUID(int=1))}
    data |= {"later": "1", "status": "pending", "queue": str(ticket.queue_id), "reader": str(ticket.assignee_id)}
    data |= {"form": "csv"}
    search = {
        "q": ticket.reference,
        "app_label": "tickets",
        "model_name": "hromada",
        "field_name": "region",
        "term": "S",
    }
    with transaction.atomic():
        answer = client.get(where, search, follow=True, **far)
        if answer.status_code == 405:
            answer = client.post(where, data, follow=True, **far)
        if answer.streaming:
            b"".join(answer)  # the file is closed at its end
        transaction.set_rollback(True)
    if answer.status_code == 401:
        return "token"
    last = answer.redirect_chain[-1][0] if answer.redirect_chain else ""
    if answer.status_code >= 500 and name != "/health/jobs":  # in a test no timetable runs
        return f"broken: {answer.status_code}"
    if last.startswith("/desk/login/") and "next=" in last:
        return "door"
    lost = last == "/admin/" and where != "/admin/"  # how the administration says that a row is not there
    lost |= name == "desk:find" and not last  # who may see the ticket is led to it
    kept = name.startswith("desk:view_") and NOT_YOURS in answer.content.decode()
    return "no" if answer.status_code in (403, 404) or lost or kept else "yes"


@pytest.mark.parametrize("number", range(len(VISITORS)), ids=VISITORS)
def test_everybody_opens_what_is_theirs_and_nothing_else(
    people: dict[str, User], ticket: Ticket, client: Client, number: int
) -> None:
    visitor = VISITORS[number]
    client.raise_request_exception = False
    found, known = {}, values(ticket)
    if visitor in people:
        client.force_login(people[visitor])
    signed_in = copy.deepcopy(client.cookies)
    for name in ADDRESSES:
        client.cookies = copy.deepcopy(signed_in)  # signing out is undone, too
        found[name] = visit(client, name, ticket, known)
    wrong = {name: seen for name, seen in found.items() if seen != EXPECTED[name][number]}
    assert wrong == {}
