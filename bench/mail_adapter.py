"""The adapter for scoring the reader against other projects' messages: what it read, as plain values."""

from typing import Any

import nh3

from intake.reading.mail import Bounce, read
from intake.reading.quoting import new_words


def parse(raw: bytes) -> dict[str, Any]:
    """Read one mail; the keys are those that the scoring program asks for."""
    mail = read(raw)
    return {
        "subject": mail.subject,
        "from_name": mail.sender.name,
        "from_addr": mail.sender.address,
        "to": [box.address for box in mail.to],
        "cc": [box.address for box in mail.cc],
        "message_id": mail.message_id,
        "in_reply_to": mail.in_reply_to[0] if mail.in_reply_to else "",
        "references": list(mail.references),
        "text": mail.text,
        "reply": new_words(mail.text[: mail.quote_start]),
        "html": nh3.clean(mail.html) if mail.html else None,
        "attachments": [
            {"name": file.name, "content_type": file.declared_type, "size": len(file.content), "inline": file.inline}
            for file in mail.attachments
            if file.container is None  # what stands inside a signed container is no part of the mail
        ],
        "is_auto_reply": bool(mail.automatic) and mail.bounce is None,
        "is_bounce": mail.bounce is not None,
        "bounce_recipient": list(mail.bounce.recipients) if mail.bounce else [],
        "bounce_status": _status(mail.bounce),
    }


def _status(bounce: Bounce | None) -> str:
    """The status code; where the server told none, its class with the subject "undefined" of RFC 3463."""
    if bounce is None:
        return ""
    return bounce.status or ("5.0.0" if bounce.permanent else "4.0.0")
