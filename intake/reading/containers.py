"""Documents inside signed containers: ASiC (`.asice`, `.asics`, `.sce`, Latvia's `.edoc`: a zip with signatures beside
the documents, ETSI EN 319 162) and enveloping `.p7s` (a signature around the document, RFC 5652).

They are ordinary letters in Ukraine and the Baltic states, so what they hold is listed like other attachments. All is
bounded: containers in containers, documents, bytes. Whatever a bound leaves out is still inside the container itself.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

from intake.reading.attachments import MailAttachment, file_name
from intake.reading.signatures import read_cms, signers_in_xml

MAX_DEPTH = 3
MAX_DOCUMENTS = 100  # in all containers of one mail
MAX_BYTES = 50_000_000  # likewise, unpacked
MAX_ENTRIES_BYTES = 500_000  # of the list of contents of a zip; an entry takes 46 and its name
MAX_SIGNATURES = 10
MAX_SIGNATURE_BYTES = 2_000_000


def opened(files: tuple[MailAttachment, ...]) -> tuple[MailAttachment, ...]:
    """`files` with each container's documents behind it, each naming the place of its container among the result, and
    the signers that signatures claim: on the container, on its documents, and on a file that a `.p7s` beside signs."""
    out: list[MailAttachment] = []
    budget = _Budget(MAX_DOCUMENTS, MAX_BYTES)
    for file in files:
        waiting: list[tuple[MailAttachment, int]] = [(file, 0)]
        while waiting:
            each, depth = waiting.pop()
            signers, documents = _contents(each, budget) if depth < MAX_DEPTH else ((), [])
            out.append(replace(each, signers=signers or each.signers))
            inside = [replace(document, container=len(out) - 1, signers=signers) for document in documents]
            waiting.extend((document, depth + 1) for document in reversed(inside))
    return _with_signatures_beside(out)


_SIGNATURE_NAME = re.compile(r"\.(?:p7s|p7m|p7|sig)\Z", re.I)
_CONTAINER_NAME = re.compile(r"\.(?:asice|asics|sce|scs|edoc|bdoc|adoc|ddoc)\Z", re.I)
_SIGNATURE_ENTRY = re.compile(r"META-INF/[^/]{0,200}(?:signature|\.p7s)[^/]{0,50}\Z", re.I)
_ASIC_TYPE = b"application/vnd.etsi.asic-"
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    ValueError,
    KeyError,
    IndexError,
    OverflowError,
    OSError,
    EOFError,
)


@dataclass
class _Budget:
    documents: int
    size: int

    def allows(self, size: int) -> bool:
        if self.documents < 1 or size > self.size:
            return False
        self.documents -= 1
        self.size -= size
        return True


def _contents(file: MailAttachment, budget: _Budget) -> tuple[tuple[str, ...], list[MailAttachment]]:
    """The claimed signers of a container and the documents in it; nothing for a file that is none."""
    if _is_asic(file):
        try:
            return _read_asic(file.content, budget)
        except _BROKEN:
            return (), []
    named = _SIGNATURE_NAME.search(file.name) or "pkcs7" in file.declared_type
    signed = read_cms(file.content) if named else None
    if signed is None:
        return (), []
    if not signed.document or "pkcs7-mime" in file.declared_type or not budget.allows(len(signed.document)):
        return signed.signers, []
    return signed.signers, [_document(_inner_name(file.name, signed.document), signed.document)]


def _is_asic(file: MailAttachment) -> bool:
    """By content where the standard's first entry says so, else by a name that such files have."""
    if file.content[:4] != b"PK\x03\x04":
        return False
    typed = file.content[30:38] == b"mimetype"
    return _ASIC_TYPE in file.content[38:120] if typed else bool(_CONTAINER_NAME.search(file.name))


def _read_asic(content: bytes, budget: _Budget) -> tuple[tuple[str, ...], list[MailAttachment]]:
    if not _list_is_small(content):
        return (), []
    signers: list[str] = []
    documents: list[MailAttachment] = []
    signatures = 0
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for entry in archive.infolist():
            if entry.is_dir() or entry.flag_bits & 0x1 or entry.compress_type not in (0, 8):
                continue
            if entry.filename.startswith("META-INF/"):
                if _SIGNATURE_ENTRY.match(entry.filename) and signatures < MAX_SIGNATURES:
                    signatures += 1
                    signers.extend(_signers_of(_unpacked(archive, entry, MAX_SIGNATURE_BYTES) or b""))
            elif entry.filename != "mimetype" and budget.documents:
                data = _unpacked(archive, entry, budget.size)
                if data is not None and budget.allows(len(data)):
                    documents.append(_document(file_name(entry.filename), data))
    return tuple(dict.fromkeys(signers))[:MAX_SIGNATURES], documents


def _list_is_small(content: bytes) -> bool:
    """True when the list of contents is one that can be read in no time; zipfile itself reads it whole."""
    end = content.rfind(b"PK\x05\x06", max(0, len(content) - 66_000))
    if end < 0 or len(content) < end + 22 or content[max(0, end - 20) : end].startswith(b"PK\x06\x07"):
        return False
    return bool(struct.unpack_from("<I", content, end + 12)[0] <= MAX_ENTRIES_BYTES)


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, limit: int) -> bytes | None:
    """The bytes of an entry, None when they are more than `limit`, whatever the entry says of its size, or broken."""
    try:
        with archive.open(entry) as stream:
            data = stream.read(limit + 1)
    except _BROKEN:
        return None
    return data if len(data) <= limit else None


def _signers_of(signature: bytes) -> Iterable[str]:
    if signature.lstrip()[:1] == b"<" or signature[:3] == b"\xef\xbb\xbf":
        return signers_in_xml(signature)
    signed = read_cms(signature)
    return signed.signers if signed else ()


def _document(name: str, content: bytes) -> MailAttachment:
    return MailAttachment(
        name=name or "document", declared_type="application/octet-stream", content=content, content_id="", inline=False
    )


def _inner_name(name: str, content: bytes) -> str:
    """The name without the signature's ending; a document without any ending of its own gets that of its kind."""
    inner = _SIGNATURE_NAME.sub("", name)
    if "." not in inner[1:]:
        inner += ".pdf" if content[:5] == b"%PDF-" else ""
    return file_name(inner)


def _with_signatures_beside(files: list[MailAttachment]) -> tuple[MailAttachment, ...]:
    """`files`, those that a signature beside them signs (`letter.pdf` and `letter.pdf.p7s`) with its signers."""
    signed = {
        (_SIGNATURE_NAME.sub("", file.name), file.container): file.signers
        for file in files
        if file.signers and _SIGNATURE_NAME.search(file.name)
    }
    return tuple(
        replace(file, signers=signed[file.name, file.container])
        if not file.signers and (file.name, file.container) in signed
        else file
        for file in files
    )
