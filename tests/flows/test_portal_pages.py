"""Every public page in a real browser: accessible, within the screen, light, and nothing that its policy forbids."""

import gzip
from collections.abc import Callable
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from portal import tokens
from tests.making import incoming, opened, staff
from tickets import files, links
from tickets.actions.answering import reply
from tickets.actions.joining import receive
from tickets.actions.record import Actor
from tickets.models import Message

pytestmark = [pytest.mark.flow, pytest.mark.browser, pytest.mark.usefixtures("reference_data")]

MOST_BYTES = 30 * 1024


def correspondence() -> str:
    """A ticket with letters of both sides, files and the acknowledgement; returns the secret token."""
    now = timezone.now()
    kept = (files.keep(b"%PDF-1.4 letter", name="letter 12-03.pdf"), files.keep(b"MZ program", name="plan.exe"))
    ticket = opened(
        now=now - timedelta(days=2), files=kept, text="Dear colleagues,\n\nwe need two generators.\n\nOlena"
    )
    message = reply(actor=Actor.staff(staff()), ticket_id=ticket.pk, text="Dear Olena,\n\nwhich voltage?", now=now)
    Message.objects.filter(pk=message.pk).update(delivery=Message.Delivery.SENT, sent_at=now)
    answer = incoming(text="230 V.\n\n> which voltage?", quote_start=8, received_at=now)
    receive(ticket_id=ticket.pk, incoming=answer, channel="email", found_by="token", acknowledge=True, now=now)
    return links.make_link(ticket, now=now)


def need_with_errors(page: Page) -> None:
    page.check("input[value=need]")
    page.locator("#id_attachments").set_input_files(
        [{"name": "photo of the roof.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff\xe0" + b"x" * 5000}]
    )
    page.wait_for_selector(".file[data-state=done]")
    page.click("text=Send the request")
    page.wait_for_selector(".summary")


def open_chooser(page: Page) -> None:
    page.click(".chooser summary")


def nothing(page: Page) -> None:
    """The page as it opens."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_every_page_passes_axe_and_fits_the_screen(
    live_server: LiveServer, browser: Browser, width: int, scheme: str
) -> None:
    token, ticket = correspondence(), opened(now=timezone.now())
    pages: list[tuple[str, Callable[[Page], None]]] = [
        ("/en/", open_chooser),
        ("/en/request/", nothing),
        ("/en/request/", need_with_errors),
        (f"/en/request/received/{tokens.receipt(ticket.pk)}/", nothing),
        ("/en/request/received/ended/", nothing),
        (f"/en/track/{token}/", nothing),
        (f"/en/track/{token}/?sent", nothing),
        ("/en/track/unknown/", nothing),
        ("/en/new-link/", nothing),
        ("/en/new-link/?sent", nothing),
        ("/en/privacy/", nothing),
        ("/en/accessibility/", nothing),
        ("/uk/request/", nothing),
    ]
    visitor = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, is_mobile=width < 500, has_touch=width < 500
    )
    page = visitor.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    faults = []
    for path, act in pages:
        page.goto(live_server.url + path)
        act(page)
        found = Axe().run(page, options={"rules": {"target-size": {"enabled": True}}})
        faults += [f"{path}: {fault['id']} {fault['nodes'][0]['target']}" for fault in found.response["violations"]]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            faults.append(f"{path}: wider than the screen")
    visitor.close()
    assert faults == []
    assert [each for each in complaints if not each.startswith("Failed to load resource")] == []


def test_the_form_weighs_less_than_thirty_kilobytes_on_the_line(live_server: LiveServer, page: Page) -> None:
    weights: dict[str, int] = {}
    page.on("response", lambda response: weights.update({response.url: len(gzip.compress(response.body()))}))
    page.goto(f"{live_server.url}/uk/request/", wait_until="networkidle")
    assert any(url.endswith("house.css") for url in weights)
    assert any(url.endswith("portal.js") for url in weights)
    assert sum(weights.values()) < MOST_BYTES, weights


def test_no_page_asks_another_host_for_anything(live_server: LiveServer, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in ("/en/", "/en/request/", "/en/privacy/", f"/en/track/{correspondence()}/"):
        page.goto(live_server.url + path)
    assert len(asked) > 4
    assert [url for url in asked if not url.startswith((live_server.url, "data:"))] == []
