"""The acts of the ticket page in a real browser: by keyboard alone, with a way back, accessible in every state."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import making
from tests.flows.test_desk_pages import check, desk_of, ready, sign_in
from tests.keyboard import tab_to
from tickets.actions import joining
from tickets.models import Contact, Message, Ticket, TicketLink, User

pytestmark = pytest.mark.browser


@pytest.fixture
def anna(reference_data: None) -> User:
    return making.staff("Anna Agent")


@pytest.fixture
def first(anna: User) -> Ticket:
    return making.opened(subject="Generators for the hospital", text="We need two generators.", now=timezone.now())


@pytest.fixture
def second(first: Ticket) -> Ticket:
    """The same partner asks again, by a new mail."""
    return making.opened(subject="Our letter about generators", text="Did you get our letter?", now=timezone.now())


def test_a_merge_and_its_undo_by_keyboard(
    page: Page, live_server: LiveServer, anna: User, first: Ticket, second: Ticket
) -> None:
    sign_in(page, live_server, anna)
    page.goto(desk_of(second, live_server))
    ready(page)
    keys = page.keyboard
    keys.press("m")
    into = page.get_by_label("Merge this ticket into (reference)")
    expect(into).to_be_focused()
    keys.type("nonsense")
    keys.press("Enter")
    expect(page.locator(".menu [role=alert]")).to_contain_text("We know no ticket of this reference.")
    check(page, "merge refused")
    expect(into).to_be_focused()
    keys.press("Control+a")
    keys.type(first.reference)
    keys.press("Enter")
    expect(page).to_have_url(desk_of(first, live_server))
    expect(page.locator(".letters")).to_contain_text("Did you get our letter?")
    expect(page.locator(".letters")).to_contain_text("We need two generators.")
    check(page, "merged")
    ready(page)
    keys.press("z")
    expect(page.locator(".toast")).to_contain_text("Both tickets are as they were.")
    expect(page.locator("h1")).to_have_text("Our letter about generators")
    second.refresh_from_db()
    assert (second.status, second.merged_into) == ("new", None)


def test_a_link_is_made_and_taken_away_by_keyboard(
    page: Page, live_server: LiveServer, anna: User, first: Ticket, second: Ticket
) -> None:
    joining.suggest(source=second, target=first, reason="several", now=timezone.now())
    sign_in(page, live_server, anna)
    page.goto(desk_of(second, live_server))
    ready(page)
    keys = page.keyboard
    keys.press("i")
    expect(page.get_by_role("complementary", name="About this ticket")).to_be_focused()
    tab_to(page, page.get_by_role("button", name=f"Link with {first.reference}"))
    keys.press("Enter")
    expect(page.locator(".toast")).to_contain_text("The tickets are linked.")
    # The page begins where the keys were.
    tab_to(page, page.get_by_role("button", name=f"Take the link with {first.reference} away"))
    keys.press("Enter")
    expect(page.locator(".toast")).to_contain_text("The tickets are not linked any more.")
    assert not TicketLink.objects.exists()
    ready(page)
    keys.press("m")
    keys.press("Escape")
    expect(page.locator(".menu[data-key=m] > summary")).to_be_focused()
    other = page.get_by_label("Link it with (reference)")
    expect(other).to_be_hidden()
    keys.press("m")
    tab_to(page, other)
    keys.type("2020-1")
    keys.press("Enter")
    expect(page.locator(".menu [role=alert]")).to_contain_text("We know no ticket of this reference.")
    expect(other).to_be_focused()
    keys.press("Control+a")
    keys.type(first.reference)
    keys.press("Enter")
    expect(page.locator(".toast")).to_contain_text("The tickets are linked.")
    assert TicketLink.objects.get().kind == "related"


def test_a_message_is_split_off_and_put_back_by_keyboard(
    page: Page, live_server: LiveServer, anna: User, first: Ticket, second: Ticket
) -> None:
    joining.suggest(source=second, target=first, reason="several", now=timezone.now())
    joining.receive(
        ticket_id=second.pk,
        incoming=making.incoming(text="We also look for a partner city.", received_at=timezone.now()),
        channel="email",
        found_by="token",
        acknowledge=False,
        now=timezone.now(),
    )
    sign_in(page, live_server, anna)
    page.goto(desk_of(second, live_server))
    ready(page)
    check(page, "suggested link and split")
    keys = page.keyboard
    keys.press("k")
    letter = page.locator(".letter", has_text="We also look for")
    expect(letter.locator(".letter-head")).to_be_focused()
    tab_to(page, letter.get_by_role("button", name="Split off"))
    keys.press("Enter")
    expect(page.locator(".toast")).to_contain_text(f"split off from {second.reference}")
    expect(page.locator(".letters")).to_contain_text("We also look for a partner city.")
    expect(page).to_have_url(re.compile(r"/desk/tickets/SU-\d{4}-\d{6}/$"))
    check(page, "split off")
    ready(page)
    keys.press("z")
    expect(page).to_have_url(desk_of(second, live_server))
    expect(page.locator(".letters")).to_contain_text("Did you get our letter?")
    expect(page.locator(".letters")).to_contain_text("We also look for a partner city.")


def test_a_transfer_tells_where_the_request_went_by_keyboard(
    page: Page, live_server: LiveServer, anna: User, first: Ticket
) -> None:
    body = Contact.objects.get(code="echo-donations")
    sign_in(page, live_server, anna)
    page.goto(desk_of(first, live_server))
    ready(page)
    goes_to = page.get_by_label("It goes to")
    expect(goes_to).to_be_hidden()
    keys = page.keyboard
    keys.press("r")
    keys.type("Thank you for your offer.")
    tab_to(page, page.get_by_label("This is"))
    keys.type("transfer")
    tab_to(page, goes_to)
    keys.type(body.name[:60])
    expect(goes_to).to_have_value(str(body.pk))
    expect(page.get_by_label("Send the body a copy")).to_be_checked()
    check(page, "reply as a transfer")
    keys.press("Control+Enter")
    expect(page.locator(".toast")).to_contain_text("The reply leaves in")
    expect(page.locator(".letters")).to_contain_text(body.address)
    sent = Message.objects.get(kind="outbound")
    assert (sent.nature, sent.contact, sent.cc) == ("transfer", body, [[body.name, body.address.lower()]])


def test_a_later_date_and_its_undo_by_keyboard(page: Page, live_server: LiveServer, anna: User, first: Ticket) -> None:
    # Whether the day or the month comes first in a field is up to the computer; where they are one number, it is one.
    days = (timezone.localdate() + timedelta(days=number) for number in range(60, 100))
    before, later = first.answer_by, next(day for day in days if day.day == day.month)
    sign_in(page, live_server, anna)
    page.goto(desk_of(first, live_server))
    ready(page)
    keys, date = page.keyboard, page.get_by_label("New date")
    keys.press("d")
    expect(date).to_be_focused()
    tab_to(page, page.get_by_text("Name the official in charge…"))
    keys.press("Enter")
    check(page, "new date and official")
    keys.press("d")
    keys.type(later.strftime("%d%m%Y"))
    expect(date).to_have_value(later.isoformat())
    keys.press("Enter")
    expect(page.locator("#extend-problem")).to_contain_text("Tell the partner why it takes longer.")
    expect(date).to_be_focused()
    check(page, "new date refused")
    tab_to(page, page.get_by_label("Reasons"))
    keys.type("Two cities look for a generator.")
    keys.press("Control+Enter")
    expect(page.locator(".toast")).to_contain_text("The mail leaves in")
    first.refresh_from_db()
    assert first.answer_by == later
    ready(page)
    keys.press("z")
    expect(page.locator(".toast")).to_contain_text("The reply was taken back.")
    first.refresh_from_db()
    assert first.answer_by == before


def test_a_call_a_tag_and_putting_off_by_keyboard(
    page: Page, live_server: LiveServer, anna: User, first: Ticket
) -> None:
    sign_in(page, live_server, anna)
    page.goto(desk_of(first, live_server))
    ready(page)
    keys = page.keyboard
    keys.press("p")
    expect(page.get_by_label("What was said")).to_be_focused()
    keys.type("Two leave on Monday.")
    keys.press("Control+Enter")
    expect(page.locator("#call .error").first).to_contain_text("Say what the call was")
    check(page, "call refused")
    expect(page.get_by_label("We answered")).to_be_focused()
    keys.press("Space")
    keys.press("Control+Enter")
    expect(page.locator(".letters")).to_contain_text("answer by phone, our note of it")
    ready(page)
    keys.press("l")
    keys.type("winter")
    check(page, "tags")
    keys.press("Enter")
    expect(page.locator(".toast")).to_contain_text("The tags are changed.")
    ready(page)
    keys.press("b")
    check(page, "put off")
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(page.locator(".toast")).to_contain_text("The ticket is put off until")
    first.refresh_from_db()
    assert first.snoozed_until is not None
    assert first.first_answered_at is not None
    page.goto(f"{live_server.url}/desk/new-call/")
    check(page, "new call")
    page.get_by_role("button", name="Open the ticket").click()
    expect(page.locator(".error").first).to_be_visible()
    check(page, "new call with errors")
