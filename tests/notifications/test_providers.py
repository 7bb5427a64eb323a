"""A provider's API on loopback, spoken to by django-anymail as it speaks to the real one."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from pytest_django import Settings

from notifications.delivery import Result, deliver
from notifications.models import OutgoingMail
from notifications.outbox import Address, File
from tests.environment import free_port
from tests.making import NOW

pytestmark = pytest.mark.django_db
ACCEPTED = {"To": "olena@hromada.example", "MessageID": "b7bc2f4a-e38e", "ErrorCode": 0, "Message": "OK"}


class Provider:
    """Answers as Postmark does; keeps what it was asked to send."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.status, self.answer = 200, dict(ACCEPTED)
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                provider.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(provider.status)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(provider.answer).encode())

            def log_message(self, *args: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/"

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    server = Provider()
    settings.MAIL_OUT = "postmark"
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    settings.ANYMAIL = {"POSTMARK_SERVER_TOKEN": "token", "POSTMARK_API_URL": server.url}
    yield server
    server.stop()


def test_a_provider_gets_the_whole_mail_and_its_id_is_kept(put: Any, provider: Provider) -> None:
    path = default_storage.save("any", ContentFile(b"%PDF-"))
    mail = put(
        automatic=True,
        envelope_sender="",
        in_reply_to="asked@hromada.example",
        reply_to="SupportUkraine+ptoken@cor.europa.eu",
        files=[File("план.pdf", "application/pdf", path, 5)],
    )
    assert deliver(mail.pk, now=NOW) is Result.SENT
    (asked,) = provider.asked
    headers = {each["Name"]: each["Value"] for each in asked["Headers"]}
    assert headers["Message-ID"] == f"<{mail.message_id}>"
    assert headers["In-Reply-To"] == "<asked@hromada.example>"
    assert headers["Auto-Submitted"] == "auto-replied"
    assert asked["ReplyTo"] == "SupportUkraine+ptoken@cor.europa.eu"
    assert (asked["TextBody"], asked["HtmlBody"]) == ("Good day", "<p>Good day</p>")
    assert [(file["Name"], file["Content"]) for file in asked["Attachments"]] == [("план.pdf", "JVBERi0=")]
    assert OutgoingMail.objects.get().provider_id == "b7bc2f4a-e38e"


@pytest.mark.parametrize(("status", "error"), [(429, "server"), (500, "server"), (503, "server"), (401, "sign-in")])
def test_a_provider_in_trouble_is_tried_again(put: Any, provider: Provider, status: int, error: str) -> None:
    provider.status, provider.answer = status, {"ErrorCode": 1, "Message": "not now"}
    assert deliver(put().pk, now=NOW) is Result.LATER
    assert OutgoingMail.objects.get().error == error


def test_a_provider_that_is_away_is_tried_again(put: Any, provider: Provider, settings: Settings) -> None:
    settings.ANYMAIL = {**settings.ANYMAIL, "POSTMARK_API_URL": f"http://127.0.0.1:{free_port()}/"}
    assert deliver(put().pk, now=NOW) is Result.LATER


def test_a_dead_recipient_ends_it(put: Any, provider: Provider) -> None:
    provider.status = 422
    provider.answer = {
        "ErrorCode": 406,
        "Message": "You tried to send to recipient(s) that have been marked as inactive."
        " Found inactive addresses: olena@hromada.example."
        " Inactive recipients are ones that have generated a hard bounce",
    }
    assert deliver(put().pk, now=NOW) is Result.ENDED
    assert (OutgoingMail.objects.get().state, OutgoingMail.objects.get().error) == ("failed", "recipients-refused")


def test_a_dead_copy_is_sent_and_recorded(put: Any, provider: Provider) -> None:
    provider.answer["Message"] = (
        "Message OK, but will not deliver to these inactive addresses: taras@rada.example."
        " Inactive recipients are ones that have generated a hard bounce"
    )
    assert deliver(put(cc=[Address("", "taras@rada.example")]).pk, now=NOW) is Result.SENT
    mail = OutgoingMail.objects.get()
    assert (mail.error, mail.error_detail) == ("some-refused", "taras@rada.example: rejected")
