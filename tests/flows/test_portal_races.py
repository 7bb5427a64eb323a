"""The same form by many hands at once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from notifications.models import OutgoingMail
from portal import tokens
from portal.models import Upload
from tickets.models import Message, Ticket

pytestmark = [pytest.mark.flow, pytest.mark.usefixtures("reference_data")]

HANDS = 8


def together(act: Any) -> list[Any]:
    """What eight threads get that do the same at once, each with a connection of its own."""

    def one(_: int) -> Any:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(HANDS) as pool:
        return list(pool.map(one, range(HANDS)))


def test_eight_submits_of_one_form_with_a_file_make_one_ticket_and_eight_thanks() -> None:
    stamp = tokens.stamp(tokens.begin(timezone.now() - tokens.QUICKEST * 2))
    file = SimpleUploadedFile("plan.pdf", b"%PDF-1.4 plan")
    kept = Client().post("/en/upload/", {"stamp": stamp, "file": file}).json()["id"]
    values = {
        "stamp": stamp,
        "kept": kept,
        "name": "Olena Example",
        "email": "olena@hromada.example",
        "place": "UA-59",
        "kind": "enquiry",
        "topic": "energy",
        "subject": "Generators",
        "message": "We need two generators.",
    }
    responses = together(lambda: Client().post("/en/request/", values))
    assert [response.status_code for response in responses] == [302] * HANDS
    tickets = {tokens.read_receipt(response["Location"].rstrip("/").rpartition("/")[2]) for response in responses}
    assert tickets == {Ticket.objects.get().pk}
    assert Message.objects.get(kind=Message.Kind.INBOUND).attachments.count() == 1
    assert OutgoingMail.objects.count() == 1
    assert Upload.objects.count() == 0


def test_one_file_sent_by_eight_hands_is_kept_once() -> None:
    stamp = tokens.stamp(tokens.begin(timezone.now()))

    def upload() -> int:
        file = SimpleUploadedFile("plan.pdf", b"%PDF-1.4 plan")
        number: int = Client().post("/en/upload/", {"stamp": stamp, "file": file}).json()["id"]
        return number

    assert len(set(together(upload))) == 1
    assert Upload.objects.count() == 1
