"""Reading and trusting in a real browser: who writes, a call back, previews, paper, a translation; with axe on each."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tests import making
from tests.accessibility import check
from tests.desk import scene
from tests.flows.test_desk_pages import desk_of, sign_in
from tests.translators import Translators
from tickets.models import Message, Ticket, Translation, User
from tickets.tasks import translate_due

pytestmark = pytest.mark.browser


@pytest.fixture
def anna(reference_data: None) -> User:
    return making.staff("Anna Agent")


@pytest.fixture
def ticket(anna: User) -> Ticket:
    """Its newest message asks for a call and comes from a domain like ours."""
    ticket = scene.busy_ticket(anna, timezone.now())
    newest = Message.objects.filter(ticket=ticket, kind="inbound").latest("received_at")
    newest.sender_address, newest.text = "ivan@cor-europa.eu", "Зустрінемося: https://zoom.us/j/1"
    newest.quote_start, newest.language = None, "uk"
    newest.save()
    making.opened(sender_address="olena@hromada.example", subject="Her other letter")
    return ticket


def test_a_letter_is_understood_and_its_sender_called_back(
    page: Page, live_server: LiveServer, anna: User, ticket: Ticket, translators: Translators, settings: Settings
) -> None:
    translators.use(settings, "libretranslate")
    sign_in(page, live_server, anna)
    page.goto(desk_of(ticket, live_server))
    hints = page.locator(".hints")
    expect(hints).to_contain_text("The domain cor-europa.eu looks like cor.europa.eu")
    expect(hints).to_contain_text("A video call is asked for.")
    check(page, "hints")

    page.get_by_text("I called the sender back…").press("Enter")
    page.get_by_role("button", name="They wrote it").press("Enter")
    expect(page.locator("#verify-problem")).to_have_text("Write down the number that you called.")
    check(page, "call back refused")
    page.get_by_label("Number you called").fill("+380 542 000 000")
    page.get_by_label("Number you called").press("Enter")
    expect(page.locator(".called-back")).to_contain_text("Called back by Anna Agent")
    check(page, "called back")

    letter = page.locator(".letter").last
    letter.get_by_role("button", name="Translate (English)").press("Enter")
    letter = page.locator(".letter").last
    expect(letter.locator(".translation")).to_contain_text("LibreTranslate translates this message")
    check(page, "translation on its way")
    assert Translation.objects.get().state == "waiting"
    translate_due()
    # A page asks ever more rarely, and `make bench-ui` looks at it for a while.
    expect(letter.locator(".translation")).to_contain_text("[uk-en] Зустрінемося", timeout=60_000)
    expect(letter.locator(".translation")).to_contain_text("Machine translation (English)")
    check(page, "translation")


def test_files_are_looked_at_and_the_ticket_put_on_paper(
    page: Page, live_server: LiveServer, anna: User, ticket: Ticket
) -> None:
    # Chromium without a screen has no viewer of PDF. What the page does where there is one is the same.
    page.add_init_script("Object.defineProperty(navigator, 'pdfViewerEnabled', { get: () => true })")
    sign_in(page, live_server, anna)
    page.goto(desk_of(ticket, live_server))
    page.locator(".letter").first.locator("summary").first.press("Enter")
    dialog = page.locator("#preview")
    page.get_by_role("link", name="Preview of plan.png").press("Enter")
    expect(dialog.get_by_role("img", name="plan.png")).to_have_js_property("naturalWidth", 1)
    check(page, "picture")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.get_by_role("link", name="Preview of Лист 112").press("Enter")
    expect(dialog.locator("iframe")).to_be_visible()
    expect(dialog.get_by_role("button").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()

    addresses = page.locator("a[data-preview]").evaluate_all("links => links.map(link => link.href)")
    page.goto(addresses[-1])
    check(page, "preview without script")
    page.goto(desk_of(ticket, live_server))
    page.get_by_role("link", name="Print").press("Enter")
    expect(page.locator(".sheet").first).to_contain_text("Просимо допомогти")
    check(page, "paper")
    page.get_by_label("Internal notes").check()
    page.get_by_role("button", name="Show these").press("Enter")
    expect(page.locator(".paper")).to_contain_text("Called Riga")
    page.emulate_media(media="print")
    expect(page.locator(".print-choice")).to_be_hidden()
    page.emulate_media(media="screen")
    page.goto(desk_of(ticket, live_server))
    page.locator(".letter").first.locator("summary").first.press("Enter")
    page.get_by_role("link", name="Report phishing").press("Enter")
    check(page, "report phishing")
