"""Sign-in with OAuth 2: a real token endpoint and a real mail server, both on loopback."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest
from pytest_django import Settings

from notifications import oauth
from notifications.delivery import Result, deliver
from notifications.models import OutgoingMail
from tests.making import NOW
from tests.notifications.sink import Sink

pytestmark = pytest.mark.django_db


class TokenEndpoint:
    """Gives tokens `token-1`, `token-2` … to the client that it knows."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.lifetime: int | None = 3600
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                form = self.rfile.read(int(self.headers["Content-Length"])).decode()
                asked = {name: values[0] for name, values in parse_qs(form).items()}
                endpoint.asked.append(asked)
                if asked["client_secret"] == "right":
                    answer: dict[str, Any] = {"access_token": f"token-{len(endpoint.asked)}", "token_type": "Bearer"}
                    if endpoint.lifetime is not None:
                        answer["expires_in"] = endpoint.lifetime
                    self._say(200, answer)
                else:
                    self._say(401, {"error": "invalid_client", "error_description": asked["client_secret"]})

            def _say(self, status: int, answer: dict[str, Any]) -> None:
                self.send_response(status)
                self.end_headers()
                self.wfile.write(json.dumps(answer).encode())

            def log_message(self, *args: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/token"

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def endpoint(sink: Sink, settings: Settings) -> Iterator[TokenEndpoint]:
    sink.tokens = {"token-1"}
    server = TokenEndpoint()
    settings.EMAIL_HOST_USER = "SupportUkraine@cor.europa.eu"
    settings.SMTP_OAUTH = {
        "token_url": server.url,
        "client_id": "helpdesk",
        "client_secret": "right",
        "scope": "https://outlook.office365.com/.default",
    }
    yield server
    server.stop()


def test_the_token_of_the_client_credentials_opens_the_mail_server(
    put: Any, sink: Sink, endpoint: TokenEndpoint
) -> None:
    assert deliver(put().pk, now=NOW) is Result.SENT
    assert len(sink.taken) == 1
    assert endpoint.asked == [
        {
            "grant_type": "client_credentials",
            "client_id": "helpdesk",
            "client_secret": "right",
            "scope": "https://outlook.office365.com/.default",
        }
    ]


def test_a_token_is_kept_for_the_next_mail(put: Any, sink: Sink, endpoint: TokenEndpoint) -> None:
    assert [deliver(put().pk, now=NOW) for _ in range(3)] == [Result.SENT] * 3
    assert len(endpoint.asked) == 1
    assert sink.presented == ["token-1"] * 3


def test_a_token_about_to_end_is_not_used_again(put: Any, sink: Sink, endpoint: TokenEndpoint) -> None:
    endpoint.lifetime = oauth.MARGIN_SECONDS
    sink.tokens = {"token-1", "token-2"}
    assert [deliver(put().pk, now=NOW) for _ in range(2)] == [Result.SENT] * 2
    assert sink.presented == ["token-1", "token-2"]


def test_a_token_that_the_server_revoked_is_replaced_within_the_same_attempt(
    put: Any, sink: Sink, endpoint: TokenEndpoint
) -> None:
    deliver(put().pk, now=NOW)
    sink.tokens = {"token-2"}
    assert deliver(put().pk, now=NOW) is Result.SENT
    assert sink.presented == ["token-1", "token-1", "token-2"]


def test_a_server_that_takes_no_token_is_tried_again_later(put: Any, sink: Sink, endpoint: TokenEndpoint) -> None:
    sink.tokens = set()
    mail = put()
    assert deliver(mail.pk, now=NOW) is Result.LATER
    assert OutgoingMail.objects.get(pk=mail.pk).error == "sign-in"
    assert sink.taken == []


def test_an_endpoint_that_gives_no_token_is_tried_again_later_and_no_secret_is_written_down(
    put: Any, sink: Sink, endpoint: TokenEndpoint, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.SMTP_OAUTH = {**settings.SMTP_OAUTH, "client_id": "other", "client_secret": "wrong-secret"}
    mail = put()
    assert deliver(mail.pk, now=NOW) is Result.LATER
    waiting = OutgoingMail.objects.get(pk=mail.pk)
    assert waiting.error == "sign-in"
    assert "401 invalid_client" in waiting.error_detail
    assert "wrong-secret" not in waiting.error_detail + caplog.text


def test_a_password_signs_in(put: Any, sink: Sink, settings: Settings) -> None:
    sink.password = "a password"
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "house", "a password"
    assert deliver(put().pk, now=NOW) is Result.SENT


@pytest.mark.parametrize("password", ["", "an old password"])
def test_a_missing_or_wrong_password_fails_no_mail_for_good(
    put: Any, sink: Sink, settings: Settings, password: str
) -> None:
    sink.password = "a password"
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "house", password
    mail = put()
    assert deliver(mail.pk, now=NOW) is Result.LATER
    assert OutgoingMail.objects.get(pk=mail.pk).error == "sign-in"
