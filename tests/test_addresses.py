"""Every address of the service, asked by everybody: outsider, agent, agent outside the queue, manager, administrator.

Who may open what stands in the tables below. An address without its line fails, and so does a line without its address:
whoever adds a page says here who may see it.

The ticket that is asked for is sensitive and in a restricted queue. Members of that queue are an agent, who is named to
read it, and a manager; the other agent and the administrator are not.
"""

import copy
import hashlib
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from django.utils.regex_helper import normalize

from intake.models import Mailbox, RawMail
from notifications.models import Suppression
from tests import making, second_factors
from tests.desk import scene
from tests.desk.conftest import reference_data  # noqa: F401 - a fixture
from tickets.actions import access, triage
from tickets.actions.alarms import raise_alarm
from tickets.actions.record import SYSTEM
from tickets.models import Attachment, Hromada, Queue, Region, Tag, Ticket, User

PLACE = re.compile(r"(?<!\?P)<(?:\w+:)?(\w+)>")  # of a path; those of an expression begin with (?P
ADMIN_ROW = re.compile(r"(?:admin:|admin/)(intake|tickets|notifications)[_/](\w+?)[_/]")
VISITORS = ("outsider", "agent", "other agent", "manager", "administrator")
Expected = tuple[str, str, str, str, str]

# What comes of a visit. "door": led to the sign-in; "no": refused, or as if it were not there; "yes": anything else.
EVERYBODY: Expected = ("yes", "yes", "yes", "yes", "yes")
NOBODY: Expected = ("no", "no", "no", "no", "no")
STAFF: Expected = ("door", "yes", "yes", "yes", "yes")
TICKET: Expected = ("door", "yes", "no", "yes", "no")
MANAGERS_OF_TICKET: Expected = ("door", "no", "no", "yes", "no")
ADMINISTRATORS: Expected = ("door", "no", "no", "no", "yes")
MANAGERS: Expected = ("door", "no", "no", "yes", "yes")
NO_STAFF: Expected = ("door", "no", "no", "no", "no")

PUBLIC = {
    "/health/live": EVERYBODY,
    "/health/ready": EVERYBODY,
    "/health/jobs": EVERYBODY,
    "/metrics": NOBODY,  # from elsewhere, without the token
    "portal:root": EVERYBODY,
    "portal:robots": EVERYBODY,
    "portal:security": EVERYBODY,
    "portal:home": EVERYBODY,
    "portal:form": EVERYBODY,
    "portal:thanks": EVERYBODY,  # without a valid receipt it leads to the form
    "portal:upload": EVERYBODY,
    "portal:track": NOBODY,  # who has the secret link, and nobody while the ticket is sensitive
    "portal:file": NOBODY,
    "portal:new_link": EVERYBODY,
    "portal:privacy": EVERYBODY,
    "portal:accessibility": EVERYBODY,
    r"^(?:[a-z]{2})?/track/(?P<token>[\w-]+)/$": NOBODY,
    r"^(?:[a-z]{2})?/privacy/$": EVERYBODY,
}
SIGN_IN = {
    "account_login": EVERYBODY,
    "account_logout": EVERYBODY,
    "desk:login": EVERYBODY,
    "desk:logout": EVERYBODY,
    "mfa_authenticate": EVERYBODY,
    "mfa_login_webauthn": EVERYBODY,
    "socialaccount_login_cancelled": EVERYBODY,
    "openid_connect_login": NOBODY,  # no provider is configured
    "openid_connect_callback": NOBODY,
}
DESK = {
    **dict.fromkeys(("desk:list", "desk:profile", "desk:password"), STAFF),
    **dict.fromkeys(("desk:sessions", "desk:end_session", "desk:end_other_sessions"), STAFF),
    **dict.fromkeys(("account_reauthenticate", "mfa_index", "mfa_list_webauthn", "mfa_activate_totp"), STAFF),
    **dict.fromkeys(("mfa_add_webauthn", "mfa_generate_recovery_codes", "mfa_reauthenticate"), STAFF),
    "mfa_reauthenticate_webauthn": STAFF,
    # The factor belongs to the agent; others have none to switch off, and no codes to see.
    **dict.fromkeys(("mfa_view_recovery_codes", "mfa_download_recovery_codes"), ("door", "yes", "no", "no", "no")),
    "mfa_deactivate_totp": ("door", "yes", "no", "no", "no"),
    # Asked for the password first; the factor is looked for after that.
    **dict.fromkeys(("mfa_edit_webauthn", "mfa_remove_webauthn"), STAFF),
    "desk:find": TICKET,
    **dict.fromkeys((f"desk:{name}" for name in ("ticket", "history", "reply", "note", "assign", "status")), TICKET),
    **dict.fromkeys((f"desk:{name}" for name in ("priority", "topic", "queue", "kind", "language")), TICKET),
    **dict.fromkeys((f"desk:{name}" for name in ("reply_language", "accepted_languages", "spam", "unspam")), TICKET),
    **dict.fromkeys((f"desk:{name}" for name in ("sensitive", "name_reader", "remove_reader", "revoke_links")), TICKET),
    **dict.fromkeys((f"desk:{name}" for name in ("undo", "message_html", "message_text", "message_raw")), TICKET),
    **dict.fromkeys((f"desk:{name}" for name in ("tags", "follow", "unfollow", "snooze", "unsnooze", "call")), TICKET),
    **dict.fromkeys((f"desk:{name}" for name in ("extend", "official", "split")), TICKET),
    **dict.fromkeys((f"desk:{name}" for name in ("merge", "unmerge", "link", "unlink")), TICKET),
    **dict.fromkeys((f"desk:{name}" for name in ("confirm_link", "reject_link")), TICKET),
    "desk:new_call": STAFF,
    "desk:file": TICKET,
    "desk:open_quarantined": MANAGERS_OF_TICKET,
}
ADMIN_PAGES = {
    "admin/login/": ("door", "no", "no", "no", "no"),  # in is who needs no door
    "admin:login": ("door", "no", "no", "no", "no"),
    "admin:index": MANAGERS,
    "admin:logout": MANAGERS,
    "admin:password_change": MANAGERS,
    "admin:password_change_done": MANAGERS,
    "admin:autocomplete": ADMINISTRATORS,
    "admin:jsi18n": MANAGERS,
    "admin:view_on_site": NO_STAFF,  # nothing has such an address
    "admin:app_list": MANAGERS,
    "admin:auth_user_password_change": ADMINISTRATORS,
    "admin:intake_rawmail_raw": NO_STAFF,  # its file is not there; tests/intake/test_admin.py has one
    "admin:intake_rawmail_request": NO_STAFF,
    "admin:notifications_outgoingmail_file": NO_STAFF,
    "admin/(?P<url>.*)$": NO_STAFF,
}


def edited(model: str, who: Expected, *, add: Expected, delete: Expected = NO_STAFF) -> dict[str, Expected]:
    """The pages of a table in the administration."""
    pages = dict.fromkeys((f"admin:{model}_{page}" for page in ("changelist", "change", "history")), who)
    app, name = model.split("_")
    old = f"admin/{app}/{name}/<path:object_id>/"
    return {**pages, f"admin:{model}_add": add, f"admin:{model}_delete": delete, old: who}


ADMINISTRATION = {
    **ADMIN_PAGES,
    **edited("tickets_user", ADMINISTRATORS, add=ADMINISTRATORS),
    **edited("tickets_queue", ADMINISTRATORS, add=ADMINISTRATORS),
    **edited("tickets_topic", MANAGERS, add=MANAGERS),
    **edited("tickets_holiday", MANAGERS, add=MANAGERS, delete=MANAGERS),
    **edited("tickets_contact", ADMINISTRATORS, add=ADMINISTRATORS),
    **edited("tickets_tag", ADMINISTRATORS, add=ADMINISTRATORS),
    **edited("tickets_region", ADMINISTRATORS, add=ADMINISTRATORS),
    **edited("tickets_hromada", ADMINISTRATORS, add=ADMINISTRATORS),
    **edited("tickets_organisation", ADMINISTRATORS, add=ADMINISTRATORS),
    **edited("tickets_requester", ADMINISTRATORS, add=NO_STAFF),
    **edited("tickets_alarm", ADMINISTRATORS, add=NO_STAFF),
    **edited("intake_rawmail", ADMINISTRATORS, add=NO_STAFF),
    **edited("intake_mailbox", ADMINISTRATORS, add=NO_STAFF),
    **edited("notifications_outgoingmail", ADMINISTRATORS, add=NO_STAFF),
    **edited("notifications_suppression", ADMINISTRATORS, add=NO_STAFF, delete=ADMINISTRATORS),
    # Lists leave out what the administrator may not see; the ticket itself is not there for them.
    **edited("tickets_ticket", NO_STAFF, add=NO_STAFF) | {"admin:tickets_ticket_changelist": ADMINISTRATORS},
    **edited("tickets_message", NO_STAFF, add=NO_STAFF) | {"admin:tickets_message_changelist": ADMINISTRATORS},
    **edited("tickets_event", NO_STAFF, add=NO_STAFF) | {"admin:tickets_event_changelist": ADMINISTRATORS},
}
EXPECTED: dict[str, Expected] = {**PUBLIC, **SIGN_IN, **DESK, **ADMINISTRATION}
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
    Mailbox.objects.create(name="house", folder="INBOX")
    RawMail.objects.create(source="smtp", key="k", sha256=hashlib.sha256().hexdigest(), size=1, received_at=now)
    Suppression.objects.create(address="gone@example.org", reason="hard", expires_at=now + timedelta(days=1))
    ticket.refresh_from_db()
    return ticket


def values(ticket: Ticket) -> dict[str, Any]:
    """What stands in the places of addresses."""
    return {
        "reference": ticket.reference,
        "message_id": ticket.messages.exclude(raw_path="").get().pk,
        "attachment_id": Attachment.objects.get(message__ticket=ticket, name="plan.png").pk,
        "session_id": 1,
        "pk": 1,
        "mail_id": RawMail.objects.latest("pk").pk,
        "provider_id": "eu-login",
        "language": "en",
        "token": "no-such-token",
        "receipt": "no-such-receipt",
        "app_label": "tickets",
        "content_type_id": "1",
        "object_id": 1,
        "id": User.objects.latest("pk").pk,
        "url": "nowhere/",
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
    if name == "desk:undo":
        given["message_id"] = ticket.messages.filter(kind="outbound").latest("pk").pk
    if name == "desk:open_quarantined":
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
    data |= {"status": "pending", "queue": str(ticket.queue_id), "reader": str(ticket.assignee_id)}
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
    last = answer.redirect_chain[-1][0] if answer.redirect_chain else ""
    if answer.status_code >= 500 and name != "/health/jobs":  # in a test no timetable runs
        return f"broken: {answer.status_code}"
    if last.startswith("/desk/login/") and "next=" in last:
        return "door"
    lost = last == "/admin/" and where != "/admin/"  # how the administration says that a row is not there
    return "no" if answer.status_code in (403, 404) or lost else "yes"


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
