"""What a file is, its bytes say; what is dangerous is put aside by rule."""

import io
import zipfile

import pytest

from tickets.files import quarantine_of, safe_name, type_of

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xdb"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


def archive(*names: str, first: tuple[str, str] | None = None) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        if first:
            made.writestr(*first)
        for name in names:
            made.writestr(name, "content")
    return buffer.getvalue()


def encrypted_archive() -> bytes:
    made = bytearray(archive("list.xlsx"))
    made[6] |= 1
    directory = made.index(b"PK\x01\x02")
    made[directory + 8] |= 1
    return bytes(made)


DOCX = archive("[Content_Types].xml", "word/document.xml")
DOCM = archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")
ASICE = archive("letter.pdf", "META-INF/signatures.xml", first=("mimetype", "application/vnd.etsi.asic-e+zip"))


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (PDF, "letter.pdf", "application/pdf"),
        (PDF, "letter.txt", "application/pdf"),
        (PNG, "photo.png", "image/png"),
        (JPEG, "photo.jpg", "image/jpeg"),
        (DOCX, "letter.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (ASICE, "letter.asice", "application/vnd.etsi.asic-e+zip"),
        (archive("a.txt"), "a.zip", "application/zip"),
        ("Добрий день".encode(), "note.txt", "text/plain"),
        (b"<!DOCTYPE html><html></html>", "list.pdf", "text/html"),
        (b"  <html><body>x</body></html>", "", "text/html"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"></svg>', "a.png", "image/svg+xml"),
        (b"\x00\x01\x02\x03" * 20, "unknown", "application/octet-stream"),
        (b"", "empty.pdf", "application/x-empty"),
    ],
)
def test_the_type_comes_from_the_content(content: bytes, name: str, expected: str) -> None:
    assert type_of(content, name) == expected


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (PDF, "letter.pdf", ""),
        (DOCX, "letter.docx", ""),
        (PNG, "photo.png", ""),
        (archive("a.txt", "b.pdf"), "papers.zip", ""),
        (DOCM, "letter.docx", "macros"),
        (OLE + "_VBA_PROJECT".encode("utf-16-le"), "letter.doc", "macros"),
        (OLE, "letter.doc", ""),
        (DOCX, "letter.docm", "macros"),
        (b"<html><script>x</script></html>", "invoice.pdf", "web-page"),
        (b"plain", "page.html", "web-page"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "logo.png", "drawing-with-script"),
        (b"MZ\x90\x00", "photo.jpg", "program"),
        (b"alert(1)", "list.js", "program"),
        (b"L\x00\x00\x00\x01\x14\x02\x00\x00", "list.pdf", "shortcut"),
        (b"\x00" * 0x8001 + b"CD001" + b"\x00" * 100, "disk", "disk-image"),
        (encrypted_archive(), "list.zip", "archive"),
        (archive("inner.zip"), "outer.zip", "archive"),
        (archive("run.exe"), "outer.zip", "archive"),
        (b"Rar!\x1a\x07\x01\x00", "list.rar", "archive"),
        (b"PK\x03\x04 broken", "list.zip", "archive"),
        (ASICE, "letter.asice", ""),
        (archive("inner.zip"), "letter.asice", ""),
        (b"\x30\x82", "letter.pdf.p7s", ""),
    ],
)
def test_what_is_dangerous_is_put_aside_with_its_reason(content: bytes, name: str, expected: str) -> None:
    assert quarantine_of(content, name, type_of(content, name)) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("лист.pdf", "лист.pdf"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\temp\\a.doc", "C:_temp_a.doc"),
        ("two\r\nlines.txt", "twolines.txt"),
        ("gpj.exe\u202etxt", "gpj.exetxt"),
        ("", "file"),
        (" . ", "file"),
        ("long" * 100 + ".pdf", ("long" * 100)[:251] + ".pdf"),
    ],
)
def test_a_file_name_is_one_harmless_line(name: str, expected: str) -> None:
    assert safe_name(name) == expected
    assert len(safe_name(name)) <= 255
