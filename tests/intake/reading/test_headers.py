"""Header fields as senders really write them."""

from datetime import UTC, datetime

import pytest

from intake.reading.headers import decode_words, message_ids, moment, parameters, split_message, start_of_header


def test_folded_lines_are_joined_and_the_body_starts_after_the_empty_line() -> None:
    headers, body = split_message(b"Subject: one\r\n two\r\nTo: a@b.example\r\n\r\nText: body\r\n")
    assert headers.first("subject") == "one two"
    assert headers.first("to") == "a@b.example"
    assert body == b"Text: body\r\n"


def test_a_line_that_lost_its_indentation_continues_the_field_when_fields_follow() -> None:
    headers, body = split_message(b"Subject: one\ntwo\nFrom: a@b.example\n\nbody")
    assert headers.first("subject") == "one two"
    assert headers.first("from") == "a@b.example"
    assert body == b"body"


def test_a_forgotten_empty_line_does_not_lose_the_body() -> None:
    headers, body = split_message(b"Subject: one\nDear all,\nplease help\n")
    assert headers.first("subject") == "one"
    assert body == b"Dear all,\nplease help\n"


@pytest.mark.parametrize(
    "junk", [b"", b"\n\n", b"From olena@hromada.example Mon Jan 15 09:30:00 2024\n", b">From x\n", b"@@ junk line @@\n"]
)
def test_junk_before_the_header_is_passed_over(junk: bytes) -> None:
    raw = junk + b"From: a@b.example\nSubject: x\n\nbody"
    headers, body = split_message(raw, start_of_header(raw))
    assert headers.first("from") == "a@b.example"
    assert body == b"body"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("=?utf-8?q?caf=C3=A9?=", "café"),
        ("=?utf-8?Q?a_b?= =?utf-8?Q?_c?=", "a b c"),
        ("=?utf-8?B?0JTRlg==?= text =?utf-8?B?0Lw=?=", "Ді text м"),
        ("=?utf-8?B?0A==?= =?utf-8?B?lA==?=", "Д"),
        ('"=?utf-8?q?caf=C3=A9?="', '"café"'),
        ("=?utf-8?q?a?==?utf-8?q?b?=", "ab"),
        ("=?utf-8*uk?q?a?=", "a"),
        ("=?windows-1251?B?0/Hs?=", "Усм"),
        ("=?hex?q?zz?=", "zz"),
        ("=?utf-8?q?open", "=?utf-8?q?open"),
        ("100 % =? nothing", "100 % =? nothing"),
        ("=?utf-8?b?!!!!=?=", ""),
    ],
)
def test_encoded_words_are_decoded(written: str, read: str) -> None:
    assert decode_words(written) == read


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ('attachment; filename="a b.pdf"', "a b.pdf"),
        ("attachment; filename=a b.pdf", "a b.pdf"),
        ("attachment; filename*=utf-8''%D0%90.pdf", "А.pdf"),
        ("attachment; filename*0*=utf-8''%D0; filename*1*=%90; filename*2=.pdf", "А.pdf"),
        ("attachment; filename*1=b.pdf; filename*0=a", "ab.pdf"),
        ('attachment; filename="=?utf-8?B?0JAucGRm?="', "А.pdf"),
        ('attachment; filename="the "final" one.pdf"', 'the "final" one.pdf'),
        ('attachment; filename="x;y.pdf"; size=3', "x;y.pdf"),
        ("attachment; filename=plain.pdf; filename*=utf-8''better.pdf", "better.pdf"),
        ("attachment; filename", ""),
    ],
)
def test_file_names_in_parameters_are_read(value: str, name: str) -> None:
    main, found = parameters(value)
    assert main == "attachment"
    assert found.get("filename", "") == name


def test_message_ids_lose_their_brackets_and_keep_their_order() -> None:
    assert message_ids("<b@x.example>\r\n <a@x.example> <b@x.example>") == ("b@x.example", "a@x.example")
    assert message_ids("bare@x.example") == ("bare@x.example",)
    assert message_ids("") == ()


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Mon, 15 Jan 2024 09:30:00 +0200", datetime(2024, 1, 15, 7, 30, tzinfo=UTC)),
        ("15 Jan 2024 09:30 -0000", datetime(2024, 1, 15, 9, 30, tzinfo=UTC)),
        ("Mon, 1 Jan 99999 10:00:00 +9999", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates_are_read_or_none(written: str, read: datetime | None) -> None:
    assert moment(written) == read
