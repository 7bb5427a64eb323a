"""Files on their way: kept as soon as they arrive, bound to their submission, gone after a day if it never comes."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal.models import Upload
from tickets import files
from tickets.files import StoredFile
from web import times

LIFETIME = timedelta(hours=24)
SWEEP_BATCH = 1000


class Refused(Exception):
    """A file that we do not take. `message` tells its sender what to do; `again` whether to try the same again."""

    def __init__(self, message: str, *, again: bool = False) -> None:
        super().__init__("refused")
        self.message = message
        self.again = again


class FileGone(Exception):
    """An upload whose bytes are no longer there."""


def keep(submission: str, file: "UploadedFile[bytes]", *, now: datetime) -> Upload:
    """Keep one file for the submission of this key; the same file a second time is the same row. Refused."""
    name = files.safe_name(file.name or "")
    size, digest = file.size or 0, _hash(file)
    known = Upload.objects.filter(submission=submission, sha256=digest, name=name).first()
    if known:
        return known
    _check(submission, name, size)
    path = _write(file)
    try:
        with transaction.atomic():
            return Upload.objects.create(
                submission=submission,
                name=name,
                declared_type=(file.content_type or "")[:100],
                size=size,
                sha256=digest,
                path=path,
                created_at=now,
            )
    except IntegrityError:
        # The browser sent it twice at the same moment.
        _waiting().delete(path)
        return Upload.objects.get(submission=submission, sha256=digest, name=name)


def kept(submission: str) -> list[Upload]:
    """What has arrived so far, in the order of arrival."""
    return list(Upload.objects.filter(submission=submission))


def drop(submission: str, ids: Collection[int]) -> None:
    """Remove files that the sender does not want to send after all."""
    _remove(list(Upload.objects.filter(submission=submission, pk__in=ids)))


def take(submission: str) -> tuple[StoredFile, ...]:
    """Store what has arrived for good, typed by its content. The uploads stay until `forget`. FileGone."""
    return tuple(_take(upload) for upload in kept(submission))


def forget(submission: str) -> None:
    """Remove the uploads of a submission whose message is committed."""
    _remove(kept(submission))


def too_large(name: str = "") -> str:
    """What to tell somebody whose file is over the limit, and of which we may not know the name."""
    limit = times.size(settings.FILE_MAX_BYTES)
    if not name:
        return _("This file is larger than %(limit)s. Send it in smaller parts, or write to us by e-mail.") % {
            "limit": limit
        }
    return _("“%(name)s” is larger than %(limit)s. Send it in smaller parts, or write to us by e-mail.") % {
        "name": name,
        "limit": limit,
    }


def sweep(now: datetime) -> int:
    """Remove what nobody claimed within a day; returns how many. Also files whose row a crash left unwritten."""
    old = list(Upload.objects.filter(created_at__lt=now - LIFETIME).order_by("created_at")[:SWEEP_BATCH])
    _remove(old)
    # Twice the lifetime: the rows of these files, if there ever were any, are long gone.
    oldest = (now - 2 * LIFETIME).timestamp()
    for file in Path(_waiting().location).glob("*"):
        if file.stat().st_mtime < oldest:
            file.unlink(missing_ok=True)
    return len(old)


def _waiting() -> FileSystemStorage:
    return FileSystemStorage(location=Path(settings.MEDIA_ROOT) / "uploads")


def _hash(file: "UploadedFile[bytes]") -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def _check(submission: str, name: str, size: int) -> None:
    if size > settings.FILE_MAX_BYTES:
        raise Refused(too_large(name))
    if size == 0:
        raise Refused(_("“%(name)s” is empty. Choose the file again.") % {"name": name})
    if Upload.objects.filter(submission=submission).count() >= settings.FORM_MAX_FILES:
        raise Refused(
            _("“%(name)s” is one file too many: we take %(number)s. Remove another one first, or send a ZIP file.")
            % {"name": name, "number": settings.FORM_MAX_FILES}
        )


def _write(file: "UploadedFile[bytes]") -> str:
    file.seek(0)
    try:
        return _waiting().save(secrets.token_hex(16), file)
    except OSError as error:
        raise Refused(_("We could not keep this file. Try again in a few minutes."), again=True) from error


def _take(upload: Upload) -> StoredFile:
    try:
        with _waiting().open(upload.path) as file:
            content = file.read()
    except FileNotFoundError as error:
        raise FileGone from error
    return files.keep(content, name=upload.name, declared_type=upload.declared_type)


def _remove(uploads: Collection[Upload]) -> None:
    """The files go first: a crash between the two leaves a row, which the next sweep finds."""
    for upload in uploads:
        _waiting().delete(upload.path)
    Upload.objects.filter(pk__in=[upload.pk for upload in uploads]).delete()
