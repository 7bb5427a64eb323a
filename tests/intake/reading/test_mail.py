"""Whole mails, and the promise that nothing makes the reader raise, hang or give what cannot be stored."""

import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.reading.mail import Mailbox, ParsedMail, read

MAILS = Path(__file__).parents[2] / "mail"


def stored(name: str) -> ParsedMail:
    return read((MAILS / name).read_bytes())


def test_a_ukrainian_letter_in_its_old_character_set() -> None:
    mail = stored("uk_plain_cp1251.eml")
    assert mail.sender == Mailbox(name="Олена Коваль", address="olena.koval@hromada.example")
    assert [box.address for box in mail.cc] == ["rada@hromada.example"]
    assert mail.delivered_to == ("support@wg.example",)
    assert mail.subject == "Запит на генератор"
    assert mail.message_id == "letter-1@hromada.example"
    assert mail.date == datetime(2024, 1, 15, 7, 30, tzinfo=UTC)
    assert mail.text[: mail.quote_start].endswith("Олена Коваль\n")
    assert mail.text[mail.quote_start :].startswith("-- \nЗеленівська")
    assert mail.auth_results[0].startswith("mx.wg.example; spf=pass")
    assert (mail.automatic, mail.bounce, mail.defects) == ("", None, ())


def test_an_answer_from_outlook_in_latvian() -> None:
    mail = stored("reply_outlook_lv.eml")
    assert mail.in_reply_to == ("ack-17@wg.example",)
    assert mail.references == ("letter-1@novads.example", "ack-17@wg.example")
    assert mail.text[: mail.quote_start].rstrip().endswith("Jānis")
    assert "Paldies" in mail.text[mail.quote_start :]


def test_a_page_with_a_picture_a_file_and_an_attached_mail() -> None:
    mail = stored("html_only_inline_picture.eml")
    assert mail.text == "Ось фото:\n\n- дах\n- вікна"
    assert [(file.name, file.inline) for file in mail.attachments] == [
        ("roof.png", True),
        ("Акт огляду.pdf", False),
        ("Earlier letter.eml", False),
    ]
    assert mail.attachments[1].content == b"%PDF-1.4 example"


def test_an_out_of_office_answer() -> None:
    mail = stored("out_of_office_fr.eml")
    assert mail.subject == "Réponse automatique : Votre demande"
    assert (mail.automatic, mail.bounce) == ("auto-submitted", None)


@pytest.mark.parametrize(
    ("name", "status", "original"),
    [("bounce_report.eml", "5.1.1", "ack-17@wg.example"), ("bounce_prose.eml", "5.2.2", "ack-18@wg.example")],
)
def test_a_bounce_names_recipient_status_and_the_mail_that_bounced(name: str, status: str, original: str) -> None:
    bounce = stored(name).bounce
    assert bounce is not None
    assert bounce.recipients == ("rada@hromada.example",)
    assert (bounce.status, bounce.permanent, bounce.original_message_id) == (status, True, original)


def test_an_answer_between_the_lines_is_not_folded() -> None:
    mail = stored("interleaved_answer.eml")
    assert "The road from the north." in mail.text[: mail.quote_start]


def test_broken_headers_are_repaired() -> None:
    mail = stored("broken_headers.eml")
    assert mail.sender == Mailbox(name="Olena Koval", address="olena@hromada.example")
    assert mail.subject == "A line that was folded without indentation"
    assert mail.text == "Текст без правильного кодування."
    assert (mail.to, mail.date, mail.defects) == ((), None, ("unknown-charset",))


def test_an_invitation_is_a_file() -> None:
    mail = stored("invitation.eml")
    assert mail.text == "Please join us on Friday."
    assert [file.name for file in mail.attachments] == ["invitation.ics"]


@pytest.mark.parametrize(
    ("header", "address"),
    [
        (b"From: \nSender: <s@x.example>\n", "s@x.example"),
        (b"From: Nobody\nReturn-Path: <r@x.example>\n", "r@x.example"),
        (b"Return-Path: <r@x.example>\n", "r@x.example"),
        (b"From: a@x.example, b@x.example\n", "a@x.example"),
        (b"Subject: x\n", ""),
    ],
)
def test_the_sender_has_fallbacks(header: bytes, address: str) -> None:
    assert read(header + b"\nwords").sender.address == address


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
def test_every_kind_of_line_end_is_read(line_end: bytes) -> None:
    raw = (MAILS / "html_only_inline_picture.eml").read_bytes().replace(b"\n", line_end)
    assert len(read(raw).attachments) == 3


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from strings(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from strings(getattr(value, field.name))


def assert_storable(mail: ParsedMail) -> None:
    for text in strings(mail):
        assert "\0" not in text
        text.encode()  # a lone surrogate has no UTF-8
    one_line = [
        mail.subject,
        mail.message_id,
        *mail.in_reply_to,
        *mail.references,
        *mail.auth_results,
        *mail.delivered_to,
    ]
    one_line += [part for box in (mail.sender, *mail.reply_to, *mail.to, *mail.cc) for part in (box.name, box.address)]
    one_line += [part for file in mail.attachments for part in (file.name, file.declared_type, file.content_id)]
    assert all(len(text.splitlines()) <= 1 for text in one_line)
    assert all(file.name for file in mail.attachments)
    assert 0 <= mail.quote_start <= len(mail.text)


@given(st.binary(max_size=2_000))
def test_any_bytes_are_a_mail(raw: bytes) -> None:
    assert_storable(read(raw))


FRAGMENTS = [
    *(
        b"From: ",
        b"To: ",
        b"Subject: ",
        b"Date: ",
        b"References: ",
        b"Content-ID: ",
        b"Return-Path: <>\n",
        b"Authentication-Results: ",
    ),
    *(
        b"Content-Type: ",
        b"multipart/mixed; boundary=b\n",
        b"multipart/report; report-type=delivery-status; boundary=b\n",
    ),
    *(b"text/html; charset=", b"text/plain; charset=", b"utf-7", b"iso-2022-jp", b"utf-16", b"hz", b"message/rfc822\n"),
    *(b"Content-Transfer-Encoding: base64\n", b"Content-Disposition: attachment; filename*0*=utf-8''%00%0D%ED%A0%80\n"),
    *(
        b"\n",
        b"\n\n",
        b"\r",
        b"--b\n",
        b"--b--\n",
        b"=?utf-8?q?=00=0D=0A?=",
        b"=?utf-7?q?+2AA-?=",
        b"=?",
        b"?=",
        b"<",
        b">",
        b'"',
        b"(",
    ),
    *(
        b"Final-Recipient: rfc822;a@x.example\n",
        b"Action: failed\n",
        b"MAILER-DAEMON@x.example",
        b"\x1b$B",
        b"~{",
        b"\xff",
        b"\x00",
    ),
    *(
        b"> ",
        b"On 1.1.2024 a@x.example wrote:\n",
        b"-- \n",
        b"<blockquote>",
        b"<div class=gmail_quote>",
        b"&#xD800;",
        b"<!--",
        b"<a b='",
    ),
]


@settings(max_examples=300)
@given(st.lists(st.sampled_from(FRAGMENTS) | st.binary(max_size=10), max_size=40))
def test_anything_made_of_the_words_of_mail_is_a_mail(pieces: list[bytes]) -> None:
    assert_storable(read(b"".join(pieces)))


HEAD = b"From: a@x.example\nSubject: s\n"
PLAIN = HEAD + b"Content-Type: text/plain; charset=utf-8\n\nhi\n"
PAGE = HEAD + b"Content-Type: text/html; charset=utf-8\n\nhi "
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n"
HOSTILE = {
    "quotes in From": lambda n: b"From: " + b'"' * n + b"\n\n",
    "backslashes in From": lambda n: b"From: " + b'"\\' * n + b"\n\n",
    "brackets in From": lambda n: b"From: " + b",<" * n + b"\n\n",
    "parentheses in To": lambda n: b"To: " + b"(" * n + b"\n\n",
    "recipients": lambda n: b"To: " + b"a <a@x.example>, " * n + b"\n\n",
    "encoded words": lambda n: b"Subject: " + b"=?utf-8?q?a?= " * n + b"\n\n",
    "open encoded words": lambda n: b"Subject: " + b"=?a?q?" * n + b"\n\n",
    "fields": lambda n: b"X-Some: v\n" * n + b"\nwords",
    "fields without a colon": lambda n: b"From: a@x.example\n" + b"junk\nTo: b\n" * n + b"\n",
    "parameters": lambda n: b"Content-Type: text/plain" + b"; a=b" * n + b"\n\n",
    "continuations": lambda n: b"Content-Disposition: x" + b"".join(b"; filename*%d=x" % i for i in range(n)) + b"\n\n",
    "parts": lambda n: MIXED + b"--b\n\nx\n" * n,
    "nested parts": lambda n: HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" * n,
    "references": lambda n: b"References: " + b"<a@x.example> " * n + b"\n\n",
    "quoted lines": lambda n: PLAIN + b"> line\n" * n,
    "introductions": lambda n: PLAIN + b"On 1.1.2024 a@x.example wrote:\n" * n,
    "signatures": lambda n: PLAIN + b"--\n" * n,
    "header blocks": lambda n: PLAIN + b"From: a\nSent: b\n\n" * n,
    "open tags": lambda n: PAGE + b"<a href='" * n,
    "angle brackets": lambda n: PAGE + b"<" * n,
    "open comments": lambda n: PAGE + b"<!--" * n,
    "open scripts": lambda n: PAGE + b"<script>" * n,
    "nested blocks": lambda n: PAGE + b"<div>" * n,
    "nested quotes": lambda n: PAGE + b"<blockquote>x" * n,
    "references to characters": lambda n: PAGE + b"&#" * n,
}


def calls(raw: bytes) -> int:
    """How many functions are called, in Python and in C, while `raw` is read."""
    count = 0

    def profile(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(profile)
    try:
        read(raw)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("name", HOSTILE)
def test_twice_the_input_takes_at_most_twice_the_work(name: str) -> None:
    make = HOSTILE[name]
    read(make(10))  # what is built once only must not count
    small, large = calls(make(1_000)), calls(make(2_000))
    assert large <= 2.2 * small + 200
    assert large <= 400_000
