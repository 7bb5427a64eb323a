from datetime import UTC, date, datetime
from typing import Any

import pytest

from portal import letters
from tests.making import NOW, incoming, opened, staff
from tickets.actions.answering import note, reply
from tickets.actions.joining import receive
from tickets.actions.record import Actor
from tickets.files import StoredFile
from tickets.models import Attachment, Message, Ticket

TODAY = date(2026, 11, 24)
DUE = date(2026, 12, 14)


@pytest.mark.parametrize(
    ("fields", "sentence", "look"),
    [
        ({"answer_by": DUE}, "We have your request. Answer due by 14 December 2026.", ""),
        ({"answer_by": DUE, "status": "open"}, "We have your request. Answer due by 14 December 2026.", ""),
        ({"answer_by": TODAY}, "We have your request. Answer due by 24 November 2026.", ""),
        ({"answer_by": date(2026, 11, 23)}, "is late; we are sorry", "late"),
        ({}, "We have your request and are working on it.", ""),
        ({"status": "pending", "waiting_for": "requester"}, "wait for your answer", ""),
        ({"status": "pending", "waiting_for": "third_party", "answer_by": DUE}, "asked another body", ""),
        ({"first_answered_at": NOW}, "We answered you.", "done"),
        ({"first_answered_at": NOW, "waiting_since": NOW}, "your latest message", ""),
        ({"status": "solved", "outcome": "answered"}, "We answered your request.", "done"),
        ({"status": "closed", "outcome": "transferred"}, "passed your request on", "done"),
        ({"status": "closed", "outcome": "abusive"}, "This request is closed.", "done"),
        ({"status": "merged"}, "together with another one", ""),
        ({"status": "spam"}, "set this request aside", "late"),
    ],
)
def test_the_state_is_told_in_one_sentence(fields: dict[str, Any], sentence: str, look: str) -> None:
    state = letters.state(Ticket(**fields), TODAY)
    assert sentence in state.sentence
    assert state.look == look


def test_a_request_set_aside_is_the_only_one_that_takes_no_answer() -> None:
    assert not letters.state(Ticket(status="spam"), TODAY).open
    assert letters.state(Ticket(status="closed"), TODAY).open


@pytest.fixture
def ticket(reference_data: None) -> Ticket:
    return opened()


def shown(ticket: Ticket) -> list[str]:
    return [message.text for message in letters.letters(ticket) if message.kind != "automatic"]


def answer(ticket: Ticket, text: str, delivery: str) -> Message:
    message = reply(actor=Actor.staff(staff()), ticket_id=ticket.pk, text=text, key=text, now=NOW)
    Message.objects.filter(pk=message.pk).update(delivery=delivery)
    return message


def test_letters_that_left_are_shown_and_those_that_wait_or_were_taken_back_are_not(ticket: Ticket) -> None:
    for delivery in ("queued", "sent", "bounced", "failed", "cancelled"):
        answer(ticket, delivery, delivery)
    assert shown(ticket) == ["We need two generators of 100 kW.", "sent", "bounced"]


def test_notes_and_automatic_mail_are_never_shown_but_the_acknowledgement_is(ticket: Ticket) -> None:
    note(actor=Actor.staff(staff()), ticket_id=ticket.pk, text="They wrote last year too.", now=NOW)
    away = incoming(automatic="auto-replied", text="I am away.")
    receive(ticket_id=ticket.pk, incoming=away, channel="email", found_by="token", acknowledge=False, now=NOW)
    kinds = [(message.kind, message.automatic) for message in letters.letters(ticket)]
    assert kinds == [("inbound", ""), ("automatic", "acknowledgement")]


def test_letters_stand_newest_last(ticket: Ticket) -> None:
    later = incoming(text="And a transformer.", received_at=datetime(2026, 11, 25, tzinfo=UTC))
    receive(ticket_id=ticket.pk, incoming=later, channel="email", found_by="token", acknowledge=False, now=NOW)
    assert shown(ticket) == ["We need two generators of 100 kW.", "And a transformer."]


def a_file(quarantine: str = "") -> StoredFile:
    return StoredFile(name="a.pdf", path="x", sha256="0" * 64, size=1, content_type="a/b", quarantine=quarantine)


def test_a_file_is_handed_out_when_it_is_in_a_letter_of_this_ticket_and_not_in_quarantine(
    reference_data: None,
) -> None:
    mine, other = opened(files=(a_file(), a_file("macros"))), opened(files=(a_file(),))
    good, bad = Attachment.objects.filter(message__ticket=mine)
    (foreign,) = Attachment.objects.filter(message__ticket=other)
    assert letters.attachment(mine, good.pk) == good
    assert letters.attachment(mine, bad.pk) is None
    assert letters.attachment(mine, foreign.pk) is None


def test_a_file_of_a_letter_that_has_not_left_is_not_handed_out(ticket: Ticket) -> None:
    message = reply(actor=Actor.staff(staff()), ticket_id=ticket.pk, text="Here.", files=[a_file()], now=NOW)
    assert letters.attachment(ticket, message.attachments.get().pk) is None
