import re
from pathlib import Path

import pytest
from django.test import Client
from django.test.utils import override_settings

# What is in each page even before its words are translated.
STATUS = {"400": 400, "403": 403, "404": 404, "413": 413, "413-file": 413, "429": 429, "500": 500, "503": 503}


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False, enforce_csrf_checks=True)


@pytest.mark.parametrize("how", STATUS)
@pytest.mark.parametrize("language", ["uk", "en", "lv", "fr"])
def test_each_error_has_a_whole_page_in_each_language_and_asks_no_database(
    visitor: Client, how: str, language: str
) -> None:
    path = f"/{language}/nowhere/at/all" if how == "404" else f"/{language}/fail/{how}"
    response = visitor.get(path)
    page = response.content.decode()
    assert response.status_code == STATUS[how]
    assert f'<html lang="{language}">' in page
    assert page.count("<h1>") == 1
    assert 'id="main"' in page
    assert f'href="/{language}/privacy"' in page
    assert response["Content-Language"] == language
    assert response["Cache-Control"] == "no-store"
    assert response["X-Request-ID"] in page


def test_the_page_says_when_to_come_back(visitor: Client) -> None:
    response = visitor.get("/en/fail/429")
    assert response["Retry-After"] == "90"
    assert "You can try again in 2 minutes." in response.content.decode()
    assert visitor.get("/en/fail/503")["Retry-After"] == "60"


def test_the_page_says_how_much_is_too_much(visitor: Client) -> None:
    assert "The limit is 20 MB." in visitor.get("/en/fail/413-file").content.decode()
    assert "The limit is" not in visitor.get("/en/fail/413").content.decode()


def test_a_form_without_its_token_says_what_to_do(visitor: Client) -> None:
    response = visitor.post("/en/post", {"name": "Olena"})
    assert response.status_code == 403
    assert "This page was open for too long" in response.content.decode()


def test_an_error_page_tells_nothing_of_its_cause(visitor: Client) -> None:
    page = visitor.get("/en/fail/500").content.decode()
    assert "olena" not in page
    assert "RuntimeError" not in page


def test_even_a_broken_template_leaves_a_page(visitor: Client, tmp_path: Path, settings: object) -> None:
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "error.html").write_text("{% nonsense %}")
    broken = [{**settings.TEMPLATES[0], "DIRS": [str(tmp_path)]}]  # type: ignore[attr-defined]
    with override_settings(TEMPLATES=broken):
        response = visitor.get("/en/fail/500")
    assert response.status_code == 500
    assert "Something went wrong on our side" in response.content.decode()


def test_an_error_page_holds_no_inline_script_or_style(visitor: Client) -> None:
    page = visitor.get("/en/fail/500").content.decode()
    assert not re.search(r"<style|style=|\son\w+=|<script(?! src=)", page)
