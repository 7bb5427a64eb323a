"""Every public page in a real browser: accessible, within the screen, light, and nothing that its policy forbids."""

import gzip
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from portal import abuse, tokens
from tests.accessibility import Scheme, faults
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
    page.click(".button.large")
    page.wait_for_selector(".summary")


def open_chooser(page: Page) -> None:
    page.click(".chooser summary")


def ask_too_often(page: Page) -> None:
    page.fill("#id_reference", "SU-2026-000001")
    page.fill("#id_email", "olena@hromada.example")
    with page.expect_response(lambda response: response.status == 429):
        page.click("#main form .button")
    page.wait_for_selector(".summary")


def nothing(page: Page) -> None:
    """The page as it opens."""


VISITS: list[tuple[str, int, Scheme]] = [("en", 360, "light"), ("en", 1440, "dark")]
VISITS += [(language, 360, "light") for language in ("uk", "lv", "fr")]  # words of other lengths, other letters


def pages_in(language: str) -> list[tuple[str, Callable[[Page], None]]]:
    """Each public page in each of its states."""
    token, ticket = correspondence(), opened(now=timezone.now())
    pages = [
        ("", open_chooser),
        ("request/", nothing),
        ("request/", need_with_errors),
        (f"request/received/{tokens.receipt(ticket.pk)}/", nothing),
        ("request/received/ended/", nothing),
        (f"track/{token}/", nothing),
        (f"track/{token}/?sent", nothing),
        ("track/unknown/", nothing),
        ("new-link/", nothing),
        ("new-link/", ask_too_often),
        ("new-link/?sent", nothing),
        ("privacy/", nothing),
        ("accessibility/", nothing),
        ("nowhere/", nothing),
    ]
    return [(f"/{language}/{path}", act) for path, act in pages]


@pytest.mark.parametrize(("language", "width", "scheme"), VISITS)
def test_every_page_passes_axe_and_fits_the_screen(
    live_server: LiveServer,
    browser: Browser,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    width: int,
    scheme: Scheme,
) -> None:
    monkeypatch.setattr(abuse, "LINKS_PER_NETWORK", 0)
    pages = pages_in(language)
    visitor = browser.new_context(
        viewport={"width": width, "height": 900}, is_mobile=width < 500, has_touch=width < 500, reduced_motion="reduce"
    )
    page = visitor.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    found = list[str]()
    for path, act in pages:
        page.goto(live_server.url + path)
        act(page)
        # The colours are those of the English pages.
        found += faults(page, path, looks=[(width, scheme)], contrast=language == "en")
    visitor.close()
    assert found == []
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
