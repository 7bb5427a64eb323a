from types import SimpleNamespace

import pytest
from django.test import RequestFactory

from web import language


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/lv/form", "lv"), ("/uk", "uk"), ("/desk/", None), ("/", None), ("/xx/", None), ("/english/", None), ("", None)],
)
def test_the_first_part_of_the_path_is_the_language(path: str, expected: str | None) -> None:
    assert language.from_path(path) == expected


def test_without_a_language_in_the_path_the_browser_says_it() -> None:
    request = RequestFactory().get("/", headers={"Accept-Language": "pl, lv;q=0.8, en;q=0.5"})
    assert language.of_request(request) == "lv"


def test_an_unknown_language_becomes_english() -> None:
    assert language.of_request(RequestFactory().get("/", headers={"Accept-Language": "xx"})) == "en"


@pytest.mark.parametrize("page", ["/desk/", "/reports/flow/", "/admin/"])
def test_staff_read_their_pages_in_their_own_language(page: str) -> None:
    request = RequestFactory().get(page, headers={"Accept-Language": "uk"})
    request.user = SimpleNamespace(language="fr")
    assert language.of_request(request) == "fr"


def test_a_language_of_staff_that_we_do_not_have_gives_way_to_the_browser() -> None:
    request = RequestFactory().get("/desk/", headers={"Accept-Language": "uk"})
    request.user = SimpleNamespace(language="de")
    assert language.of_request(request) == "uk"


def test_the_language_of_staff_does_not_touch_the_public_pages() -> None:
    request = RequestFactory().get("/lv/form")
    request.user = SimpleNamespace(language="fr")
    assert language.of_request(request) == "lv"


def test_the_chooser_has_official_languages_in_their_order_and_the_others_apart() -> None:
    official, others = language.choices("/lv/form", "lv")
    assert [(line.code, line.endonym, line.url) for line in official] == [
        ("en", "English", "/en/form"),
        ("fr", "français", "/fr/form"),
        ("lv", "latviešu", "/lv/form"),
    ]
    assert [(line.code, line.url) for line in others] == [("uk", "/uk/form")]
    assert [line.code for line in official + others if line.current] == ["lv"]


def test_from_a_page_without_language_the_chooser_leads_to_the_first_page() -> None:
    official, _ = language.choices("/nowhere/at/all", "en")
    assert official[0].url == "/en/"


def test_a_hostile_path_does_not_leave_this_site() -> None:
    official, _ = language.choices("/en//evil.example/", "en")
    assert official[1].url == "/fr//evil.example/"
    official, _ = language.choices("//evil.example/", "en")
    assert official[1].url == "/fr/"
