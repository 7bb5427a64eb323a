import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

PAGES = ["", "new-link/", "privacy/", "accessibility/"]
LANGUAGES = [code for code, _ in settings.LANGUAGES]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_that_only_tells_asks_the_database_nothing_and_sets_no_cookie(
    client: Client, language: str, page: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        response = client.get(f"/{language}/{page}")
    assert response.status_code == 200
    assert response["Content-Language"] == language
    assert f'<html lang="{language}">' in response.content.decode()
    assert response.cookies == {}


@pytest.mark.parametrize("page", ["", "request/", "privacy/", "accessibility/", "new-link/", "track/gone/"])
def test_phone_and_mail_address_stand_on_every_page(client: Client, page: str) -> None:
    content = client.get(f"/en/{page}").content.decode()
    assert "+32 2282 2545" in content
    assert "mailto:SupportUkraine@cor.europa.eu" in content


@pytest.mark.parametrize(
    ("asked", "language"), [("uk,en;q=0.5", "uk"), ("lv-LV,lv;q=0.9", "lv"), ("ja", "en"), ("", "en")]
)
def test_the_root_leads_to_the_language_that_the_browser_asks_for(client: Client, asked: str, language: str) -> None:
    response = client.get("/", headers={"accept-language": asked})
    assert response.status_code == 302
    assert response["Location"] == f"/{language}/"
    assert "Accept-Language" in response["Vary"]


def test_the_chooser_leads_to_the_same_page_in_another_language(client: Client) -> None:
    assert 'href="/uk/privacy/"' in client.get("/lv/privacy/").content.decode()


def test_the_privacy_statement_has_its_ten_headings_and_the_retention(client: Client) -> None:
    content = client.get("/en/privacy/").content.decode()
    assert all(f"<h2>{number}. " in content for number in range(1, 11))
    assert "two years after your request is closed" in content


def test_the_accessibility_statement_leads_to_feedback_by_the_form(client: Client) -> None:
    assert "/en/request/?topic=other" in client.get("/en/accessibility/").content.decode()


def test_no_page_names_another_host_for_something_it_loads(client: Client) -> None:
    for page in [*PAGES, "request/"]:
        content = client.get(f"/en/{page}").content.decode()
        assert 'src="http' not in content
        assert "<style" not in content
        assert " style=" not in content


def test_search_engines_are_kept_from_the_desk_and_weaknesses_have_an_address(client: Client) -> None:
    assert "Disallow: /desk/" in client.get("/robots.txt").content.decode()
    content = client.get("/.well-known/security.txt").content.decode()
    assert "Contact: mailto:SupportUkraine@cor.europa.eu" in content
    assert "Expires: 20" in content
