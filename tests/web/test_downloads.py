import io
import re
from urllib.parse import unquote

import pytest

from web.downloads import disposition, file_response, safe_name


def filename(header: str) -> str:
    """The name as a client of RFC 6266 reads it: `filename*` before `filename`."""
    found = re.fullmatch(r"""\w+; filename="([^"\\]*)"(?:; filename\*=UTF-8''([\w.%~-]+))?""", header, re.ASCII)
    assert found
    return unquote(found[2]) if found[2] else found[1]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("letter.pdf", "letter.pdf"),
        ("Лист № 5.pdf", "Лист № 5.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\olena\\plan.docx", "plan.docx"),
        ("a\r\nSet-Cookie: x=1.txt", "a Set-Cookie x=1.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ('he said "yes".txt', "he said yes .txt"),
        ("", "file"),
        ("...", "file"),
        ("/", "file"),
        ("a\x00b.txt", "ab.txt"),
        ("\ud800.txt", "txt"),
    ],
)
def test_a_name_loses_what_could_harm(name: str, expected: str) -> None:
    assert safe_name(name) == expected


def test_a_long_name_keeps_its_ending() -> None:
    assert safe_name("я" * 400 + ".pdf") == "я" * 146 + ".pdf"
    assert len(safe_name("a." + "b" * 400)) <= 150


@pytest.mark.parametrize(
    "name", ["letter.pdf", "Лист.pdf", "50 % of it; all.txt", "o'clock.txt", "été.jpg", "рік\\2026"]
)
def test_the_header_gives_back_the_name(name: str) -> None:
    header = disposition(name)
    assert header.isascii()
    assert header.startswith("attachment; ")
    assert filename(header) == safe_name(name)


def test_an_old_client_has_a_name_in_plain_letters() -> None:
    assert disposition("Лист.pdf").startswith("attachment; filename=\"file.pdf\"; filename*=UTF-8''%D0%9B")
    assert 'filename="ete.jpg"' in disposition("été.jpg")


def answer(content_type: str, **options: bool) -> dict[str, str]:
    response = file_response(io.BytesIO(b"abc"), name="a.bin", content_type=content_type, **options)
    assert b"".join(response) == b"abc"
    return dict(response.items())


def test_a_file_is_an_attachment_that_nothing_runs() -> None:
    headers = answer("application/pdf")
    assert headers["Content-Disposition"].startswith("attachment; ")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert headers["Content-Length"] == "3"
    assert headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("content_type", ["image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf"])
def test_safe_types_may_be_shown(content_type: str) -> None:
    headers = answer(content_type, inline=True)
    assert headers["Content-Disposition"].startswith("inline; ")
    assert headers["Content-Type"] == content_type


@pytest.mark.parametrize(
    "content_type",
    [
        "text/html",
        "image/svg+xml",
        "application/xhtml+xml",
        "text/xml",
        "text/javascript",
        "",
        "nonsense",
        "a/b\r\nX: y",
    ],
)
def test_what_could_run_is_bytes_and_never_shown(content_type: str) -> None:
    headers = answer(content_type, inline=True)
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"].startswith("attachment; ")


def test_other_types_keep_their_name_but_are_not_shown() -> None:
    headers = answer("text/plain; charset=utf-8", inline=True)
    assert headers["Content-Type"] == "text/plain"
    assert headers["Content-Disposition"].startswith("attachment; ")


def test_a_file_of_a_secret_page_stays_out_of_every_cache() -> None:
    assert answer("image/png", no_store=True)["Cache-Control"] == "no-store"


def test_the_name_of_the_stored_file_does_not_show() -> None:
    stream = io.BytesIO(b"abc")
    stream.name = "/data/files/ab/cdef"
    response = file_response(stream, name="letter.pdf", content_type="application/pdf")
    assert filename(response["Content-Disposition"]) == "letter.pdf"
