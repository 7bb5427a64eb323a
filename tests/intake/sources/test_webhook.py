"""Mail from providers through the whole service: URL, signature, anymail, store. Payloads as the providers document."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from pytest_django import Settings

from intake import erasing, processing
from intake.models import RawMail
from intake.reading.mail import read
from notifications.models import OutgoingMail
from tests.intake.letters import HOUSE, OLENA, letter, ticket_of
from tests.making import opened
from tickets.addresses import reply_address
from tickets.files import storage
from tickets.models import DiscardedFile, Message, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
KEY, SECRET = "a-signing-key", "hook:a-long-password"
MIME_URL, FIELDS_URL = "/anymail/mailgun/inbound_mime/", "/anymail/mailgun/inbound/"
POSTMARK_URL = "/anymail/postmark/inbound/"


@pytest.fixture(autouse=True)
def providers(settings: Settings) -> None:
    settings.ANYMAIL = {"MAILGUN_WEBHOOK_SIGNING_KEY": KEY}


@pytest.fixture
def postmark(settings: Settings) -> None:
    """Postmark signs nothing: its password stands in the address of the webhook."""
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}


def signed(*, key: str = KEY, token: str = "06c96bafc3f42a66b9edd546347a2fe1") -> dict[str, str]:
    """The fields by which Mailgun signs a form."""
    timestamp = "1795420800"
    signature = hmac.new(key.encode(), f"{timestamp}{token}".encode(), hashlib.sha256).hexdigest()
    return {"token": token, "timestamp": timestamp, "signature": signature}


def mime_form(raw: bytes, *, recipient: str = HOUSE, sender: str = OLENA, **signature: str) -> dict[str, Any]:
    """What Mailgun posts to an address that ends in "mime"."""
    envelope = {"recipient": recipient, "sender": sender, "from": sender, "subject": "Generators"}
    return {**envelope, **signed(**signature), "body-mime": raw.decode("latin-1")}


def post_mime(raw: bytes, *, raises: bool = True, **changes: str) -> int:
    """Post as Mailgun does; percent signs carry the bytes of the mail as they are."""
    body = urlencode(mime_form(raw, **changes), encoding="latin-1")
    client = Client(raise_request_exception=raises)
    return client.post(MIME_URL, body, content_type="application/x-www-form-urlencoded").status_code


def fields_form(*, recipient: str = HOUSE, token: str = "0a") -> dict[str, Any]:
    """What Mailgun posts for a mail with two files, one of them shown in the text."""
    headers = [
        ["Return-Path", f"<{OLENA}>"],
        ["Mime-Version", "1.0"],
        ["Date", "Mon, 23 Nov 2026 08:00:00 +0000"],
        ["Message-Id", "<fields-1@mail.hromada.example>"],
        ["Subject", "Генератори для лікарні"],
        ["From", f"Олена Приклад <{OLENA}>"],
        ["To", HOUSE],
        ["Content-Type", 'multipart/mixed; boundary="000000000000b1"'],
        ["Content-Transfer-Encoding", "base64"],
    ]
    return {
        "recipient": recipient,
        "sender": OLENA,
        "subject": "Генератори для лікарні",
        "from": f"Олена Приклад <{OLENA}>",
        "body-plain": "Добрий день! Нам потрібні два генератори.\r\n\r\n-- \r\nОлена\r\n",
        "stripped-text": "Добрий день! Нам потрібні два генератори.",
        "body-html": '<p>Добрий день! Нам потрібні два генератори.</p><img src="cid:plan@hromada">',
        "message-headers": json.dumps(headers),
        "attachment-count": "2",
        "content-id-map": json.dumps({"<plan@hromada>": "attachment-1"}),
        "attachment-1": SimpleUploadedFile("план.png", b"\x89PNG\r\n\x1a\n plan", "image/png"),
        "attachment-2": SimpleUploadedFile("list.pdf", b"%PDF-1.4\r\n--list\r\n\xff\x00", "application/pdf"),
        **signed(token=token),
    }


def post_fields(**changes: str) -> int:
    return Client().post(FIELDS_URL, fields_form(**changes)).status_code


def postmark_event(**changes: Any) -> dict[str, Any]:
    """Postmark's JSON for a mail with one file."""
    return {
        "FromName": "Taras Example",
        "From": OLENA,
        "FromFull": {"Email": OLENA, "Name": "Taras Example", "MailboxHash": ""},
        "To": HOUSE,
        "ToFull": [{"Email": HOUSE, "Name": "", "MailboxHash": ""}],
        "Cc": "",
        "CcFull": [],
        "Bcc": "",
        "BccFull": [],
        "OriginalRecipient": HOUSE,
        "Subject": "Buses for evacuation",
        "MessageID": "73e6d360-66eb-11e1-8e72-a8904824019b",
        "ReplyTo": "",
        "MailboxHash": "",
        "Date": "Mon, 23 Nov 2026 10:00:00 +0200",
        "TextBody": "We need three buses.",
        "HtmlBody": "<p>We need three buses.</p>",
        "StrippedTextReply": "",
        "Tag": "",
        "Headers": [
            {"Name": "Return-Path", "Value": f"<{OLENA}>"},
            {"Name": "Message-ID", "Value": "<postmark-1@mail.hromada.example>"},
            {"Name": "In-Reply-To", "Value": "<asked@mail.hromada.example>"},
        ],
        "Attachments": [
            {
                "Name": "route.pdf",
                "Content": base64.b64encode(b"%PDF-1.4 route").decode(),
                "ContentType": "application/pdf",
                "ContentLength": 14,
            }
        ],
        **changes,
    }


def post_postmark(event: Any, *, password: str | None = SECRET, raises: bool = True) -> int:
    headers = {"Authorization": "Basic " + base64.b64encode(password.encode()).decode()} if password else {}
    client = Client(raise_request_exception=raises)
    body = event if isinstance(event, bytes) else json.dumps(event)
    return client.post(POSTMARK_URL, body, content_type="application/json", headers=headers).status_code


def processed() -> RawMail:
    mail = RawMail.objects.latest("id")
    processing.process(mail.pk)
    mail.refresh_from_db()
    return mail


# --- a provider that posts the mail itself ----------------------------------------------------------------------------


def test_a_posted_mail_becomes_a_ticket_and_its_bytes_are_kept() -> None:
    raw = letter(attachments=[("list.pdf", b"%PDF-1.4 list")])
    assert post_mime(raw) == 200
    mail = processed()
    assert (mail.source, mail.state, mail.reason) == ("webhook", "processed", "new")
    assert (mail.envelope_from, mail.envelope_to) == (OLENA, [HOUSE])
    assert storage().read(mail.path) == raw
    assert b"body-mime=" in storage().read(mail.request_path)
    assert mail.request_type == "application/x-www-form-urlencoded"
    assert OutgoingMail.objects.get(name="acknowledgement").to[0]["address"] == OLENA


def test_a_mail_in_an_old_charset_comes_through_to_the_byte() -> None:
    raw = (
        f"From: {OLENA}\r\nTo: {HOUSE}\r\nSubject: Bus\r\nMessage-ID: <old@mail.hromada.example>\r\n"
        "Content-Type: text/plain; charset=windows-1251\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    ).encode() + "Нам потрібен автобус.\r\n".encode("cp1251")
    assert post_mime(raw) == 200
    mail = processed()
    assert storage().read(mail.path) == raw
    assert mail.message is not None
    assert mail.message.text.strip() == "Нам потрібен автобус."


def test_a_mail_in_a_field_of_a_multipart_form_comes_through_to_the_byte() -> None:
    raw = letter("Перелік: 5 °C", attachments=[("a.bin", bytes(range(256)))])
    form = {**mime_form(raw), "body-mime": raw.decode()}
    assert Client().post(MIME_URL, form).status_code == 200
    assert storage().read(RawMail.objects.get().path) == raw


def test_a_mail_bigger_than_a_form_may_be_is_taken() -> None:
    raw = letter(attachments=[("photo.bin", b"\xfe" * 3_000_000)])
    assert post_mime(raw) == 200
    assert Client().post(MIME_URL, {**mime_form(raw, token="0b"), "body-mime": raw.decode()}).status_code == 200
    (mail,) = RawMail.objects.all()
    assert mail.size == len(raw)


def test_a_token_in_the_recipient_finds_the_ticket() -> None:
    ticket = opened()
    assert post_mime(letter("Thank you."), recipient=reply_address(ticket.pk, "partner")) == 200
    assert ticket_of(processed()) == ticket


def test_the_null_sender_is_kept_and_not_answered() -> None:
    assert post_mime(letter(), sender="<>") == 200
    mail = processed()
    assert mail.envelope_from == ""
    assert mail.message is not None
    assert mail.message.automatic == "null-sender"


# --- a provider that posts fields -------------------------------------------------------------------------------------


def test_posted_fields_become_the_mail_that_they_were() -> None:
    assert post_fields() == 200
    mail = processed()
    assert mail.message is not None
    assert ticket_of(mail).subject == "Генератори для лікарні"
    assert (mail.message.sender_name, mail.message.sender_address) == ("Олена Приклад", OLENA)
    assert mail.message.message_id == "fields-1@mail.hromada.example"
    assert mail.message.text.startswith("Добрий день! Нам потрібні два генератори.")
    files = {each.name: each for each in mail.message.attachments.all()}
    assert storage().read(files["list.pdf"].path) == b"%PDF-1.4\r\n--list\r\n\xff\x00"
    assert storage().read(files["план.png"].path) == b"\x89PNG\r\n\x1a\n plan"
    assert (files["план.png"].inline, files["план.png"].content_id) == (True, "plan@hromada")


def test_the_posted_body_is_kept_beside_the_rebuilt_mail() -> None:
    assert post_fields() == 200
    mail = RawMail.objects.get()
    posted = storage().read(mail.request_path)
    assert b"%PDF-1.4\r\n--list\r\n\xff\x00" in posted
    assert b'name="message-headers"' in posted
    assert mail.request_type.startswith("multipart/form-data; boundary=")
    assert read(storage().read(mail.path)).subject == "Генератори для лікарні"


def test_a_file_without_a_name_is_not_dropped() -> None:
    form = fields_form()
    form.pop("attachment-1")
    body = (
        b"".join(
            f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in {**form, "attachment-count": "1", "content-id-map": "{}"}.items()
            if isinstance(value, str)
        )
        + b'--x\r\nContent-Disposition: form-data; name="attachment-1"; filename=""\r\nContent-Type: image/png\r\n\r\n'
        + b"\x89PNG\r\n\x1a\n\r\n--x--\r\n"
    )
    answer = Client().post(FIELDS_URL, body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 200
    mail = processed()
    assert mail.message is not None
    assert storage().read(mail.message.attachments.get().path) == b"\x89PNG\r\n\x1a\n"


@pytest.mark.usefixtures("postmark")
def test_a_mail_as_json_becomes_a_ticket() -> None:
    assert post_postmark(postmark_event()) == 200
    mail = processed()
    assert mail.message is not None
    assert (mail.envelope_from, mail.envelope_to) == (OLENA, [HOUSE])
    assert ticket_of(mail).subject == "Buses for evacuation"
    assert mail.message.text.strip() == "We need three buses."
    assert mail.message.attachments.get().name == "route.pdf"
    assert read(storage().read(mail.path)).in_reply_to == ("asked@mail.hromada.example",)
    assert json.loads(storage().read(mail.request_path)) == postmark_event()


@pytest.mark.usefixtures("postmark")
def test_a_big_mail_as_json_is_taken() -> None:
    content = base64.b64encode(b"\xfe" * 3_000_000).decode()
    big = {"Name": "photo.bin", "Content": content, "ContentType": "application/octet-stream"}
    assert post_postmark(postmark_event(Attachments=[big])) == 200
    mail = processed()
    assert mail.message is not None
    assert mail.message.attachments.get().size == 3_000_000


# --- who may post -----------------------------------------------------------------------------------------------------


def test_a_wrong_signature_stores_nothing() -> None:
    assert post_mime(letter(), key="guessed") == 400
    assert not RawMail.objects.exists()


def test_a_form_without_a_signature_stores_nothing() -> None:
    assert Client().post(MIME_URL, {"body-mime": letter().decode()}).status_code == 400
    assert not RawMail.objects.exists()


def test_a_broken_body_without_the_right_signature_stores_nothing() -> None:
    forged = {**mime_form(letter()), "token": "ключ"}
    assert Client(raise_request_exception=False).post(MIME_URL, forged).status_code >= 400
    assert not RawMail.objects.exists()


@pytest.mark.usefixtures("postmark")
@pytest.mark.parametrize("password", [None, "hook:guessed", ""])
def test_a_wrong_password_stores_nothing(password: str | None) -> None:
    assert post_postmark(postmark_event(), password=password) == 400
    assert not RawMail.objects.exists()


@pytest.mark.parametrize("url", [POSTMARK_URL, "/anymail/mailjet/inbound/", "/anymail/postmark/tracking/", MIME_URL])
def test_a_webhook_without_a_secret_is_closed(settings: Settings, url: str) -> None:
    settings.ANYMAIL = {}
    assert Client().post(url, json.dumps(postmark_event()), content_type="application/json").status_code == 403
    assert not RawMail.objects.exists()


def test_a_provider_may_look_whether_the_address_is_there() -> None:
    assert Client().head(MIME_URL).status_code == 200


@pytest.mark.usefixtures("postmark")
def test_a_body_over_the_limit_is_refused_before_it_is_read(settings: Settings) -> None:
    settings.MAIL_MAX_BYTES = 100_000
    assert post_postmark(postmark_event(TextBody="x" * 200_001)) == 413
    assert not RawMail.objects.exists()


# --- what is told to the provider -------------------------------------------------------------------------------------


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A disk that takes no new file, at the call that would write it."""

    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("tickets.storage.tempfile.mkstemp", refuse)
        yield


@pytest.mark.usefixtures("full_disk")
def test_a_full_disk_makes_the_provider_try_again() -> None:
    assert post_mime(letter(), raises=False) == 500
    assert not RawMail.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_refusing_database_makes_the_provider_try_again(committed_house: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE intake_rawmail ADD CONSTRAINT full_up CHECK (source <> 'webhook')")
    try:
        assert post_mime(letter(), raises=False) == 500
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE intake_rawmail DROP CONSTRAINT full_up")
    assert not RawMail.objects.exists()
    assert post_mime(letter(), raises=False) == 200
    assert RawMail.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_when_the_provider_is_told_the_mail_is_committed(committed_house: None, monkeypatch: Any) -> None:
    seen = []
    client = Client()
    client.handler.load_middleware()
    get = client.handler._middleware_chain

    def watch(request: Any) -> Any:
        response = get(request)
        seen.append((response.status_code, connection.in_atomic_block, RawMail.objects.count()))
        return response

    client.handler._middleware_chain = watch
    client.post(MIME_URL, mime_form(letter()))
    assert seen == [(200, False, 1)]


def test_the_same_mail_again_is_one_row_and_the_second_body_goes() -> None:
    assert post_fields(token="0a") == 200
    kept = RawMail.objects.get()
    processed()
    assert post_fields(token="0b") == 200
    assert RawMail.objects.get().request_path == kept.request_path
    assert Message.objects.filter(kind="inbound").count() == 1
    needless = DiscardedFile.objects.get().path
    assert needless not in (kept.path, kept.request_path)
    assert storage().exists(needless)


@pytest.mark.usefixtures("postmark")
def test_the_same_json_again_is_one_row() -> None:
    for _ in range(2):
        assert post_postmark(postmark_event()) == 200
    assert RawMail.objects.count() == 1
    assert not DiscardedFile.objects.exists()


# --- what is not for us, and what cannot be read ----------------------------------------------------------------------


def test_a_mail_to_somebody_else_is_ignored_with_the_reason() -> None:
    other = "press@cor.europa.eu"
    assert post_mime(letter(to=other), recipient=other) == 200
    mail = processed()
    assert (mail.state, mail.reason) == ("ignored", "not-ours")
    assert not Ticket.objects.exists()


def test_a_forwarded_mail_has_our_address_in_its_header() -> None:
    assert post_mime(letter(), recipient="a1b2c3@inbound.provider.example") == 200
    assert processed().reason == "new"


@pytest.mark.usefixtures("postmark")
@pytest.mark.parametrize(
    "changes",
    [
        {"Headers": [{"Name": "X-Folded", "Value": "one\r\n two"}]},
        {"Headers": [{"Name": "Missing value"}]},
        {"Attachments": [{"Name": "list.pdf", "Content": 7, "ContentType": "application/pdf"}]},
    ],
)
def test_what_anymail_cannot_read_becomes_a_visible_ticket_with_the_body(changes: dict[str, Any]) -> None:
    assert post_postmark(postmark_event(**changes)) == 200
    mail = processed()
    assert (mail.state, mail.reason) == ("processed", "unreadable")
    assert ticket_of(mail).unreadable
    assert mail.message is not None
    file = mail.message.attachments.get()
    assert file.name == "request.txt"
    assert json.loads(storage().read(file.path)) == postmark_event(**changes)


@pytest.mark.usefixtures("postmark")
def test_what_is_no_json_becomes_a_visible_ticket_too() -> None:
    assert post_postmark(b"{ half a mail") == 200
    assert processed().reason == "unreadable"


def test_a_wrongly_set_up_route_is_an_error_of_the_provider_and_no_ticket() -> None:
    stored_route = {**mime_form(letter()), "attachments": "[]"}
    assert Client(raise_request_exception=False).post(MIME_URL, stored_route).status_code == 500
    assert not RawMail.objects.exists()


def test_an_attached_mail_stays_an_attachment() -> None:
    inner = EmailMessage(policy=SMTP)
    inner["Subject"] = "Rozhledna"
    inner.set_content("Inner")
    form = fields_form()
    form["attachment-2"] = SimpleUploadedFile("inner.eml", bytes(inner), "message/rfc822")
    assert Client().post(FIELDS_URL, form).status_code == 200
    mail = processed()
    assert mail.message is not None
    assert "inner.eml" in [each.name for each in mail.message.attachments.all()]


# --- what goes with it ------------------------------------------------------------------------------------------------


def test_an_erased_mail_takes_the_posted_body_with_it() -> None:
    assert post_fields() == 200
    mail = processed()
    path, body = mail.path, mail.request_path
    Message.objects.filter(pk=mail.message_id).update(erased_at=mail.received_at, raw_path="", raw_sha256="")
    assert erasing.forget_erased() == 1
    mail.refresh_from_db()
    assert (mail.path, mail.request_path) == ("", "")
    assert set(DiscardedFile.objects.values_list("path", flat=True)) == {path, body}
    assert post_fields() == 200
    assert RawMail.objects.get().request_path == ""


def test_a_body_that_a_row_names_stays_on_the_disk() -> None:
    assert post_fields() == 200
    body = RawMail.objects.get().request_path
    assert erasing._is_named(body)
    RawMail.objects.update(request_path="")
    assert not erasing._is_named(body)
