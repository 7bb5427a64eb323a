"""The document that programs are made from is valid, whole and says what each operation may answer."""

import re

from django.test import Client
from django.urls import URLPattern, URLResolver
from drf_spectacular.validation import validate_schema

from api import urls
from api.problems import TITLES
from api.schema import document, operations
from desk import urls as desk_urls
from tests import making
from tests.api.conftest import Program, holding
from tickets.models import User

# Pages of the desk that are no acts.
READING = {
    "ticket", "history", "print", "message_html", "message_text", "message_raw", "message_headers", "translation",
    "file", "preview", "colleagues", "proof",
}  # fmt: skip
# What a person has begun to write is nothing for programs.
WRITING = {"draft", "take_draft"}


def names(patterns: list[URLPattern | URLResolver]) -> set[str]:
    return {pattern.name for pattern in patterns if isinstance(pattern, URLPattern) and pattern.name}


def test_it_is_valid_openapi_3_1() -> None:
    made = document()
    validate_schema(made)
    assert made["openapi"] == "3.1.0"


def test_every_act_of_the_desk_is_an_operation() -> None:
    acts = names(desk_urls.one_ticket) - READING - WRITING
    assert acts
    assert acts <= names(urls.one_ticket)


def test_every_operation_is_named_once_and_says_what_it_does() -> None:
    made = list(operations(document()))
    assert len({each["operationId"] for _path, _method, each in made}) == len(made)
    for path, method, each in made:
        assert each["summary"], (path, method)
        assert each["description"], (path, method)
        assert each["security"] == [{"token": []}], (path, method)


def test_every_operation_names_the_problems_that_it_may_answer_with() -> None:
    for path, method, each in operations(document()):
        answers = each["responses"]
        assert {"400", "401", "403", "422", "429", "503"} <= set(answers), (path, method)
        for status, answer in answers.items():
            if status >= "400":
                assert list(answer["content"]) == ["application/problem+json"], (path, status)


def test_operations_that_make_a_message_take_an_idempotency_key() -> None:
    keyed = {
        each["operationId"]
        for _path, _method, each in operations(document())
        if any(parameter["name"] == "Idempotency-Key" for parameter in each.get("parameters", ()))
    }
    calls_and_promises = {"calls_open", "tickets_call", "tickets_extend", "tickets_official"}
    with_files = {"tickets_open", "tickets_reply", "tickets_note"}
    assert keyed == with_files | calls_and_promises
    for _path, _method, each in operations(document()):
        if each["operationId"] in with_files:
            assert set(each["requestBody"]["content"]) == {"application/json", "multipart/form-data"}


def test_the_document_is_for_signed_in_people_and_for_tokens_that_may_read(program: Program, anna: User) -> None:
    assert Client().get("/api/v1/openapi.json").status_code == 401
    assert holding(anna, "create").ask("openapi.json").status_code == 403
    by_token = program.ask("openapi.json")
    browser = Client()
    browser.force_login(anna)
    by_session = browser.get("/api/v1/openapi.json")
    assert by_token.json()["paths"].keys() == by_session.json()["paths"].keys() == document()["paths"].keys()


def test_the_page_shows_every_operation_shape_and_problem(anna: User) -> None:
    browser = Client()
    browser.force_login(anna)
    page = browser.get("/api/v1/docs").content.decode()
    anchors = re.findall(r' id="([^"]+)"', page)
    assert len(anchors) == len(set(anchors))
    for _path, _method, each in operations(document()):
        assert each["operationId"] in anchors
    assert {f"problem-{kind}" for kind in TITLES} <= set(anchors)
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(anchors)


def test_the_page_is_in_the_language_of_the_person_and_from_our_own_host(reference_data: None) -> None:
    browser = Client()
    browser.force_login(making.staff("Fanny", language="fr"))
    answer = browser.get("/api/v1/docs")
    page = answer.content.decode()
    assert answer.headers["Content-Language"] == "fr"
    assert '<html lang="fr">' in page
    assert page.count("<script") == page.count('<script src="/static/')
    assert " style=" not in page
    assert "<style" not in page
    assert not re.search(r'(?:src|href)="(?:https?:)?//(?!testserver)', page)


def test_the_beginning_leads_to_the_page() -> None:
    assert Client().get("/api/v1/").headers["Location"] == "/api/v1/docs"


def test_an_outsider_is_led_from_the_page_to_the_sign_in() -> None:
    answer = Client().get("/api/v1/docs")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/desk/login/")
