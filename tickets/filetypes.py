"""What a file is, as its bytes say. The name only refines what has one signature for many types."""

import re

import puremagic

from tickets import archives, compound
from tickets.compound import CompoundFile, Unreadable

UNKNOWN = "application/octet-stream"
HEAD_BYTES = 64 * 1024
HTML, SVG, ZIP, RTF, PDF = "text/html", "image/svg+xml", "application/zip", "application/rtf", "application/pdf"
SIGNATURE_CONTAINERS = ("application/vnd.etsi.asic-e+zip", "application/vnd.etsi.asic-s+zip")
SIGNED_DATA = "application/pkcs7-mime"

OUTLOOK_MESSAGE = "application/vnd.ms-outlook"
OPENDOCUMENT = "application/vnd.oasis.opendocument."

_OOXML = "application/vnd.openxmlformats-officedocument."
_OOXML_FOLDERS = (
    ("word/", _OOXML + "wordprocessingml.document"),
    ("xl/", _OOXML + "spreadsheetml.sheet"),
    ("ppt/", _OOXML + "presentationml.presentation"),
    ("visio/", "application/vnd.ms-visio.drawing"),
)
OFFICE_PACKAGES = frozenset(kind for _, kind in _OOXML_FOLDERS)
_COMPOUND_STREAMS = (
    ("encryptedpackage", "application/x-encrypted-office"),
    ("worddocument", "application/msword"),
    ("workbook", "application/vnd.ms-excel"),
    ("book", "application/vnd.ms-excel"),
    ("powerpoint document", "application/vnd.ms-powerpoint"),
    ("visiodocument", "application/vnd.visio"),
    ("__properties_version1.0", OUTLOOK_MESSAGE),
)
# What most files are is told at once: to compare with every signature there is takes milliseconds.
_FREQUENT = ((b"%PDF-", PDF), (b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"))
# What browsers take for HTML (WHATWG MIME Sniffing, 7.1).
_HTML_START = re.compile(
    rb"<(?:!doctype\s+html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|meta|form|img)[\s>/]|<!--",
    re.I,
)
_HTML_TAG = re.compile(rb"<(?:!doctype\s+html|html)[\s>]", re.I)
_SVG_TAG = re.compile(rb"<(?:[a-z]{1,20}:)?svg[\s>/]", re.I)
_XML_START = re.compile(rb"<\?xml\s|<!doctype\s+svg|<!--|<(?:[a-z]{1,20}:)?svg[\s>/]", re.I)
# ContentInfo with the type signedData (RFC 5652, 3 and 5.1), in DER or BER; and the same in PEM.
_SIGNED = re.compile(rb"0(?:\x80|[\x81-\x84].{1,4}|.)\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", re.S)
_PEM = re.compile(rb"-----BEGIN (?:PKCS7|CMS|PKCS #7 SIGNED DATA)-----")


def type_of(content: bytes, name: str) -> str:
    """The media type that the bytes show."""
    if not content:
        return "application/x-empty"
    head = as_ascii(content[:HEAD_BYTES]).lstrip()
    markup = _markup(head)
    if markup:
        return markup
    if content.startswith(archives.ZIP_STARTS):
        return _type_of_zip(content)
    if content.startswith(compound.SIGNATURE):
        return _type_of_compound(content)
    if _SIGNED.match(content) or _PEM.match(head):
        return SIGNED_DATA
    return _by_signature(content[:HEAD_BYTES], name)


def as_ascii(head: bytes) -> bytes:
    """The beginning of a text without its byte order mark, and of UTF-16 only the bytes that spell ASCII."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[2:].replace(b"\0", b"")
    return head.removeprefix(b"\xef\xbb\xbf")


def _markup(head: bytes) -> str:
    """Whether a text is a page or a drawing: a page may hold a drawing, but what begins as XML is data by itself."""
    if _XML_START.match(head):
        if _HTML_TAG.search(head):
            return HTML
        if _SVG_TAG.search(head):
            return SVG
    return HTML if _HTML_START.match(head) else ""


def _type_of_zip(content: bytes) -> str:
    # ASiC and OpenDocument put a stored entry "mimetype" first (ETSI EN 319 162-1, A.1; OpenDocument 1.3 part 2, 3.3).
    if content[30:38] == b"mimetype":
        declared = content[38:138].split(b"PK")[0].decode("ascii", "replace").strip()
        if re.fullmatch(r"application/(?:vnd\.[a-z0-9.+-]{3,80}|epub\+zip)", declared):
            return declared
    names = archives.names_in_zip(content)
    if any(name.lower() == "[content_types].xml" for name in names):
        for folder, kind in _OOXML_FOLDERS:
            if any(name.lower().startswith(folder) for name in names):
                return kind
    if archives.holds_signatures(names):
        return SIGNATURE_CONTAINERS[0]
    return ZIP


def _type_of_compound(content: bytes) -> str:
    try:
        names = CompoundFile(content).names
    except Unreadable:
        names = frozenset()
    return next((kind for stream, kind in _COMPOUND_STREAMS if stream in names), "application/x-ole-storage")


def _by_signature(head: bytes, name: str) -> str:
    for start, kind in _FREQUENT:
        if head.startswith(start):
            return kind
    try:
        found = puremagic.from_string(head, mime=True, filename=name)
    except (puremagic.PureError, ValueError):
        found = ""
    if found and not found.startswith("text/"):
        return str(found)
    return "text/plain" if _is_text(head) else UNKNOWN


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if b"\x00" in head:
        return False
    control = sum(byte < 32 and byte not in (9, 10, 12, 13, 27) for byte in head)
    return control * 100 <= len(head)
