"""A rule in a real browser: written, tried, switched on, at work on a real mail, explained on its ticket."""

from email.message import EmailMessage

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import making
from tests.accessibility import check
from tests.desk import scene
from tests.flows.conftest import House
from tests.flows.test_desk_pages import desk_of, sign_in
from tests.services import wait_until
from tickets.models import RoutingRule, Ticket

pytestmark = [pytest.mark.flow, pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def letter() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"] = "Olena Example <olena@hromada.example>", "SupportUkraine@cor.europa.eu"
    mail["Subject"], mail["Message-ID"] = "Запит щодо генераторів", "<rules@hromada.example>"
    mail.set_content("Добрий день! Просимо допомогти з генераторами для нашої міської лікарні. Дякуємо!\n")
    return mail


def write(page: Page) -> None:
    """Fill in the form, with a mistake at first."""
    page.get_by_role("link", name="Write the first one").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Give the rule a name.").first).to_be_visible()
    check(page, "a rule without a name")
    page.get_by_label("Name").fill("Energy by language")
    page.get_by_label("Which tickets").fill("генератор topc:energy")
    page.get_by_label("Topic").select_option(label="Energy")
    page.get_by_label("Assignee").select_option("reader")
    page.get_by_label("Add tags").fill("winter, generators")
    page.get_by_label("Maria Manager").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("mark")).to_have_text("topc:energy")
    check(page, "a rule with a mistake in its search")
    page.get_by_label("Which tickets").fill("генератор")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".toast")).to_contain_text("Try it before it acts.")


def test_a_rule_is_written_tried_switched_on_and_sorts_a_real_mail(
    page: Page, live_server: LiveServer, house: House
) -> None:
    maria = making.staff("Maria Manager", role="manager")
    olha = making.staff("Olha Reader", reads=["uk"])
    busy = scene.busy_ticket(making.staff("Anna Agent"), timezone.now())
    sign_in(page, live_server, maria)
    page.get_by_role("link", name="Rules").click()
    check(page, "no rules")
    write(page)
    page.get_by_role("button", name="Try it on the last tickets").click()
    expect(page.get_by_text(busy.reference)).to_be_visible()
    page.get_by_role("button", name="Switch it on").click()
    expect(page.locator(".rule .chip")).to_have_text("on")
    rule = RoutingRule.objects.get()
    house.send(letter())
    wait_until(lambda: Ticket.objects.filter(channel="email", assignee=olha).exists(), "the mail is routed")
    ticket = Ticket.objects.latest("pk")
    page.goto(f"{desk_of(ticket, live_server)}history/")
    expect(page.get_by_text("The rule “Energy by language” did this:")).to_contain_text(
        "assignee: Olha Reader; tags: generators, winter; told: Maria Manager"
    )
    page.goto(f"{live_server.url}/desk/absences/")
    page.get_by_label("Who").select_option(label="Olha Reader")
    for label in ("First day", "Last day"):
        page.get_by_label(label).fill(timezone.localdate().isoformat())
    page.get_by_label("Substitute").select_option(label="Maria Manager")
    page.get_by_role("button", name="Enter it").click()
    expect(page.get_by_text("away today").first).to_be_visible()
    page.get_by_role("link", name="To do, of colleagues who are away today").click()
    expect(page.get_by_role("img", name="away today")).to_be_visible()
    pages = ("rules/", f"rules/{rule.pk}/", f"rules/{rule.pk}/trial/")
    for place in (*pages, "absences/", f"absences/reads/{olha.pk}/", "profile/"):
        page.goto(f"{live_server.url}/desk/{place}")
        for fold in page.locator("main details").all():
            fold.evaluate("fold => { fold.open = true; }")
        check(page, place)
