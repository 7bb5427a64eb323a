"""`make mail`: send one mail of your own to the service that `make run` started."""

import argparse
import mimetypes
import os
import smtplib
import sys
from email.message import EmailMessage
from email.utils import format_datetime, localtime, make_msgid
from pathlib import Path

from helpdesk.samples.sender import send


def compose(sender: str, recipient: str, subject: str, text: str, files: list[Path]) -> EmailMessage:
    """A plain mail with files. OSError when a file cannot be read."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, recipient, subject
    message["Date"], message["Message-ID"] = format_datetime(localtime()), make_msgid(domain=sender.rpartition("@")[2])
    message.set_content(f"{text}\n")
    for path in files:
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        major, _, minor = kind.partition("/")
        message.add_attachment(path.read_bytes(), maintype=major, subtype=minor, filename=path.name)
    return message


def main() -> int:
    parser = argparse.ArgumentParser(prog="make mail", description=__doc__)
    parser.add_argument("--port", type=int, default=int(os.environ.get("SMTP_PORT") or 2525))
    parser.add_argument("--to", default=os.environ.get("MAIL_ADDRESS") or "SupportUkraine@cor.europa.eu")
    parser.add_argument("--from", dest="sender", default="olena@hromada.example")
    parser.add_argument("--subject", default="Two generators for the hospital")
    parser.add_argument("--text", default="Good day, we ask for two generators for our hospital. Thank you, Olena")
    parser.add_argument("files", nargs="*", type=Path)
    given = parser.parse_args()
    try:
        message = compose(given.sender, given.to, given.subject, given.text, given.files)
        send(message, given.port, sender=given.sender)
    except (OSError, smtplib.SMTPException) as problem:
        sys.stdout.write(f"The mail was not taken at 127.0.0.1, port {given.port} ({problem}): does `make run` run?\n")
        return 1
    sys.stdout.write(f"Taken: {given.sender} to {given.to}. Its ticket is at the desk in some seconds.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
