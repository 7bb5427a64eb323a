"""Pages that managers and administrators alone meet, and mail as it was sent: accessible to everybody."""

import pytest
from django.contrib import admin
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, Route
from pytest_django.live_server_helper import LiveServer

from helpdesk.recording import record
from intake import store
from tests import making
from tests.accessibility import WCAG, WIDE, Look, faults
from tests.desk import scene
from tests.flows.test_desk_pages import sign_in
from tickets.actions.alarms import raise_alarm
from tickets.models import Attachment, Message, Ticket, User

pytestmark = [pytest.mark.flow, pytest.mark.browser]

# What the secretariat looks at in the administration, at the width of a desk; what it keeps has a test of its own.
KEPT = ("organisation", "requester")
LOOKED_AT = ("ticket", "event", "alarm", "rawmail", "outgoingmail")

DESK: Look = (WIDE, "light")
# Faults of Django's own widgets that are not mended here: fields without a visible label in a list that is edited in
# place and in rows of an inline form, a filter's empty choice, the box that searches, the hint beside a list.
OF_DJANGO = {"label", "link-name", "aria-input-field-name", "aria-prohibited-attr"}


@pytest.fixture
def ticket(reference_data: None) -> Ticket:
    return scene.busy_ticket(making.staff("Anna Agent"), timezone.now())


def come_in(context: BrowserContext, live_server: LiveServer, person: User) -> Page:
    """A page of somebody who is signed in already."""
    page = context.new_page()
    sign_in(page, live_server, person)
    return page


def without_walls(route: Route) -> None:
    """The page as it is, but for the sandbox in which nothing can run, axe neither."""
    answer = route.fetch()
    assert "sandbox" in answer.headers["content-security-policy"]
    headers = {name: value for name, value in answer.headers.items() if name != "content-security-policy"}
    route.fulfill(response=answer, headers=headers)


def test_a_manager_s_warning_and_a_mail_as_sent_are_accessible(
    context: BrowserContext, live_server: LiveServer, ticket: Ticket
) -> None:
    page = come_in(context, live_server, making.staff("Maria Manager", role="manager"))
    here = f"{live_server.url}/desk/tickets/{ticket.reference}"
    quarantined = Attachment.objects.exclude(quarantine="").get()
    letter = Message.objects.exclude(html="").get(kind="inbound", ticket=ticket)
    found = []
    page.goto(f"{here}/files/{quarantined.pk}/")
    assert page.get_by_role("button", name="Download it all the same").is_visible()
    found += faults(page, "warning", tags=WCAG)
    address = f"{here}/messages/{letter.pk}/html/"
    page.route(address, without_walls)
    page.goto(address)
    assert page.get_by_text("генераторами").is_visible()
    found += faults(page, "mail as sent", tags=WCAG)
    assert found == []


def test_the_timetable_and_the_choice_of_reminders_are_accessible_and_work_by_keyboard(
    context: BrowserContext, live_server: LiveServer, ticket: Ticket
) -> None:
    page = come_in(context, live_server, making.staff("Maria Manager", role="manager"))
    record("tickets.tasks.wake", seconds=0.01, done=2)
    record("tickets.tasks.alert", seconds=0.01, done=None, error="LookupError")
    page.goto(f"{live_server.url}/desk/timetable/")
    page.locator(".jobs summary").first.press("Enter")
    found = list(faults(page, "timetable"))
    page.get_by_role("button", name="Switch on").press("Enter")
    assert page.get_by_role("button", name="Switch off").is_visible()
    page.goto(f"{live_server.url}/desk/profile/reminders/")
    page.get_by_label("What is due soon").press("Space")
    page.get_by_role("button", name="Save").press("Enter")
    page.wait_for_load_state("load")
    assert not page.get_by_label("What is due soon").is_checked()
    assert page.get_by_label("What is due today").is_checked()
    found += faults(page, "reminders")
    assert found == []


def test_the_pages_of_the_administration_are_accessible(
    context: BrowserContext, live_server: LiveServer, ticket: Ticket
) -> None:
    now = timezone.now()
    raise_alarm("calendar-missing:2028", now=now, year=2028)
    store.keep(b"Subject: Generators\r\n\r\nHello", source="smtp", envelope_from=None, envelope_to=[], received_at=now)
    page = come_in(context, live_server, making.staff("Ada Administrator", role="administrator", is_superuser=True))
    models = {str(model._meta.model_name): model for model in admin.site._registry}
    found, desk = list[str](), [DESK]
    page.goto(live_server.url + reverse("admin:index"))
    found += faults(page, "index", looks=desk, tags=WCAG)
    for name in (*KEPT, *LOOKED_AT):
        base, first = f"admin:{models[name]._meta.app_label}_{name}", models[name]._default_manager.first()
        assert first is not None, name
        for address in (reverse(f"{base}_changelist"), reverse(f"{base}_change", args=[first.pk])):
            page.goto(live_server.url + address)
            found += faults(page, address, looks=desk, tags=WCAG)
    assert [fault for fault in found if fault.split(": ")[1].split()[0] not in OF_DJANGO] == []
