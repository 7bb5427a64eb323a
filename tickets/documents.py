"""Documents that do more than be read: macros, files packed into them, parts fetched from elsewhere, passwords."""

import re
import struct
import zlib
from collections.abc import Iterator

from tickets import compound, filetypes
from tickets.archives import Closed, Zip
from tickets.compound import CompoundFile, Unreadable

# What a document can be, as codes: the first that is found counts.
MACROS, EMBEDDED, REMOTE, LAUNCHES = "macros", "embedded", "remote-template", "starts-program"
ENCRYPTED, UNREADABLE, PROGRAM = "encrypted", "unreadable", "program"

MAX_PART = 1024 * 1024  # bytes of a part that lists other parts
MAX_OBJECT = 16 * 1024 * 1024  # bytes of an object in a document, of a workbook, of all packed tables of a PDF
_MAX_OBJECTS = 500
_MAX_RECORDS = 100_000
# The root storage of Windows Installer packages, patches and transforms: {000C1084-…}, {000C1086-…}, {000C1082-…}.
_INSTALLER = tuple(bytes([last]) + bytes.fromhex("100c0000000000c000000000000046") for last in (0x84, 0x86, 0x82))
_VBA = frozenset({"vba", "_vba_project", "_vba_project_cur", "macros"})
_PACKED = "\x01ole10native"  # whatever file was dragged into the document; sheets and drawings have other names
_BIFF_MACRO_SHEET = (b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")  # Excel 3 and 4 without a container
_BOUND_SHEET, _FILE_PASS, _END_OF_GLOBALS = 0x85, 0x2F, 0x0A
_RTF_OBJECT = re.compile(rb"\\obj(?:data|update|emb|ocx|link|autlink|html)\b", re.I)
_REMOTE = re.compile(r'target\s*=\s*["\'](?:https?:|ftp:|mhtml:|\\\\|file:/*\\\\|file://[^/])', re.I)
_RELATIONSHIP = re.compile(r"<(?:\w{1,20}:)?relationship\s[^<>]{0,4000}>", re.I)
# A name may be spelled by numbers: /L#61unch (ISO 32000-1, 7.3.5).
_PDF_LAUNCH = re.compile(rb"/S\s{0,20}/(?:L|#4c)(?:a|#61)(?:u|#75)(?:n|#6e)(?:c|#63)(?:h|#68)(?![a-z0-9_.#-])", re.I)


def in_compound(content: bytes) -> str:
    """What a compound file hides: a document of Office 97, an installer, a package behind a password."""
    try:
        file = CompoundFile(content)
        names = file.names
        if file.root.class_id in _INSTALLER:
            return PROGRAM
        if "encryptedpackage" in names:
            return ENCRYPTED
        if names & _VBA:
            return MACROS
        sheets = _in_workbook(file)
    except Unreadable:
        return UNREADABLE
    return sheets or (EMBEDDED if _PACKED in names else "")


def in_office_package(package: Zip) -> str:
    """What an Office document of today hides (ECMA-376). Raises Closed."""
    parts = {name.lower(): name for name in package.names}
    if len(parts) < len(package.names):
        return UNREADABLE  # two parts of one name: which of them counts, every program decides for itself
    types = _text(package.whole(parts.get("[content_types].xml", ""), MAX_PART))
    if "vbaproject" in types or "macroenabled" in types or "ms-excel.macrosheet" in types:
        return MACROS
    if any("macrosheets/" in name or name.endswith("vbaproject.bin") for name in parts):
        return MACROS
    if _fetches_template(package, parts):
        return REMOTE
    return _in_objects(package)


def in_opendocument(package: Zip) -> str:
    """What an OpenDocument hides: Basic or scripts, objects, a password (OpenDocument 1.3, part 2). Raises Closed."""
    if any(name.lower().startswith(("basic/", "scripts/")) for name in package.names):
        return MACROS
    if "encryption-data" in _text(package.whole("META-INF/manifest.xml", MAX_PART)):
        return ENCRYPTED
    return _in_objects(package)


def in_rtf(content: bytes) -> str:
    """Objects, by which RTF brings programs and broken formulas, and a template from elsewhere."""
    if re.search(rb"\\\*\s*\\template\b[^}]{0,200}(?:https?:|\\\\\\\\)", content, re.I):
        return REMOTE
    return EMBEDDED if _RTF_OBJECT.search(content) else ""


def in_pdf(content: bytes) -> str:
    """An action that starts a program (ISO 32000-1, 12.6.4.5), in the open or in packed tables.

    Scripts are let pass: ordinary forms carry them, and a viewer keeps them in.
    """
    return LAUNCHES if any(_PDF_LAUNCH.search(text) for text in tables_of_pdf(content)) else ""


def tables_of_pdf(content: bytes) -> Iterator[bytes]:
    """The PDF itself, then each table of objects that is packed in it (ISO 32000-1, 7.5.7), as far as the bounds go."""
    yield content
    left, position = MAX_OBJECT, -1
    for _ in range(_MAX_OBJECTS):
        position = content.find(b"/ObjStm", position + 1)
        start = content.find(b"stream", position, position + 500)
        if position < 0 or left <= 0:
            break
        if start >= 0:
            table = _inflated(content[start + 6 : start + 6 + MAX_OBJECT].lstrip(b"\r\n"), min(left, MAX_PART))
            left -= len(table)
            yield table


def in_excel_without_container(content: bytes) -> str:
    """Macro sheets of Excel 3 and 4, which begin without any container."""
    return MACROS if content.startswith(_BIFF_MACRO_SHEET) else ""


def _in_workbook(file: CompoundFile) -> str:
    """Macro sheets of Excel 4 in an old workbook, or its password: its first records tell (MS-XLS 2.1.7.20.3)."""
    found = file.read("workbook", MAX_OBJECT) or file.read("book", MAX_OBJECT)
    position = 0
    for _ in range(_MAX_RECORDS):
        if position + 4 > len(found):
            return ""
        kind, length = struct.unpack_from("<HH", found, position)
        if kind == _FILE_PASS:
            return ENCRYPTED
        # The sixth byte is the type of the sheet, and 1 that of a macro sheet (MS-XLS 2.4.28).
        if kind == _BOUND_SHEET and found[position + 9 : position + 10] == b"\x01":
            return MACROS
        if kind == _END_OF_GLOBALS:
            return ""
        position += 4 + length
    return UNREADABLE


def _in_objects(package: Zip) -> str:
    """Compound files among the parts of a document: a VBA project under any name, or a file packed in."""
    looked_into, result = 0, ""
    for member in package.members():
        if member.head.startswith(compound.SIGNATURE):
            looked_into += 1
            if looked_into > _MAX_OBJECTS:
                raise Closed(UNREADABLE)
            found = in_compound(package.whole(member.name, MAX_OBJECT))
            if found == MACROS:
                return MACROS
            result = result or found
    return result


def _fetches_template(package: Zip, parts: dict[str, str]) -> bool:
    """Whether the document takes its template, or a frame, from another server: macros come that way too."""
    for name, original in parts.items():
        if not name.endswith(("settings.xml.rels", "websettings.xml.rels", "document.xml.rels")):
            continue
        for relation in _RELATIONSHIP.findall(_text(package.whole(original, MAX_PART))):
            wanted = any(kind in relation for kind in ("/attachedtemplate", "/frame", "/oleobject", "/subdocument"))
            if wanted and "external" in relation and _REMOTE.search(relation):
                return True
    return False


def _inflated(packed: bytes, limit: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, limit)
    except zlib.error:
        return b""


def _text(part: bytes) -> str:
    """The text of a part in lower case, in whichever of the two encodings XML may have."""
    return filetypes.as_ascii(part).replace(b"\0", b"").decode("utf-8", "replace").lower()
