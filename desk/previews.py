"""Which files a browser may show, and how: pictures, and PDF in its own viewer. All else is a download."""

from tickets.models import Attachment
from web.downloads import INLINE_TYPES

PICTURE, DOCUMENT = "picture", "document"
# A bigger picture is shown on demand alone: a page of photographs must come over a bad line too.
MOST_IN_LIST = 2 * 1024 * 1024


def kind_of(file: Attachment) -> str:
    """How a browser may show this file, "" when it may not: by its content, out of quarantine, and with no virus."""
    if file.quarantine or file.scan == Attachment.Scan.FOUND or file.content_type not in INLINE_TYPES:
        return ""
    return PICTURE if file.content_type.startswith("image/") else DOCUMENT


def in_list(file: Attachment) -> bool:
    """Whether it stands as a small picture in the list of files."""
    return kind_of(file) == PICTURE and file.size <= MOST_IN_LIST
