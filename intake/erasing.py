"""Taking personal text out of raw mails whose message was erased, and files that no row names any more."""

from intake.models import RawMail
from tickets.files import storage
from tickets.models import Attachment, Message

BATCH = 500


def forget_erased() -> int:
    """Take the personal text of erased messages out of their raw mails; returns how many mails it touched."""
    touched = 0
    while mails := list(RawMail.objects.filter(message__erased_at__isnull=False).exclude(path="")[:BATCH]):
        RawMail.objects.filter(pk__in=[mail.pk for mail in mails]).update(
            path="", envelope_from=None, envelope_to=[], reason_detail=""
        )
        for path in {mail.path for mail in mails}:
            remove_unused(path)
        touched += len(mails)
    return touched


def remove_unused(path: str) -> None:
    """Delete a file that no row names any more."""
    sha256 = path.rpartition("/")[2]  # a file is named by its hash, and the hashes have an index
    used = (
        RawMail.objects.filter(sha256=sha256, path=path).exists()
        or Attachment.objects.filter(sha256=sha256, path=path).exists()
        or Message.objects.filter(raw_sha256=sha256, raw_path=path).exists()
    )
    if not used:
        storage().delete(path)
