"""Files of an answer that is not sent yet: stored at once, and carried by the page as signed facts.

A browser forgets chosen files when a page comes back with an error; the signature lets the page bring them again and
keeps a visitor from naming files of others.
"""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.core import signing
from django.core.files.uploadedfile import UploadedFile

from tickets.files import StoredFile, keep
from tickets.models import Attachment

SALT = "desk.uploads"
LIFETIME_SECONDS = 24 * 3600


def store(file: "UploadedFile[Any]") -> StoredFile:
    """Keep an uploaded file. OSError when the disk refuses."""
    return keep(file.read(), name=file.name or "", declared_type=file.content_type or "")


def token(file: StoredFile, ticket_id: int) -> str:
    """The facts of a stored file, for a hidden field of this ticket's page."""
    return signing.dumps([ticket_id, asdict(file)], salt=SALT, compress=True)


def read_tokens(tokens: Iterable[str], ticket_id: int) -> list[StoredFile]:
    """The files that a page brings back; what is forged, too old or another ticket's is left out."""
    files = []
    for each in tokens:
        try:
            whose, facts = signing.loads(each, salt=SALT, max_age=LIFETIME_SECONDS)
        except signing.BadSignature:
            continue
        if whose == ticket_id:
            files.append(StoredFile(**facts))
    return files


def of_attachment(attachment: Attachment) -> StoredFile:
    """The file of a message, to be sent again with another one."""
    return StoredFile(
        name=attachment.name,
        path=attachment.path,
        sha256=attachment.sha256,
        size=attachment.size,
        content_type=attachment.content_type,
        declared_type=attachment.declared_type,
        quarantine=attachment.quarantine,
    )
