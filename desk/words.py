"""Codes in plain words: why a file is in quarantine, why mail is automatic, why nothing was acknowledged."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

QUARANTINE: dict[str, Promise | str] = {
    "program": gettext_lazy("This is a program or a script. Opened, it could harm your computer."),
    "shortcut": gettext_lazy("This is a shortcut, which can start a program."),
    "web-page": gettext_lazy("This is a web page. It can ask for passwords or run scripts."),
    "drawing-with-script": gettext_lazy("This drawing can carry scripts."),
    "disk-image": gettext_lazy("This is a disk image, in which programs hide from scanners."),
    "macros": gettext_lazy("This document carries macros: programs that start when it is opened."),
    "archive": gettext_lazy("Nobody can look into this archive: it is encrypted, or has another one inside."),
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
NOT_ACKNOWLEDGED: dict[str, Promise | str] = {
    **MACHINE,
    "import": gettext_lazy("it was imported"),
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


def quarantine(code: str) -> str:
    """Why a file is not opened without a warning."""
    return str(QUARANTINE.get(code) or _("This file may be dangerous."))


def machine(code: str) -> str:
    """Why mail was taken for automatic."""
    return str(MACHINE.get(code) or code)


def not_acknowledged(code: str) -> str:
    """Why a partner was not told that we have the request."""
    return str(NOT_ACKNOWLEDGED.get(code) or code)


def link(kind: str, *, outgoing: bool) -> str:
    """How another ticket belongs to this one."""
    return str(LINKS[kind][0 if outgoing else 1])
