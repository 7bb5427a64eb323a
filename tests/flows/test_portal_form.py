"""A partner at the form: with a script and without one, on a line that breaks."""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from notifications.models import OutgoingMail
from portal import tokens
from portal.models import Upload
from tickets.models import Message, Ticket

pytestmark = [pytest.mark.flow, pytest.mark.browser, pytest.mark.usefixtures("reference_data")]

PHOTO = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff\xe0" + b"x" * 4000}
PLAN = {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 plan"}


@pytest.fixture(autouse=True)
def _robots_are_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The browser types at once, so the guard against programs would stop it."""
    monkeypatch.setattr(tokens, "QUICKEST", timedelta(0))


@pytest.fixture
def form(live_server: LiveServer) -> str:
    return f"{live_server.url}/en/request/"


@pytest.fixture
def plain_page(browser: Browser) -> Iterator[Page]:
    """A browser without JavaScript."""
    visitor = browser.new_context(java_script_enabled=False)
    yield visitor.new_page()
    visitor.close()


def fill(page: Page, *, kind: str = "enquiry") -> None:
    page.get_by_label("Your name").fill("Olena Example")
    page.get_by_label("E-mail address").fill("olena@hromada.example")
    page.get_by_label("Region or country").select_option("UA-59")
    page.check(f"input[name=kind][value={kind}]")
    page.get_by_label("Topic").select_option("energy")
    page.get_by_label("Subject").fill("Generators for the hospital")
    page.get_by_label("Message").fill("We need two generators.")


def send(page: Page) -> None:
    page.get_by_role("button", name="Send the request").click()


def thanked(page: Page) -> str:
    """The reference on the thank-you page."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you. We have your request.")
    return page.locator(".panel .reference").inner_text()


def kept_rows(page: Page, number: int) -> None:
    expect(page.locator(".file[data-state=done]")).to_have_count(number)


def test_a_need_with_files_becomes_a_ticket_and_the_draft_ends(page: Page, form: str) -> None:
    page.goto(form)
    expect(page.get_by_label("What do you need?")).to_be_hidden()
    fill(page, kind="need")
    page.get_by_label("What do you need?").fill("Generator of 100 kW")
    page.get_by_label("There is danger to life").check()
    page.locator("#id_attachments").set_input_files([PHOTO, PLAN])
    kept_rows(page, 2)
    send(page)
    reference = thanked(page)
    ticket = Ticket.objects.get()
    assert (ticket.reference, ticket.kind, ticket.danger_to_life) == (reference, "need", True)
    assert ticket.need.item == "Generator of 100 kW"
    message = ticket.messages.get(kind=Message.Kind.INBOUND)
    assert [file.name for file in message.attachments.all()] == ["photo.jpg", "plan.pdf"]
    assert page.context.cookies() == []
    page.goto(form)
    expect(page.get_by_label("Your name")).to_have_value("")
    expect(page.locator("[data-restored]")).to_be_hidden()


def test_going_back_after_sending_shows_an_empty_form_and_a_new_submission(page: Page, form: str) -> None:
    page.goto(form)
    fill(page)
    send(page)
    thanked(page)
    page.go_back()
    expect(page.get_by_label("Your name")).to_have_value("")
    fill(page)
    send(page)
    thanked(page)
    assert Ticket.objects.count() == 2


def test_a_reload_keeps_what_was_typed_and_the_files(page: Page, form: str) -> None:
    page.goto(form)
    fill(page, kind="offer")
    page.locator("#id_attachments").set_input_files(PLAN)
    kept_rows(page, 1)
    page.reload()
    expect(page.locator("[data-restored]")).to_be_visible()
    expect(page.get_by_label("Message")).to_have_value("We need two generators.")
    expect(page.locator("input[value=offer]")).to_be_checked()
    kept_rows(page, 1)
    send(page)
    thanked(page)
    assert Message.objects.get(kind=Message.Kind.INBOUND).attachments.get().name == "plan.pdf"


def test_the_draft_can_be_deleted_on_a_computer_that_others_use(page: Page, form: str) -> None:
    page.goto(form)
    fill(page)
    page.reload()
    page.get_by_role("button", name="Delete it and begin anew").click()
    expect(page.get_by_label("Your name")).to_have_value("")
    expect(page.locator("[data-restored]")).to_be_hidden()
    page.reload()
    expect(page.get_by_label("Message")).to_have_value("")


def test_an_error_leads_to_its_field_and_keeps_everything(page: Page, form: str) -> None:
    page.goto(form)
    fill(page)
    page.get_by_label("E-mail address").fill("olena")
    page.locator("#id_attachments").set_input_files(PLAN)
    kept_rows(page, 1)
    send(page)
    expect(page.locator(".summary")).to_be_focused()
    page.get_by_role("link", name="Enter an e-mail address such as name@example.org.").click()
    expect(page.get_by_label("E-mail address")).to_be_focused()
    kept_rows(page, 1)
    page.get_by_label("E-mail address").fill("olena@hromada.example")
    send(page)
    thanked(page)
    assert Message.objects.get(kind=Message.Kind.INBOUND).attachments.count() == 1


def test_a_file_is_sent_again_by_itself_when_the_line_is_back(page: Page, context: BrowserContext, form: str) -> None:
    page.goto(form)
    context.set_offline(True)
    page.locator("#id_attachments").set_input_files([PHOTO, PLAN])
    expect(page.locator(".file[data-state=lost]")).to_have_count(1)
    context.set_offline(False)
    kept_rows(page, 2)
    assert Upload.objects.count() == 2


def test_a_form_sent_while_files_are_on_their_way_leaves_when_they_are_there(page: Page, form: str) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/upload/", hold)
    page.goto(form)
    fill(page)
    with page.expect_request("**/upload/"):
        page.locator("#id_attachments").set_input_files(PLAN)
    send(page)
    expect(page.locator("[data-status]")).to_contain_text("still on their way")
    held[0].continue_()
    thanked(page)
    assert Message.objects.get(kind=Message.Kind.INBOUND).attachments.count() == 1


def test_a_file_that_is_too_large_is_told_before_it_travels_and_holds_the_form(
    page: Page, form: str, settings: Settings
) -> None:
    settings.FILE_MAX_BYTES = 1024
    page.goto(form)
    fill(page)
    page.locator("#id_attachments").set_input_files(PHOTO)
    expect(page.locator(".file[data-state=failed] .file-note")).to_contain_text("Larger than 1 KB")
    send(page)
    expect(page.locator("[data-status]")).to_contain_text("could not be sent")
    page.get_by_role("button", name="Remove photo.jpg").click()
    send(page)
    thanked(page)


def test_a_file_that_is_removed_is_gone_on_the_server_too(page: Page, form: str) -> None:
    page.goto(form)
    page.locator("#id_attachments").set_input_files(PLAN)
    kept_rows(page, 1)
    with page.expect_response("**/upload/"):
        page.get_by_role("button", name="Remove plan.pdf").click()
    assert Upload.objects.count() == 0
    expect(page.locator(".file")).to_have_count(0)


def test_a_form_whose_line_breaks_is_still_there_when_the_line_is_back(
    page: Page, context: BrowserContext, form: str
) -> None:
    page.goto(form)
    fill(page)
    context.set_offline(True)
    send(page)
    page.wait_for_url("chrome-error://**")
    context.set_offline(False)
    page.goto(form)
    expect(page.get_by_label("Message")).to_have_value("We need two generators.")
    send(page)
    thanked(page)
    assert Ticket.objects.count() == 1


def test_a_thank_you_that_was_lost_on_the_line_leads_to_no_second_ticket(page: Page, form: str) -> None:
    def lose_the_answer(route: Route) -> None:
        if route.request.method == "POST":
            route.fetch(max_redirects=0)
            route.abort()
        else:
            route.continue_()

    page.goto(form)
    fill(page)
    page.route("**/request/", lose_the_answer)
    send(page)
    page.wait_for_url("chrome-error://**")
    first = Ticket.objects.get().reference
    page.unroute("**/request/")
    page.goto(form)
    send(page)
    assert thanked(page) == first
    assert Ticket.objects.count() == 1
    assert OutgoingMail.objects.count() == 1


def test_everything_works_without_a_script(plain_page: Page, form: str) -> None:
    page = plain_page
    page.goto(form)
    expect(page.get_by_label("What do you need?")).to_be_hidden()
    fill(page, kind="need")
    expect(page.get_by_label("What do you need?")).to_be_visible()
    page.locator("#id_attachments").set_input_files([PHOTO, PLAN])
    send(page)
    expect(page.locator(".summary")).to_contain_text("Say what you need")
    expect(page.get_by_label("Message")).to_have_value("We need two generators.")
    kept_rows(page, 2)
    page.get_by_label("Remove photo.jpg").check()
    page.get_by_label("What do you need?").fill("Generator of 100 kW")
    send(page)
    assert thanked(page) == Ticket.objects.get().reference
    assert Message.objects.get(kind=Message.Kind.INBOUND).attachments.get().name == "plan.pdf"


def test_a_double_click_makes_one_ticket(page: Page, form: str) -> None:
    page.goto(form)
    fill(page)
    page.get_by_role("button", name="Send the request").dblclick()
    thanked(page)
    time.sleep(0.2)
    assert Ticket.objects.count() == 1


def test_the_form_can_be_sent_by_keyboard_alone(page: Page, form: str) -> None:
    page.goto(form)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    fill(page)
    page.get_by_label("Message").focus()
    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.textContent.trim() || document.activeElement.id"))
        if "Send the request" in reached[-1]:
            break
    page.keyboard.press("Enter")
    thanked(page)
    assert not any("notes_2" in each for each in reached)
