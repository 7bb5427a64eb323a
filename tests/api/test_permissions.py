"""A token never opens more than its owner may, on any address."""

from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from tests import making
from tests.api.conftest import Program, holding
from tests.api.walking import OPERATIONS, address, ask
from tickets.actions import rules
from tickets.actions.record import SYSTEM, Actor
from tickets.actions.triage import set_queue, set_sensitive
from tickets.models import Event, Queue, Ticket, User

# The ticket is no spam, not merged, linked with none, not called back about, and sorted already.
NOTHING_TO_TAKE_BACK = ("unspam", "unmerge", "unlink", "confirm_link", "reject_link", "withdraw_call", "sort")
OF_TICKET = [each for each in OPERATIONS if "{reference}" in each[2]]


def walk(program: Program, ticket: Ticket, which: list[tuple[str, str, str]] = OF_TICKET) -> dict[str, int]:
    """The status of each operation, asked of the same ticket: what one act changes is undone before the next."""
    statuses = {}
    for name, method, path in which:
        with transaction.atomic():
            statuses[name] = ask(program, method, address(path, ticket), name).status_code
            transaction.set_rollback(True)
    return statuses


@pytest.mark.parametrize("role", ["agent", "manager", "administrator"])
def test_programs_may_do_what_the_role_of_their_owner_allows(ticket: Ticket, role: str) -> None:
    making.opened(subject="Another matter", sender_address="petro@hromada.example")
    statuses = walk(holding(making.staff("Somebody Else", role=role)), ticket, OPERATIONS)
    assert statuses.pop("attachments_open") == (404 if role == "agent" else 200)
    for name in NOTHING_TO_TAKE_BACK:
        assert statuses.pop(f"tickets_{name}") == 409, name
    assert statuses.pop("messages_question") == 409  # none of its mails came from another program
    assert statuses.pop("tickets_open") == 201
    assert set(statuses.values()) == {200, 201}


@pytest.mark.parametrize("role", ["agent", "manager", "administrator"])
def test_outside_a_restricted_queue_the_ticket_does_not_exist(ticket: Ticket, role: str) -> None:
    set_queue(actor=SYSTEM, ticket_id=ticket.pk, queue=Queue.objects.get(code="complaints"), now=timezone.now())
    program = holding(making.staff("Outside Colleague", role=role))
    before = Event.objects.count()
    assert set(walk(program, ticket).values()) == {404}
    assert Event.objects.count() == before
    for name in ("tickets", "requesters", "organisations"):
        assert program.ask(name).json()["results"] == []
    assert program.ask(f"requesters/{ticket.requester_id}").status_code == 404
    assert program.ask(f"organisations/{ticket.organisation_id}").status_code == 404
    assert program.ask("search", q=ticket.subject).json()["results"] == []
    assert program.ask("requesters", address=making.OLENA).json()["results"] == []


def test_a_member_of_the_restricted_queue_sees_it(ticket: Ticket) -> None:
    queue = Queue.objects.get(code="complaints")
    set_queue(actor=SYSTEM, ticket_id=ticket.pk, queue=queue, now=timezone.now())
    member = making.staff("Inside Colleague")
    queue.members.add(member)
    assert holding(member).ask(f"tickets/{ticket.reference}").status_code == 200
    assert len(holding(member).ask("tickets").json()["results"]) == 1


def test_a_sensitive_ticket_is_for_its_assignee_and_managers(ticket: Ticket, anna: User, maria: User) -> None:
    set_sensitive(actor=SYSTEM, ticket_id=ticket.pk, sensitive=True, now=timezone.now())
    assert set(walk(holding(making.staff("Other Agent")), ticket).values()) == {404}
    for person in (anna, maria):
        statuses = walk(holding(person), ticket)
        assert statuses.pop("attachments_open") == (404 if person == anna else 200)
        assert 404 not in statuses.values()


def test_reading_a_sensitive_ticket_is_recorded_once_a_sitting(ticket: Ticket, program: Program, anna: User) -> None:
    set_sensitive(actor=SYSTEM, ticket_id=ticket.pk, sensitive=True, now=timezone.now())
    for name in ("", "/messages", "/attachments", "/events"):
        assert program.ask(f"tickets/{ticket.reference}{name}").status_code == 200
    assert Event.objects.get(ticket=ticket, verb="viewed").actor == anna


@pytest.mark.parametrize("act", ["queue", "assign"])
def test_who_moves_a_ticket_out_of_sight_is_told_no_more_of_it(ticket: Ticket, program: Program, act: str) -> None:
    values: dict[str, dict[str, Any]] = {"queue": {"queue": "complaints"}, "assign": {"assignee": None}}
    if act == "assign":
        set_sensitive(actor=SYSTEM, ticket_id=ticket.pk, sensitive=True, now=timezone.now())
    answer = program.do(f"tickets/{ticket.reference}/{act}", values[act])
    assert (answer.status_code, answer.content) == (204, b"")
    assert program.ask(f"tickets/{ticket.reference}").status_code == 404


def test_links_to_what_the_owner_may_not_see_are_left_out(ticket: Ticket, program: Program, maria: User) -> None:
    other = making.opened(subject="Another")
    ticket.links.create(target=other, kind="related")
    shown = program.ask(f"tickets/{ticket.reference}").json()["links"]
    assert shown == [{"reference": other.reference, "kind": "related", "direction": "out"}]
    set_sensitive(actor=SYSTEM, ticket_id=other.pk, sensitive=True, now=timezone.now())
    assert program.ask(f"tickets/{ticket.reference}").json()["links"] == []
    seen = holding(maria).ask(f"tickets/{other.reference}").json()["links"]
    assert seen == [{"reference": ticket.reference, "kind": "related", "direction": "in"}]


def test_rules_are_shown_to_programs_of_managers_alone(reference_data: None) -> None:
    maria = making.staff("Maria Manager", role="manager")
    wording = rules.Wording(name="Energy", query="topic:energy", priority=3, tags=["winter"], notify=[maria])
    rules.make_rule(actor=Actor.staff(maria), wording=wording, now=timezone.now())
    (rule,) = holding(maria).ask("rules").json()["results"]
    assert (rule["query"], rule["priority"], rule["active"], rule["tells"]) == ("topic:energy", 3, False, [maria.pk])
    assert holding(making.staff("Anna Agent")).ask("rules").json()["results"] == []
