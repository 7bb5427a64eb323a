import logging
from types import SimpleNamespace

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation
from pytest_django import Settings

from web import logs
from web.middleware import CorrelationMiddleware, LanguageMiddleware


def seen(request: HttpRequest) -> HttpResponse:
    """A page that tells what it saw."""
    return HttpResponse(
        f"{request.correlation} {logs.correlation.get()} {request.client_ip}"  # type: ignore[attr-defined]
    )


def test_each_request_has_an_id_of_its_own_and_says_it() -> None:
    middleware = CorrelationMiddleware(seen)
    first, second = middleware(RequestFactory().get("/")), middleware(RequestFactory().get("/"))
    assert first["X-Request-ID"] != second["X-Request-ID"]
    assert first.content.decode().split()[:2] == [first["X-Request-ID"]] * 2
    assert logs.correlation.get() == ""


def test_a_proxy_may_give_the_id(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 1
    request = RequestFactory().get("/", headers={"X-Request-ID": "0f8fad5b-d9cb"})
    assert CorrelationMiddleware(seen)(request)["X-Request-ID"] == "0f8fad5b-d9cb"


@pytest.mark.parametrize(
    ("trusted", "given"), [(0, "0f8fad5b-d9cb"), (1, 'a"} {"b'), (1, "x" * 65), (1, "short"), (1, "line\nbreak-here")]
)
def test_an_id_from_elsewhere_or_of_another_shape_is_not_taken(settings: Settings, trusted: int, given: str) -> None:
    settings.TRUSTED_PROXIES = trusted
    request = RequestFactory().get("/", HTTP_X_REQUEST_ID=given)
    assert CorrelationMiddleware(seen)(request)["X-Request-ID"] != given


def test_the_request_knows_the_clients_address(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 1
    request = RequestFactory().get("/", HTTP_X_FORWARDED_FOR="6.6.6.6, 198.51.100.1", REMOTE_ADDR="10.0.0.1")
    assert CorrelationMiddleware(seen)(request).content.decode().split()[2] == "198.51.100.1"


def test_one_line_is_logged_with_the_route_and_never_the_path(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "web.middleware")
    client.get("/health/live")
    client.get("/lv/fail/429")
    (record,) = [record for record in caplog.records if record.name == "web.middleware"]
    assert vars(record)["route"] == "<str:language>/fail/<str:how>"
    assert vars(record)["status"] == 429


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(translation.get_language())


def test_the_language_of_the_path_is_spoken_and_then_left() -> None:
    with translation.override("fr"):
        response = LanguageMiddleware(page)(RequestFactory().get("/uk/form"))
        assert translation.get_language() == "fr"
    assert (response.content, response["Content-Language"]) == (b"uk", "uk")
    assert "Vary" not in response


def test_the_language_is_left_after_an_error_too() -> None:
    def broken(request: HttpRequest) -> HttpResponse:
        raise RuntimeError

    with translation.override("fr"):
        with pytest.raises(RuntimeError):
            LanguageMiddleware(broken)(RequestFactory().get("/uk/form"))
        assert translation.get_language() == "fr"


def test_a_page_by_the_browsers_language_is_kept_apart_in_caches() -> None:
    response = LanguageMiddleware(page)(RequestFactory().get("/", headers={"Accept-Language": "lv"}))
    assert (response.content, response["Vary"]) == (b"lv", "Accept-Language")


def test_staff_see_their_language_on_the_desk() -> None:
    request = RequestFactory().get("/desk/", headers={"Accept-Language": "lv"})
    request.user = SimpleNamespace(language="fr")
    assert LanguageMiddleware(page)(request).content == b"fr"


def test_a_page_that_says_its_own_language_keeps_it() -> None:
    def other(request: HttpRequest) -> HttpResponse:
        return HttpResponse(headers={"Content-Language": "fr"})

    assert LanguageMiddleware(other)(RequestFactory().get("/uk/"))["Content-Language"] == "fr"
