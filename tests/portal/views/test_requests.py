from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from notifications.models import OutgoingMail
from portal import abuse, tokens
from portal.models import Upload
from tickets.models import Message, Ticket

FORM = "/en/request/"


@pytest.fixture(autouse=True)
def _reference_data(reference_data: None) -> None:
    """Every installation has it."""


def a_file(name: str = "plan.pdf", content: bytes = b"%PDF-1.4 plan") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/pdf")


def text(response: Any) -> str:
    content: str = response.content.decode()
    return content


def test_the_form_asks_one_question_of_the_database_and_writes_nothing(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        response = client.get(FORM)
    assert response.status_code == 200
    assert response.cookies == {}
    assert Upload.objects.count() == 0


def test_a_form_becomes_a_ticket_with_all_that_it_asked(client: Client, values: dict[str, Any]) -> None:
    response = client.post("/uk/request/", values)
    assert response.status_code == 302
    assert response["Location"].startswith("/uk/request/received/")
    ticket = Ticket.objects.get()
    assert (ticket.channel, ticket.kind, ticket.subject) == ("web_form", "need", "Generators for the hospital")
    assert (ticket.language, ticket.reply_language) == ("uk", "uk")
    assert ticket.accepted_languages == ["uk"]
    assert ticket.region is not None
    assert (ticket.country, ticket.region.code) == ("UA", "UA-59")
    assert (ticket.letter_number, str(ticket.letter_date)) == ("12-03/45", "2026-01-12")
    assert ticket.danger_to_life
    assert not ticket.may_share
    assert ticket.topic is not None
    assert ticket.topic.code == "energy"
    assert (ticket.need.item, ticket.need.quantity, ticket.need.recipient) == (
        "Generator of 100 kW",
        "2",
        "the hospital",
    )
    message = ticket.messages.get(kind=Message.Kind.INBOUND)
    assert (message.text, message.sender_address) == ("We need two generators.\nThank you.", "olena@hromada.example")
    assert OutgoingMail.objects.get().name == "acknowledgement"


def test_the_thank_you_page_shows_reference_and_date_and_nothing_of_the_person(
    client: Client, values: dict[str, Any], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with time_machine.travel("2026-11-23T09:00:00Z", tick=False):
        values["stamp"] = tokens.stamp(tokens.begin(timezone.now() - tokens.QUICKEST))
        address = client.post(FORM, values)["Location"]
        with django_assert_num_queries(1):
            page = client.get(address)
    assert Ticket.objects.get().reference in text(page)
    assert "24 November 2026" in text(page)  # danger to life: one working day
    assert page["Cache-Control"].split(", ").count("no-store") == 1
    assert "Olena" not in text(page)
    assert "hromada" not in address


def test_the_thank_you_page_ends_after_an_hour_and_says_where_the_reference_is(
    client: Client, values: dict[str, Any]
) -> None:
    address = client.post(FORM, values)["Location"]
    with time_machine.travel(timezone.now() + tokens.RECEIPT_LIFETIME * 2):
        page = client.get(address)
    assert page.status_code == 410
    assert Ticket.objects.get().reference not in text(page)


@pytest.mark.django_db(transaction=True)
def test_a_second_click_leads_to_the_same_thank_you(client: Client, values: dict[str, Any]) -> None:
    first, second = client.post(FORM, values), client.post(FORM, values)
    receipts = [response["Location"].rstrip("/").rpartition("/")[2] for response in (first, second)]
    assert tokens.read_receipt(receipts[0]) == tokens.read_receipt(receipts[1]) == Ticket.objects.get().pk
    assert OutgoingMail.objects.count() == 1


def test_an_error_keeps_what_was_typed_and_the_files_and_leads_to_the_field(
    client: Client, values: dict[str, Any]
) -> None:
    page = client.post(
        FORM, {**values, "email": "olena", "attachments": [a_file(), a_file("photo.jpg", b"\xff\xd8\xff")]}
    )
    assert page.status_code == 422
    html = text(page)
    assert '<a href="#id_email">' in html
    assert "Error: Write a request" in html
    for typed in ("Olena Example", "Generator of 100 kW", "We need two generators.", "plan.pdf", "photo.jpg"):
        assert typed in html
    kept = [str(upload.pk) for upload in Upload.objects.all()]
    again = client.post(FORM, {**values, "kept": kept})
    assert again.status_code == 302
    message = Message.objects.get(kind=Message.Kind.INBOUND)
    assert sorted(message.attachments.values_list("name", flat=True)) == ["photo.jpg", "plan.pdf"]
    assert Upload.objects.count() == 0


def test_a_kept_file_can_be_taken_out_without_a_script(client: Client, values: dict[str, Any]) -> None:
    client.post(FORM, {**values, "name": "", "attachments": [a_file(), a_file("photo.jpg", b"\xff\xd8\xff")]})
    kept = list(Upload.objects.values_list("pk", flat=True))
    client.post(FORM, {**values, "kept": kept, "remove": kept[:1]})
    message = Message.objects.get(kind=Message.Kind.INBOUND)
    assert [file.name for file in message.attachments.all()] == ["photo.jpg"]


def test_a_file_that_cannot_be_taken_is_named_and_the_others_are_kept(
    client: Client, values: dict[str, Any], settings: Settings
) -> None:
    settings.FILE_MAX_BYTES = 1024
    files = [a_file("big.pdf", b"x" * 2000), a_file()]
    page = client.post(FORM, {**values, "attachments": files})
    assert page.status_code == 422
    assert "“big.pdf” is larger than 1 KB" in text(page)
    assert [upload.name for upload in Upload.objects.all()] == ["plan.pdf"]
    assert Ticket.objects.count() == 0


def test_files_that_waited_too_long_are_asked_for_again(client: Client, values: dict[str, Any]) -> None:
    page = client.post(FORM, {**values, "kept": ["999999"]})
    assert page.status_code == 422
    assert "Add them again" in text(page)


def test_a_body_beyond_every_limit_is_refused_before_it_is_read(client: Client, settings: Settings) -> None:
    settings.FILE_MAX_BYTES, settings.FORM_MAX_FILES = 1024, 1
    response = client.post(FORM, {"attachments": [a_file(content=b"x" * (abuse.WORDS + 4096))]})
    assert response.status_code == 413


@pytest.mark.parametrize("stamp", ["", "forged"])
def test_a_page_without_our_stamp_is_shown_again_with_a_good_one(
    client: Client, values: dict[str, Any], stamp: str
) -> None:
    page = client.post(FORM, {**values, "stamp": stamp})
    assert page.status_code == 422
    assert Ticket.objects.count() == 0
    assert tokens.read_stamp(page.context["stamp"]) is not None
    assert "We need two generators." in text(page)


def test_a_page_that_is_too_old_keeps_its_files_and_can_be_sent_again(client: Client, values: dict[str, Any]) -> None:
    old = tokens.begin(timezone.now() - tokens.OLDEST * 2)
    page = client.post(FORM, {**values, "stamp": tokens.stamp(old), "attachments": [a_file()]})
    assert "more than a day" in text(page)
    assert "plan.pdf" in text(page)
    with time_machine.travel(timezone.now() + tokens.QUICKEST * 2):
        again = client.post(FORM, {**values, "stamp": page.context["stamp"]})
    assert again.status_code == 302
    assert Message.objects.get(kind=Message.Kind.INBOUND).attachments.count() == 1


def test_a_program_that_fills_every_field_makes_no_ticket(client: Client, values: dict[str, Any]) -> None:
    page = client.post(FORM, {**values, "notes_2": "https://spam.example"})
    assert page.status_code == 422
    assert Ticket.objects.count() == 0


def test_too_many_requests_are_slowed_and_nothing_typed_is_lost(
    client: Client, values: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(abuse, "FORMS_PER_ADDRESS", 1)
    assert client.post(FORM, values).status_code == 302
    values["stamp"] = tokens.stamp(tokens.begin(timezone.now() - tokens.QUICKEST * 2))
    page = client.post(FORM, values)
    assert page.status_code == 429
    assert "We need two generators." in text(page)
    assert client.post(FORM, {**values, "email": "taras@city.example"}).status_code == 302


def test_a_link_may_choose_topic_and_kind_beforehand(client: Client) -> None:
    page = client.get(f"{FORM}?topic=other&kind=enquiry&name=Mallory")
    assert '<option value="other" selected>' in text(page)
    assert "Mallory" not in text(page)


def test_a_file_goes_ahead_of_its_form_and_can_be_taken_back(client: Client, values: dict[str, Any]) -> None:
    answer = client.post("/en/upload/", {"stamp": values["stamp"], "file": a_file()})
    assert answer.status_code == 200
    kept = answer.json()
    assert (kept["name"], kept["size"]) == ("plan.pdf", 13)
    assert client.post("/en/upload/", {"stamp": values["stamp"], "remove": kept["id"]}).status_code == 200
    assert Upload.objects.count() == 0


def test_an_upload_is_refused_with_words_for_its_sender(
    client: Client, values: dict[str, Any], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FILE_MAX_BYTES = 1024
    stamp = values["stamp"]
    forged = client.post("/en/upload/", {"stamp": "forged", "file": a_file()})
    large = client.post("/en/upload/", {"stamp": stamp, "file": a_file(content=b"x" * 2000)})
    huge = client.post("/en/upload/", {"stamp": stamp, "file": a_file(content=b"x" * (abuse.WORDS + 4096))})
    monkeypatch.setattr(abuse, "UPLOADS_PER_NETWORK", 0)
    often = client.post("/en/upload/", {"stamp": stamp, "file": a_file()})
    assert [each.status_code for each in (forged, large, huge, often)] == [400, 422, 413, 429]
    assert [each.json()["again"] for each in (forged, large, huge, often)] == [False, False, False, True]
    assert all(each.json()["error"] for each in (forged, large, huge, often))


def test_nobody_can_remove_the_file_of_another_submission(client: Client, values: dict[str, Any]) -> None:
    kept = client.post("/en/upload/", {"stamp": values["stamp"], "file": a_file()}).json()
    outsider = tokens.stamp(tokens.begin(timezone.now()))
    client.post("/en/upload/", {"stamp": outsider, "remove": kept["id"]})
    assert Upload.objects.count() == 1
