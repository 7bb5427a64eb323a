"""The desk in a real browser: every page accessible at both widths, the main works by keyboard and without scripts."""

import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import making
from tests.accessibility import check
from tests.desk import scene
from tickets.actions import joining
from tickets.models import Attachment, Message, Ticket, User

pytestmark = pytest.mark.browser

PASSWORD = "a long enough password"
FINDS = ("find/", "find/?q=none", "find/?q=generators+OR+school+is:todo", "find/?q=topic:x+status:foo")


@pytest.fixture
def anna(reference_data: None) -> User:
    return making.staff("Anna Agent")


@pytest.fixture
def ticket(anna: User) -> Ticket:
    now = timezone.now()
    scene.full_list(anna, now)
    return scene.busy_ticket(anna, now)


@pytest.fixture
def plain(browser: Browser) -> Iterator[BrowserContext]:
    """A visitor without JavaScript."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1440, "height": 900})
    yield context
    context.close()


def sign_in(page: Page, live_server: LiveServer, person: User) -> None:
    """Open the desk as this person; how staff really sign in is looked at in test_signing_in.py."""
    client = Client()
    client.force_login(person)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    page.goto(f"{live_server.url}/desk/")
    ready(page)


def ready(page: Page) -> None:
    """Keys are heard once the script of the page has run."""
    page.wait_for_load_state("load")


def desk_of(ticket: Ticket, live_server: LiveServer) -> str:
    return f"{live_server.url}/desk/tickets/{ticket.reference}/"


def test_every_page_and_state_is_accessible(page: Page, live_server: LiveServer, anna: User) -> None:
    base = live_server.url
    page.goto(f"{base}/desk/login/")
    check(page, "sign-in")
    page.get_by_role("button", name="Sign in").click()
    check(page, "sign-in with errors")
    sign_in(page, live_server, anna)
    check(page, "empty list")
    ticket = scene.busy_ticket(anna, timezone.now())
    scene.full_list(anna, timezone.now())
    for address in ("", "?view=mine&order=waiting", "?q=status:solved", "?view=spam", *FINDS):
        page.goto(f"{base}/desk/{address}")
        check(page, f"list {address}")
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Everywhere")).to_be_in_viewport()
    check(page, "keys", part="#keys")
    page.goto(desk_of(ticket, live_server))
    check(page, "ticket")
    for fold in page.locator("details:not(.menu)").all():
        fold.evaluate("fold => { fold.open = true; }")
    page.wait_for_timeout(300)
    check(page, "ticket unfolded")
    for key in "sa":
        page.locator(f".menu[data-key={key}] > summary").click()
        check(page, f"menu {key}", part=f".menu[data-key={key}]")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#reply .error")).to_be_visible()
    check(page, "reply with errors")
    quarantined, unchecked = Attachment.objects.exclude(quarantine="").get(), Attachment.objects.get(name="plan.png")
    for name in ("history/", "proof/", f"files/{quarantined.pk}/"):
        page.goto(desk_of(ticket, live_server) + name)
        check(page, name)
    Attachment.objects.filter(pk=quarantined.pk).update(scan="found", scan_detail="Win.Test-1", quarantine="virus")
    Attachment.objects.filter(pk=unchecked.pk).update(scan="unknown", scan_detail="away")
    for name in ("", f"files/{quarantined.pk}/", f"files/{unchecked.pk}/"):
        page.goto(desk_of(ticket, live_server) + name)
        check(page, f"{name} after the scan")
    for name in ("profile/", "profile/password/"):
        page.goto(f"{base}/desk/{name}")
        check(page, name)
    page.get_by_role("button", name="Change it").click()
    check(page, "password with errors")


def test_a_ticket_is_found_answered_and_the_answer_taken_back_by_keyboard_alone(
    page: Page, live_server: LiveServer, anna: User, ticket: Ticket
) -> None:
    sign_in(page, live_server, anna)
    keys = page.keyboard
    keys.press("/")
    keys.type(ticket.reference)
    keys.press("Enter")
    expect(page).to_have_url(desk_of(ticket, live_server))
    ready(page)
    keys.press("r")
    keys.type("Dear Olena,")
    keys.press("Control+Enter")
    expect(page.locator(".toast")).to_contain_text("The reply leaves in 10 seconds.")
    reply = Message.objects.filter(kind="outbound").latest("pk")
    letter = page.locator(f"#message-{reply.pk}")
    expect(letter.get_by_role("button", name=re.compile(r"Undo \d+"))).to_be_visible()
    page.locator(".toast").get_by_role("button", name="Undo").focus()
    keys.press("Enter")
    expect(page.locator("#reply textarea")).to_have_value("Dear Olena,")
    reply.refresh_from_db()
    assert reply.delivery == "cancelled"


def test_triage_by_keyboard(page: Page, live_server: LiveServer, anna: User, ticket: Ticket) -> None:
    sign_in(page, live_server, anna)
    keys = page.keyboard
    keys.press("j")
    keys.press("j")
    keys.press("k")
    keys.press("o")
    expect(page.locator("h1")).to_have_text(re.compile("Partner city for the renovation"))
    ready(page)
    keys.press("u")
    expect(page).to_have_url(f"{live_server.url}/desk/")
    page.goto(desk_of(ticket, live_server))
    keys.press("t")
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(page.locator(".toast")).to_contain_text("The topic is changed.")
    ticket.refresh_from_db()
    assert ticket.topic
    assert ticket.topic.code == "humanitarian-goods"
    page.locator(".toast").get_by_role("button", name="Undo").press("Enter")
    expect(page.locator(".menu", has_text="Topic:").locator("summary")).to_contain_text("Energy")
    ready(page)
    keys.press("n")
    keys.type("Called Riga again.")
    keys.press("Control+Enter")
    expect(page.locator(".letters")).to_contain_text("Called Riga again.")
    ready(page)
    keys.press("g")
    keys.press("m")
    expect(page).to_have_url(f"{live_server.url}/desk/?view=mine")


def test_all_of_it_works_without_scripts(
    plain: BrowserContext, live_server: LiveServer, anna: User, ticket: Ticket
) -> None:
    page = plain.new_page()
    sign_in(page, live_server, anna)
    page.get_by_role("link", name="Generators for the hospital").click()
    page.get_by_label("Your answer").fill("Dear Olena, two are on their way.")
    page.get_by_label("This is").select_option("answer")
    page.get_by_label("Then the ticket is").select_option("solved")
    page.locator(".attach summary").first.click()
    page.get_by_label("Files").first.set_input_files({"name": "list.pdf", "mimeType": "x/y", "buffer": scene.PDF})
    page.get_by_role("button", name="Send").click()
    ticket.refresh_from_db()
    assert ticket.status == "solved"
    page.locator(".letters").get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Your answer")).to_have_value("Dear Olena, two are on their way.")
    expect(page.get_by_label("list.pdf")).to_be_checked()
    ticket.refresh_from_db()
    assert ticket.status == "open"
    page.locator(".menu[data-key=a] summary").click()
    page.get_by_role("button", name="Nobody").click()
    expect(page.locator(".toast")).to_contain_text("Nobody has the ticket now.")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator(".menu[data-key=a] summary")).to_contain_text("Anna Agent")


def test_a_new_message_holds_the_reply_and_the_text_stays(
    page: Page, live_server: LiveServer, anna: User, ticket: Ticket
) -> None:
    sign_in(page, live_server, anna)
    page.goto(desk_of(ticket, live_server))
    page.get_by_label("Your answer").fill("Dear Olena,")
    joining.receive(
        ticket_id=ticket.pk,
        incoming=making.incoming(text="We have found one.", received_at=timezone.now()),
        channel="email",
        found_by="token",
        acknowledge=False,
        now=timezone.now(),
    )
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#reply [role=alert]")).to_contain_text("The partner has written meanwhile")
    expect(page.locator(".letters")).to_contain_text("We have found one.")
    expect(page.get_by_label("Your answer")).to_have_value("Dear Olena,")
    page.get_by_role("button", name="Send all the same").click()
    expect(page.locator(".toast")).to_contain_text("The reply leaves")


def test_a_draft_survives_a_reload_and_goes_once_it_is_sent(
    page: Page, live_server: LiveServer, anna: User, ticket: Ticket
) -> None:
    sign_in(page, live_server, anna)
    page.goto(desk_of(ticket, live_server))
    page.get_by_label("Your answer").fill("Half a sen")
    page.goto(f"{live_server.url}/desk/")
    page.goto(desk_of(ticket, live_server))
    expect(page.get_by_label("Your answer")).to_have_value("Half a sen")
    page.get_by_label("Your answer").fill("A whole sentence.")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".toast")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Your answer")).to_have_value("")


def test_html_mail_runs_nothing_and_fetches_nothing_until_asked(
    page: Page, live_server: LiveServer, anna: User, ticket: Ticket
) -> None:
    asked: list[str] = []
    page.route("https://tracker.example/**", lambda route: (asked.append(route.request.url), route.abort()))
    sign_in(page, live_server, anna)
    page.goto(desk_of(ticket, live_server))
    page.locator(".letter").first.locator("summary").first.click()
    page.get_by_text("Show as sent").first.click()
    frame = page.frame_locator("iframe.mailframe").first
    expect(frame.get_by_text("генераторами")).to_be_visible()
    expect(frame.get_by_alt_text("plan")).to_have_js_property("complete", True)
    assert frame.get_by_alt_text("plan").evaluate("picture => picture.naturalWidth") == 1
    assert asked == []
    assert page.title() != "owned"
    frame.get_by_role("link", name="Show them").click()
    expect(frame.get_by_role("link", name="Show them")).to_have_count(0)
    expect(frame.get_by_text("генераторами")).to_be_visible()
    assert asked == ["https://tracker.example/p.gif"]


def test_pages_complain_about_nothing(page: Page, live_server: LiveServer, anna: User, ticket: Ticket) -> None:
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    sign_in(page, live_server, anna)
    page.goto(desk_of(ticket, live_server))
    page.locator(".letter").first.locator("summary").first.click()
    page.get_by_text("Show as sent").first.click()
    expect(page.frame_locator("iframe.mailframe").first.get_by_text("генераторами")).to_be_visible()
    for name in ("history/", "", "?again=1"):
        page.goto(desk_of(ticket, live_server) + name)
    assert heard == []
