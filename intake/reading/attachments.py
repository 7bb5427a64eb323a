"""Attachments: a name that is safe to show, the declared type, and whether the text shows it inline."""

import re
from dataclasses import dataclass

from intake.reading.charsets import one_line
from intake.reading.headers import split_message, start_of_header
from intake.reading.parts import Part

MAX_FILE_NAME = 200  # characters; file systems hold 255 bytes

_EXTENSIONS = {
    "text/plain": ".txt",
    "text/html": ".html",
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "text/vcard": ".vcf",
    "text/x-vcard": ".vcf",
    "text/rtf": ".rtf",
    "text/xml": ".xml",
    "text/rfc822-headers": ".txt",
    "message/rfc822": ".eml",
    "message/global": ".eml",
    "message/delivery-status": ".txt",
    "message/disposition-notification": ".txt",
    "image/jpeg": ".jpg",
    "image/jpg": ".jpg",
    "image/pjpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/bmp": ".bmp",
    "image/tiff": ".tif",
    "image/webp": ".webp",
    "image/heic": ".heic",
    "image/svg+xml": ".svg",
    "audio/mpeg": ".mp3",
    "audio/wav": ".wav",
    "audio/x-wav": ".wav",
    "video/mp4": ".mp4",
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "application/json": ".json",
    "application/xml": ".xml",
    "application/rtf": ".rtf",
    "application/ics": ".ics",
    "application/msword": ".doc",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.ms-powerpoint": ".ppt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.oasis.opendocument.spreadsheet": ".ods",
    "application/pkcs7-signature": ".p7s",
    "application/x-pkcs7-signature": ".p7s",
    "application/pkcs7-mime": ".p7m",
    "application/x-pkcs7-mime": ".p7m",
    "application/pgp-signature": ".asc",
    "application/pgp-encrypted": ".asc",
    "application/pgp-keys": ".asc",
    "application/vnd.etsi.asic-e+zip": ".asice",
    "application/vnd.etsi.asic-s+zip": ".asics",
}
_INVENTED = {
    "text/calendar": "invitation",
    "message/rfc822": "message",
    "message/delivery-status": "delivery-status",
    "message/disposition-notification": "read-receipt",
    "application/pkcs7-signature": "smime",
    "application/x-pkcs7-signature": "smime",
    "application/pkcs7-mime": "smime",
    "application/x-pkcs7-mime": "smime",
    "application/pgp-signature": "signature",
}
_FORBIDDEN = re.compile(r'[<>:"|?*]')


@dataclass(frozen=True, kw_only=True)
class MailAttachment:
    """A file that came with a mail. `name` is one line without a path and never empty; `inline` means that the HTML
    shows it by its Content-ID, or that it is a picture sent to stand in the text. `container` is the place, among the
    attachments of the mail, of the signed container that it was found in; `signers` are the names that an unverified
    signature claims."""

    name: str
    declared_type: str
    content: bytes
    content_id: str
    inline: bool
    container: int | None = None
    signers: tuple[str, ...] = ()


def attachments(parts: list[Part], pictures: frozenset[str]) -> tuple[MailAttachment, ...]:
    """The parts that are no text, as files; `pictures` are the content ids that the HTML uses."""
    return tuple(_attachment(part, number, pictures) for number, part in enumerate(parts, 1))


def file_name(text: str) -> str:
    """`text` as the name of a file: one line, no path, no character that a file system refuses; may be ""."""
    name = one_line(text).replace("\\", "/").rstrip("/").rpartition("/")[2]
    name = _FORBIDDEN.sub("_", name).strip().strip("\"'")
    if not name.strip(". "):
        return ""
    if len(name) > MAX_FILE_NAME:
        stem, dot, extension = name.rpartition(".")
        name = stem[: MAX_FILE_NAME - 20] + dot + extension[:19] if stem else name[:MAX_FILE_NAME]
    return name


def _attachment(part: Part, number: int, pictures: frozenset[str]) -> MailAttachment:
    content = part.content()
    content_id = one_line(part.content_id)[:500]
    picture = part.type.startswith("image/") and part.disposition == "inline"
    return MailAttachment(
        name=file_name(part.filename) or _invented_name(part, content, number),
        declared_type=one_line(part.type)[:200],
        content=content,
        content_id=content_id,
        inline=bool(content_id and content_id in pictures) or (picture and part.disposition != "attachment"),
    )


def _invented_name(part: Part, content: bytes, number: int) -> str:
    extension = _EXTENSIONS.get(part.type, "")
    if extension == ".eml":
        headers, _ = split_message(content[:100_000], start_of_header(content[:10_000]))
        subject = file_name(headers.text("subject").replace("/", "-").replace("\\", "-"))[:100].strip()
        if subject:
            return subject + extension
    described = file_name(part.headers.text("content-description"))
    if described and "." in described[-6:]:
        return described
    if part.type in _INVENTED:
        return _INVENTED[part.type] + extension
    kind = "picture" if part.type.startswith("image/") else "attachment"
    return f"{kind}-{number}{extension}"
