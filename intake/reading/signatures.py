"""What an electronic signature says: which document it holds, and who signed it by the certificate's own words.

Nothing is verified here, neither the signature nor the certificate: the name is a claim, and shown as one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from intake.reading.charsets import one_line
from intake.reading.der import OCTET_STRING, SEQUENCE, Element, Malformed, first_element
from intake.reading.headers import from_base64

MAX_SIGNERS = 10
MAX_CERTIFICATES = 50
MAX_NAME = 200  # characters
MAX_XML = 2_000_000  # bytes


@dataclass(frozen=True, kw_only=True)
class Signed:
    """The document inside a signature, None when it is signed apart, and the names that the certificates tell."""

    document: bytes | None
    signers: tuple[str, ...]


def read_cms(content: bytes) -> Signed | None:
    """A signature in the form of RFC 5652 (`.p7s`, `.p7m`), in DER, BER or PEM; None when it is none."""
    try:
        return _signed_data(first_element(_from_pem(content)))
    except (Malformed, ValueError, IndexError, RecursionError):
        return None


def signers_in_xml(content: bytes) -> tuple[str, ...]:
    """The signers of an XML signature (XAdES, ETSI EN 319 132): the owner of each signature's first certificate."""
    names: list[str] = []
    for match in _XML_SIGNATURE.finditer(content[:MAX_XML]):
        certificate = _XML_CERTIFICATE.search(content, match.end(), MAX_XML)
        if certificate is None or len(names) >= MAX_SIGNERS:
            break
        try:
            names.append(_certificate(first_element(from_base64(certificate[1]))).name)
        except (Malformed, ValueError, IndexError):
            continue
    return _unique(names)


_SIGNED_DATA = "1.2.840.113549.1.7.2"
_SURNAME, _COMMON_NAME, _GIVEN_NAME, _ORGANISATION = "2.5.4.4", "2.5.4.3", "2.5.4.42", "2.5.4.10"
_PEM = re.compile(rb"\s{0,100}-----BEGIN [A-Z0-9 #]{2,30}-----\s([A-Za-z0-9+/=\s]{20,})-----END")
_XML_SIGNATURE = re.compile(rb"<(?:[\w.-]{1,30}:)?KeyInfo\b")
_XML_CERTIFICATE = re.compile(rb"<(?:[\w.-]{1,30}:)?X509Certificate\b[^<>]{0,200}>([A-Za-z0-9+/=\s&#;]{100,20000})<")


@dataclass(frozen=True)
class _Certificate:
    serial: bytes
    issuer: bytes
    name: str


def _from_pem(content: bytes) -> bytes:
    if content[:1] == b"\x30":
        return content
    match = _PEM.match(content)
    if match:
        return from_base64(match[1])
    return from_base64(content) if content[:2] == b"MI" else content


def _signed_data(outer: Element) -> Signed | None:
    """ContentInfo, and in it SignedData: version, digests, content, certificates [0], lists [1], signers (RFC 5652)."""
    kind, wrapped = _first(outer, 2)
    if outer.tag != SEQUENCE or kind.identifier() != _SIGNED_DATA:
        return None
    (inner,) = _first(wrapped, 1)
    fields = list(_bounded(inner, 10))
    held = list(_bounded(fields[2], 3))
    document = None
    if len(held) > 1:
        (octets,) = _first(held[1], 1)
        document = octets.octets() if octets.tag & 0x1F == OCTET_STRING else bytes(octets.content())
    certificates = []
    for field in fields[3:-1]:
        if field.tag == 0xA0:
            certificates = _certificates(field)
    return Signed(document=document, signers=_unique(_signer_names(fields[-1], certificates)))


def _certificates(field: Element) -> list[_Certificate]:
    found = []
    for element in _bounded(field, MAX_CERTIFICATES):
        try:
            found.append(_certificate(element))
        except (Malformed, IndexError):
            continue
    return found


def _certificate(element: Element) -> _Certificate:
    """Serial number, issuer and subject of a certificate (RFC 5280, 4.1); the version [0] before may be missing."""
    (body,) = _first(element, 1)
    fields = list(_bounded(body, 12))
    if fields[0].tag == 0xA0:
        fields = fields[1:]
    return _Certificate(bytes(fields[0].content()), bytes(fields[2].content()), _owner(fields[4]))


def _signer_names(signers: Element, certificates: list[_Certificate]) -> Iterator[str]:
    """The owners of those certificates that the signers name; of the only one, when they name it otherwise."""
    for signer in _bounded(signers, MAX_SIGNERS):
        named = list(_bounded(signer, 2))
        if len(named) == 2 and named[1].tag == SEQUENCE:
            issuer, serial = (bytes(part.content()) for part in _first(named[1], 2))
            found = [each for each in certificates if each.serial == serial and each.issuer == issuer]
        else:
            found = certificates if len(certificates) == 1 else []
        yield from (each.name for each in found[:1])


def _owner(subject: Element) -> str:
    """The person's name and the organisation, as the certificate writes them."""
    values: dict[str, str] = {}
    for part in _bounded(subject, 50):
        for attribute in _bounded(part, 5):
            kind, value = _first(attribute, 2)
            values.setdefault(kind.identifier(), one_line(value.text()))
    person = values.get(_COMMON_NAME, "")
    full = f"{values.get(_SURNAME, '')} {values.get(_GIVEN_NAME, '')}".strip()
    organisation = values.get(_ORGANISATION, "")
    names = [person or full]
    if full and person == organisation:
        names = [full]
    if organisation and organisation not in names:
        names.append(organisation)
    return ", ".join(name for name in names if name)[:MAX_NAME]


def _first(element: Element, count: int) -> list[Element]:
    found = [child for child, _ in zip(element.children(), range(count), strict=False)]
    if len(found) < count:
        raise Malformed
    return found


def _bounded(element: Element, count: int) -> Iterator[Element]:
    return (child for child, _ in zip(element.children(), range(count), strict=False))


def _unique(names: "Iterator[str] | list[str]") -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))[:MAX_SIGNERS]
