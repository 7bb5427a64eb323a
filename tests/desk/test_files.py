import re

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from tests.desk import scene
from tickets.actions import scanning
from tickets.clamav import Verdict
from tickets.files import storage
from tickets.models import Attachment, Event, Message, Ticket, User


@pytest.fixture
def ticket(anna: User) -> Ticket:
    return scene.busy_ticket(anna, timezone.now())


def file_of(ticket: Ticket, ending: str) -> str:
    attachment = Attachment.objects.get(message__ticket=ticket, name__endswith=ending)
    return f"/desk/tickets/{ticket.reference}/files/{attachment.pk}/"


def page_of(desk: Client, ticket: Ticket) -> str:
    return desk.get(f"/desk/tickets/{ticket.reference}/").content.decode()


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


def test_a_preview_has_a_page_of_its_own_and_small_pictures_stand_in_the_list(desk: Client, ticket: Ticket) -> None:
    page = page_of(desk, ticket)
    picture, document = file_of(ticket, "plan.png"), file_of(ticket, "2026.pdf")
    assert page.count('class="thumb"') == 1
    assert f'class="thumb" src="{picture}?show=1" alt="" loading="lazy"' in page
    assert page.count("data-preview=") == 2
    assert f'<img class="preview" src="{picture}?show=1"' in desk.get(f"{picture}preview/").content.decode()
    assert f'<iframe class="preview" src="{document}?show=1"' in desk.get(f"{document}preview/").content.decode()


@pytest.mark.parametrize("change", [{"quarantine": "virus"}, {"scan": "found"}, {"content_type": "image/svg+xml"}])
def test_what_no_browser_may_show_has_no_preview(desk: Client, ticket: Ticket, change: dict[str, str]) -> None:
    Attachment.objects.filter(message__ticket=ticket, name="plan.png").update(**change)
    address = file_of(ticket, "plan.png")
    assert address not in "".join(re.findall(r'data-address="[^"]+"', page_of(desk, ticket)))
    assert 'class="thumb"' not in page_of(desk, ticket)
    assert desk.get(f"{address}preview/").status_code == 404
    shown = desk.get(address + "?show=1")
    shown.close()
    assert not shown.headers.get("Content-Disposition", "").startswith("inline")


def test_big_pictures_and_those_beyond_a_mebibyte_of_a_message_are_shown_on_demand_alone(
    desk: Client, ticket: Ticket
) -> None:
    plan = Attachment.objects.get(message__ticket=ticket, name="plan.png")
    numbers = [plan.pk]
    for position, name in enumerate(("second.png", "third.png"), start=90):
        plan.pk, plan.position, plan.name = None, position, name
        plan.save()
        numbers.append(plan.pk)
    for sizes, shown in (((600, 600, 400), (0, 2)), ((1025, 10, 10), (1, 2))):
        for number, size in zip(numbers, sizes, strict=True):
            Attachment.objects.filter(pk=number).update(size=size * 1024)
        found = re.findall(r'class="thumb" src="[^"]+/files/(\d+)/', page_of(desk, ticket))
        assert found == [str(numbers[place]) for place in shown]
    assert desk.get(file_of(ticket, "plan.png") + "preview/").status_code == 200


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


def test_the_headers_of_a_mail_are_one_click_away(desk: Client, ticket: Ticket) -> None:
    message = ticket.messages.exclude(raw_path="").get()
    address = f"/desk/tickets/{ticket.reference}/messages/{message.pk}/headers/"
    assert f'href="{address}"' in page_of(desk, ticket)
    answer = desk.get(address)
    assert answer.content == b"From: olena@hromada.example\r\nSubject: Generators"
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_message_without_html_has_no_frame(desk: Client, ticket: Ticket) -> None:
    note = ticket.messages.get(kind="note")
    assert desk.get(f"/desk/tickets/{ticket.reference}/messages/{note.pk}/html/").status_code == 404


def scanned(ticket: Ticket, ending: str, scan: str, detail: str = "", **more: str) -> None:
    attachment = Attachment.objects.get(message__ticket=ticket, name__endswith=ending)
    Attachment.objects.filter(pk=attachment.pk).update(scan=scan, scan_detail=detail, scanned_at=timezone.now(), **more)


@pytest.mark.parametrize(
    ("scan", "detail", "told"),
    [
        ("clean", "", "No virus found"),
        ("found", "Win.Test-1", "Virus found: Win.Test-1"),
        ("unknown", "away", "Not checked for viruses: the scanner does not answer. It is asked again."),
        ("unknown", "too-large", "Not checked for viruses: the file is too large for the scanner."),
        ("unknown", "encrypted", "Not checked for viruses: the file is protected by a password."),
        ("unknown", "gone", "Not checked for viruses: the file is not in the storage."),
        ("unknown", "silent", "Not checked for viruses: the scanner gave no answer."),
        ("", "", "Not checked for viruses</span>"),
    ],
)
def test_the_ticket_tells_what_the_scanner_knows_of_a_file(
    desk: Client, ticket: Ticket, scan: str, detail: str, told: str
) -> None:
    Attachment.objects.exclude(name="plan.png").delete()
    scanned(ticket, "plan.png", scan, detail)
    assert told in desk.get(f"/desk/tickets/{ticket.reference}/").content.decode()


def test_with_a_scanner_a_file_that_waits_for_it_says_so(desk: Client, ticket: Ticket, settings: Settings) -> None:
    settings.CLAMAV_HOST = "127.0.0.1"
    assert "Not checked for viruses yet" in desk.get(f"/desk/tickets/{ticket.reference}/").content.decode()


def test_an_unchecked_file_says_so_before_it_is_saved_and_is_not_withheld(desk: Client, ticket: Ticket) -> None:
    scanned(ticket, "2026.pdf", "unknown", "away")
    address = file_of(ticket, "2026.pdf")
    page = desk.get(address)
    assert page.status_code == 200
    assert "This file was not checked for viruses" in page.content.decode()
    assert "Wait a little" in page.content.decode()
    assert scene.PDF not in page.content
    assert desk.get(address + "?anyway=1").getvalue() == scene.PDF
    assert desk.get(address + "?show=1").getvalue() == scene.PDF  # a browser keeps it within its walls
    scanned(ticket, "2026.pdf", "clean")
    assert desk.get(address).getvalue() == scene.PDF


def test_a_type_that_no_browser_shows_is_not_previewed_past_the_word(desk: Client, ticket: Ticket) -> None:
    scanned(ticket, "2026.pdf", "unknown", "too-large", content_type="application/msword")
    page = desk.get(file_of(ticket, "2026.pdf") + "?show=1").content.decode()
    assert "too large for the scanner" in page
    assert "Wait a little" in page or "Open it only if you expect it" in page


def test_a_file_with_a_virus_tells_its_name_and_who_opened_it(desk: Client, ticket: Ticket, maria: User) -> None:
    scanned(ticket, "2026.pdf", "found", "Win.Test-1", quarantine="virus")
    address = file_of(ticket, "2026.pdf")
    assert desk.get(address + "?show=1").status_code == 403
    assert desk.get(address + "?anyway=1").status_code == 403
    assert desk.post(address + "open/").status_code == 404
    desk.force_login(maria)
    warning = desk.get(address).content.decode()
    assert "Virus found: Win.Test-1" in warning
    assert "tell your IT security" in warning
    assert not Event.objects.filter(verb="unsealed").exists()
    assert desk.post(address + "open/").getvalue() == scene.PDF
    event = Event.objects.get(verb="unsealed")
    attachment = Attachment.objects.get(message__ticket=ticket, name__endswith="2026.pdf")
    assert (event.actor, event.data) == (maria, {"file": attachment.pk, "quarantine": "virus"})
    assert (
        "Maria Manager opened a file in quarantine" in desk.get(f"/desk/tickets/{ticket.reference}/").content.decode()
    )


def test_the_history_tells_of_a_find(desk: Client, ticket: Ticket) -> None:
    attachment = Attachment.objects.get(message__ticket=ticket, name="plan.png")
    scanning.take_verdict(sha256=attachment.sha256, verdict=Verdict("found", "Win.Test-1"), now=timezone.now())
    page = desk.get(f"/desk/tickets/{ticket.reference}/history/").content.decode()
    assert "The virus scanner found something in a file: Win.Test-1" in page


def test_a_picture_with_a_virus_is_not_shown_in_its_mail(desk: Client, ticket: Ticket) -> None:
    scanned(ticket, "plan.png", "found", "Win.Test-1", quarantine="virus")
    message = Message.objects.exclude(html="").filter(kind="inbound").get(ticket=ticket)
    page = desk.get(f"/desk/tickets/{ticket.reference}/messages/{message.pk}/html/").content.decode()
    assert file_of(ticket, "plan.png") not in page


def test_a_mail_of_which_parts_are_left_out_says_where_all_of_it_is(desk: Client, ticket: Ticket) -> None:
    told = "All of them are in the original mail."
    assert told not in desk.get(f"/desk/tickets/{ticket.reference}/").content.decode()
    Message.objects.exclude(raw_path="").filter(ticket=ticket).update(marked="parts-left-out")
    assert told in desk.get(f"/desk/tickets/{ticket.reference}/").content.decode()
