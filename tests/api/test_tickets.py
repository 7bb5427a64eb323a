"""The list, one ticket, its history, and a new one."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from notifications.models import OutgoingMail
from tests import making
from tests.api.conftest import Program
from tests.api.walking import CREATES
from tickets.actions import triage
from tickets.actions.record import SYSTEM, Actor
from tickets.models import Attachment, Event, Message, Ticket, User

NEW = CREATES["tickets_open"]


def subjects(program: Program, **query: Any) -> list[str]:
    """The subjects of a list, in its order."""
    answer = program.ask("tickets", **query)
    assert answer.status_code == 200, answer.content
    return [row["subject"] for row in answer.json()["results"]]


def test_the_newest_stand_first_unless_asked_otherwise(program: Program) -> None:
    now = timezone.now()
    for days, subject in ((3, "old"), (1, "young"), (2, "middle")):
        making.opened(now=now - timedelta(days=days), subject=subject)
    assert subjects(program) == ["young", "middle", "old"]
    assert subjects(program, order="oldest") == ["old", "middle", "young"]
    answered = Ticket.objects.get(subject="middle")
    Ticket.objects.filter(pk=answered.pk).update(waiting_since=None)
    assert subjects(program, order="waiting") == ["old", "young"]
    day = (now - timedelta(days=2)).isoformat()
    assert subjects(program, received_after=day) == ["young"]
    assert subjects(program, received_before=day) == ["old"]


def test_a_list_is_narrowed(program: Program, anna: User) -> None:
    mine, others, nobodys = (
        making.opened(subject=subject, sender_address=f"{number}@hromada.example")
        for number, subject in enumerate(("mine", "other's", "nobody's"))
    )
    actor, now = Actor.staff(anna), timezone.now()
    ben = making.staff("Ben")
    triage.assign(actor=actor, ticket_id=mine.pk, assignee=anna, now=now)
    triage.assign(actor=actor, ticket_id=others.pk, assignee=ben, now=now)
    triage.set_status(actor=actor, ticket_id=others.pk, status="pending", now=now)
    assert subjects(program, assignee="me") == ["mine"]
    assert subjects(program, assignee="none") == ["nobody's"]
    assert subjects(program, assignee=ben.pk) == ["other's"]
    assert subjects(program, status="pending") == ["other's"]
    assert subjects(program, requester=nobodys.requester_id) == ["nobody's"]
    assert subjects(program, organisation=1) == []
    triage.mark_spam(actor=actor, ticket_id=nobodys.pk, now=now)
    assert subjects(program, status="to-do") == ["other's", "mine"]
    assert subjects(program, status="spam") == ["nobody's"]


@pytest.mark.parametrize(
    "query",
    [
        {"status": "done"},
        {"assignee": "anna"},
        {"requester": 0},
        {"requester": 2**63},
        {"limit": 101},
        {"order": "subject"},
        {"received_after": "yesterday"},
    ],
)
def test_a_list_that_cannot_be_is_refused_by_the_name_of_its_field(program: Program, query: dict[str, Any]) -> None:
    answer = program.ask("tickets", **query)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == list(query)


def test_pages_hang_together_by_whole_addresses(program: Program) -> None:
    now = timezone.now()
    for number in range(5):
        making.opened(now=now - timedelta(minutes=number), subject=str(number))
    seen, address = [], "/api/v1/tickets?limit=2&status=to-do"
    while address:
        answer = program.get(address).json()
        seen.append([row["subject"] for row in answer["results"]])
        last, address = address, answer["next"]
    assert seen == [["0", "1"], ["2", "3"], ["4"]]
    back = program.get(program.get(last).json()["previous"]).json()
    assert [row["subject"] for row in back["results"]] == ["2", "3"]


@pytest.mark.parametrize("cursor", ["x", "AAAA", "\x00", "W10"])
def test_a_damaged_cursor_is_a_problem(program: Program, cursor: str) -> None:
    answer = program.ask("tickets", cursor=cursor)
    assert answer.status_code in (400, 422)
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_the_number_of_statements_does_not_grow(
    program: Program, ticket: Ticket, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    program.ask("queues")  # the last use of the token is written
    for number in range(2):
        with django_assert_num_queries(3):  # the token, the queues of its owner, the tickets
            assert len(program.ask("tickets").json()["results"]) == 1 + 20 * number
        with django_assert_num_queries(3):
            program.ask(f"tickets/{ticket.reference}")
        with django_assert_num_queries(6):  # and the messages with their files and translations
            program.ask(f"tickets/{ticket.reference}/messages")
        with django_assert_num_queries(4):
            program.ask(f"tickets/{ticket.reference}/events")
        with django_assert_num_queries(4):  # with their addresses
            program.ask("requesters")
        for each in range(20):
            making.opened(sender_address=f"{each}@hromada.example")


def test_a_ticket_tells_what_hangs_on_it(program: Program, ticket: Ticket, anna: User) -> None:
    shown = program.ask(f"tickets/{ticket.reference.lower()}").json()
    assert shown["reference"] == ticket.reference
    assert shown["need"] == {
        "item": "Diesel generators, 100 kW",
        "quantity": "2",
        "needed_by": None,
        "recipient": "City hospital no. 3",
    }
    assert [person["marked"] for person in shown["participants"]] == [False, True]
    assert shown["assignee"] == {"id": anna.pk, "name": "Anna Agent"}
    assert shown["received_at"] == "2026-11-17T09:00:00Z"
    assert shown["answer_by"] == "2026-11-18"  # danger to life
    newest = Message.objects.filter(ticket=ticket, kind="inbound").latest("received_at")
    assert shown["newest_inbound"] == newest.pk


def test_the_history_is_there_newest_first(program: Program, ticket: Ticket, anna: User) -> None:
    program.do(f"tickets/{ticket.reference}/priority", {"priority": 1})
    newest = program.ask(f"tickets/{ticket.reference}/events").json()["results"][0]
    assert newest["verb"] == "priority"
    assert newest["data"] == {"from": ticket.priority, "to": 1}
    assert newest["actor"] == {"id": anna.pk, "name": "Anna Agent"}


def test_a_new_ticket_is_acknowledged_and_stands_under_its_channel(program: Program, anna: User) -> None:
    need = {"need_item": "School bus", "need_quantity": "1", "danger_to_life": True}
    place = {"region": "UA-59", "organisation": "Example hromada", "organisation_kind": "hromada"}
    answer = program.do("tickets", {**NEW, **need, **place, "text": "One\r\ntwo", "language": "uk"})
    assert answer.status_code == 201, answer.content
    made = Ticket.objects.get(reference=answer.json()["reference"])
    assert (made.channel, made.kind, made.country, made.language) == ("api", "need", "UA", "uk")
    assert made.need.item == "School bus"
    assert made.priority == Ticket.Priority.URGENT
    assert made.organisation is not None
    first = made.messages.get(kind="inbound")
    assert (first.text, first.sender_address) == ("One\ntwo", "ivan@hromada.example")
    assert answer.json()["message"] == first.pk
    assert made.events.get(verb=Event.Verb.OPENED).actor == anna
    mail = OutgoingMail.objects.get(key=f"acknowledgement:{made.pk}")
    assert mail.language == "uk"
    assert mail.correlation == answer.headers["X-Request-ID"]


def test_a_question_has_no_fields_of_a_need(program: Program) -> None:
    answer = program.do("tickets", {**NEW, "kind": "enquiry", "need_item": "Bus", "danger_to_life": True})
    made = Ticket.objects.get(reference=answer.json()["reference"])
    assert not hasattr(made, "need")
    assert not made.danger_to_life


def test_files_come_with_a_form(program: Program) -> None:
    files = [SimpleUploadedFile("Лист 1.pdf", b"%PDF-1.4\n%%EOF"), SimpleUploadedFile("run.exe", b"MZ\x90\x00")]
    answer = program.post("/api/v1/tickets", {**NEW, "files": files})
    assert answer.status_code == 201, answer.content
    kept = Attachment.objects.filter(message=answer.json()["message"])
    assert [(file.name, file.quarantine) for file in kept] == [("Лист 1.pdf", ""), ("run.exe", "program")]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": "nobody"}, "email"),
        ({"email": "SupportUkraine+x@cor.europa.eu"}, "email"),
        ({"text": " \n"}, "text"),
        ({"text": "\x00"}, "text"),
        ({"text": "x" * 100_001}, "text"),
        ({"subject": "\ud800"}, "subject"),
        ({"topic": "gardening"}, "topic"),
        ({"region": "\x00"}, "region"),
        ({"country": "ua"}, "country"),
        ({"kind": "wish"}, "kind"),
        ({"language": "xx"}, "language"),
        ({"letter_date": "01.02.2026"}, "letter_date"),
    ],
)
def test_a_request_that_is_not_valid_opens_nothing(program: Program, changes: dict[str, Any], field: str) -> None:
    answer = program.do("tickets", {**NEW, **changes})
    assert answer.status_code == 422, answer.content
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert not Ticket.objects.exists()


def test_a_file_that_is_too_big_opens_nothing(program: Program, settings: Any) -> None:
    settings.FILE_MAX_BYTES = 10
    answer = program.post("/api/v1/tickets", {**NEW, "files": [SimpleUploadedFile("a.txt", b"x" * 11)]})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "files"
    assert not Ticket.objects.exists()


def test_an_act_of_the_system_has_no_actor(program: Program) -> None:
    made = making.opened()
    triage.set_kind(actor=SYSTEM, ticket_id=made.pk, kind="offer", now=timezone.now())
    newest = program.ask(f"tickets/{made.reference}/events").json()["results"][0]
    assert (newest["actor_kind"], newest["actor"]) == ("system", None)


def test_a_ticket_tells_its_deadlines(program: Program, anna: User) -> None:
    ticket = making.opened()
    shown = program.ask(f"tickets/{ticket.reference}").json()["deadlines"]
    assert [each["duty"] for each in shown] == ["final", "reply", "official", "acknowledge"]
    assert shown[1] == {
        "duty": "reply",
        "policy": "reply",
        "started_at": "2026-11-23T09:00:00Z",
        "due_on": "2026-12-14",
        "due_at": "2026-12-14T23:00:00Z",
        "told_on": "2026-12-14",
        "end": "",
        "ended_at": None,
        "extends": False,
    }
