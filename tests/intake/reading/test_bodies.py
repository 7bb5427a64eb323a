"""Which parts are text and which are files."""

import pytest

from intake.reading.mail import read


def part(kind: str, content: str, *fields: str) -> str:
    return "\n".join([f"Content-Type: {kind}", *fields, "", content])


def multipart(kind: str, boundary: str, *parts: str) -> str:
    pieces = "".join(f"--{boundary}\n{piece}\n" for piece in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\n\n{pieces}--{boundary}--'


def message(content: str) -> bytes:
    return f"From: a@x.example\nMIME-Version: 1.0\n{content}\n".encode()


PLAIN = part("text/plain; charset=utf-8", "plain words")
HTML = part("text/html; charset=utf-8", "<p>html words</p>")
PDF = part("application/pdf", "%PDF", "Content-Disposition: attachment; filename=a.pdf")


def test_an_alternative_gives_its_plain_form_as_text_and_its_html_as_html() -> None:
    mail = read(message(multipart("alternative", "b", PLAIN, HTML)))
    assert mail.text == "plain words"
    assert mail.html == "<p>html words</p>"
    assert mail.attachments == ()


def test_an_empty_plain_form_does_not_hide_the_html() -> None:
    mail = read(message(multipart("alternative", "b", part("text/plain", "  \n"), HTML)))
    assert mail.text == "html words"


def test_text_before_and_after_a_file_is_joined() -> None:
    mail = read(message(multipart("mixed", "b", PLAIN, PDF, part("text/plain", "more words"))))
    assert mail.text == "plain words\n\nmore words"
    assert [file.name for file in mail.attachments] == ["a.pdf"]


def test_a_named_text_file_is_a_file() -> None:
    mail = read(message(multipart("mixed", "b", PLAIN, part('text/plain; name="list.txt"', "a list"))))
    assert mail.text == "plain words"
    assert [(file.name, file.content) for file in mail.attachments] == [("list.txt", b"a list")]


def test_an_attached_message_stays_an_attachment() -> None:
    inner = "From: b@x.example\nSubject: Inner letter\n\ninner words"
    mail = read(message(multipart("mixed", "b", PLAIN, part("message/rfc822", inner))))
    assert mail.text == "plain words"
    assert [(file.name, file.declared_type) for file in mail.attachments] == [("Inner letter.eml", "message/rfc822")]


def test_a_picture_that_the_html_uses_is_inline_and_one_that_is_attached_is_not() -> None:
    html = part("text/html", '<img src="cid:one@x.example">')
    used = part("image/png", "x", "Content-ID: <one@x.example>")
    other = part("image/png", "x", "Content-Disposition: attachment; filename=two.png", "Content-ID: <two@x.example>")
    mail = read(message(multipart("related", "b", html, used, other)))
    assert [(file.content_id, file.inline) for file in mail.attachments] == [
        ("one@x.example", True),
        ("two@x.example", False),
    ]


@pytest.mark.parametrize("boundary", ["", "; boundary=wrong"])
def test_a_lost_boundary_is_read_off_the_body(boundary: str) -> None:
    mail = read(message(f"Content-Type: multipart/mixed{boundary}\n\n--real\n{PLAIN}\n--real\n{PDF}\n--real--"))
    assert mail.text == "plain words"
    assert len(mail.attachments) == 1


def test_only_a_whole_line_is_a_boundary() -> None:
    words = "one\n--bc\n --b\nx--b\n--b c\ntwo"
    mail = read(message(f"Content-Type: multipart/mixed; boundary=b\n\n--b \t\n\n{words}\n--b\n{PDF}\n--b-- \n\nend"))
    assert mail.text == words
    assert [each.name for each in mail.attachments] == [read(message(PDF)).attachments[0].name]


def test_a_multipart_without_any_boundary_is_shown_as_text() -> None:
    mail = read(message("Content-Type: multipart/mixed; boundary=b\n\nonly words"))
    assert mail.text == "only words"
    assert mail.defects == ("no-boundary",)


def test_too_many_parts_are_said_and_bounded() -> None:
    mail = read(message(multipart("mixed", "b", PLAIN, *[PDF] * 1_500)))
    assert len(mail.attachments) == 998
    assert "too-many-parts" in mail.defects


def test_html_nested_beyond_reason_is_read_as_text_only() -> None:
    mail = read(message(part("text/html", "<div>" * 5_000 + "words")))
    assert (mail.text, mail.html, mail.defects) == ("words", "", ("html-too-deep",))


@pytest.mark.parametrize("piece", ["<", "& ", "&#", "<td>"])
def test_html_that_a_sanitiser_would_choke_on_is_read_as_text_alone(piece: str) -> None:
    page = "<p>words</p>" + piece * 110_000
    mail = read(f"Content-Type: text/html; charset=utf-8\n\n{page}".encode())
    assert mail.text.startswith("words")
    assert (mail.html, mail.defects) == ("", ("html-too-heavy",))


@pytest.mark.parametrize(
    ("encoding", "content"),
    [
        ("base64", "cGxhaW4gd29yZHM="),
        ("BASE64", "cGxhaW4g\nd29yZHM"),
        ("base64", "cGxhaW4gdw==b3Jkcw=="),
        ("base64", "plain words, that are not base64 at all!"),
        ("quoted-printable", "plain =\nwo=72ds"),
        ("x-unknown", "plain words"),
    ],
)
def test_transfer_encodings_are_undone(encoding: str, content: str) -> None:
    text = read(message(part("text/plain", content, f"Content-Transfer-Encoding: {encoding}"))).text
    assert text.startswith("plain words")


def test_flowed_text_is_joined_but_a_signature_line_is_kept() -> None:
    mail = read(message(part("text/plain; format=flowed", "one \ntwo\n\n> quoted \n> on\n-- \nname")))
    assert mail.text == "one two\n\n> quoted on\n-- \nname"


def test_a_name_with_a_path_and_a_header_loses_both() -> None:
    evil = "Content-Disposition: attachment; filename*=utf-8''..%2F..%2Fetc%2Fpasswd%0D%0AX%3A%20y"
    (file,) = read(message(multipart("mixed", "b", PLAIN, part("application/x", "x", evil)))).attachments
    assert file.name == "passwd X_ y"


def test_a_file_without_a_name_gets_one_from_its_type() -> None:
    nameless = part("application/pdf", "x", "Content-Disposition: attachment")
    assert read(message(multipart("mixed", "b", PLAIN, nameless))).attachments[0].name == "attachment-1.pdf"
