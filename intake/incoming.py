"""From a read mail to what the acts on tickets take: keyed, its files kept, its language known."""

import hashlib
import json
import re
from dataclasses import asdict, replace

from django.conf import settings

from intake import marks
from intake.models import RawMail
from intake.reading import mail as reading
from intake.reading.mail import MailAttachment, ParsedMail
from tickets import files, language
from tickets.addresses import is_ours
from tickets.claims import Invitation, Verdict
from tickets.filetypes import UNKNOWN
from tickets.incoming import Details, Incoming

BEGINNING = 4 * 1024 * 1024  # bytes read of a mail above the size limit
RAW_NAME, RAW_TYPE = "message.eml", "message/rfc822"
REQUEST_NAME = "request.txt"
_FAILED = re.compile(r"\b(spf|dkim|dmarc)\s?=\s?(?:hard)?fail\b", re.I)


def key_of(mail: ParsedMail) -> str:
    """The hash of what makes a mail one, whichever ways it came: servers add fields and fold lines anew.

    The Message-ID alone is not enough, because anybody can give another mail the same one and so hide it. Without a
    Message-ID the date and what the mail answers stand in its place.
    """
    identity = [mail.message_id] if mail.message_id else ["", str(mail.date), *mail.in_reply_to, *mail.references]
    # What lies in a container is there with it.
    outer = [each for each in mail.attachments if each.container is None]
    attached = sorted(hashlib.sha256(each.content).hexdigest() for each in outer)
    facts = [identity, mail.sender.address, _plain(mail.subject), _plain(mail.text), attached]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def content_of(raw: RawMail) -> bytes:
    """The bytes of a mail to read: all of them, or the beginning of one above the size limit of the house.

    Only a mailbox brings such mails, because its server took them; the beginning tells who wrote what.
    """
    if raw.size <= settings.MAIL_MAX_BYTES:
        return files.storage().read(raw.path)
    with files.storage().open(raw.path) as file:
        beginning: bytes = file.read(BEGINNING)
    return beginning


def make(raw: RawMail, mail: ParsedMail, *, automatic: str) -> Incoming:
    """What the act takes. Keeps the attachments, so it runs before the transaction; OSError when the disk refuses."""
    whole = raw.size <= settings.MAIL_MAX_BYTES
    judged = _judged(raw, mail) if whole else []
    return Incoming(
        # Of a mail that is too big, only the beginning was read: the raw file stands for what hangs on it.
        key=key_of(mail) if whole else hashlib.sha256(f"cut {raw.sha256}".encode()).hexdigest(),
        received_at=raw.received_at,
        sender_name=mail.sender.name,
        sender_address=mail.sender.address,
        reply_to=_reply_to(mail),
        subject=mail.subject,
        text=mail.text,
        quote_start=mail.quote_start if mail.quote_start < len(mail.text) else None,
        html=mail.html,
        language=_language(mail),
        written_at=mail.date,
        message_id=mail.message_id,
        to=tuple((box.name, box.address) for box in mail.to),
        cc=tuple((box.name, box.address) for box in mail.cc),
        references=mail.references or mail.in_reply_to,
        files=tuple(map(_keep, mail.attachments, judged)) if whole else (_raw_file(raw),),
        automatic=automatic,
        marked="parts-left-out" if "too-many-parts" in mail.defects else "",
        trust=_trust(mail),
        verdicts=tuple(Verdict(**asdict(each)) for each in mail.verdicts),
        invitations=tuple(map(_invitation, mail.invitations)),
        raw_path=raw.path,
        raw_sha256=raw.sha256,
        correlation=raw.correlation,
    )


def details_of(mail: ParsedMail) -> Details:
    """The number and date that the letter gives itself, by which its author will ask for it."""
    if mail.reference is None:
        return Details()
    return Details(letter_number=mail.reference.number, letter_date=mail.reference.date)


def make_unreadable(raw: RawMail, address: str) -> Incoming:
    """What the act takes for a mail that nobody could read: the envelope's sender and the raw file, no word of it."""
    return Incoming(
        key=hashlib.sha256(f"unreadable {raw.sha256}".encode()).hexdigest(),
        received_at=raw.received_at,
        sender_name="",
        sender_address=address,
        subject="",
        text="",
        files=(_raw_file(raw),),
        raw_path=raw.path,
        raw_sha256=raw.sha256,
        correlation=raw.correlation,
    )


def _raw_file(raw: RawMail) -> files.StoredFile:
    is_mail = raw.path != raw.request_path
    name, kind = (RAW_NAME, RAW_TYPE) if is_mail else (REQUEST_NAME, UNKNOWN)
    return files.StoredFile(
        name=name, path=raw.path, sha256=raw.sha256, size=raw.size, content_type=kind, declared_type=kind
    )


def _judged(raw: RawMail, mail: ParsedMail) -> list[files.Judged]:
    """What the content of each attachment tells: it may kill who looks into it, as that of the mail may."""
    if not mail.attachments:
        return []
    with marks.looking_into(raw.pk, raw.attempts):
        return [files.judge(each.content, name=each.name) for each in mail.attachments]


def _keep(attachment: MailAttachment, judged: files.Judged) -> files.StoredFile:
    kept = files.keep(
        attachment.content,
        name=attachment.name,
        declared_type=attachment.declared_type,
        content_id=attachment.content_id,
        inline=attachment.inline,
        judged=judged,
    )
    return replace(kept, container=attachment.container, signers=attachment.signers)


def _invitation(found: reading.Invitation) -> Invitation:
    """The description stays behind: it stands in the mail and in the calendar file."""
    return Invitation(
        method=found.method,
        what=found.what,
        starts=found.starts,
        ends=found.ends,
        zone=found.zone,
        where=found.where,
        organiser_name=found.organiser.name,
        organiser_address=found.organiser.address,
        repeats=found.repeats,
    )


def _reply_to(mail: ParsedMail) -> str:
    """Where the sender wants answers, if that is neither the sender's own address nor ours."""
    address = mail.reply_to[0].address if mail.reply_to else ""
    return "" if address == mail.sender.address or is_ours(address) else address


def _language(mail: ParsedMail) -> str:
    """The language of the new words; where they are too few, of the subject and them."""
    words = mail.text[: mail.quote_start]
    return language.detect(words) or language.detect(f"{mail.subject}\n{words}")


def _trust(mail: ParsedMail) -> dict[str, str]:
    """What speaks against the sender. What speaks for it, anybody could have written into the mail."""
    found = {method.lower(): "fail" for result in mail.auth_results for method in _FAILED.findall(result)}
    if _reply_to(mail):
        found["reply_to_differs"] = "1"
    return found


def _plain(text: str) -> str:
    return " ".join(text.split())
