"""An answer in a real browser: kept as it is typed, seen by colleagues, held in time, begun with a template."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import making
from tests.accessibility import check
from tests.desk import scene
from tests.flows.test_desk_pages import desk_of, ready, sign_in
from tickets.models import Draft, Message, ReplyTemplate, Ticket, User

pytestmark = pytest.mark.browser


@pytest.fixture
def anna(reference_data: None) -> User:
    return making.staff("Anna Agent", signatures={"uk": "З повагою\nАнна Агент"})


@pytest.fixture
def ticket(anna: User) -> Ticket:
    return scene.busy_ticket(anna, timezone.now())


def opened(page: Page, live_server: LiveServer, ticket: Ticket) -> None:
    page.goto(desk_of(ticket, live_server))
    ready(page)


def test_two_who_write_know_of_each_other_and_nothing_is_lost(
    page: Page, browser: Browser, live_server: LiveServer, anna: User, ticket: Ticket
) -> None:
    sign_in(page, live_server, anna)
    opened(page, live_server, ticket)
    page.get_by_label("Your answer").fill("Dear Olena,\n\nRiga sends")
    page.locator("#reply .attach summary").last.click()
    page.locator("#reply input[type=file]").set_input_files(
        {"name": "list.pdf", "mimeType": "x/y", "buffer": scene.PDF}
    )
    expect(page.locator("#reply").get_by_label("list.pdf")).to_be_checked()
    expect(page.locator("[data-kept-at]")).to_have_text(re.compile(r"Kept at \d\d:\d\d"))

    ben = making.staff("Ben Colleague")
    other = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    sign_in(other, live_server, ben)
    opened(other, live_server, ticket)
    expect(other.locator(".other-draft")).to_contain_text("Anna Agent is writing an answer")
    other.get_by_text("Read the draft").click()
    expect(other.locator(".other-draft")).to_contain_text("Riga sends")
    check(other, "a colleague's draft")
    other.get_by_label("Your answer").fill("Good day,")
    expect(other.locator("#reply-news")).to_have_text("Anna Agent is writing an answer too. Show it")
    check(other, "told while typing")
    other.locator("[data-send]").click()
    expect(other.locator("#reply [role=alert]")).to_contain_text("Anna Agent is writing an answer too.")
    check(other, "held")
    other.get_by_role("button", name="Send all the same").click()
    expect(other.locator(".toast")).to_contain_text("The reply leaves")
    other.context.close()

    page.reload()
    ready(page)
    expect(page.get_by_label("Your answer")).to_have_value("Dear Olena,\n\nRiga sends")
    expect(page.locator("#reply")).to_contain_text("Since you wrote this draft, there is more:")
    expect(page.locator(".signature")).to_contain_text("Анна Агент")
    check(page, "a draft after which a colleague answered")
    page.locator("[data-send]").click()
    expect(page.locator(".toast")).to_contain_text("The reply leaves")
    sent = Message.objects.filter(author=anna).latest("pk")
    assert sent.outgoing
    assert "-- \nЗ повагою\nАнна Агент\n" in sent.outgoing.text
    assert [file.name for file in sent.attachments.all()] == ["list.pdf"]
    assert not Draft.objects.exists()


def test_a_template_is_found_and_filled_by_keyboard_and_not_sent_half_filled(
    page: Page, live_server: LiveServer, anna: User, ticket: Ticket
) -> None:
    sign_in(page, live_server, anna)
    opened(page, live_server, ticket)
    keys = page.keyboard
    keys.press(";")
    expect(page.locator("[data-filter] input:visible")).to_be_focused()
    keys.type("offer")
    expect(page.locator("button[name=template]:visible")).to_have_text(["Thank for an offer"])
    check(page, "templates")
    keys.press("Enter")
    box = page.get_by_label("Your answer")
    expect(box).to_have_value(re.compile("^Добрий день, .*номером SU-", re.S))
    expect(page.locator("#reply-news")).to_contain_text("{details}")
    keys.press("Control+Enter")
    expect(page.locator("#reply [role=alert]")).to_contain_text("Fill in what is still in braces")
    check(page, "a place left empty")
    box.focus()
    text = box.input_value()
    place = text.index("{details}")
    box.evaluate("(box, at) => box.setSelectionRange(at, at + 9)", place)
    keys.type("два генератори")
    keys.press("Control+Enter")
    expect(page.locator(".toast")).to_contain_text("The reply leaves")
    assert ReplyTemplate.objects.filter(code="thanks-for-offer").exists()


def test_recipients_and_colleagues_are_chosen_by_keyboard(
    page: Page, live_server: LiveServer, anna: User, ticket: Ticket
) -> None:
    making.staff("Bérénice Collègue")
    sign_in(page, live_server, anna)
    opened(page, live_server, ticket)
    page.get_by_text("Recipients and copies").press("Enter")
    page.locator("input[name=cc]").nth(1).press("Space")
    page.get_by_label("Copy to more addresses").fill("staff@city")
    expect(page.locator("[data-copied]")).to_contain_text(", staff@city")
    expect(page.locator("#reply-news")).to_have_text("This is no e-mail address: staff@city")
    check(page, "recipients")
    page.get_by_label("Your answer").blur()
    page.locator("h1").click()
    keys = page.keyboard
    keys.press("n")
    keys.type("Ask @bér")
    expect(page.locator("#mentions [role=option]")).to_have_text("Bérénice Collègue")
    check(page, "colleagues")
    keys.press("Enter")
    expect(page.get_by_role("textbox", name="Internal note")).to_have_value("Ask @Bérénice Collègue ")
    keys.type("today.")
    keys.press("Control+Enter")
    expect(page.locator(".letters")).to_contain_text("Ask @Bérénice Collègue today.")
    note = Message.objects.filter(kind="note").latest("pk")
    assert note.text == "Ask @Bérénice Collègue today."
