"""A creating request that is sent twice is done once."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.utils import timezone
from time_machine import travel

from api.models import KeptRequest
from api.tasks import forget_keys
from tests import making
from tests.api.conftest import Program, holding, token_of
from tests.api.walking import CREATES
from tickets.models import Message, Queue, Ticket, User

NEW = CREATES["tickets_open"]


def test_a_request_that_is_sent_again_opens_one_ticket(program: Program) -> None:
    first, again = (program.do("tickets", NEW, key="one") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("act", ["reply", "note"])
def test_a_message_that_is_sent_again_is_written_once(program: Program, ticket: Ticket, act: str) -> None:
    before = Message.objects.count()
    where = f"tickets/{ticket.reference}/{act}"
    first, again = (program.do(where, {"text": "Called Riga."}, key="one") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert Message.objects.count() == before + 1


MESSAGES: dict[str, dict[str, Any]] = {
    "call": {"text": "They asked for news.", "outcome": "asked"},
    "extend": {"answer_by": "2027-01-15", "reasons": "We ask two cities."},
}


@pytest.mark.parametrize("act", sorted(MESSAGES))
def test_an_act_that_leaves_a_message_is_done_once(program: Program, ticket: Ticket, act: str) -> None:
    before = Message.objects.count()
    where = f"tickets/{ticket.reference}/{act}"
    first, again = (program.do(where, MESSAGES[act], key="one") for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert Message.objects.count() == before + 1


def test_colleagues_of_the_same_name_are_not_the_same_request(program: Program, ticket: Ticket) -> None:
    where = f"tickets/{ticket.reference}/official"
    namesakes = [making.staff("Anna Agent", email=f"anna{n}@example.eu") for n in range(2)]
    answers = [program.do(where, {"official": each.pk}, key="one").status_code for each in namesakes]
    assert answers == [200, 422]


def test_a_call_that_is_told_again_opens_one_ticket(program: Program) -> None:
    call = {"name": "Ivan Example", "subject": "A bus", "text": "They need a school bus."}
    first, again = (program.do("calls", call, key="one") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert Ticket.objects.get().channel == "phone"


def test_the_same_files_are_the_same_request(program: Program, ticket: Ticket) -> None:
    def send(content: bytes) -> Any:
        form = {"text": "Here.", "files": [SimpleUploadedFile("list.txt", content)]}
        return program.post(f"/api/v1/tickets/{ticket.reference}/note", form, headers={"Idempotency-Key": "one"})

    assert [send(b"one").status_code, send(b"one").status_code, send(b"two").status_code] == [201, 200, 422]


def test_without_a_key_each_request_is_another_one(program: Program) -> None:
    assert [program.do("tickets", NEW).status_code for _ in range(2)] == [201, 201]
    assert Ticket.objects.count() == 2


def test_a_key_of_another_request_is_refused(program: Program, ticket: Ticket) -> None:
    program.do("tickets", NEW, key="one")
    for where, values in (
        ("tickets", {**NEW, "subject": "Other"}),
        (f"tickets/{ticket.reference}/note", {"text": "x"}),
    ):
        answer = program.do(where, values, key="one")
        assert answer.status_code == 422
        assert answer.json()["type"].endswith("#problem-key-used")
    assert Ticket.objects.count() == 2


def test_each_token_has_keys_of_its_own(program: Program, anna: User) -> None:
    assert program.do("tickets", NEW, key="one").status_code == 201
    assert holding(anna).do("tickets", NEW, key="one").status_code == 201


def test_a_request_that_failed_leaves_no_key(program: Program, ticket: Ticket) -> None:
    where = f"tickets/{ticket.reference}/reply"
    program.do(f"tickets/{ticket.reference}/spam")
    assert program.do(where, {"text": "Dear Olena,"}, key="one").status_code == 409
    assert not KeptRequest.objects.exists()
    program.do(f"tickets/{ticket.reference}/not-spam")
    assert program.do(where, {"text": "Dear Olena,"}, key="one").status_code == 201


@pytest.mark.parametrize("key", ["two words", "x" * 101, "ключ"])
def test_a_key_is_short_and_visible_ascii(program: Program, key: str) -> None:
    answer = program.do("tickets", NEW, key=key)
    assert answer.status_code == 400
    assert not Ticket.objects.exists()


def test_a_key_is_forgotten_after_a_day(program: Program, anna: User) -> None:
    program.do("tickets", NEW, key="one")
    with travel(making.NOW + timedelta(hours=25), tick=False):
        assert program.do("tickets", NEW, key="one").status_code == 201
        assert forget_keys() == 0
    assert Ticket.objects.count() == 2
    with travel(making.NOW + timedelta(hours=50), tick=False):
        assert forget_keys() == 1


def test_what_is_kept_is_no_personal_text(program: Program) -> None:
    program.do("tickets", NEW, key="one")
    kept = str(KeptRequest.objects.values().get())
    assert not any(str(value) in kept for value in NEW.values() if value != "need")


@pytest.mark.django_db(transaction=True)
def test_who_would_wait_too_long_for_the_first_is_told_to_come_again() -> None:
    Queue.objects.create(code="general", name="General")
    token, secret = token_of(making.staff("Anna Agent"), "create")
    written, done = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                KeptRequest.objects.create(token=token, key="one", fingerprint="x")
                written.set()
                done.wait(20)
        finally:
            connection.close()

    first = threading.Thread(target=hold)
    first.start()
    try:
        assert written.wait(20)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '100ms'")
        answer = Program(secret).do("tickets", {**NEW, "topic": None}, key="one")
    finally:
        done.set()
        first.join()
        connection.close()
    assert (answer.status_code, answer.headers["Retry-After"]) == (409, "5")
    assert answer.json()["type"].endswith("#problem-in-progress")
    assert not Ticket.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_open_one_ticket() -> None:
    Queue.objects.create(code="general", name="General")
    secret = token_of(making.staff("Anna Agent"), "create")[1]
    start, statuses = threading.Barrier(4), []

    def send() -> None:
        try:
            start.wait()
            statuses.append(Program(secret).do("tickets", {**NEW, "topic": None}, key="one").status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 200, 200, 201]
    assert Ticket.objects.count() == 1
    assert Ticket.objects.get().received_at == timezone.now()
