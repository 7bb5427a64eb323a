"""What helps to understand and to trust a message, for programs."""

import pytest

from notifications.models import OutgoingMail
from tests.api.conftest import Program
from tickets.models import Message, Ticket, Translation


@pytest.fixture
def message(ticket: Ticket) -> Message:
    found: Message = ticket.messages.exclude(raw_path="").get()
    return found


def test_a_message_is_translated_for_a_program_and_shown_with_it(
    program: Program, ticket: Ticket, message: Message
) -> None:
    address = f"tickets/{ticket.reference}/messages/{message.pk}"
    asked = program.do(f"{address}/translate", {"language": "en"})
    assert asked.status_code == 200
    assert [each["state"] for each in asked.json()["translations"]] == ["waiting"]
    Translation.objects.update(state="done", text="Good day!")
    shown = program.ask(address).json()["translations"]
    assert [(each["language"], each["text"], each["engine"]) for each in shown] == [
        ("en", "Good day!", "libretranslate")
    ]
    same = program.do(f"{address}/translate", {"language": "uk"})
    assert (same.status_code, same.json()["code"]) == (422, "language-same")


def test_nothing_of_a_sensitive_ticket_is_translated(program: Program, ticket: Ticket, message: Message) -> None:
    program.do(f"tickets/{ticket.reference}/sensitive", {"sensitive": True})
    answer = program.do(f"tickets/{ticket.reference}/messages/{message.pk}/translate", {"language": "en"})
    assert (answer.status_code, answer.json()["code"]) == (409, "sensitive")
    assert not Translation.objects.exists()


def test_a_mail_is_reported_as_phishing_once(program: Program, ticket: Ticket, message: Message) -> None:
    address = f"tickets/{ticket.reference}/messages/{message.pk}/report-phishing"
    assert program.do(address).status_code == 200
    assert (program.do(address).status_code, program.do(address).json()["code"]) == (409, "reported")
    assert OutgoingMail.objects.filter(name="phishing").count() == 1
