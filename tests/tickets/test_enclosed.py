"""What hangs on attached messages and lies in PDF is judged like a file that comes by itself."""

import time
import zlib
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.making_files import PDF, PNG, PROGRAM, archive, archive_of, asice, compound, docx, encrypted
from tickets.archives import Budget, Closed
from tickets.enclosed import in_mail, in_outlook_message, in_pdf
from tickets.filetypes import type_of
from tickets.quarantine import quarantine_of

PAGE = b"<html><body>Good day</body></html>"
DATA, NAME = "__substg1.0_37010102", "__substg1.0_3707001F"


def judged(content: bytes, name: str) -> str:
    return quarantine_of(content, name, type_of(content, name))


def mail(*files: tuple[str, bytes], html: bool = True) -> bytes:
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"] = "olena@hromada.example", "petro@hromada.example", "Generators"
    made.set_content("We need two generators.")
    if html:
        made.add_alternative(PAGE.decode(), subtype="html")
    for name, content in files:
        made.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return bytes(made)


def forwarded(inner: bytes, times: int = 1) -> bytes:
    """A message in a message, as programs attach one, so many times over."""
    for _ in range(times):
        head = b"From: a@hromada.example\r\nSubject: Fwd\r\nMIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n\r\n"
        inner = head + inner
    return inner


def outlook(*files: tuple[str, bytes]) -> bytes:
    streams = {"__properties_version1.0": bytes(32)}
    (name, content), *_ = files or (("", b""),)
    if files:
        streams |= {DATA: content, NAME: name.encode("utf-16-le")}
    return compound(streams)


def pdf(content: bytes, name: bytes = b"list.xml", *, filters: bytes = b"/FlateDecode", kind: bool = True) -> bytes:
    packed = zlib.compress(content) if filters else content
    head = b"/Type /EmbeddedFile " if kind else b""
    line = b"<< " + head + (b"/Filter " + filters if filters else b"") + b" /Length %d >>" % len(packed)
    spec = b"5 0 obj\n<< /Type /Filespec /F (" + name + b") /EF << /F 6 0 R >> >>\nendobj\n"
    return PDF + spec + b"6 0 obj\n" + line + b"\nstream\r\n" + packed + b"\nendstream\nendobj\n"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (mail(("list.exe", PROGRAM)), "letter.eml"),
        (mail(("list.exe", PROGRAM)), "letter"),
        (mail(("list.txt", PROGRAM)), "letter.eml"),
        (mail(("list.js", b"alert(1)")), "letter.eml"),
        (mail(("page.htm", PAGE)), "letter.eml"),
        (mail(("list.docx", docx(**{"word/vbaProject.bin": b"x"}))), "letter.eml"),
        (mail(("letters.zip", archive_of({"list.exe": PROGRAM}))), "letter.eml"),
        (mail(("letter.eml", mail(("list.exe", PROGRAM)))), "letter.eml"),
        (forwarded(mail(("list.exe", PROGRAM))), "letter.eml"),
        (mail(("letter.pdf", pdf(PROGRAM))), "letter.eml"),
        (mail(("=?utf-8?B?bGlzdC5qcw==?=", b"alert(1)")), "letter.eml"),
        (outlook(("list.txt", PROGRAM)), "letter.msg"),
        (outlook(("list.js", b"alert(1)")), "letter.msg"),
        (outlook(("list.txt", PROGRAM + bytes(9_000))), "letter.msg"),
        (pdf(PROGRAM), "letter.pdf"),
        (pdf(PROGRAM, filters=b""), "letter.pdf"),
        (pdf(PROGRAM, kind=False), "letter.pdf"),
        (pdf(b"alert(1)", b"list.js"), "letter.pdf"),
        (pdf(pdf(PROGRAM)), "letter.pdf"),
        (archive_of({"letter.eml": mail(("list.exe", PROGRAM))}), "letters.zip"),
        (asice(**{"letter.pdf": pdf(PROGRAM)}), "letter.asice"),
    ],
)
def test_a_dangerous_file_is_found_inside(content: bytes, name: str) -> None:
    assert judged(content, name) in ("holds-danger", "archive-danger")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (mail(("letters.zip", encrypted(archive("letter.txt")))), "letter.eml"),
        (mail(("letters.rar", b"Rar!\x1a\x07\x00" + bytes(20))), "letter.eml"),
        (mail(("letters.zip", archive_of({"more.zip": archive("letter.txt")}))), "letter.eml"),
        (forwarded(mail(("list.txt", b"one")), times=8), "letter.eml"),
        (outlook(("letters.zip", encrypted(archive("letter.txt")))), "letter.msg"),
        (pdf(b"text", filters=b"/LZWDecode"), "letter.pdf"),
        (pdf(b"text").replace(zlib.compress(b"text"), b"no such stream"), "letter.pdf"),
        (pdf(bytes(40 * 1024 * 1024)), "letter.pdf"),
    ],
)
def test_what_nobody_can_look_into_is_said(content: bytes, name: str) -> None:
    assert judged(content, name) == "holds-closed"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (mail(), "letter.eml"),
        (mail(("letter.pdf", PDF), ("photo.png", PNG), ("letters.zip", archive("letter.txt"))), "letter.eml"),
        (mail(("letter.asice", asice(**{"letter.pdf": PDF}))), "letter.eml"),
        (forwarded(mail(("letter.pdf", PDF)), times=2), "letter.eml"),
        (b"From: here\r\nSubject: a text that only looks like a mail\r\n\r\nGood day", "notes.txt"),
        (outlook(), "letter.msg"),
        (outlook(("letter.pdf", PDF)), "letter.msg"),
        (pdf(b"<?xml version='1.0'?><invoice/>"), "invoice.pdf"),
        (pdf(PDF, b"annex.pdf"), "letter.pdf"),
        (PDF, "letter.pdf"),
    ],
)
def test_ordinary_letters_are_let_through(content: bytes, name: str) -> None:
    assert judged(content, name) == ""


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"From: a@b.example\nSubject: x\n" + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n" * 9_000, "a.eml"),
        (b"From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 50_000, "b.eml"),
        (PDF + b"/EF << /F 1 0 R >> " * 100_000, "a.pdf"),
        (PDF + b"1 0 obj /Type /EmbeddedFile stream\n" * 50_000, "b.pdf"),
        (PDF + b"".join(b"/F (%d.txt) /EF << /F %d 0 R >>" % (n, n) for n in range(50_000)), "c.pdf"),
    ],
    ids=["deep", "many", "one-file", "streams", "names"],
)
def test_what_is_made_to_burst_costs_little(content: bytes, name: str) -> None:
    begun = time.process_time()
    judged(content, name)
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    "content",
    [
        b"From: a@b.example\nContent-Type: multipart/mixed\n\nlist.txt",
        b"From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed\n\nx",
    ],
    ids=["whole", "inner"],
)
def test_a_mail_whose_parts_cannot_be_told_apart_is_closed(content: bytes) -> None:
    with pytest.raises(Closed):
        list(in_mail(content, Budget(1000)))


@settings(max_examples=60)
@given(st.binary(max_size=400), st.integers(0, 900))
def test_no_damage_raises_anything_but_closed(rubbish: bytes, place: int) -> None:
    for look, whole in (
        (in_mail, mail(("list.txt", b"one"))),
        (in_outlook_message, outlook(("list.txt", b"one"))),
        (in_pdf, pdf(b"one")),
    ):
        try:
            list(look(whole[:place] + rubbish + whole[place + len(rubbish) :], Budget(1000)))
        except Closed:
            continue
