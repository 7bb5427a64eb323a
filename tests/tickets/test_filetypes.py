"""What a file is, its bytes say."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.making_files import JPEG, PDF, PNG, SIGNATURE, SVG, archive, archive_of, asice, compound, docx, opendocument
from tickets.filetypes import type_of

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SIGNED = bytes.fromhex("3082010006092a864886f70d010702a081f0")


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (PDF, "letter.pdf", "application/pdf"),
        (PDF, "letter.txt", "application/pdf"),
        (PNG, "photo.png", "image/png"),
        (JPEG, "photo.jpg", "image/jpeg"),
        (docx(), "letter.docx", WORD),
        (docx(), "letter.zip", WORD),
        (opendocument(), "letter.odt", "application/vnd.oasis.opendocument.text"),
        (asice(), "letter.asice", "application/vnd.etsi.asic-e+zip"),
        (archive("letter.pdf", SIGNATURE), "letter.zip", "application/vnd.etsi.asic-e+zip"),
        (archive("letter.pdf"), "letter.asice", "application/zip"),
        (archive_of({"mimetype": "text/html"}), "a.zip", "application/zip"),
        (archive("a.txt"), "a.zip", "application/zip"),
        (SIGNED, "letter.pdf.p7s", "application/pkcs7-mime"),
        (b"-----BEGIN PKCS7-----\nMIIB", "letter.pem", "application/pkcs7-mime"),
        (compound({"WordDocument": b"x"}), "letter.xls", "application/msword"),
        (compound({"Workbook": b"x"}), "", "application/vnd.ms-excel"),
        (compound({"__properties_version1.0": b"x"}), "", "application/vnd.ms-outlook"),
        (compound({}), "letter.doc", "application/x-ole-storage"),
        ("Добрий день".encode(), "note.txt", "text/plain"),
        ("Добрий день".encode("utf-16"), "note.txt", "text/plain"),
        (b"<!DOCTYPE html><html></html>", "list.pdf", "text/html"),
        (b"  <html><body>x</body></html>", "", "text/html"),
        (b"\xef\xbb\xbf\n<SCRIPT>x</SCRIPT>", "", "text/html"),
        ("<html><body>x</body></html>".encode("utf-16"), "", "text/html"),
        (b'<?xml version="1.0"?><!DOCTYPE html><html/>', "a.xml", "text/html"),
        (b"<!-- a page --><div>x</div>", "", "text/html"),
        (b"<p>some words", "note.txt", "text/html"),
        (b"<address>not a page</address>", "", "text/plain"),
        (b"a < b and <html> in the text", "note.txt", "text/plain"),
        (b'<?xml version="1.0"?><!-- a table --><list/>', "list.xml", "application/xml"),
        (SVG, "a.png", "image/svg+xml"),
        (b"<!-- x --><svg xmlns='http://www.w3.org/2000/svg'/>", "", "image/svg+xml"),
        (b"<!DOCTYPE svg [<!ENTITY a 'b'>]><s:svg xmlns:s='x'/>", "", "image/svg+xml"),
        (b"\x00\x01\x02\x03" * 20, "unknown", "application/octet-stream"),
        (b"", "empty.pdf", "application/x-empty"),
    ],
)
def test_the_type_comes_from_the_content(content: bytes, name: str, expected: str) -> None:
    assert type_of(content, name) == expected


@given(st.binary(max_size=2000), st.sampled_from(["", "a.doc", "a.zip", "a.svg"]))
@example(b"<!>" * 20_000, "a.svg")
@example(b"<!-- -->" * 8_000, "")
@example(b"<?xml " * 10_000, "")
def test_every_content_has_a_type_of_one_line(content: bytes, name: str) -> None:
    found = type_of(content, name)
    assert found
    assert found.isascii()
    assert found.isprintable()
