"""The command tells what it will empty, asks, and obeys those alone who may decide it."""

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.making import OLENA, opened, staff
from tickets.models import Queue, Requester, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]


@pytest.fixture
def ticket() -> Ticket:
    opened(sender_address="petro@example.org", sender_name="Petro", cc=(("Olena Example", OLENA),))
    return opened(text="words of olena")


def erase(ticket: Ticket, monkeypatch: pytest.MonkeyPatch, *more: str, typed: str = "", role: str = "manager") -> str:
    """Run it as somebody of this role who types this; returns what it said."""
    said = io.StringIO()
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    manager = staff("Maria Manager", role=role)
    call_command("erase_person", str(ticket.requester_id), "--by", manager.email, *more, stdout=said)
    return said.getvalue()


def is_erased(ticket: Ticket) -> bool:
    return Requester.objects.get(pk=ticket.requester_id).erased_at is not None


def test_it_tells_what_it_will_empty_and_empties_it_when_confirmed(
    ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = erase(ticket, monkeypatch, typed=f"{ticket.requester_id}\n")
    for words in (OLENA, "tickets to empty: 1", "messages: 2", "files: 0", "as a recipient: 1", "Tickets emptied: 1"):
        assert words in said, said
    assert is_erased(ticket)
    assert ticket.events.get(verb="erased").actor.name == "Maria Manager"


@pytest.mark.parametrize("typed", ["", "yes\n", "\n", "0\n"])
def test_anything_else_than_the_number_erases_nothing(
    ticket: Ticket, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    with pytest.raises(CommandError, match="Nothing was erased"):
        erase(ticket, monkeypatch, typed=typed)
    assert not is_erased(ticket)


def test_an_agent_may_not_and_a_manager_only_in_the_queues_that_they_see(
    ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CommandError, match="may not erase"):
        erase(ticket, monkeypatch, "--yes", role="agent")
    Ticket.objects.filter(pk=ticket.pk).update(queue=Queue.objects.get(code="complaints"))
    with pytest.raises(CommandError, match="may not erase"):
        erase(ticket, monkeypatch, "--yes")
    assert not is_erased(ticket)


def test_a_person_who_is_unknown_or_erased_is_refused(ticket: Ticket, monkeypatch: pytest.MonkeyPatch) -> None:
    erase(ticket, monkeypatch, "--yes")
    with pytest.raises(CommandError, match="erased already"):
        erase(ticket, monkeypatch, "--yes")
    nobody: Any = Ticket(requester_id=99_999_999)
    with pytest.raises(CommandError, match="no requester"):
        erase(nobody, monkeypatch, "--yes")
    with pytest.raises(CommandError, match="No active user"):
        call_command("erase_person", str(ticket.requester_id), "--by", "nobody@example.org")
