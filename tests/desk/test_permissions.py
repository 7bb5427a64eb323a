"""Every address of the desk, walked as everybody."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse
from django.utils import timezone

from desk import urls
from tests import making
from tests.desk import scene
from tickets.actions.record import SYSTEM
from tickets.actions.triage import set_queue, set_sensitive
from tickets.models import Absence, Attachment, Event, Message, Queue, RoutingRule, SavedView, Ticket, User

OPEN_TO_ALL = {"login", "logout"}
FOR_POST = {
    "reply", "draft", "take_draft", "note", "assign", "status", "priority", "danger", "topic", "queue", "kind",
    "language", "reply_language", "accepted_languages", "spam", "unspam", "sensitive", "revoke_links", "undo",
    "open_quarantined", "was_question",
    "extend", "official", "tags", "follow", "unfollow", "snooze", "unsnooze", "call",
    "verify_call", "withdraw_call", "translate", "region", "organisation",
    "sorting_act", "sorting_undo", "sorting_again",
    "merge", "unmerge", "split", "link", "unlink", "confirm_link", "reject_link",
    "bulk", "bulk_undo", "columns", "view_save", "view_change", "view_delete", "view_restore",
    "end_session", "end_other_sessions", "name_reader", "remove_reader",
    "rule_try", "rule_switch", "rule_move", "rule_delete", "rule_restore", "absence_delete", "absence_restore",
}  # fmt: skip


def names(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    """The names of all addresses, from the table of addresses itself."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns)
        else:
            assert pattern.name
            yield pattern.name


# The ticket is no spam, not merged, and linked with none.
NOTHING_TO_TAKE_BACK = ("unspam", "unmerge", "unlink", "confirm_link", "reject_link", "withdraw_call")
NAMES = sorted(set(names(urls.urlpatterns)) - OPEN_TO_ALL)
OF_MANAGERS = [name for name in NAMES if name.startswith("rule")]
OF_TICKET = sorted(set(names(urls.one_ticket)))


@pytest.fixture
def ticket(anna: User) -> Ticket:
    making.opened(subject="Another matter", sender_address="petro@hromada.example")
    ticket = scene.busy_ticket(anna, timezone.now())
    making.translation(ticket.messages.exclude(raw_path="").get())
    return ticket


def address(name: str, ticket: Ticket) -> str:
    """Where this is for the ticket."""
    messages = Message.objects.filter(ticket=ticket)
    inbound = messages.exclude(raw_path="").get()
    match name:
        case "undo":
            arguments = [ticket.reference, messages.filter(kind="outbound").latest("pk").pk]
        case "split":
            arguments = [ticket.reference, messages.filter(kind="inbound").latest("pk").pk]
        case (
            "message_html"
            | "message_raw"
            | "message_headers"
            | "message_text"
            | "was_question"
            | "phishing"
            | "translate"
            | "translation"
        ):
            arguments = [ticket.reference, inbound.pk]
        case "file" | "preview":
            arguments = [ticket.reference, Attachment.objects.get(message__ticket=ticket, name="plan.png").pk]
        case "open_quarantined":
            arguments = [ticket.reference, Attachment.objects.get(message__ticket=ticket, name="invoice.pdf.exe").pk]
        case "view_change" | "view_delete" | "view_restore":
            arguments = [saved_view().pk]
        case "rule" | "rule_try" | "rule_trial" | "rule_switch" | "rule_move" | "rule_delete" | "rule_restore":
            arguments = [RoutingRule.objects.get_or_create(name="Energy", query="topic:energy", priority=3)[0].pk]
        case "absence_delete" | "absence_restore":
            arguments = [absence().pk]
        case "reads":
            arguments = [absence().user_id]
        case "sorting_act":
            arguments = [ticket.reference]
        case "end_session":
            arguments = [1]  # nobody's
        case _:
            arguments = [ticket.reference] if name in OF_TICKET else []
    return reverse(f"desk:{name}", args=arguments)


def saved_view() -> SavedView:
    """A view of somebody who is not in these tests."""
    return SavedView.objects.get_or_create(name="Not yours", defaults={"owner": making.staff("Owner")})[0]


def absence() -> Absence:
    """One of somebody who is not in these tests."""
    owner = saved_view().owner
    day = timezone.now().date()
    return Absence.objects.get_or_create(user=owner, first_day=day, last_day=day, entered_by=owner)[0]


def ask(client: Client, name: str, ticket: Ticket) -> Any:
    """Go there as a browser would."""
    where = address(name, ticket)
    data = {"note-text": "x", "text": "x", "nature": "answer", "kind": "need", "priority": "3", "language": "lv"}
    data |= {"status": "pending", "queue": str(ticket.queue_id), "q": ticket.reference}
    data |= {"answer_by": "2027-01-15", "reasons": "We ask two cities.", "official": str(ticket.assignee_id)}
    data |= {"tags": "energy", "days": "3", "call-text": "x", "call-outcome": "noted"}
    data["other"] = Ticket.objects.exclude(pk=ticket.pk).earliest("pk").reference
    data |= {"ticket": str(ticket.pk), "topic": "", "batch": str(uuid4()), "name": "x"}
    data["reader"] = str(ticket.assignee_id)
    data |= {"region": "UA-59", "organisation": "", "later": "1"}
    data |= {"number": "+380 542 000 000", "how": "register"}
    answer = client.post(where, data) if name in FOR_POST else client.get(where, {"q": ticket.reference})
    if answer.streaming:
        b"".join(answer)  # the file is closed at its end
    return answer


def walk(client: Client, ticket: Ticket, which: list[str]) -> dict[str, int]:
    """The status of each address, asked of the same ticket: what one act changes is undone before the next."""
    statuses = {}
    for name in which:
        with transaction.atomic():
            statuses[name] = ask(client, name, ticket).status_code
            transaction.set_rollback(True)
    return statuses


def test_the_list_of_addresses_is_whole() -> None:
    assert set(NAMES) > FOR_POST
    assert set(OF_TICKET) < set(NAMES)


def test_an_outsider_is_led_to_the_sign_in_from_everywhere(client: Client, ticket: Ticket) -> None:
    before = Event.objects.count()
    for name in NAMES:
        answer = ask(client, name, ticket)
        assert answer.status_code == 302, name
        assert answer.headers["Location"].startswith("/desk/login/?next="), name
    assert Event.objects.count() == before


def test_somebody_who_left_is_an_outsider(client: Client, ticket: Ticket, anna: User) -> None:
    client.force_login(anna)
    User.objects.filter(pk=anna.pk).update(is_active=False)
    assert set(walk(client, ticket, NAMES).values()) == {302}


@pytest.mark.parametrize("role", ["agent", "manager", "administrator"])
def test_staff_may_do_what_their_role_allows(client: Client, ticket: Ticket, role: str) -> None:
    client.force_login(making.staff("Somebody Else", role=role))
    statuses = walk(client, ticket, NAMES)
    assert statuses.pop("open_quarantined") == (404 if role == "agent" else 200)
    for name in NOTHING_TO_TAKE_BACK:
        assert statuses.pop(name) == 409, name
    assert statuses.pop("view_change") == 409  # a view of somebody else
    for name in [*OF_MANAGERS, "absence_delete", "reads"]:  # an absence of somebody else
        assert (statuses.pop(name) == 404) == (role == "agent"), name
    assert set(statuses.values()) == {200, 302}


@pytest.mark.parametrize("role", ["agent", "manager", "administrator"])
def test_outside_a_restricted_queue_the_ticket_does_not_exist(client: Client, ticket: Ticket, role: str) -> None:
    set_queue(actor=SYSTEM, ticket_id=ticket.pk, queue=Queue.objects.get(code="complaints"), now=timezone.now())
    client.force_login(making.staff("Outside Colleague", role=role))
    before = Event.objects.count()
    for name in OF_TICKET:
        assert ask(client, name, ticket).status_code == 404, name
    assert Event.objects.count() == before
    assert ticket.reference not in client.get("/desk/").content.decode()
    assert client.get("/desk/find/", {"q": ticket.reference}).context["results"].hits == []


def test_a_sensitive_ticket_is_for_its_assignee_and_managers(client: Client, ticket: Ticket, anna: User) -> None:
    set_sensitive(actor=SYSTEM, ticket_id=ticket.pk, sensitive=True, now=timezone.now())
    client.force_login(making.staff("Other Agent"))
    assert set(walk(client, ticket, OF_TICKET).values()) == {404}
    for person in (anna, making.staff("Maria Manager", role="manager")):
        client.force_login(person)
        statuses = walk(client, ticket, OF_TICKET)
        assert statuses.pop("open_quarantined") == (404 if person == anna else 200)
        assert statuses.pop("translation") == 404  # the mark erased it
        assert 404 not in statuses.values()


def test_a_member_of_a_restricted_queue_sees_its_tickets(client: Client, ticket: Ticket) -> None:
    queue = Queue.objects.get(code="complaints")
    set_queue(actor=SYSTEM, ticket_id=ticket.pk, queue=queue, now=timezone.now())
    member = making.staff("Inside Colleague")
    queue.members.add(member)
    client.force_login(member)
    assert ask(client, "ticket", ticket).status_code == 200
    assert ticket.reference in client.get("/desk/").content.decode()


def test_pages_of_staff_are_kept_in_no_cache(desk: Client, ticket: Ticket) -> None:
    for name in ("list", "ticket", "history", "message_html", "file", "profile"):
        assert "no-store" in ask(desk, name, ticket).headers["Cache-Control"], name


def test_no_page_carries_inline_script_or_style_or_another_host(desk: Client, ticket: Ticket) -> None:
    for name in ("list", "ticket", "history", "find", "profile", "password"):
        answer = desk.get(address(name, ticket), {"q": "nothing"})
        page = answer.content.decode()
        assert "<style" not in page
        assert " style=" not in page
        assert " onclick" not in page
        assert page.count("<script") == page.count('<script src="/static/')
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
