"""What signed containers hold is listed beside them, within bounds."""

import io
import zipfile
from base64 import b64encode
from pathlib import Path

import pytest

from intake.reading import containers
from intake.reading.attachments import MailAttachment
from intake.reading.containers import opened
from intake.reading.mail import read

SIGNED = Path(__file__).parents[2] / "mail" / "signed"
SIGNER = "Коваль Олена Петрівна, Зеленівська сільська рада"
LETTER = b"%PDF-1.4 letter"
ASIC = "application/vnd.etsi.asic-e+zip"


def file(name: str, content: bytes, kind: str = "application/octet-stream") -> MailAttachment:
    return MailAttachment(name=name, declared_type=kind, content=content, content_id="", inline=False)


def zipped(entries: dict[str, bytes], mimetype: str = "") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype, zipfile.ZIP_STORED)
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def xml_signature() -> bytes:
    certificate = b64encode((SIGNED / "certificate.der").read_bytes())
    return b"<a><ds:KeyInfo><ds:X509Certificate>%b</ds:X509Certificate></ds:KeyInfo></a>" % certificate


LETTERS = {"Лист.pdf": LETTER, "додатки/Акт.docx": b"PK document", "META-INF/signatures0.xml": xml_signature()}


def listed(*files: MailAttachment) -> list[tuple[str, int | None, tuple[str, ...]]]:
    return [(each.name, each.container, each.signers) for each in opened(files)]


@pytest.mark.parametrize(
    ("name", "mimetype"),
    [
        ("x.asice", ASIC),
        ("letter.zip", ASIC),
        ("x.sce", ""),
        ("X.EDOC", ""),
        ("x.asics", "application/vnd.etsi.asic-s+zip"),
    ],
)
def test_the_documents_of_an_asic_container_stand_behind_it(name: str, mimetype: str) -> None:
    assert listed(file("first.txt", b"x"), file(name, zipped(LETTERS, mimetype)), file("last.txt", b"y")) == [
        ("first.txt", None, ()),
        (name, None, (SIGNER,)),
        ("Лист.pdf", 1, (SIGNER,)),
        ("Акт.docx", 1, (SIGNER,)),
        ("last.txt", None, ()),
    ]


def test_an_asic_container_may_be_signed_by_cms() -> None:
    signature = (SIGNED / "detached.p7s").read_bytes()
    found = listed(file("x.asice", zipped({"a.pdf": LETTER, "META-INF/signature001.p7s": signature}, ASIC)))
    assert found == [("x.asice", None, (SIGNER,)), ("a.pdf", 0, (SIGNER,))]


@pytest.mark.parametrize("name", ["report.docx", "signed.odt", "photos.zip"])
def test_other_zips_stay_closed(name: str) -> None:
    mimetype = "application/vnd.oasis.opendocument.text" if name.endswith("odt") else ""
    content = zipped({"a.pdf": LETTER, "META-INF/documentsignatures.xml": xml_signature()}, mimetype)
    assert listed(file(name, content)) == [(name, None, ())]


@pytest.mark.parametrize(("name", "inner"), [("letter.pdf.p7s", "letter.pdf"), ("Лист.p7s", "Лист.pdf")])
def test_the_document_in_a_signature_stands_behind_it(name: str, inner: str) -> None:
    (_, document) = found = opened((file(name, (SIGNED / "letter.pdf.p7s").read_bytes()),))
    assert listed(file(name, found[0].content)) == [(name, None, (SIGNER,)), (inner, 0, (SIGNER,))]
    assert document.content == LETTER


def test_a_signature_apart_names_the_signer_of_the_file_beside_it() -> None:
    signature = (SIGNED / "detached.p7s").read_bytes()
    assert listed(file("a.pdf", LETTER), file("b.pdf", LETTER), file("a.pdf.p7s", signature)) == [
        ("a.pdf", None, (SIGNER,)),
        ("b.pdf", None, ()),
        ("a.pdf.p7s", None, (SIGNER,)),
    ]


def test_containers_in_containers_are_opened_to_a_bounded_depth() -> None:
    content = (SIGNED / "letter.pdf.p7s").read_bytes()
    name = "letter.pdf.p7s"
    for level in range(5):
        content, name = zipped({name: content}, ASIC), f"{level}.asice"
    found = opened((file(name, content),))
    assert [each.name for each in found] == ["4.asice", "3.asice", "2.asice", "1.asice"]
    assert [each.container for each in found] == [None, 0, 1, 2]


def test_a_zip_bomb_is_not_unpacked() -> None:
    bomb = zipped({"a.pdf": LETTER, "big.bin": b"\0" * (containers.MAX_BYTES + 1), "b.pdf": LETTER}, ASIC)
    assert [each.name for each in opened((file("x.asice", bomb),))] == ["x.asice", "a.pdf", "b.pdf"]


def test_all_containers_of_a_mail_share_the_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "MAX_DOCUMENTS", 3)
    content = zipped({"a": b"1", "b": b"2"}, ASIC)
    found = opened((file("x.asice", content), file("y.asice", content)))
    assert [each.name for each in found] == ["x.asice", "a", "b", "y.asice", "a"]


def test_a_list_of_a_hundred_thousand_entries_is_not_read() -> None:
    entry = zipped({"a": b""})
    start = entry.index(b"PK\x01\x02")
    end = entry.rindex(b"PK\x05\x06")
    many = entry[start:end] * 100_000
    tail = entry[end : end + 12] + len(many).to_bytes(4, "little") + entry[end + 16 :]
    content = zipped({}, ASIC)[:80] + many + tail
    assert listed(file("x.asice", content)) == [("x.asice", None, ())]


@pytest.mark.parametrize("cut", [5, 60, 200, 400])
def test_a_broken_container_is_a_file_like_others(cut: int) -> None:
    whole = zipped(LETTERS, ASIC)
    for content in (whole[:-cut], whole[:cut], whole[:cut] + b"\xff" * 20 + whole[cut + 20 :]):
        assert opened((file("x.asice", content),))[0].content == content


def test_an_encrypted_entry_is_left_inside() -> None:
    content = bytearray(zipped({"a.pdf": LETTER}, ASIC))
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    assert listed(file("x.asice", bytes(content))) == [("x.asice", None, ())]


def test_a_path_in_a_container_is_no_path() -> None:
    assert listed(file("x.asice", zipped({"../../etc/passwd": b"x"}, ASIC)))[1][0] == "passwd"


def test_a_mail_lists_the_letter_in_its_container() -> None:
    body = b64encode(zipped(LETTERS, ASIC))
    raw = b"From: o@hromada.example\nContent-Type: application/octet-stream; name=x.asice\n"
    mail = read(raw + b"Content-Disposition: attachment\nContent-Transfer-Encoding: base64\n\n" + body)
    assert [(each.name, each.container) for each in mail.attachments] == [
        ("x.asice", None),
        ("Лист.pdf", 0),
        ("Акт.docx", 0),
    ]
