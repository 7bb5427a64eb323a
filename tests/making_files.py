"""Files as partners and attackers send them, made here byte by byte."""

import io
import struct
import zipfile
import zlib
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xdb"
PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"></Types>'
SIGNATURE = "META-INF/signatures001.xml"
CERTIFICATE = Path(__file__).parent / "mail" / "signed" / "certificate.der"
CLAIMED_SIGNER = "Коваль Олена Петрівна, Зеленівська сільська рада"
FREE, END, FAT_SECTOR, DIFAT_SECTOR, NOTHING = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFC, 0xFFFFFFFF
SECTOR, SHORT, CUTOFF = 512, 64, 4096


def archive(*names: str) -> bytes:
    """A zip of harmless files with these names."""
    return archive_of(dict.fromkeys(names, "content"))


def archive_of(files: Mapping[str, bytes | str], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip; a file "mimetype" is stored first and unpacked, as containers want it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as made:
        for name in sorted(files, key=lambda name: name != "mimetype"):
            made.writestr(name, files[name], zipfile.ZIP_STORED if name == "mimetype" else method)
    return buffer.getvalue()


def encrypted(packed: bytes) -> bytes:
    """The same zip, its first file marked as needing a password."""
    made = bytearray(packed)
    made[6] |= 1
    made[made.index(b"PK\x01\x02") + 8] |= 1
    return bytes(made)


def docx(**parts: bytes | str) -> bytes:
    """A Word document with further parts."""
    return archive_of({"[Content_Types].xml": TYPES, "word/document.xml": "<w:document/>", **parts})


def asice(**files: bytes | str) -> bytes:
    """An e-signature container that holds these files."""
    return archive_of({"mimetype": "application/vnd.etsi.asic-e+zip", SIGNATURE: "<signature/>", **files})


def signed_container(files: Mapping[str, bytes | str]) -> bytes:
    """The same with a signature that names a signer, `CLAIMED_SIGNER`."""
    certificate = b64encode(CERTIFICATE.read_bytes()).decode()
    signature = f"<a><ds:KeyInfo><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:KeyInfo></a>"
    return archive_of({"mimetype": "application/vnd.etsi.asic-e+zip", SIGNATURE: signature, **files})


def opendocument(**parts: bytes | str) -> bytes:
    """An OpenDocument text with further parts."""
    return archive_of({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<office/>", **parts})


def pdf_with(dictionary: bytes, *, packed: bool = False) -> bytes:
    """A PDF that holds this dictionary, in the open or in a packed table of objects."""
    if not packed:
        return PDF + b"2 0 obj\n" + dictionary + b"\nendobj\n"
    table = zlib.compress(b"3 0 " + dictionary)
    head = b"4 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\r\n" % len(table)
    return PDF + head + table + b"\nendstream\nendobj\n"


def workbook_globals(*records: tuple[int, bytes]) -> bytes:
    """The first records of an old workbook: its beginning, these, and the end of the globals."""
    every = ((0x0809, b"\x00\x06\x05\x00" + bytes(12)), *records, (0x0A, b""))
    return b"".join(struct.pack("<HH", kind, len(body)) + body for kind, body in every)


def compound(streams: Mapping[str, bytes], *, storages: tuple[str, ...] = (), class_id: bytes = bytes(16)) -> bytes:
    """A compound file of version 3 (MS-CFB) with these streams and empty storages, all below its root."""
    short = b"".join(body.ljust(-(-len(body) // SHORT) * SHORT, b"\0") for body in streams.values() if _is_short(body))
    short_table = b"".join(_chain(-(-len(body) // SHORT), start) for start, body in _short_starts(streams))
    count = 1 + len(streams) + len(storages)
    contents = [body for body in streams.values() if not _is_short(body)]
    pieces = [bytes(128 * (-(-count // 4) * 4)), short_table, short, *contents]  # the directory comes first
    sizes = [-(-len(piece) // SECTOR) for piece in pieces]
    starts = [sum(sizes[:place]) for place in range(len(pieces))]
    place_of = iter(starts[3:])
    short_start = {name: start for name, (start, _) in zip(_short_names(streams), _short_starts(streams), strict=True)}
    entries = [_entry("Root Entry", 5, starts[2] if short else END, len(short), class_id, child=1 if count > 1 else 0)]
    for number, (name, body) in enumerate(streams.items(), 1):
        start = short_start[name] if name in short_start else next(place_of)
        entries.append(_entry(name, 2, start, len(body), right=number + 1 if number + 1 < count else 0))
    for number, name in enumerate(storages, 1 + len(streams)):
        entries.append(_entry(name, 1, 0, 0, right=number + 1 if number + 1 < count else 0))
    pieces[0] = b"".join(entries).ljust(len(pieces[0]), b"\0")
    table = b"".join(_chain(size, start) for size, start in zip(sizes, starts, strict=True))
    return _assembled(b"".join(_padded(piece) for piece in pieces), table, starts, sizes[1])


def _assembled(body: bytes, table: bytes, starts: list[int], short_sectors: int) -> bytes:
    """Header, contents, allocation table and, where the header is too short for its places, their list."""
    used, fat_sectors, lists = len(body) // SECTOR, 0, 0
    while fat_sectors * 128 < used + fat_sectors + lists:
        fat_sectors += 1
        lists = max(0, -(-(fat_sectors - 109) // 127))
    marks = struct.pack("<I", FAT_SECTOR) * fat_sectors + struct.pack("<I", DIFAT_SECTOR) * lists
    fat = (table + marks).ljust(fat_sectors * SECTOR, b"\xff")
    places = [used + number for number in range(fat_sectors)]
    first_list = used + fat_sectors
    further = b""
    for number in range(lists):
        part = places[109 + number * 127 : 109 + (number + 1) * 127]
        following = first_list + number + 1 if number + 1 < lists else END
        further += struct.pack("<127I", *part, *[FREE] * (127 - len(part))) + struct.pack("<I", following)
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<6I", 0, fat_sectors, starts[0], 0, CUTOFF, starts[1] if short_sectors else END)
    header += struct.pack("<3I", short_sectors, first_list if lists else END, lists)
    in_header = places[:109]
    header += struct.pack("<109I", *in_header, *[FREE] * (109 - len(in_header)))
    return header + body + fat + further


def _is_short(body: bytes) -> bool:
    return len(body) < CUTOFF


def _short_names(streams: Mapping[str, bytes]) -> list[str]:
    return [name for name, body in streams.items() if _is_short(body)]


def _short_starts(streams: Mapping[str, bytes]) -> list[tuple[int, bytes]]:
    found, start = [], 0
    for name in _short_names(streams):
        found.append((start, streams[name]))
        start += -(-len(streams[name]) // SHORT)
    return found


def _chain(length: int, start: int) -> bytes:
    if not length:
        return b""
    return struct.pack(f"<{length}I", *range(start + 1, start + length), END)


def _padded(piece: bytes) -> bytes:
    return piece.ljust(-(-len(piece) // SECTOR) * SECTOR, b"\0")


def _entry(
    name: str, kind: int, start: int, size: int, class_id: bytes = bytes(16), *, right: int = 0, child: int = 0
) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    links = struct.pack("<3I", NOTHING, right or NOTHING, child or NOTHING)
    return (
        text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1) + links + class_id + bytes(20)
        + struct.pack("<IQ", start, size)
    )  # fmt: skip
