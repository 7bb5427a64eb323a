import pytest
from django.test import Client
from django.utils import timezone

from tests.desk import scene
from tickets.files import storage
from tickets.models import Attachment, Message, Ticket, User


@pytest.fixture
def ticket(anna: User) -> Ticket:
    return scene.busy_ticket(anna, timezone.now())


def file_of(ticket: Ticket, ending: str) -> str:
    attachment = Attachment.objects.get(message__ticket=ticket, name__endswith=ending)
    return f"/desk/tickets/{ticket.reference}/files/{attachment.pk}/"


def test_a_file_is_a_download_with_its_own_name(desk: Client, ticket: Ticket) -> None:
    answer = desk.get(file_of(ticket, "2026.pdf"))
    assert answer.getvalue() == scene.PDF
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "%D0%9B%D0%B8%D1%81%D1%82%20112" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]


def test_pdf_and_pictures_are_previewed_safely(desk: Client, ticket: Ticket) -> None:
    for ending in ("2026.pdf", "plan.png"):
        answer = desk.get(file_of(ticket, ending) + "?show=1")
        assert answer.getvalue() in (scene.PDF, scene.PICTURE)
        assert answer.headers["Content-Disposition"].startswith("inline;")
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_file_in_quarantine_shows_its_warning_and_opens_for_managers_alone(
    desk: Client, ticket: Ticket, maria: User
) -> None:
    address = file_of(ticket, ".exe")
    answer = desk.get(address + "?show=1")
    assert answer.status_code == 403
    assert "Only managers may open such files." in answer.content.decode()
    assert desk.post(address + "open/").status_code == 404
    desk.force_login(maria)
    warning = desk.get(address)
    assert warning.status_code == 200
    assert "This is a program or a script." in warning.content.decode()
    assert scene.PROGRAM not in warning.content
    assert desk.get(address + "open/").status_code == 405
    opened = desk.post(address + "open/")
    assert opened.getvalue() == scene.PROGRAM
    assert opened.headers["Content-Disposition"].startswith("attachment;")


def test_a_file_of_another_ticket_is_not_here(desk: Client, ticket: Ticket, anna: User) -> None:
    other = scene.busy_ticket(anna, timezone.now())
    foreign = file_of(other, "plan.png").replace(other.reference, ticket.reference)
    assert desk.get(foreign).status_code == 404


def test_a_file_that_is_gone_from_the_disk_is_a_page_that_says_so(desk: Client, ticket: Ticket) -> None:
    attachment = Attachment.objects.get(message__ticket=ticket, name="plan.png")
    attachment.path = storage().name_of("0" * 64)
    attachment.save()
    assert desk.get(file_of(ticket, "plan.png")).status_code == 404


def test_the_original_mail_can_be_downloaded(desk: Client, ticket: Ticket) -> None:
    message = Message.objects.exclude(raw_path="").get(ticket=ticket)
    answer = desk.get(f"/desk/tickets/{ticket.reference}/messages/{message.pk}/raw/")
    assert answer.getvalue().startswith(b"From: olena@hromada.example")
    assert f'filename="{ticket.reference}-{message.pk}.eml"' in answer.headers["Content-Disposition"]
    without = ticket.messages.filter(raw_path="").first()
    assert without
    assert desk.get(f"/desk/tickets/{ticket.reference}/messages/{without.pk}/raw/").status_code == 404


def test_html_mail_is_harmless_in_its_own_frame(desk: Client, ticket: Ticket) -> None:
    message = Message.objects.exclude(html="").filter(kind="inbound").get(ticket=ticket)
    answer = desk.get(f"/desk/tickets/{ticket.reference}/messages/{message.pk}/html/")
    page, policy = answer.content.decode(), answer.headers["Content-Security-Policy"]
    assert "<script" not in page
    assert "tracker.example" not in page
    assert file_of(ticket, "plan.png") + "?show=1" in page
    assert 'title="hromada.example"' in page
    assert "script-src 'none'" in policy
    assert "https:" not in policy
    assert "?pictures=remote" in page
    remote = desk.get(f"/desk/tickets/{ticket.reference}/messages/{message.pk}/html/?pictures=remote")
    assert "https://tracker.example/p.gif" in remote.content.decode()
    assert "img-src 'self' data: https:" in remote.headers["Content-Security-Policy"]


def test_a_message_without_html_has_no_frame(desk: Client, ticket: Ticket) -> None:
    note = ticket.messages.get(kind="note")
    assert desk.get(f"/desk/tickets/{ticket.reference}/messages/{note.pk}/html/").status_code == 404
