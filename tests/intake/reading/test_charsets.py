"""Bytes become the text that the sender meant, whatever the label says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.reading.charsets import decode, guess, known, one_line, storable

UKRAINIAN = "Просимо надіслати генератор для школи, щиро дякуємо"


@pytest.mark.parametrize(
    ("text", "codec", "label"),
    [
        (UKRAINIAN, "cp1251", "windows-1251"),
        (UKRAINIAN, "cp1251", "cp-1251"),
        (UKRAINIAN, "koi8-u", "KOI8-U"),
        (UKRAINIAN, "utf-8", "utf-8"),
        (UKRAINIAN, "mac-cyrillic", "x-mac-ukrainian"),
        ("Paldies, jūsu pieteikums", "cp1257", "windows-1257"),
        ("Zażółć gęślą jaźń", "iso8859-2", "iso-8859-2"),
        ("Grüße", "utf-7", "unicode-1-1-utf-7"),
        ("“quoted” – text", "cp1252", "iso-8859-1"),
        ("囍", "gb18030", "gb2312"),
        ("日本語", "iso2022_jp", "iso-2022-jp"),
    ],
)
def test_a_labelled_text_is_read_by_its_label(text: str, codec: str, label: str) -> None:
    assert decode(text.encode(codec), label) == (text, True)


@pytest.mark.parametrize(
    "label", ["hex", "zip", "rot13", "idna", "undefined", "unicode_escape", "utf\x00-8", "", "x" * 500]
)
def test_a_label_that_names_no_character_set_is_not_believed(label: str) -> None:
    assert not known(label)
    assert decode("дім".encode(), label) == ("дім", False)


@pytest.mark.parametrize("label", ["windows-1252", "us-ascii", "iso-8859-15", "koi8-r"])
def test_utf8_is_recognised_under_an_8_bit_label(label: str) -> None:
    assert decode(UKRAINIAN.encode(), label) == (UKRAINIAN, False)


@pytest.mark.parametrize("codec", ["cp1251", "koi8-u", "utf-8"])
def test_an_unlabelled_ukrainian_text_is_guessed(codec: str) -> None:
    assert guess(UKRAINIAN.encode(codec)) == UKRAINIAN


@pytest.mark.parametrize("text", ["Réunion à Bruxelles, été prochain", "Grüße aus München, schöne Straße"])
def test_an_unlabelled_western_text_is_guessed(text: str) -> None:
    assert guess(text.encode("cp1252")) == text


def test_one_broken_byte_does_not_spoil_utf8() -> None:
    text, sure = decode(UKRAINIAN.encode() + b"\xff" + UKRAINIAN.encode(), "utf-8")
    assert text == UKRAINIAN + "\ufffd" + UKRAINIAN
    assert not sure


def test_vendors_characters_in_iso_2022_jp_are_read() -> None:
    assert decode(b"\x1b$B-!\x1b(B ok", "iso-2022-jp")[0] == "① ok"


def test_one_line_leaves_no_way_to_smuggle_a_header() -> None:
    assert one_line("a\r\nBcc: b\u2028c\x00\u202ed\x85e") == "a Bcc: b cd e"


@given(st.binary(), st.text())
def test_any_bytes_under_any_label_give_text_that_can_be_stored(data: bytes, label: str) -> None:
    text = storable(decode(data, label)[0])
    assert "\0" not in text
    text.encode()
    assert len(one_line(text).splitlines()) <= 1
