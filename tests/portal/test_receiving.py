from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from portal import receiving, tokens, uploads
from tickets.models import Message, Ticket

pytestmark = pytest.mark.usefixtures("reference_data")


def cleaned(**changes: Any) -> dict[str, Any]:
    base = {
        "name": "Olena Example",
        "email": "Olena@hromada.example",
        "phone": "",
        "organisation": "",
        "organisation_kind": "",
        "place": "UA-59",
        "kind": "enquiry",
        "topic": "energy",
        "subject": "Generators",
        "message": "One line.\r\nAnother.",
        "letter_number": "",
        "letter_date": None,
        "need_item": "left from another choice",
        "need_quantity": "1",
        "needed_by": None,
        "need_recipient": "",
        "danger_to_life": True,
        "may_share": True,
    }
    return {**base, **changes}


def send(submission: tokens.Submission, **changes: Any) -> Message:
    return receiving.receive_request(cleaned(**changes), submission, language="uk", correlation="", now=timezone.now())


def attach(submission: tokens.Submission, content: bytes) -> None:
    uploads.keep(submission.key, SimpleUploadedFile("a.txt", content), now=timezone.now())


def test_the_fields_of_a_need_count_for_a_need_alone(submission: tokens.Submission) -> None:
    ticket = send(submission).ticket
    assert not hasattr(ticket, "need")
    assert not ticket.danger_to_life
    assert not ticket.may_share


def test_lines_end_as_in_every_other_message_and_the_address_is_lower_case(submission: tokens.Submission) -> None:
    message = send(submission)
    assert message.text == "One line.\nAnother."
    assert message.sender_address == "olena@hromada.example"


@pytest.mark.django_db(transaction=True)
def test_the_same_form_twice_is_one_message(submission: tokens.Submission) -> None:
    attach(submission, b"plan")
    assert send(submission) == send(submission)
    assert Message.objects.filter(kind="inbound").count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_changed_before_the_second_sending_joins_the_first_ticket(submission: tokens.Submission) -> None:
    first = send(submission)
    attach(submission, b"plan")
    second = send(submission, message="One line, and one that came later.")
    assert second.ticket_id == first.ticket_id
    assert second != first
    assert second.attachments.count() == 1
    assert Ticket.objects.count() == 1
    assert send(submission, message="One line, and one that came later.") == second


@pytest.mark.django_db(transaction=True)
def test_a_file_that_is_gone_stops_a_new_form_but_not_one_that_we_have(submission: tokens.Submission) -> None:
    attach(submission, b"plan")
    for upload in uploads.kept(submission.key):
        uploads._waiting().delete(upload.path)
    with pytest.raises(uploads.FileGone):
        send(submission)
    assert Ticket.objects.count() == 0
    uploads.forget(submission.key)
    first = send(submission)
    attach(submission, b"plan")
    for upload in uploads.kept(submission.key):
        uploads._waiting().delete(upload.path)
    assert send(submission) == first
