"""Sends the sample mails by real SMTP, dated now; some of them answer the acknowledgement of an earlier one.

Python's standard library alone.
"""

import email
import email.policy
import smtplib
import time
from email.message import EmailMessage
from email.utils import format_datetime, localtime, parseaddr
from pathlib import Path

FOLDER = Path(__file__).parent
ANSWERS = "X-Sample-Answers"  # in a sample's file: the sample whose acknowledgement it answers; never sent
POLL_SECONDS = 0.2


class Unanswered(Exception):
    """The acknowledgement that a sample answers did not come."""


def send_samples(port: int, address: str, sent: Path, *, seconds: float) -> int:
    """Send every sample to `address` at the loopback `port`; the number of mails sent.

    `sent` is the folder where mails that leave lie as .eml files. Raises Unanswered after `seconds` without the
    acknowledgement that a sample answers, OSError or SMTPException when the listener refuses.
    """
    files = sorted(FOLDER.glob("*.eml"))
    samples = {path.stem: email.message_from_bytes(path.read_bytes(), policy=email.policy.SMTP) for path in files}
    for sample in samples.values():
        del sample["Date"]
        sample["Date"] = format_datetime(localtime())
        answered = sample[ANSWERS]
        if answered is not None:
            del sample[ANSWERS]
            _make_answer(sample, samples[str(answered)], _acknowledgement(samples[str(answered)], sent, seconds))
        else:
            del sample["To"]
            sample["To"] = address
        send(sample, port, sender="" if sample["Auto-Submitted"] else parseaddr(str(sample["From"]))[1])
    return len(samples)


def send(message: EmailMessage, port: int, *, sender: str) -> None:
    """Hand one mail to the loopback `port`; `sender` is the envelope's, empty for automatic mail (RFC 3834)."""
    recipient = parseaddr(str(message["To"]))[1]
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as server:
        server.send_message(message, from_addr=sender or "<>", to_addrs=[recipient])


def _make_answer(sample: EmailMessage, first: EmailMessage, acknowledgement: EmailMessage) -> None:
    """Address and thread the sample as a mail program does when a person presses Reply (RFC 5322, 3.6.4)."""
    for name in ("To", "In-Reply-To", "References"):
        del sample[name]
    sample["To"] = str(acknowledgement["Reply-To"] or acknowledgement["From"])
    sample["In-Reply-To"] = str(acknowledgement["Message-ID"])
    sample["References"] = f"{first['Message-ID']} {acknowledgement['Message-ID']}"


def _acknowledgement(sample: EmailMessage, sent: Path, seconds: float) -> EmailMessage:
    person, identifier = parseaddr(str(sample["From"]))[1], str(sample["Message-ID"])
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for path in sent.glob("*.eml"):
            mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.SMTP)
            if person in str(mail["To"]) and identifier in f"{mail['In-Reply-To']} {mail['References']}":
                return mail
        time.sleep(POLL_SECONDS)
    raise Unanswered(f"no acknowledgement of {identifier} lies in {sent} after {seconds:g} s: does the worker run?")
