"""Which files a browser may show, and how: pictures, and PDF in its own viewer. All else is a download.

Pictures are shown as they came: to make smaller ones, the house would have to decode what strangers send. So what a
message shows unasked is limited: photographs of a telephone are megabytes each, and a page must come over a bad line.
"""

from collections.abc import Iterable

from tickets.models import Attachment
from web.downloads import INLINE_TYPES

PICTURE, DOCUMENT = "picture", "document"
MOST_IN_LIST = 1024 * 1024  # bytes of all pictures of a message together


def kind_of(file: Attachment) -> str:
    """How a browser may show this file, "" when it may not: by its content, out of quarantine, and with no virus."""
    if file.quarantine or file.scan == Attachment.Scan.FOUND or file.content_type not in INLINE_TYPES:
        return ""
    return PICTURE if file.content_type.startswith("image/") else DOCUMENT


def in_list(files: Iterable[Attachment]) -> frozenset[int]:
    """The numbers of those files of a message that stand as small pictures in its list; the others wait to be asked."""
    shown, left = set(), MOST_IN_LIST
    for file in files:
        if kind_of(file) == PICTURE and file.size <= left:
            shown.add(file.pk)
            left -= file.size
    return frozenset(shown)
