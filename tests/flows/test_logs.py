"""What the processes log on the way from a mail to the answer: one thread to follow, and nothing of a person."""

import json
import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
import requests
from django.contrib.sessions.models import Session

from notifications.models import OutgoingMail
from tests import environment, services, visiting
from tests.flows.conftest import House
from tests.flows.test_faults import due_now
from tests.flows.test_mail_way import letter
from tests.making import staff
from tests.services import wait_until
from tickets.models import Ticket

pytestmark = [pytest.mark.flow, pytest.mark.django_db(transaction=True)]
PASSWORD = "a long enough password"
# What a worker says of itself before it logs, and its own name in a cluster.
BANNER = re.compile(r"celery@\S+")
ADDRESS = re.compile(r"[^\s@\"']+@[^\s@\"']+\.[a-z]{2,}")


@pytest.fixture
def house_with_logs(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> House:
    monkeypatch.setenv("LOG_FORMAT", "json")
    found: House = request.getfixturevalue("house")
    return found


def lines(path: Path) -> list[dict[str, Any]]:
    """The lines of a log that are JSON; what else is there is a start-up message."""
    return [json.loads(line) for line in path.read_text().splitlines() if line.startswith("{")]


def said(path: Path, message: str, **facts: object) -> list[str]:
    """The threads under which a process said this."""
    found = [line for line in lines(path) if line["message"] == message]
    return [line.get("correlation", "") for line in found if facts.items() <= line.items()]


def content(mail: services.Received) -> EmailMessage:
    found = message_from_bytes(mail.content, policy=default)
    assert isinstance(found, EmailMessage)
    return found


def test_one_thread_leads_from_mail_to_mail_and_no_log_names_a_person(
    house_with_logs: House, tmp_path: Path, settings
) -> None:
    house, logs = house_with_logs, tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]  # as the web server's own
    agent = staff(name="Anna Agent", email="anna@secretariat.example")
    house.sink.reply_to_data = "451 4.3.0 <olena@hromada.example> is busy with Kettles for Kharkiv"
    house.send(letter("Kettles for Kharkiv", "Our shelter needs eleven kettles.", "first-secret@hromada.example"))
    wait_until(lambda: OutgoingMail.objects.filter(attempts=1, state="queued").exists(), "the server has refused once")
    house.sink.reply_to_data = None
    due_now()
    wait_until(lambda: len(house.sink.mails) == 1, "the acknowledgement has left")
    acknowledgement = content(house.sink.mails[0])
    tracking = re.search(r"/track/([^/\s]+)/", acknowledgement.get_body(("plain",)).get_content())
    assert tracking
    port = environment.free_port()
    with services.web_server(tmp_path / "web.log", port, STATIC_ROOT=services.collected()):
        here = f"http://127.0.0.1:{port}"
        assert requests.get(f"{here}/uk/track/{tracking[1]}/", timeout=20).status_code == 200
        assert requests.get(f"{here}/uk/track/{tracking[1]}x/", timeout=20).status_code != 200
        visitor = visiting.sign_in(here, agent.email, PASSWORD)
        visiting.reply(visitor, f"{here}/desk/tickets/{Ticket.objects.get().reference}/", "Eleven kettles are packed.")
        wait_until(lambda: len(house.sink.mails) == 2, "the answer has left")
    reply_to = content(house.sink.mails[1])["Reply-To"].addresses[0].addr_spec
    house.send(letter("Re: Kettles for Kharkiv", "Thank you, Anna.", "second-secret@hromada.example"), to=reply_to)
    wait_until(lambda: len(house.sink.mails) == 3, "the agent has been told")

    stored = said(logs / "listener.log", "mail stored", source="smtp")
    assert len(set(stored)) == 2, "each mail has a thread of its own"
    assert said(logs / "worker.log", "mail processed", reason="new") == stored[:1]
    assert said(logs / "worker.log", "mail not taken for now", kind="acknowledgement") == stored[:1]
    assert said(logs / "worker.log", "mail sent", kind="acknowledgement") == stored[:1]
    request = said(logs / "web.log", "request", route="desk/tickets/<str:reference>/reply/", method="POST")
    assert len(request) == 1
    assert said(logs / "worker.log", "mail sent", kind="reply") == request
    assert said(logs / "worker.log", "mail processed", reason="token") == stored[1:]
    assert said(logs / "worker.log", "mail sent", kind="partner_answered") == stored[1:]

    secrets = [tracking[1], reply_to.partition("@")[0].partition("+")[2], *visitor.cookies.values(), PASSWORD]
    secrets += Session.objects.values_list("session_key", flat=True)
    names = ["Kettles", "Kharkiv", "kettles", "Олена", "Приклад", "Anna", "first-secret", "second-secret", "shelter"]
    for log in ("listener.log", "worker.log", "web.log"):
        text = BANNER.sub("", (logs / log).read_text())
        assert lines(logs / log), f"{log} has lines"
        assert ADDRESS.findall(text) == []
        assert [word for word in [*secrets, *names] if word in text] == [], log
