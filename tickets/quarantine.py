"""Which files are opened only after a warning, and why: judged by content, and by what their name makes of them.

The rules follow from how partners are attacked: programs and shortcuts behind harmless names, pages that build
programs, drawings and notebooks with scripts, disk images, macros, and archives that no scanner sees into. E-signature
containers are Ukraine's ordinary letters and no such archive; what lies in them is judged all the same, and so is what
lies in attached messages and in PDF.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from tickets import archives, compound, documents, enclosed, filetypes
from tickets.archives import Budget, Closed, Zip

PROGRAM, SHORTCUT, PAGE, DRAWING = "program", "shortcut", "web-page", "drawing-with-script"
IMAGE, NOTEBOOK, DISGUISED = "disk-image", "notebook", "disguised"
CLOSED, NESTED, LOCKED, DANGEROUS = "archive-closed", "archive-nested", "archive-encrypted", "archive-danger"
HUGE = "archive-huge"
HOLDS_DANGER, HOLDS_CLOSED = "holds-danger", "holds-closed"  # a message, or a PDF
VIRUS = "virus"  # said by the scanner, which comes later
REASONS = (
    PROGRAM, SHORTCUT, PAGE, DRAWING, IMAGE, NOTEBOOK, DISGUISED, documents.MACROS, documents.EMBEDDED,
    documents.REMOTE, documents.LAUNCHES, documents.ENCRYPTED, documents.UNREADABLE, CLOSED, NESTED, LOCKED, DANGEROUS,
    HUGE, HOLDS_DANGER, HOLDS_CLOSED, VIRUS,
)  # fmt: skip

MAX_DEPTH = 3
MAX_OPENED = 4  # messages and PDF in one another

_PROGRAM_NAMES = (
    ".exe", ".dll", ".scr", ".com", ".msi", ".msp", ".mst", ".msix", ".appx", ".cpl", ".jar", ".apk", ".pif", ".xll",
    ".wll", ".ocx", ".sys", ".gadget", ".application", ".appref-ms", ".bat", ".cmd", ".ps1", ".psm1", ".psd1", ".vb",
    ".vbs", ".vbe", ".js", ".jse", ".mjs", ".ws", ".wsf", ".wsh", ".wsc", ".sct", ".hta", ".reg", ".inf", ".sh", ".py",
    ".pyw", ".chm", ".hlp", ".msc", ".ppkg", ".diagcab", ".jnlp", ".command", ".desktop",
)  # fmt: skip
_SHORTCUT_NAMES = (
    ".lnk", ".url", ".website", ".webloc", ".scf", ".rdp", ".iqy", ".library-ms", ".search-ms", ".searchconnector-ms",
    ".settingcontent-ms", ".theme", ".themepack", ".deskthemepack",
)  # fmt: skip
_PAGE_NAMES = (".htm", ".html", ".xhtml", ".xht", ".shtml", ".mht", ".mhtml")
_DRAWING_NAMES = (".svg", ".svgz")
_IMAGE_NAMES = (".iso", ".img", ".vhd", ".vhdx", ".dmg", ".udf", ".wim", ".vmdk", ".qcow2", ".toast")
_NOTEBOOK_NAMES = (".one", ".onetoc2", ".onepkg")
_MACRO_NAMES = (
    ".docm", ".dotm", ".xlsm", ".xltm", ".xlsb", ".xlam", ".xla", ".xlm", ".pptm", ".potm", ".ppsm", ".ppam", ".slk",
    ".mdb", ".mde", ".accdb", ".accde",
)  # fmt: skip
_ARCHIVE_NAMES = (
    ".zip", ".rar", ".7z", ".gz", ".tar", ".tgz", ".bz2", ".tbz2", ".xz", ".txz", ".lzma", ".zst", ".z", ".cab",
    ".arj", ".ace", ".lzh", ".lha", ".uue",
)  # fmt: skip

_PROGRAM_STARTS = (
    b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe", b"dex\n", b"ITSF", b"!<arch>\n", b"\xed\xab\xee\xdb", b"Cr24", b"#@~^", b"REGEDIT4",
    b"Windows Registry Editor",
)  # fmt: skip
_SHORTCUT_START = b"L\x00\x00\x00\x01\x14\x02\x00"  # MS-SHLLINK 2.1
_SHORTCUT_TEXT = re.compile(
    rb"\[(?:InternetShortcut|Desktop Entry)\]|WEB\r?\n1\r?\n|(?:[^\n]{0,200}\n){0,60}?full address:s:|"
    rb"<(?:libraryDescription|searchConnectorDescription|persistedQuery|PCSettings|MMC_ConsoleFile|jnlp)[\s>]",
    re.I,
)
_XML_PROLOGUE = re.compile(rb"<\?xml[^>]{0,200}>\s*")
_NOTEBOOK_STARTS = (
    bytes.fromhex("e4525c7b8cd8a74daeb15378d02996d3"),  # MS-ONESTORE 2.3.1, .one
    bytes.fromhex("43ff2fa1efd9764c9ee210ea5722765f"),  # and .onetoc2
)
_IMAGE_STARTS = (b"conectix", b"vhdxfile", b"MSWIM\x00\x00\x00", b"KDMV", b"# Disk DescriptorFile", b"QFI\xfb")
_IMAGE_TRAILERS = (b"koly", b"conectix")  # in the last 512 bytes: Apple's disk images, fixed virtual disks
# Volume descriptors of ISO 9660 (ECMA-119, 8.1) and UDF (ECMA-167, 2/9.1) stand in the sectors from the 16th on.
_VOLUME_MARKS = (b"CD001", b"BEA01", b"NSR02", b"NSR03", b"CDROM")
_CLOSED_STARTS = (
    b"Rar!\x1a\x07", b"RE~^", b"7z\xbc\xaf", b"MSCF", b"xar!", b"\x28\xb5\x2f\xfd", b"\x5d\x00\x00", b"\x1f\x9d",
    b"\x1f\xa0", b"ISc(", b"070701", b"LZIP",
)  # fmt: skip
_DIRECTION_MARKS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_PADDED = re.compile(r"\.[a-z0-9]{2,5}[\s\u00a0\u2000-\u200b\u2800\u3164]{6,}\.?[a-z0-9]*$", re.I)


@dataclass(frozen=True, kw_only=True)
class _File:
    """What is judged: a file as it came, or one that lies in another (`depth`), perhaps in a signed container."""

    content: bytes
    name: str
    kind: str
    budget: Budget
    depth: int = 0
    signed: bool = False
    opened: int = 0  # messages and PDF that it lies in

    @property
    def ending(self) -> str:
        """The name as Windows takes it: without the spaces and full stops at its end."""
        return self.name.rstrip(" .\t\r\n\u00a0").lower()


def quarantine_of(content: bytes, name: str, content_type: str) -> str:
    """Why a file must not be opened without a warning, as a code; "" when nothing speaks against it.

    `name` is what the sender called it, direction marks and all; `content_type` what `filetypes.type_of` found.
    """
    return _judge(_File(content=content, name=name, kind=content_type, budget=Budget(len(content))))


def _judge(file: _File) -> str:
    try:
        return next((code for rule in _RULES if (code := rule(file))), "")
    except Closed as closed:
        return closed.code


def _program(file: _File) -> str:
    start = file.content[:256]
    is_program = start.startswith(_PROGRAM_STARTS) or (start.startswith((b"MZ", b"ZM")) and b"\0" in start)
    return PROGRAM if is_program or file.ending.endswith(_PROGRAM_NAMES) else ""


def _shortcut(file: _File) -> str:
    head = filetypes.as_ascii(file.content[: archives.HEAD_BYTES]).lstrip()
    text = head[prologue.end() :] if (prologue := _XML_PROLOGUE.match(head)) else head
    found = file.content.startswith(_SHORTCUT_START) or _SHORTCUT_TEXT.match(text)
    return SHORTCUT if found or file.ending.endswith(_SHORTCUT_NAMES) else ""


def _page(file: _File) -> str:
    return PAGE if file.kind == filetypes.HTML or file.ending.endswith(_PAGE_NAMES) else ""


def _drawing(file: _File) -> str:
    return DRAWING if file.kind == filetypes.SVG or file.ending.endswith(_DRAWING_NAMES) else ""


def _notebook(file: _File) -> str:
    found = file.content.startswith(_NOTEBOOK_STARTS) or file.ending.endswith(_NOTEBOOK_NAMES)
    return NOTEBOOK if found else ""


def _disk_image(file: _File) -> str:
    content = file.content
    volumes = (content[sector * 2048 + 1 : sector * 2048 + 6] for sector in range(16, 40))
    boot = content[510:512] == b"\x55\xaa" and (content[3:11] == b"NTFS    " or b"FAT" in content[54:90])
    found = (
        content.startswith(_IMAGE_STARTS)
        or content[-512:].startswith(_IMAGE_TRAILERS)
        or boot
        or content[512:520] == b"EFI PART"
        or any(mark in _VOLUME_MARKS for mark in volumes)
    )
    return IMAGE if found or file.ending.endswith(_IMAGE_NAMES) else ""


def _disguised(file: _File) -> str:
    """A name that reads otherwise than it is: turned around, or its true ending pushed out of sight."""
    return DISGUISED if _DIRECTION_MARKS.search(file.name) or _PADDED.search(file.name) else ""


def _document(file: _File) -> str:
    if file.content.startswith(compound.SIGNATURE):
        return documents.in_compound(file.content)
    if file.content.startswith(b"{\\rt"):
        return documents.in_rtf(file.content)
    if b"%PDF-" in file.content[:1024]:
        return documents.in_pdf(file.content)
    if file.content.startswith(b"ID;P"):  # a sheet of the SYLK format, which may hold macros of Excel 4
        return documents.MACROS
    return documents.in_excel_without_container(file.content)


def _macro_name(file: _File) -> str:
    return documents.MACROS if file.ending.endswith(_MACRO_NAMES) else ""


def _zip(file: _File) -> str:
    if not file.content.startswith(archives.ZIP_STARTS):
        return ""
    package = Zip(file.content, file.budget)
    if package.encrypted:
        return LOCKED
    if any(name.endswith((".class", "AndroidManifest.xml", "AppxManifest.xml")) for name in package.names):
        return PROGRAM
    if file.kind in filetypes.OFFICE_PACKAGES:
        found = documents.in_office_package(package)
    elif file.kind.startswith(filetypes.OPENDOCUMENT):
        found = documents.in_opendocument(package)
    else:
        return _in_archive(package, file)
    # A document by its parts and an archive by its name: it opens as the name says.
    opens_as_archive = file.ending.endswith(_ARCHIVE_NAMES)
    return found or (_in_archive(package, file) if opens_as_archive else _program_in(package))


def _in_archive(package: Zip, file: _File) -> str:
    signed = archives.holds_signatures(package.names)
    if file.depth >= MAX_DEPTH or (file.depth and not (signed or file.signed)):
        return NESTED
    return _in_members(package, file, signed=signed)


def _packed(file: _File) -> str:
    """A file that is packed alone, or a tar."""
    content, name = file.content, file.ending
    if content.startswith((archives.GZIP, archives.BZIP2, archives.XZ)):
        if file.depth:
            return NESTED
        content, whole = archives.unpacked(content, file.budget)
        name = name.rpartition(".")[0] if name.endswith(_ARCHIVE_NAMES) else name
        if not whole:
            return CLOSED
        if not _is_tar(content):
            return _outside(_judge(_inside(file, content, name)))
    if not _is_tar(content):
        return ""
    if file.depth:
        return NESTED
    members = (_judge(_inside(file, found, inner)) for inner, found in archives.members_of_tar(content))
    return next((_outside(code) for code in members if code), "")


def _closed(file: _File) -> str:
    """An archive of a kind that we cannot look into, or that only calls itself one."""
    content = file.content
    known = content.startswith((*archives.ZIP_STARTS, archives.GZIP, archives.BZIP2, archives.XZ)) or _is_tar(content)
    odd = (
        content[7:14] == b"**ACE**"
        or re.match(rb"..-l[hz][0-9a-z]-", content, re.S)
        or (content.startswith(b"\x60\xea") and content[10:11] == b"\x02")  # ARJ, its first header a main header
    )
    calls_itself = file.ending.endswith(_ARCHIVE_NAMES) and not known
    return CLOSED if content.startswith(_CLOSED_STARTS) or odd or calls_itself else ""


def _holding(file: _File) -> str:
    """What lies in a message or a PDF. It opens by itself there, so an archive in it is nested no deeper than it is."""
    try:
        return next((code for found in _enclosed_in(file) if (code := _judge_enclosed(found, file))), "")
    except Closed:
        return HOLDS_CLOSED


def _enclosed_in(file: _File) -> Iterator[enclosed.Enclosed]:
    if file.kind == filetypes.OUTLOOK_MESSAGE:
        found = enclosed.in_outlook_message(file.content, file.budget)
    elif b"%PDF-" in file.content[:1024]:
        found = enclosed.in_pdf(file.content, file.budget)
    elif enclosed.is_mail(file.content, file.ending):
        found = enclosed.in_mail(file.content, file.budget)
    else:
        return
    for each in found:
        if file.opened >= MAX_OPENED:
            raise Closed(CLOSED)
        yield each


def _judge_enclosed(found: enclosed.Enclosed, file: _File) -> str:
    inner = replace(
        file, content=found.content or b"", name=found.name, kind=enclosed.kind_of(found), opened=file.opened + 1
    )
    code = _judge(inner) if found.content else next((code for rule in _BY_NAME if (code := rule(inner))), "")
    if not code:
        return ""
    return HOLDS_CLOSED if code in (NESTED, CLOSED, LOCKED, HUGE, HOLDS_CLOSED) else HOLDS_DANGER


_RULES: tuple[Callable[[_File], str], ...] = (
    _program, _shortcut, _page, _drawing, _notebook, _disk_image, _document, _zip, _packed, _macro_name, _closed,
    _disguised, _holding,
)  # fmt: skip
_BY_NAME = (_program, _shortcut, _page, _drawing, _notebook, _disk_image, _macro_name, _disguised)


def _in_members(package: Zip, file: _File, *, signed: bool) -> str:
    for member in package.members():
        content = member.head
        if content.startswith((*archives.ZIP_STARTS, compound.SIGNATURE, b"{\\rt")) or b"%PDF-" in content[:1024]:
            content = package.whole(member.name, archives.MOST_BYTES)
        code = _judge(_inside(file, content, member.name, signed=signed))
        if code:
            return _outside(code)
    return ""


def _program_in(package: Zip) -> str:
    """Programs, shortcuts and disk images among the parts of a document; drawings are at home there."""
    budget = Budget(0)
    for member in package.members():
        part = _File(content=member.head, name=member.name, kind="", budget=budget, depth=1)
        code = _program(part) or _shortcut(part) or _disk_image(part)
        if code:
            return DANGEROUS
    return ""


def _inside(file: _File, content: bytes, name: str, *, signed: bool = False) -> _File:
    kind = filetypes.type_of(content, name)
    return _File(content=content, name=name, kind=kind, budget=file.budget, depth=file.depth + 1, signed=signed)


def _outside(code: str) -> str:
    """What is said of an archive for what is in it."""
    if not code:
        return ""
    return NESTED if code in (NESTED, CLOSED, LOCKED, HUGE, HOLDS_CLOSED) else DANGEROUS


def _is_tar(content: bytes) -> bool:
    return content[257:262] == b"ustar"
