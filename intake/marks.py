"""Marks on the disk that say which mails are being looked into, so that a death tells whether the mail did it.

A worker can die at any line, and of most of these deaths the mail in its hand is innocent. While the content of a mail
is looked into, a file with its number lies under DATA_DIR: who finds it later knows that the attempt it names died, or
was killed by its time limit, over that content. The mark costs no statement and no flush. One that is lost (a power
cut, a disk that is full, a worker on another machine) makes the death one whose cause is not known, and those have a
bound of their own.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings


@contextmanager
def looking_into(mail_id: int, attempt: int) -> Iterator[None]:
    """Inside, a death counts as the mail's, and so does a time limit, which ends a worker by SystemExit first.

    An error is no death, nor is Ctrl-C.
    """
    mark = _mark(mail_id)
    with suppress(OSError):
        mark.parent.mkdir(exist_ok=True)
        mark.write_text(str(attempt))
    try:
        yield
    except (Exception, KeyboardInterrupt):
        remove(mail_id)
        raise
    remove(mail_id)


def died_in(mail_id: int) -> int | None:
    """The attempt that died while it looked into this mail; None when no mark is left."""
    try:
        return int(_mark(mail_id).read_text())
    except (OSError, ValueError):
        return None


def remove(mail_id: int) -> None:
    """The mark has said what it had to say."""
    with suppress(OSError):
        _mark(mail_id).unlink(missing_ok=True)


def _mark(mail_id: int) -> Path:
    return Path(settings.DATA_DIR) / "reading" / str(mail_id)
