"""A partner on the tracking page, from the link to an answer and a new link."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from notifications.models import OutgoingMail
from portal import tokens
from tests.making import OLENA, opened
from tickets import files, links
from tickets.models import Message, Ticket

pytestmark = [pytest.mark.flow, pytest.mark.browser, pytest.mark.usefixtures("reference_data")]

PHOTO = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff\xe0" + b"x" * 4000}


@pytest.fixture(autouse=True)
def _robots_are_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The browser types at once, so the guard against programs would stop it."""
    monkeypatch.setattr(tokens, "QUICKEST", timedelta(0))


@pytest.fixture
def ticket(reference_data: None) -> Ticket:
    return opened(now=timezone.now(), files=(files.keep(b"%PDF-1.4 letter", name="letter.pdf"),))


@pytest.fixture
def address(live_server: LiveServer, ticket: Ticket) -> str:
    return f"{live_server.url}/en/track/{links.make_link(ticket, now=timezone.now())}/"


def test_a_partner_reads_the_state_and_writes_again_with_a_photo(page: Page, address: str, ticket: Ticket) -> None:
    page.goto(address)
    expect(page.locator(".state")).to_contain_text("We have your request. Answer due by")
    page.get_by_label("Your message").fill("The hospital needs 230 V.")
    page.locator("#id_attachments").set_input_files(PHOTO)
    expect(page.locator("form .file[data-state=done]")).to_have_count(1)
    page.get_by_role("button", name="Send the message").click()
    expect(page.get_by_role("status").first).to_contain_text("We have your message.")
    expect(page.locator(".letter").last).to_contain_text("The hospital needs 230 V.")
    expect(page.get_by_label("Your message")).to_have_value("")
    message = Message.objects.filter(ticket=ticket, kind=Message.Kind.INBOUND).latest("id")
    assert message.attachments.get().name == "photo.jpg"
    assert Ticket.objects.count() == 1


def test_a_half_written_answer_survives_a_reload(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("Your message").fill("The hospital needs")
    page.reload()
    expect(page.get_by_label("Your message")).to_have_value("The hospital needs")


def test_files_of_the_letters_are_downloaded_not_opened(page: Page, address: str) -> None:
    page.goto(address)
    with page.expect_download() as download:
        page.get_by_role("link", name="letter.pdf").click()
    assert download.value.suggested_filename == "letter.pdf"


def test_the_page_speaks_the_language_that_its_reader_chooses(page: Page, address: str) -> None:
    page.goto(address)
    page.locator(".chooser summary").click()
    page.get_by_role("link", name="українська").click()
    expect(page.locator("html")).to_have_attribute("lang", "uk")
    expect(page.locator(".letter").first).to_contain_text("We need two generators")


def test_a_link_that_ended_leads_to_a_new_one_by_mail(page: Page, live_server: LiveServer, ticket: Ticket) -> None:
    page.goto(f"{live_server.url}/en/track/ended/")
    page.get_by_label("Reference").fill(ticket.reference)
    page.get_by_label("E-mail address").fill(OLENA)
    page.get_by_role("button", name="Send me a new link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mailbox")
    mail = OutgoingMail.objects.get(name="tracking_link")
    assert [each["address"] for each in mail.to] == [OLENA]
