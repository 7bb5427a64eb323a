"""Signatures tell what they hold and whose certificate they name, and nothing makes their reading raise or hang."""

from base64 import b64encode
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from intake.reading.der import MAX_ELEMENTS, Malformed, first_element
from intake.reading.signatures import Signed, read_cms, signers_in_xml

SIGNED = Path(__file__).parents[2] / "mail" / "signed"
SIGNER = "Коваль Олена Петрівна, Зеленівська сільська рада"
LETTER = b"%PDF-1.4 letter"


@pytest.mark.parametrize("name", ["letter.pdf.p7s", "streamed.pdf.p7s", "pem.pdf.p7s"])
def test_a_signature_around_a_document_gives_both(name: str) -> None:
    assert read_cms((SIGNED / name).read_bytes()) == Signed(document=LETTER, signers=(SIGNER,))


def test_a_bare_base64_signature_is_read() -> None:
    assert read_cms(b64encode((SIGNED / "letter.pdf.p7s").read_bytes())) == Signed(document=LETTER, signers=(SIGNER,))


def test_a_signature_apart_gives_its_signer() -> None:
    assert read_cms((SIGNED / "detached.p7s").read_bytes()) == Signed(document=None, signers=(SIGNER,))


def test_each_xml_signature_names_the_owner_of_its_first_certificate() -> None:
    certificate = b64encode((SIGNED / "certificate.der").read_bytes())
    key = (
        b"<ds:KeyInfo><ds:X509Data><ds:X509Certificate>\n%b</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
        % certificate
    )
    assert signers_in_xml(b"<a>" + key * 2 + b"</a>") == (SIGNER,)
    assert signers_in_xml(b"<ds:KeyInfo><ds:X509Certificate>" + b"A" * 500 + b"</ds:X509Certificate>") == ()
    assert signers_in_xml(b"<ds:KeyInfo>" * 100_000) == ()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"0",
        b"0\x80",
        b"%PDF-1.4",
        b"0\x84\xff\xff\xff\xff",
        b"\x24\x80" * 5_000,
        b"0\x82\x00\x10",
        b"0\x80\x02\x80",
    ],
)
def test_what_is_no_signature_is_none(content: bytes) -> None:
    assert read_cms(content) is None


@given(st.sampled_from(sorted(SIGNED.glob("*.p7s"))), st.data())
def test_a_damaged_signature_does_no_harm(path: Path, data: st.DataObject) -> None:
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    read_cms(bytes(content[: data.draw(st.integers(0, len(content)))]))
    read_cms(bytes(content))


@given(st.binary(max_size=300))
@example(b"\x30\x80\x00")
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        for child in first_element(content).children():
            child.identifier(), child.text(), child.octets()
    except Malformed:
        pass


def test_elements_without_end_are_refused() -> None:
    flat = b"\x30\x84" + (2 * (MAX_ELEMENTS + 10)).to_bytes(4) + b"\x05\x00" * (MAX_ELEMENTS + 10)
    with pytest.raises(Malformed):
        list(first_element(flat).children())
