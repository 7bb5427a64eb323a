"""Mail out as files: one `.eml` a mail, for a machine without a mail server.

A file is named after the Message-ID, so that a mail sent twice is one file. It is written aside, flushed to the disk,
then renamed, and the folder is flushed too.
"""

import os
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class FileBackend(BaseEmailBackend):
    """Django's interface to a mail server, for EMAIL_FILE_PATH. OSError when the disk refuses."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write each mail into the folder; readable by its owner alone."""
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for message in email_messages:
            content = message.message()
            lines = content.as_bytes(linesep="\r\n")  # type: ignore[call-arg]  # Django's own class takes it
            _write(folder / _name(str(content["Message-ID"])), lines)
        return len(email_messages)


def sent_file(message_id: str) -> Path | None:
    """The file of a mail that was sent as a file; None when there is none."""
    if settings.MAIL_OUT != "files":
        return None
    path = Path(settings.EMAIL_FILE_PATH) / _name(message_id)
    return path if path.is_file() else None


def forget_file(message_id: str) -> None:
    """Remove the file of a mail whose words must go."""
    if path := sent_file(message_id):
        path.unlink(missing_ok=True)


def _name(message_id: str) -> str:
    return re.sub(r"[^A-Za-z0-9.@+-]", "_", message_id.strip("<> \r\n")) + ".eml"


def _write(target: Path, content: bytes) -> None:
    handle, aside = tempfile.mkstemp(dir=target.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(aside).replace(target)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
