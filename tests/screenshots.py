"""The pictures in docs/images, taken anew: `python -m pytest tests/screenshots.py`.

A scene of invented people is set up, the pages are opened in a real browser, and what it shows is written down in few
colours, so that each picture is small.
"""

import base64
import struct
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np
import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests import making
from tests.accessibility import dress
from tests.desk import scene
from tests.desk.day import DAY
from tests.flows.test_desk_pages import desk_of, ready, sign_in
from tests.furnishing import furnish
from tests.making_reports import a_year
from tests.services import ROOT
from tickets import links
from tickets.actions import drafting, rules
from tickets.actions.record import Actor
from tickets.models import Queue, Ticket, User

IMAGES = ROOT / "docs" / "images"
WIDE, PHONE = (1440, 900), (360, 760)
COLOURS = 256
MOST_BYTES = 150_000
NEW = (34, 7, 0, 1)  # requests of `DAY` that nobody has sorted; the third is shown in triage
ANSWER = "Dear Ms Prykladna,\n\nthe city of Riga has two generators of 100 kW in stock and can send them next week."
# The browser unpacks its own picture: bytes of red, green, blue and opacity, pixel by pixel.
PIXELS = """async source => {
  const picture = await createImageBitmap(await (await fetch(source)).blob());
  const canvas = new OffscreenCanvas(picture.width, picture.height), paper = canvas.getContext("2d");
  paper.drawImage(picture, 0, 0);
  const bytes = paper.getImageData(0, 0, picture.width, picture.height).data;
  let text = "";
  for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return [picture.width, picture.height, btoa(text)];
}"""


@pytest.fixture
def anna(transactional_db: None) -> User:
    furnish(hromadas=True)
    return making.staff("Anna Agent", role="manager", reads=["uk"], signatures={"uk": "З повагою\nАнна Агент"})


@pytest.fixture
def ticket(anna: User) -> Ticket:
    now = timezone.now()
    partners = scene.full_list(anna, now)[0]
    ben = User.objects.get(name="Bérénice Collègue")
    busy = scene.busy_ticket(anna, now)
    for number, at in enumerate(NEW):
        arrive(at, now - timedelta(minutes=90 - 20 * number))
    begun = drafting.Written(text="Madame, Monsieur,", fields={}, page="elsewhere")
    drafting.save(actor=Actor.staff(ben), ticket_id=partners.pk, written=begun, now=now)
    write_rules(anna, now)
    return busy


def write_rules(anna: User, now: datetime) -> None:
    """Three rules, the last of them not at work yet."""
    closed = Queue.objects.get(code="access-to-documents")
    wordings = (
        rules.Wording(name="Energy before the winter", query="topic:energy", tags=["winter"], priority=3),
        rules.Wording(name="By language", query="lang:uk", by_language=True),
        rules.Wording(name="Access to documents", query='"access to documents"', queue=closed),
    )
    for wording in wordings:
        rule = rules.make_rule(actor=Actor.staff(anna), wording=wording, now=now)
        rules.try_rule(actor=Actor.staff(anna), rule_id=rule.pk, now=now)
        if wording is not wordings[-1]:
            rules.switch_on(actor=Actor.staff(anna), rule_id=rule.pk, now=now)


@pytest.fixture
def artist(browser: Browser) -> Iterator[Page]:
    """A page of its own, which unpacks pictures."""
    page = browser.new_page()
    yield page
    page.close()


def arrive(number: int, at: datetime) -> None:
    """A request of the day comes in by mail."""
    asked = DAY[number]
    making.opened(
        now=at,
        subject=asked.subject,
        text=f"{asked.text}\n\n{asked.below}",
        language=asked.language,
        sender_name="Olha Prykladna",
        sender_address=asked.sender,
    )


def test_the_pictures(page: Page, artist: Page, live_server: LiveServer, anna: User, ticket: Ticket) -> None:
    """Takes all of them, in the order of docs/desk.md and docs/reports.md."""

    def take(name: str, *, size: tuple[int, int] = WIDE) -> None:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.wait_for_timeout(300)
        picture = smaller(artist, page.screenshot(animations="disabled", caret="hide"))
        assert len(picture) < MOST_BYTES, name
        (IMAGES / f"{name}.png").write_bytes(picture)

    dress(page, "light")
    sign_in(page, live_server, anna)
    counted(page)
    take("list")
    take("list-phone", size=PHONE)
    for name, address in (
        ("triage", "triage/"),
        ("search", "find/?q=генератор+OR+school"),
        ("rules", "rules/"),
    ):
        page.goto(f"{live_server.url}/desk/{address}")
        ready(page)
        counted(page)
        if name == "triage":
            leave_until(page, DAY[NEW[2]].subject)
            counted(page)
        take(name)
    page.goto(desk_of(ticket, live_server))
    ready(page)
    counted(page)
    page.evaluate("scrollTo(0, 0)")
    take("ticket")
    page.keyboard.press("r")
    page.get_by_label("Your answer").fill(ANSWER)
    page.locator("#reply").scroll_into_view_if_needed()
    take("answer")
    a_year(timezone.now(), [anna, User.objects.get(name="Bérénice Collègue")])
    for name, address in (("reports-now", ""), ("reports-response", "response/?period=12-months&whole=1")):
        page.goto(f"{live_server.url}/reports/{address}")
        ready(page)
        take(name)
    token = links.make_link(ticket, now=timezone.now())
    for name, address in (("form", "en/request/"), ("tracking", f"en/track/{token}/")):
        page.goto(f"{live_server.url}/{address}")
        take(name)


def counted(page: Page) -> None:
    """The numbers beside the views come after the page."""
    page.wait_for_selector(".side .count:not(:empty)")


def leave_until(page: Page, subject: str) -> None:
    """Leave requests for later until the one with this subject is there."""
    for _ in range(20):
        if page.locator("h1").inner_text() == subject:
            return
        with page.expect_navigation():
            page.keyboard.press("k")
        ready(page)


def smaller(artist: Page, picture: bytes) -> bytes:
    """The same PNG in at most 256 colours: those that occur most, and for each other one the nearest of them."""
    source = "data:image/png;base64," + base64.b64encode(picture).decode()
    width, height, text = artist.evaluate(PIXELS, source)
    pixels = np.frombuffer(base64.b64decode(text), dtype=np.uint8).reshape(-1, 4)[:, :3].astype(np.int32)
    found, where, counts = np.unique(pixels, axis=0, return_inverse=True, return_counts=True)
    kept = found[np.argsort(-counts)[:COLOURS]]
    nearest = np.array([np.abs(kept - colour).sum(axis=1).argmin() for colour in found], dtype=np.uint8)
    rows = nearest[where.reshape(-1)].reshape(height, width)
    lines = np.hstack([np.zeros((height, 1), dtype=np.uint8), rows]).tobytes()  # no filter: flat areas pack best so
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = ((b"IHDR", head), (b"PLTE", kept.astype(np.uint8).tobytes()), (b"IDAT", zlib.compress(lines, 9)))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in (*parts, (b"IEND", b"")))


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
