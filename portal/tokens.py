"""What the portal signs instead of keeping a session: the stamp of a form, and the receipt of what was sent."""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from django.core import signing

RECEIPT_LIFETIME = timedelta(hours=1)
# Sooner than anybody can type, and longer than anybody leaves a form open on purpose.
QUICKEST, OLDEST = timedelta(seconds=3), timedelta(hours=24)

_STAMP, _RECEIPT = "portal.stamp", "portal.receipt"


@dataclass(frozen=True)
class Submission:
    """One filling in of a form. The id is known to its writer alone; it makes a double submit one message."""

    id: str
    issued_at: datetime

    @property
    def key(self) -> str:
        """The hash under which the message and its uploads are known, in hex; the id cannot be told from it."""
        return hashlib.sha256(self.id.encode()).hexdigest()

    def is_too_quick(self, now: datetime) -> bool:
        """Whether a program must have filled in the form."""
        return now - self.issued_at < QUICKEST

    def is_too_old(self, now: datetime) -> bool:
        """Whether the form was open for so long that its writer should look at it again."""
        return now - self.issued_at > OLDEST


def begin(now: datetime) -> Submission:
    """A new submission. Nothing is written anywhere until something is sent with it."""
    return Submission(secrets.token_urlsafe(24), now)


def renew(submission: Submission, now: datetime) -> Submission:
    """The same submission with a fresh time."""
    return replace(submission, issued_at=now)


def stamp(submission: Submission) -> str:
    """The submission as a signed text for a hidden field."""
    return signing.dumps([submission.id, int(submission.issued_at.timestamp())], salt=_STAMP)


def read_stamp(text: str) -> Submission | None:
    """The submission of a stamp; None when we did not sign it."""
    try:
        secret, issued = signing.loads(text, salt=_STAMP)
    except (signing.BadSignature, ValueError):
        return None
    return Submission(str(secret), datetime.fromtimestamp(issued, UTC))


def receipt(ticket_id: int) -> str:
    """The signed text that shows the thank-you page for an hour. It holds a number and nothing of the person."""
    return signing.dumps(ticket_id, salt=_RECEIPT)


def read_receipt(text: str) -> int | None:
    """The ticket of a receipt; None when it is not ours or older than an hour."""
    try:
        ticket_id: int = signing.loads(text, salt=_RECEIPT, max_age=RECEIPT_LIFETIME)
    except (signing.BadSignature, ValueError):
        return None
    return ticket_id
