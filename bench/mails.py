"""The mails that intake is measured with: the same bytes for the same arguments.

Half are new requests. The others answer something: half of them what the agent wrote on a loaded ticket that is open,
however old, half an earlier mail of the same set. One in ten carries a PDF of 100,000 bytes. Two in five are in
Ukrainian, in UTF-8, KOI8-U and Windows-1251, in each transfer encoding that is met, raw bytes of eight bits included.
"""

import base64
import random
import textwrap
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from bench import tickets, words

HOUSE = "SupportUkraine@cor.europa.eu"
PDF_BYTES = 100_000
STRANGERS, PER_BATCH = 10**8, 10**5  # numbers of people who have no loaded ticket
FEW = 20  # so small a set may have no open ticket
LOOKS_BACK = 60  # an answer within the set goes to one of the last so many conversations
# Language, form, charset, transfer encoding, and how many of a hundred mails are such.
KINDS = (
    ("en", "plain", "us-ascii", "7bit", 20),
    ("en", "alternative", "utf-8", "quoted-printable", 28),
    ("en", "pdf", "utf-8", "quoted-printable", 10),
    ("uk", "plain", "utf-8", "base64", 18),
    ("uk", "plain", "koi8-u", "quoted-printable", 6),
    ("uk", "plain", "koi8-u", "base64", 4),
    ("uk", "plain", "koi8-u", "8bit", 2),
    ("uk", "plain", "windows-1251", "quoted-printable", 6),
    ("uk", "plain", "windows-1251", "base64", 4),
    ("uk", "plain", "windows-1251", "8bit", 2),
)
ENDINGS = {"en": ("Dear colleagues,", "Kind regards,"), "uk": ("Шановні колеги!", "З повагою,")}


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as it arrives, with the sender of its envelope; `answers` says whether it goes onto a ticket."""

    sender: str
    raw: bytes
    answers: bool


@dataclass
class _Conversation:
    name: str
    address: str
    subject: str
    ids: list[str]
    last: str


def make(*, seed: int, count: int, size: int, first_at: datetime, batch: int = 0) -> list[Mail]:
    """`count` mails to a house with `size` tickets, a minute and a half apart from `first_at` on.

    `batch` gives them other Message-IDs and new partners, and leaves all else as it is: for a house that had them.
    """
    draw, choose = random.Random(f"mails {seed}"), random.Random(f"answered {seed} {size}")
    conversations: list[_Conversation] = []
    made = []
    for number in range(count):
        language, form, charset, encoding, _ = draw.choices(KINDS, [kind[-1] for kind in KINDS])[0]
        answers, within = draw.random() < 0.5 and number > 0, draw.random() < 0.5
        if answers and within:
            conversation = draw.choice(conversations[-LOOKS_BACK:])
        else:
            person = STRANGERS + batch * PER_BATCH + number
            conversation = _loaded(choose, size) if answers else _new(draw, language, person)
            conversations.append(conversation)
        text = _text(draw, language, conversation)
        name = f"{seed}.{batch}.{number}@mail.hromada.example"
        message = _headers(draw, conversation, answers, name, first_at + timedelta(seconds=90 * number))
        _content(draw, message, text, form, charset, encoding)
        conversation.ids.append(f"<{name}>")
        conversation.last = text
        made.append(Mail(conversation.address, _trace(draw) + message.as_bytes(policy=SMTP), answers))
    return made


def _new(draw: random.Random, language: str, person: int) -> _Conversation:
    name, address = words.person(person)
    return _Conversation(name, address, words.subject(draw, language), [], "")


def _loaded(draw: random.Random, size: int) -> _Conversation:
    ticket = tickets.sample(size, draw.randint(1, size))
    while ticket.closed_at is not None and size > FEW:
        ticket = tickets.sample(size, draw.randint(1, size))
    name, address = words.person(ticket.person)
    ids = [f"<{tickets.message_id(ticket.number, each)}>" for each in (0, 1)]
    return _Conversation(name, address, ticket.subject, ids, ticket.texts[1])


def _text(draw: random.Random, language: str, conversation: _Conversation) -> str:
    greeting, ending = ENDINGS[language]
    paragraphs = [textwrap.fill(each, 76) for each in words.body(draw, language, tickets.PARAGRAPHS).split("\n\n")]
    text = "\n\n".join([greeting, *paragraphs, f"{ending}\n{conversation.name}"]) + "\n"
    quoted = [f"> {line}" for line in textwrap.wrap(conversation.last, 74)[:15]]
    # An answer in an older charset quotes only what that charset can say; most programs would switch instead.
    if quoted and (language == "uk" or "".join(quoted).isascii()):
        text += (
            "\nOn Mon, 2 Nov 2026 at 10:00, Support <SupportUkraine@cor.europa.eu> wrote:\n" + "\n".join(quoted) + "\n"
        )
    return text


def _headers(
    draw: random.Random, conversation: _Conversation, answers: bool, message_id: str, at: datetime
) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["From"] = f"{conversation.name} <{conversation.address}>"
    message["To"] = f"Support <{HOUSE}>"
    message["Subject"] = f"Re: {conversation.subject}" if answers else conversation.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{message_id}>"
    message["X-Mailer"] = draw.choice(("Thunderbird", "Outlook", "Apple Mail", "Webmail"))
    if answers:
        message["In-Reply-To"] = conversation.ids[-1]
        message["References"] = " ".join(conversation.ids[-6:])
    return message


def _content(draw: random.Random, message: EmailMessage, text: str, form: str, charset: str, encoding: str) -> None:
    if charset == "koi8-u":
        text = text.replace("\u2019", "'")
    if charset == "us-ascii":
        text = text.encode("ascii", "ignore").decode()
    message.set_content(text, charset=charset, cte=encoding)
    if form == "plain":
        return
    paragraphs = "".join(f"<p>{each}</p>\n" for each in text.split("\n\n"))
    html = (
        f'<html><head><meta charset="utf-8"><style>p {{ margin: 0 }}</style></head><body>\n{paragraphs}</body></html>\n'
    )
    message.add_alternative(html, subtype="html", charset=charset, cte=encoding)
    if form == "pdf":
        message.add_attachment(_pdf(draw), maintype="application", subtype="pdf", filename="letter.pdf")
    for part in message.walk():
        if part.is_multipart():
            part.set_boundary(f"part-{draw.getrandbits(64):016x}")


def _pdf(draw: random.Random) -> bytes:
    head = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    tail = b"\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    return head + b"%" + draw.randbytes(PDF_BYTES - len(head) - len(tail) - 1).replace(b"\n", b" ") + tail


def _trace(draw: random.Random) -> bytes:
    """What servers on the way put on top: the hops, and a signature that nobody checks here."""
    hops = "".join(
        f"Received: from out{hop}.hromada.example (out{hop}.hromada.example [192.0.2.{draw.randint(1, 254)}])\r\n"
        f"\tby in{hop}.cor.europa.eu with ESMTPS id {draw.getrandbits(40):010X};\r\n"
        "\tMon, 2 Nov 2026 10:00:00 +0200\r\n"
        for hop in range(3)
    )
    body_hash, signature = (base64.b64encode(draw.randbytes(length)).decode() for length in (32, 128))
    signed = (
        f"DKIM-Signature: v=1; a=rsa-sha256; d=hromada.example; s=mail; h=from:to:subject;\r\n\tbh={body_hash};\r\n"
    )
    lines = "\r\n\t ".join(textwrap.wrap(signature, 64))
    return f"{hops}{signed}\tb={lines}\r\n".encode("ascii")
