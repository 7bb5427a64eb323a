"""What is dangerous is put aside with its reason, whatever it is called; ordinary letters are let through."""

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.making_files import (
    JPEG,
    PDF,
    PNG,
    PROGRAM,
    SIGNATURE,
    SVG,
    archive,
    archive_of,
    asice,
    compound,
    docx,
    encrypted,
    opendocument,
    pdf_with,
    workbook_globals,
)
from tickets.filetypes import type_of
from tickets.quarantine import quarantine_of

SIGNED = bytes.fromhex("3082010006092a864886f70d010702a081f0")
MACRO_SHEET = workbook_globals((0x85, struct.pack("<IBB", 0, 0, 1) + b"\x01\x00M"))
PLAIN_SHEET = workbook_globals((0x85, struct.pack("<IBB", 0, 0, 0) + b"\x01\x00S"))
RELATIONS = "word/_rels/settings.xml.rels"
INSTALLER = bytes.fromhex("84100c0000000000c000000000000046")
MACRO_TYPES = '<Types><Override PartName="/word/x.xml" ContentType="application/vnd.ms-office.vbaProject"/></Types>'


def template(target: str, kind: str = "attachedTemplate") -> str:
    return (
        f'<Relationships><Relationship Type="http://x/{kind}" Target="{target}" TargetMode="External"/></Relationships>'
    )


def tar(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as made:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            made.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def judged(content: bytes, name: str) -> str:
    return quarantine_of(content, name, type_of(content, name))


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (PDF, "letter.pdf"),
        (PDF + b"<< /OpenAction << /S /JavaScript /JS (app.alert) >> >>", "form.pdf"),
        (PDF + b"trailer << /Encrypt 5 0 R >>", "protected.pdf"),
        (docx(), "letter.docx"),
        (docx(**{"word/media/image1.svg": SVG}), "letter.docx"),
        (docx(**{"word/embeddings/sheet.xlsx": docx()}), "letter.docx"),
        (docx(**{RELATIONS: template("file:///C:\\Users\\Olena\\Normal.dotm")}), "letter.docx"),
        (docx(**{"word/_rels/document.xml.rels": template("https://hromada.example", "hyperlink")}), "letter.docx"),
        (opendocument(), "letter.odt"),
        (compound({"WordDocument": b"x" * 5000, "1Table": b"y"}), "letter.doc"),
        (compound({"Workbook": PLAIN_SHEET}), "list.xls"),
        (compound({"__properties_version1.0": b"x"}), "mail.msg"),
        (b"{\\rtf1\\ansi Our letter}", "letter.rtf"),
        (PNG, "photo.png"),
        (JPEG, "photo.jpg"),
        ("Добрий день; 5; 7".encode("cp1251"), "list.csv"),
        (b"MZ-112 and MZ-113 are the numbers", "numbers.txt"),
        (archive("a.txt", "b.pdf"), "papers.zip"),
        (archive_of({"letter.pdf": PDF, "list.docx": docx(), "photo.jpg": JPEG}), "papers.zip"),
        (archive_of({"one.asice": asice(**{"letter.pdf": PDF}), "letter.pdf.p7s": SIGNED}), "signed.zip"),
        (asice(**{"letter.pdf": PDF}), "letter.asice"),
        (asice(**{"annexes.zip": archive("a.pdf", "b.jpg")}), "letter.asice"),
        (asice(**{"inner.asice": asice(**{"letter.docx": docx()})}), "letter.sce"),
        (archive("letter.pdf", SIGNATURE), "letter.asice"),
        (SIGNED + PDF, "letter.pdf.p7s"),
        (SIGNED, "smime.p7m"),
        (b"\x30\x82", "letter.pdf.p7s"),
        (gzip.compress(b"a;b;c", mtime=0), "list.csv.gz"),
        (gzip.compress(tar(**{"letter.pdf": PDF}), mtime=0), "papers.tar.gz"),
        (b"", "empty.txt"),
    ],
)
def test_ordinary_letters_are_let_through(content: bytes, name: str) -> None:
    assert judged(content, name) == ""


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        # Programs and scripts, by what they are and by what their name makes of them.
        (PROGRAM, "photo.jpg", "program"),
        (b"\x7fELF\x02\x01", "photo", "program"),
        (b"\xcf\xfa\xed\xfe\x07", "photo", "program"),
        (b"#!/bin/sh\n", "read me", "program"),
        (b"ITSF\x03", "help", "program"),
        (b"alert(1)", "list.js", "program"),
        (b"WScript.Echo", "list.pdf.vbs", "program"),
        (b"x", "list.exe . ", "program"),
        (b"x", "LIST.PS1", "program"),
        (compound({"x": b"y"}, class_id=INSTALLER), "update.doc", "program"),
        (archive("META-INF/MANIFEST.MF", "Main.class"), "list.zip", "program"),
        # Shortcuts, and files that connect elsewhere.
        (b"L\x00\x00\x00\x01\x14\x02\x00\x00", "list.pdf", "shortcut"),
        (b"[InternetShortcut]\r\nURL=file://server/x", "link.txt", "shortcut"),
        (b"screen mode id:i:2\r\nfull address:s:attacker.example\r\n", "access.txt", "shortcut"),
        (b'<?xml version="1.0"?>\n<libraryDescription xmlns="x">', "files.xml", "shortcut"),
        (b"x", "desktop.rdp", "shortcut"),
        # Pages and drawings.
        (b"<html><script>x</script></html>", "invoice.pdf", "web-page"),
        (b"plain", "page.html", "web-page"),
        (b"MIME-Version: 1.0", "page.mht", "web-page"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "logo.png", "drawing-with-script"),
        (gzip.compress(SVG, mtime=0), "logo.svgz", "drawing-with-script"),
        # Notebooks and disk images.
        (bytes.fromhex("e4525c7b8cd8a74daeb15378d02996d3"), "list.pdf", "notebook"),
        (b"x", "list.one", "notebook"),
        (b"\x00" * 0x8001 + b"CD001" + b"\x00" * 100, "disk", "disk-image"),
        (b"\x00" * 0x9001 + b"NSR02" + b"\x00" * 5000, "disk", "disk-image"),
        (b"vhdxfile", "disk", "disk-image"),
        (b"\x00" * 600 + b"conectix" + b"\x00" * 504, "disk", "disk-image"),
        (b"\x00" * 600 + b"koly" + b"\x00" * 508, "disk", "disk-image"),
        (b"MSWIM\x00\x00\x00", "disk", "disk-image"),
        (b"\xeb\x52\x90NTFS    " + b"\x00" * 499 + b"\x55\xaa", "disk", "disk-image"),
        # Macros and what else documents carry.
        (docx(), "letter.docm", "macros"),
        (docx(**{"word/vbaProject.bin": "x"}), "letter.docx", "macros"),
        (docx(**{"word/data.bin": compound({"dir": b"x"}, storages=("VBA",))}), "letter.docx", "macros"),
        (docx(**{"[Content_Types].xml": MACRO_TYPES}), "letter.docx", "macros"),
        (docx(**{"[Content_Types].xml": MACRO_TYPES.encode("utf-16")}), "letter.docx", "macros"),
        (docx(**{"xl/macrosheets/sheet1.xml": "x"}), "list.xlsx", "macros"),
        (compound({"WordDocument": b"x"}, storages=("Macros", "VBA")), "letter.doc", "macros"),
        (compound({"Workbook": MACRO_SHEET}), "list.xls", "macros"),
        (compound({"Book": MACRO_SHEET.ljust(5000, b"\0")}), "list.xls", "macros"),
        (b"\x09\x04\x06\x00\x00\x00\x10\x00", "list.xls", "macros"),
        (b"ID;PWXL;N;E\r\n", "list.csv", "macros"),
        (opendocument(**{"Basic/Standard/Module1.xml": "x"}), "letter.odt", "macros"),
        (compound({"WordDocument": b"x", "\x01Ole10Native": b"y"}), "letter.doc", "embedded"),
        (docx(**{"word/embeddings/o.bin": compound({"\x01Ole10Native": b"y"})}), "letter.docx", "embedded"),
        (b"{\\rt\\objdata 0105", "letter.doc", "embedded"),
        (b"{\\rtf1{\\*\\template https://attacker.example/t}}", "letter.rtf", "remote-template"),
        (docx(**{RELATIONS: template("https://attacker.example/t.dotm")}), "letter.docx", "remote-template"),
        (docx(**{RELATIONS: template("\\\\attacker.example\\t.dotm")}), "letter.docx", "remote-template"),
        (docx(**{"word/evil.exe": PROGRAM}), "letter.docx", "archive-danger"),
        (pdf_with(b"<< /S /Launch /F (cmd.exe) >>"), "letter.pdf", "starts-program"),
        (pdf_with(b"<< /S /L#61unch /F (cmd.exe) >>"), "letter.pdf", "starts-program"),
        (pdf_with(b"<< /S /Launch /F (cmd.exe) >>", packed=True), "letter.pdf", "starts-program"),
        (compound({"EncryptionInfo": b"x", "EncryptedPackage": b"y"}), "letter.docx", "encrypted"),
        (compound({"Workbook": workbook_globals((0x2F, b"x" * 54))}), "list.xls", "encrypted"),
        (opendocument(**{"META-INF/manifest.xml": "<m:encryption-data/>"}), "letter.odt", "encrypted"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "letter.doc", "unreadable"),
        # Archives.
        (encrypted(archive("list.xlsx")), "list.zip", "archive-encrypted"),
        (archive_of({"photo": archive("a.txt")}), "outer.zip", "archive-nested"),
        (archive("inner.zip"), "outer.zip", "archive-nested"),
        (archive_of({"photo.jpg": b"Rar!\x1a\x07\x01\x00"}), "outer.zip", "archive-nested"),
        (archive_of({"list.gz": gzip.compress(b"x", mtime=0)}), "outer.zip", "archive-nested"),
        (archive("run.exe"), "outer.zip", "archive-danger"),
        (archive_of({"photo.jpg": PROGRAM}), "outer.zip", "archive-danger"),
        (archive_of({"letter.docx": docx(**{"word/vbaProject.bin": "x"})}), "outer.zip", "archive-danger"),
        (archive_of({"gpj.\u202eexe": b"x"}), "outer.zip", "archive-danger"),
        (archive_of({**{f"p{n}": b"" for n in range(2_001)}}), "outer.zip", "archive-closed"),
        (gzip.compress(tar(**{"photo.jpg": PROGRAM}), mtime=0), "papers.tgz", "archive-danger"),
        (bz2.compress(tar(**{"a.zip": archive("x")})), "papers.tar.bz2", "archive-nested"),
        (lzma.compress(PROGRAM), "photo.xz", "archive-danger"),
        (b"Rar!\x1a\x07\x01\x00", "list.rar", "archive-closed"),
        (b"7z\xbc\xaf\x27\x1c", "photo.jpg", "archive-closed"),
        (b"MSCF\x00\x00\x00\x00", "photo.jpg", "archive-closed"),
        (b"\x00" * 7 + b"**ACE**", "photo.jpg", "archive-closed"),
        (b"\x20\x00-lh5-", "photo.jpg", "archive-closed"),
        (b"\x60\xea" + b"\x20" * 8 + b"\x02", "photo.jpg", "archive-closed"),
        (b"PK\x03\x04 broken", "list.zip", "archive-closed"),
        (b"not an archive at all", "list.rar", "archive-closed"),
        # E-signature containers: data by what they are, never by their name.
        (archive("inner.zip"), "letter.asice", "archive-nested"),
        (archive("run.exe"), "letter.asice", "archive-danger"),
        (asice(**{"letter.pdf.exe": PROGRAM}), "letter.asice", "archive-danger"),
        (asice(**{"annexes.zip": archive_of({"a.jpg": PROGRAM})}), "letter.asice", "archive-danger"),
        (asice(**{"annexes.zip": encrypted(archive("a.pdf"))}), "letter.asice", "archive-nested"),
        (asice(**{"annexes.rar": b"Rar!\x1a\x07\x01\x00"}), "letter.asice", "archive-nested"),
        (encrypted(asice(**{"letter.pdf": PDF})), "letter.asice", "archive-encrypted"),
        (PROGRAM, "letter.pdf.p7s", "program"),
        (b"Rar!\x1a\x07\x01\x00", "letter.p7s", "archive-closed"),
        # Names that read otherwise than they are.
        (PDF, "letter\u202efdp.doc", "disguised"),
        (PDF, "letter.pdf" + " " * 60 + ".dat", "disguised"),
    ],
)
def test_what_is_dangerous_is_put_aside_with_its_reason(content: bytes, name: str, expected: str) -> None:
    assert judged(content, name) == expected


def test_parts_of_a_document_that_bear_one_name_twice_are_not_trusted() -> None:
    buffer = io.BytesIO(docx())
    with zipfile.ZipFile(buffer, "a") as made, pytest.warns(UserWarning, match="Duplicate"):
        made.writestr("[Content_Types].xml", MACRO_TYPES)
    assert judged(buffer.getvalue(), "letter.docx") == "unreadable"


@given(st.binary(max_size=3000), st.text(max_size=80))
@example(b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/vnd.oasis.opendocument.text", "")
@example(b"{\\rtf1" + b"{\\*\\template " * 3_000, "x.rtf")
@example(b"%PDF-" + b"/ObjStm stream" * 20_000, "x.pdf")
@example(b"/S" * 50_000 + b"%PDF-", "x.pdf")
@example(docx(**{RELATIONS: "<relationship " * 70_000}), "x.docx")
@example(b"\n" * 5_000 + b"full address", "x")
@example(b"", ".pdf" + " " * 5_000 + "!")
def test_every_file_is_judged_and_nothing_raises(content: bytes, name: str) -> None:
    assert len(judged(content, name)) <= 40


@given(st.integers(0, 5_000), st.binary(min_size=1, max_size=8), st.sampled_from(range(4)))
def test_a_damaged_container_is_judged_too(place: int, damage: bytes, which: int) -> None:
    whole = (
        docx(**{"word/o.bin": compound({"x": b"y"})}),
        asice(**{"a.zip": archive("a.pdf")}),
        gzip.compress(tar(a=b"x"), mtime=0),
        compound({"Workbook": PLAIN_SHEET}),
    )[which]
    place %= len(whole)
    content = whole[:place] + damage + whole[place + len(damage) :]
    assert len(judged(content, "file")) <= 40


@pytest.mark.parametrize(
    "signature",
    [
        "META-INF/signatures0.xml",  # Estonia's .bdoc
        "META-INF/edoc-signatures-S1.xml",  # Latvia's .edoc
        "META-INF/signatures/signatures0.xml",  # Lithuania's .adoc
        "META-INF/signature.p7s",
    ],
)
@pytest.mark.parametrize("ending", ["asice", "edoc", "bdoc", "adoc"])
def test_a_signed_container_in_an_archive_is_no_nested_archive(signature: str, ending: str) -> None:
    container = archive_of({signature: "<signature/>", "letter.pdf": PDF})
    assert judged(archive_of({f"letter.{ending}": container}), "letters.zip") == ""
    assert judged(archive_of({f"letter.{ending}": archive("letter.txt")}), "letters.zip") == "archive-nested"
