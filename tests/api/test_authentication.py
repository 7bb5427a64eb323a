"""Who gets in: the bearer of a living token, whose owner works here, and which is for this."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings
from time_machine import travel

from api import tokens
from api.models import Token
from api.schema import document, operations
from tests import making
from tests.api.conftest import Program, holding, token_of
from tests.api.walking import CREATES, OPERATIONS, address, ask
from tickets.models import Event, Ticket, User


def test_the_walk_knows_every_operation(ticket: Ticket) -> None:
    assert {operation for operation, _method, _path in OPERATIONS} > {"tickets_list", "tickets_reply", "topics_list"}
    for _operation, _method, path in OPERATIONS:
        assert "{" not in address(path, ticket), path


def statuses(client: Client, ticket: Ticket) -> set[int]:
    return {ask(client, method, address(path, ticket)).status_code for _name, method, path in OPERATIONS}


def test_nobody_gets_in_without_a_token(ticket: Ticket) -> None:
    before = Event.objects.count()
    answer = Client().get("/api/v1/tickets")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'
    assert statuses(Client(), ticket) == {401}
    assert Event.objects.count() == before


def test_a_session_opens_nothing(ticket: Ticket, anna: User) -> None:
    browser = Client()
    browser.force_login(anna)
    assert statuses(browser, ticket) == {401}


def test_an_unknown_token_opens_nothing(ticket: Ticket) -> None:
    assert statuses(Program("helpdesk_unknown"), ticket) == {401}


def test_an_expired_token_opens_nothing(ticket: Ticket, anna: User) -> None:
    program = holding(anna, days=1)
    with travel(making.NOW + timedelta(days=1), tick=False):
        assert statuses(program, ticket) == {401}


def test_a_revoked_token_opens_nothing(ticket: Ticket, anna: User) -> None:
    token, secret = token_of(anna)
    assert tokens.revoke(token_id=token.pk, now=timezone.now())
    assert statuses(Program(secret), ticket) == {401}


def test_the_token_of_somebody_who_left_opens_nothing(ticket: Ticket, anna: User) -> None:
    program = holding(anna)
    User.objects.filter(pk=anna.pk).update(is_active=False)
    assert statuses(program, ticket) == {401}


@pytest.mark.parametrize("header", ["Bearer", "Bearer a b", "Basic YTpi", "Bearer \u00e9", "Bearer " + "x" * 5000])
def test_a_damaged_header_opens_nothing(anna: User, header: str) -> None:
    assert Client(headers={"Authorization": header}).get("/api/v1/tickets").status_code == 401


def test_a_token_is_only_for_its_scopes(ticket: Ticket, maria: User) -> None:
    needed = {made["operationId"]: made["x-scope"] for _path, _method, made in operations(document())}
    assert (needed["tickets_open"], needed["attachments_open"], needed["tickets_spam"]) == ("create", "admin", "write")
    for scope, allowed in {"read": {"read"}, "create": {"create"}, "write": {"read", "create", "write"}}.items():
        program = holding(maria, scope)
        for name, method, path in OPERATIONS:
            wanted = needed[name]
            answer = ask(program, method, address(path, ticket))
            if wanted not in allowed:
                assert answer.status_code == 403, (scope, name)
                assert f'scope="{wanted}"' in answer.headers["WWW-Authenticate"], (scope, name)
            else:
                assert answer.status_code not in (401, 403) or answer.json()["code"] == "program", (scope, name)


def test_who_may_only_open_tickets_learns_nothing_but_their_reference(maria: User) -> None:
    answer = holding(maria, "create").do("tickets", CREATES["tickets_open"])
    assert answer.status_code == 201
    assert set(answer.json()) == {"reference", "message", "received_at", "answer_by"}


def test_a_program_that_asks_too_often_waits(program: Program, anna: User, settings: Settings) -> None:
    settings.API_REQUESTS_PER_MINUTE = 2
    assert [program.ask("queues").status_code for _ in range(3)] == [200, 200, 429]
    answer = program.ask("queues")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert holding(anna).ask("queues").status_code == 200
    with travel(making.NOW + timedelta(minutes=1), tick=False):
        assert program.ask("queues").status_code == 200


def test_the_log_tells_which_token_asked_and_not_the_token(anna: User, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    token, secret = token_of(anna)
    Program(secret).ask("queues")
    assert [record.__dict__["api_token"] for record in caplog.records if record.msg == "token"] == [token.pk]
    assert secret not in str([record.__dict__ for record in caplog.records])


def test_only_the_hash_of_a_token_is_kept(anna: User) -> None:
    token, secret = token_of(anna)
    kept = " ".join(str(value) for value in Token.objects.filter(pk=token.pk).values().get().values())
    assert secret not in kept
    assert secret[:-4] not in kept
    assert token.token_hash == tokens.hash_of(secret)


def test_the_last_use_is_written_once_an_hour(anna: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    token, secret = token_of(anna)
    program = Program(secret)
    program.ask("queues")
    token.refresh_from_db()
    assert token.last_used_at == making.NOW
    with travel(making.NOW + timedelta(minutes=59), tick=False), django_assert_num_queries(2):
        program.ask("queues")
    with travel(making.NOW + timedelta(minutes=61), tick=False):
        program.ask("queues")
        token.refresh_from_db()
        assert token.last_used_at == timezone.now()
