"""Codes in plain words: why a file is in quarantine, why mail is automatic, why nothing was acknowledged."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from tickets import clamav
from tickets.models import Attachment

QUARANTINE: dict[str, Promise | str] = {
    "program": gettext_lazy("This is a program or a script. Opened, it could harm your computer."),
    "shortcut": gettext_lazy("This is a shortcut, which can start a program."),
    "web-page": gettext_lazy("This is a web page. It can ask for passwords or run scripts."),
    "drawing-with-script": gettext_lazy("This drawing can carry scripts."),
    "disk-image": gettext_lazy("This is a disk image, in which programs hide from scanners."),
    "notebook": gettext_lazy("This is a OneNote notebook, in which programs can be hidden."),
    "macros": gettext_lazy("This document carries macros: programs that start when it is opened."),
    "embedded": gettext_lazy("Another file is packed into this document. It could be a program."),
    "remote-template": gettext_lazy("Opened, this document fetches parts of itself from another server."),
    "starts-program": gettext_lazy("This document can start a program when it is opened."),
    "encrypted": gettext_lazy("This document is protected by a password, so nobody could check it."),
    "unreadable": gettext_lazy("This document is damaged or made to mislead, so nobody could check it."),
    "archive-danger": gettext_lazy("In this archive lies a file that may be dangerous."),
    "archive-nested": gettext_lazy("In this archive lies another one that nobody could look into."),
    "archive-encrypted": gettext_lazy("This archive is protected by a password, so nobody could check it."),
    "archive-huge": gettext_lazy("Unpacked, this file is too large to be checked."),
    "archive-closed": gettext_lazy("Nobody could look into this archive: it is damaged, or of an unusual kind."),
    "holds-danger": gettext_lazy("In this message or document lies a file that may be dangerous."),
    "holds-closed": gettext_lazy("In this message or document lies a file that nobody could look into."),
    "disguised": gettext_lazy("The name of this file is written so that it hides what the file is."),
    "virus": gettext_lazy("The virus scanner found something harmful in this file."),
}
_OOXML = "application/vnd.openxmlformats-officedocument."
KINDS: dict[str, Promise | str] = {
    "application/pdf": pgettext_lazy("kind of file", "PDF document"),
    "application/msword": pgettext_lazy("kind of file", "Word document"),
    _OOXML + "wordprocessingml.document": pgettext_lazy("kind of file", "Word document"),
    "application/vnd.ms-excel": pgettext_lazy("kind of file", "Excel workbook"),
    _OOXML + "spreadsheetml.sheet": pgettext_lazy("kind of file", "Excel workbook"),
    "application/vnd.ms-powerpoint": pgettext_lazy("kind of file", "PowerPoint presentation"),
    _OOXML + "presentationml.presentation": pgettext_lazy("kind of file", "PowerPoint presentation"),
    "application/x-encrypted-office": pgettext_lazy("kind of file", "Office document with a password"),
    "application/vnd.etsi.asic-e+zip": pgettext_lazy("kind of file", "signed container (ASiC)"),
    "application/vnd.etsi.asic-s+zip": pgettext_lazy("kind of file", "signed container (ASiC)"),
    "application/pkcs7-mime": pgettext_lazy("kind of file", "signed data (CMS)"),
    "application/zip": pgettext_lazy("kind of file", "ZIP archive"),
    "application/vnd.rar": pgettext_lazy("kind of file", "archive"),
    "application/x-7z-compressed": pgettext_lazy("kind of file", "archive"),
    "application/x-gzip": pgettext_lazy("kind of file", "archive"),
    "image/jpeg": pgettext_lazy("kind of file", "picture"),
    "image/png": pgettext_lazy("kind of file", "picture"),
    "text/plain": pgettext_lazy("kind of file", "text"),
    "text/html": pgettext_lazy("kind of file", "web page"),
    "message/rfc822": pgettext_lazy("kind of file", "mail"),
    "application/octet-stream": pgettext_lazy("kind of file", "unknown kind of file"),
    "application/x-empty": pgettext_lazy("kind of file", "empty file"),
}
UNSCANNED: dict[str, Promise | str] = {
    "away": gettext_lazy("Not checked for viruses: the scanner does not answer. It is asked again."),
    "too-large": gettext_lazy("Not checked for viruses: the file is too large for the scanner."),
    "encrypted": gettext_lazy("Not checked for viruses: the file is protected by a password."),
    "gone": gettext_lazy("Not checked for viruses: the file is not in the storage."),
}
MACHINE: dict[str, Promise | str] = {
    "auto-submitted": gettext_lazy("it says that a machine sent it"),
    "autoreply-header": gettext_lazy("it is an automatic reply"),
    "subject": gettext_lazy("its subject is that of an automatic reply"),
    "precedence": gettext_lazy("it is bulk mail"),
    "null-sender": gettext_lazy("it has no return address"),
    "read-receipt": gettext_lazy("it is a read receipt"),
    "bounce": gettext_lazy("it reports a mail that came back"),
    "list": gettext_lazy("it came by a mailing list"),
    "loop": gettext_lazy("it says that a robot wrote it"),
}
# Automatic mail of our own, by what it is.
OUR_MAILS: dict[str, Promise | str] = {
    "acknowledgement": gettext_lazy("Acknowledgement"),
    "tracking-link": gettext_lazy("New tracking link"),
}
NOT_ACKNOWLEDGED: dict[str, Promise | str] = {
    **MACHINE,
    "import": gettext_lazy("it was imported"),
    "phone": gettext_lazy("it came by phone"),
    "no-address": gettext_lazy("it names no address to answer to"),
    "own-address": gettext_lazy("it would go to ourselves"),
    "suppressed": gettext_lazy("its sender asks machines not to answer"),
    "no-reply": gettext_lazy("the address takes no replies"),
}
LINKS: dict[str, tuple[Promise | str, Promise | str]] = {
    # From the ticket that holds the link, and from the one it points to.
    "follows": (pgettext_lazy("link", "continues"), pgettext_lazy("link", "is continued by")),
    "suggested": (pgettext_lazy("link", "may belong to"), pgettext_lazy("link", "may belong here:")),
    "related": (pgettext_lazy("link", "is related to"), pgettext_lazy("link", "is related to")),
    "merged": (pgettext_lazy("link", "was merged into"), pgettext_lazy("link", "took in")),
}


def kind(media_type: str) -> str:
    """What kind of file this is; a rare one by its media type."""
    return str(KINDS.get(media_type) or media_type)


def label(row: Model, field: str) -> str:
    """What Django's `get_field_display` says, from words that are looked up once for each language."""
    value: str = getattr(row, field)
    return _labels(type(row), field, get_language()).get(value, value)


@cache
def _labels(model: type[Model], field: str, _language: str | None) -> dict[Any, str]:
    known: Any = model._meta.get_field(field)
    return {value: str(words) for value, words in known.flatchoices}


def quarantine(code: str) -> str:
    """Why a file is not opened without a warning."""
    return str(QUARANTINE.get(code) or _("This file may be dangerous."))


@dataclass(frozen=True)
class Check:
    """What the virus scanner knows of a file. `warn` when a person should think before opening it."""

    look: str
    words: str
    warn: bool


def check(file: Attachment) -> Check:
    """The verdict of the virus scanner in words."""
    if file.scan == Attachment.Scan.FOUND:
        return Check("found", _("Virus found: %(signature)s") % {"signature": file.scan_detail}, warn=True)
    if file.scan == Attachment.Scan.CLEAN:
        return Check("clean", _("No virus found"), warn=False)
    if file.scan == Attachment.Scan.UNKNOWN:
        reason = UNSCANNED.get(file.scan_detail) or _("Not checked for viruses: the scanner gave no answer.")
        return Check("unknown", str(reason), warn=True)
    if clamav.scanner() is None:
        return Check("none", _("Not checked for viruses"), warn=False)
    return Check("waiting", _("Not checked for viruses yet"), warn=True)


def machine(code: str) -> str:
    """Why mail was taken for automatic."""
    return str(MACHINE.get(code) or code)


def not_acknowledged(code: str) -> str:
    """Why a partner was not told that we have the request."""
    return str(NOT_ACKNOWLEDGED.get(code) or code)


def link(kind: str, *, outgoing: bool) -> str:
    """How another ticket belongs to this one."""
    return str(LINKS[kind][0 if outgoing else 1])
