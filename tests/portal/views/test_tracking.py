from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from notifications.models import OutgoingMail
from portal import abuse, tokens
from tests.making import OLENA, opened, staff
from tickets import files, links
from tickets.actions.answering import note, reply
from tickets.actions.record import Actor
from tickets.claims import Verdict
from tickets.models import Attachment, Message, Ticket, TrackingLink


@pytest.fixture
def ticket(reference_data: None) -> Ticket:
    kept = (files.keep(b"%PDF-1.4 letter", name="letter.pdf"), files.keep(b"MZ program", name="plan.exe"))
    return opened(files=kept, now=timezone.now() - timedelta(hours=1))


@pytest.fixture
def address(ticket: Ticket) -> str:
    return f"/en/track/{links.make_link(ticket, now=timezone.now())}/"


def text(response: Any) -> str:
    content: str = response.content.decode()
    return content


@pytest.mark.parametrize("language", ["pl", "ru"])
def test_a_link_of_a_mail_in_a_language_without_pages_opens_in_the_reader_s_language(
    client: Client, ticket: Ticket, language: str
) -> None:
    token = links.make_link(ticket, now=timezone.now())
    response = client.get(f"/{language}/track/{token}/", headers={"accept-language": "pl,uk;q=0.8"})
    assert response["Location"] == f"/uk/track/{token}/"
    assert response["Referrer-Policy"] == "no-referrer"
    assert client.get(f"/{language}/privacy/")["Location"] == "/en/privacy/"


def message(**changes: Any) -> dict[str, Any]:
    stamp = tokens.stamp(tokens.begin(timezone.now() - tokens.QUICKEST * 2))
    return {"stamp": stamp, "message": "It is 230 V.", **changes}


def test_the_page_is_three_questions_to_the_database_and_changes_nothing(
    client: Client, address: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(3):
        page = client.get(address)
    assert page.status_code == 200
    assert "We have your request. Answer due by" in text(page)


def test_the_page_is_kept_by_no_cache_no_search_engine_and_told_to_no_other_site(client: Client, address: str) -> None:
    for page in (client.get(address), client.get("/en/track/unknown/")):
        assert page["Cache-Control"] == "no-store"
        assert page["X-Robots-Tag"].startswith("noindex")
        assert page["Referrer-Policy"] == "no-referrer"


def test_letters_are_shown_and_notes_are_not(client: Client, ticket: Ticket, address: str) -> None:
    anna = Actor.staff(staff())
    note(actor=anna, ticket_id=ticket.pk, text="Ask the other unit.", now=timezone.now())
    sent = reply(actor=anna, ticket_id=ticket.pk, text="Which voltage?", now=timezone.now())
    assert "Which voltage?" not in text(client.get(address))
    Message.objects.filter(pk=sent.pk).update(delivery=Message.Delivery.SENT)
    page = text(client.get(address))
    assert "Which voltage?" in page
    assert "We need two generators" in page
    assert "Ask the other unit." not in page


def test_what_a_partner_writes_is_shown_as_text(client: Client, reference_data: None) -> None:
    hostile = opened(text="<script>alert(1)</script>", subject="<b>x</b>", now=timezone.now())
    page = text(client.get(f"/en/track/{links.make_link(hostile, now=timezone.now())}/"))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_what_our_server_says_of_a_mail_is_for_the_house_alone(client: Client, reference_data: None) -> None:
    doubtful = opened(
        now=timezone.now(),
        raw_path="files/raw",
        verdicts=(Verdict(method="dmarc", result="fail", domain="doubtful.example"),),
        files=(replace(files.keep(b"x", name="letter.pdf"), signers=("Claimed Signer",)),),
    )
    page = text(client.get(f"/en/track/{links.make_link(doubtful, now=timezone.now())}/"))
    assert "letter.pdf" in page
    for words in ("doubtful", "DMARC", "Origin", "Claimed Signer"):
        assert words not in page


@pytest.mark.parametrize("change", ["expired", "revoked", "sensitive", "unknown"])
def test_a_link_that_is_no_more_tells_how_to_get_a_new_one(
    client: Client, ticket: Ticket, address: str, change: str
) -> None:
    now = timezone.now()
    if change == "expired":
        TrackingLink.objects.update(expires_at=now)
    elif change == "revoked":
        links.revoke_links(ticket, now=now)
    elif change == "sensitive":
        Ticket.objects.update(sensitive=True)
    else:
        address = "/en/track/unknown/"
    page = client.get(address)
    assert page.status_code == 404
    assert "This link no longer works" in text(page)
    assert "/en/new-link/" in text(page)
    assert "Generators" not in text(page)


def test_what_was_typed_on_a_page_whose_link_ended_is_shown_to_be_copied(client: Client, db: None) -> None:
    page = client.post("/en/track/unknown/", message(message="My long letter"))
    assert page.status_code == 404
    assert "My long letter" in text(page)


def test_files_are_downloads_that_no_browser_runs(client: Client, ticket: Ticket, address: str) -> None:
    good, bad = Attachment.objects.order_by("position")
    response = client.get(f"{address}files/{good.pk}/")
    assert response.getvalue() == b"%PDF-1.4 letter"
    assert response["Content-Disposition"] == 'attachment; filename="letter.pdf"'
    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "no-referrer"
    assert client.get(f"{address}files/{bad.pk}/").status_code == 404
    assert client.get(f"/en/track/unknown/files/{good.pk}/").status_code == 404
    assert "cannot be opened here" in text(client.get(address))


def test_an_answer_joins_the_ticket_with_its_files_in_the_name_of_the_requester(
    client: Client, ticket: Ticket, address: str
) -> None:
    file = SimpleUploadedFile("photo.jpg", b"\xff\xd8\xff\xe0")
    response = client.post(address, message(attachments=[file]))
    assert response.status_code == 302
    assert response["Location"] == f"{address}?sent"
    written = Message.objects.filter(kind="inbound").latest("id")
    assert (written.ticket_id, written.text, written.sender_address) == (ticket.pk, "It is 230 V.", OLENA)
    assert written.channel == "web_form"
    assert [each.name for each in written.attachments.all()] == ["photo.jpg"]
    page = text(client.get(response["Location"]))
    assert "We have your message." in page
    assert "It is 230 V." in page


@pytest.mark.django_db(transaction=True)
def test_a_second_click_makes_one_message(client: Client, address: str) -> None:
    values = message()
    client.post(address, values)
    client.post(address, values)
    assert Message.objects.filter(text="It is 230 V.").count() == 1


def test_an_empty_answer_keeps_its_files_and_says_what_to_do(client: Client, address: str) -> None:
    page = client.post(address, message(message="", attachments=[SimpleUploadedFile("photo.jpg", b"\xff\xd8\xff")]))
    assert page.status_code == 422
    assert '<a href="#id_message">' in text(page)
    assert "photo.jpg" in text(page)


def test_an_answer_long_after_the_end_becomes_a_new_request_with_a_thank_you(
    client: Client, ticket: Ticket, address: str
) -> None:
    ended = timezone.now() - timedelta(days=91)
    Ticket.objects.update(status="closed", outcome="answered", closed_at=ended, waiting_since=None)
    response = client.post(address, message())
    assert response["Location"].startswith("/en/request/received/")
    assert Ticket.objects.count() == 2


def test_too_many_answers_are_slowed_and_nothing_typed_is_lost(
    client: Client, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(abuse, "ANSWERS_PER_TICKET", 0)
    page = client.post(address, message())
    assert page.status_code == 429
    assert "It is 230 V." in text(page)


def ask(client: Client, reference: str, address: str) -> Any:
    return client.post("/en/new-link/", {"reference": reference, "email": address})


def test_a_new_link_is_mailed_and_the_answer_is_the_same_for_a_stranger(client: Client, ticket: Ticket) -> None:
    before = OutgoingMail.objects.count()
    known = ask(client, ticket.reference.lower(), "OLENA@hromada.example")
    assert OutgoingMail.objects.count() == before + 1
    stranger = ask(client, ticket.reference, "mallory@elsewhere.example")
    nothing = ask(client, "SU-2026-999999", OLENA)
    assert OutgoingMail.objects.count() == before + 1
    assert {(each.status_code, each["Location"]) for each in (known, stranger, nothing)} == {
        (302, "/en/new-link/?sent")
    }
    assert "Look into your mailbox" in text(client.get("/en/new-link/?sent"))


def test_the_page_shows_nothing_of_the_mail_with_a_new_link(client: Client, ticket: Ticket, address: str) -> None:
    before = text(client.get(address)).count('class="letter')
    ask(client, ticket.reference, OLENA)
    Message.objects.filter(automatic="tracking-link").update(delivery=Message.Delivery.SENT)
    page = text(client.get(address))
    assert Message.objects.filter(automatic="tracking-link").count() == 1
    assert page.count('class="letter') == before > 0
    assert "Your link to request" not in page
    assert "here is the link" not in page


def test_the_answer_takes_as_long_for_a_stranger_as_for_a_partner(client: Client, ticket: Ticket) -> None:
    for reference in (ticket.reference, "SU-2026-999999"):
        started = abuse.time.monotonic()
        ask(client, reference, OLENA)
        assert abuse.time.monotonic() - started >= abuse.LINK_SECONDS


def test_new_links_are_limited_alike_for_known_and_unknown_addresses(
    client: Client, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(abuse, "LINKS_PER_ADDRESS", 1)
    for address in (OLENA, "mallory@elsewhere.example"):
        assert [ask(client, ticket.reference, address).status_code for _ in range(2)] == [302, 429]


def test_a_missing_reference_is_an_error_beside_its_field(client: Client, db: None) -> None:
    page = ask(client, "", "olena")
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"reference", "email"}


def test_opening_the_page_on_another_day_tells_that_we_are_late(client: Client, ticket: Ticket, address: str) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=60)):
        assert "is late; we are sorry" in text(client.get(address))
