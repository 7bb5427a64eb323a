"""From the public form to the partner's second letter, in the production arrangement and a real browser."""

import re
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from tests import environment, services
from tests.flows.conftest import House
from tests.making import staff
from tests.services import wait_until
from tickets.models import Ticket

pytestmark = [pytest.mark.flow, pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TYPING = 3500  # milliseconds; who is quicker is taken for a robot
PASSWORD = "a long enough password"


def test_a_form_is_acknowledged_answered_and_answered_back(
    house: House, context: BrowserContext, tmp_path: Path, settings: Any
) -> None:
    port = environment.free_port()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]  # as the web server's own
    agent = staff(email="anna@secretariat.example")
    with services.web_server(tmp_path / "web.log", port, STATIC_ROOT=services.collected()):
        here = f"http://127.0.0.1:{port}"
        partner = context.new_page()
        partner.goto(f"{here}/en/request/")
        partner.get_by_label("Your name").fill("Olena Example")
        partner.get_by_label("E-mail address").fill("olena@hromada.example")
        partner.get_by_label("Region or country").select_option("UA-59")
        partner.get_by_label("I have a question").check()
        partner.get_by_label("Topic").select_option("energy")
        partner.get_by_label("Subject").fill("Generators for the hospital")
        partner.get_by_label("Message").fill("We need two generators of 100 kW.")
        partner.wait_for_timeout(TYPING)
        partner.get_by_role("button", name="Send the request").click()
        reference = Ticket.objects.get().reference
        expect(partner.get_by_text(reference).first).to_be_visible()

        wait_until(lambda: house.sink.mails, "the acknowledgement has left")
        text = message_from_bytes(house.sink.mails[0].content, policy=default).get_body(("plain",)).get_content()
        link = re.search(r"http\S+/track/\S+", text)
        assert link

        desk = context.browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        desk.goto(f"{here}/desk/")
        desk.get_by_label("E-mail address").fill(agent.email)
        desk.get_by_label("Password").fill(PASSWORD)
        desk.get_by_role("button", name="Sign in").click()
        desk.get_by_role("link", name="Generators for the hospital").click()
        desk.locator("textarea[name=text]").first.fill("Two generators leave on Monday.")
        desk.get_by_role("button", name=re.compile("^Send")).click()
        wait_until(lambda: len(house.sink.mails) == 2, "the answer has left")
        wait_until(lambda: Ticket.objects.get().waiting_since is None, "the wait has ended")

        partner.goto(re.sub(r"http://[^/]+", here, link[0]))
        expect(partner.get_by_text("Two generators leave on Monday.")).to_be_visible()
        partner.get_by_label("Your message").fill("Thank you. Which voltage?")
        partner.wait_for_timeout(TYPING)
        partner.get_by_role("button", name="Send the message").click()
        wait_until(lambda: Ticket.objects.get().waiting_since, "the partner waits again")
        desk.goto(f"{here}/desk/tickets/{reference}/")
        expect(desk.get_by_text("Which voltage?").locator("visible=true").first).to_be_visible()
