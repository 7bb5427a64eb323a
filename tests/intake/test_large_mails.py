"""Mails that are made to burst: read within bounds, every byte kept, and what is not listed said to be there."""

import pytest
from django.db.models import Count

from tests.intake.letters import letter, received, ticket_of
from tests.making_files import PDF, archive_of
from tickets import files
from tickets.models import Attachment

pytestmark = pytest.mark.usefixtures("house")
BOMB = archive_of({"letter.docx": b"PK\x03\x04" + bytes(40 * 1024 * 1024)})


def test_a_mail_of_ten_thousand_parts_is_one_ticket_that_says_where_the_rest_is() -> None:
    text = "Content-Type: text/plain\n\nWe need two generators of 100 kW for our hospital.\n"
    parts = [f"Content-Disposition: attachment; filename={number}.txt\n\n{number}\n" for number in range(10_000)]
    head = "From: olena@hromada.example\nSubject: Files\nContent-Type: multipart/mixed; boundary=b\n"
    raw = "\n--b\n".join([head, text, *parts]).encode() + b"\n--b--\n"
    mail = received(raw)
    assert mail.message
    assert mail.attempts == 1
    assert mail.message.text.strip() == "We need two generators of 100 kW for our hospital."
    assert mail.message.attachments.count() == 998
    assert mail.message.marked == "parts-left-out"
    assert files.storage().read(mail.message.raw_path) == raw


def test_a_mail_of_few_parts_is_not_marked() -> None:
    mail = received(letter(attachments=[("list.pdf", PDF)]))
    assert mail.message
    assert mail.message.marked == ""


def test_a_mail_full_of_bombs_is_read_at_once_and_each_is_put_aside() -> None:
    mail = received(letter(attachments=[(f"{number}.zip", BOMB + b"%d" % number) for number in range(100)]))
    assert mail.attempts == 1
    assert ticket_of(mail).unreadable is False
    rows = Attachment.objects.filter(message=mail.message)
    assert list(rows.values_list("quarantine").annotate(Count("pk")).order_by()) == [("archive-huge", 100)]


def test_the_same_file_many_times_and_on_two_tickets_is_stored_once() -> None:
    tickets = [ticket_of(received(letter(attachments=[("list.pdf", PDF + b"same")] * 50))) for _ in range(2)]
    assert tickets[0] != tickets[1]
    rows = Attachment.objects.filter(message__ticket__in=tickets)
    assert rows.count() == 100
    (path,) = rows.order_by().values_list("path", flat=True).distinct()
    assert files.storage().read(path) == PDF + b"same"
