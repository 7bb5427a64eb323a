"""A mail from the folder of sent mail: which ticket does it answer, and who wrote it?

Staff answer from Outlook too, where the shared mailbox lies. Such a mail has left already; what is missing is that the
ticket knows of it. It counts only when it goes to somebody who takes part in the ticket, because a forwarded request is
no answer. In order, the first step that finds such a ticket decides:

1. answered - In-Reply-To names a message of the ticket, as Outlook writes it.
2. token - it goes, besides, to the signed address of a ticket, as an answer to all does.
3. references - References names one, the newest first.
4. subject - the reference of the ticket stands in the subject.

The folder also holds copies of what this helpdesk sent, known by their Message-ID, and all that the house writes
without us. These become nothing, with the reason on their row.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from intake import loops, threads
from intake.models import RawMail
from intake.reading.addresses import first_mailbox
from intake.reading.headers import split_message, start_of_header
from intake.reading.mail import ParsedMail
from tickets.addresses import is_ours, read_address
from tickets.models import Message, Participant, Ticket, User
from tickets.threads import bears_our_id, messages_named


class TooEarly(Exception):
    """What the mail may answer is not processed yet."""


@dataclass(frozen=True, kw_only=True)
class Sent:
    """`ticket` is what the mail answers, found by the step `found_by`; without one, `code` is why it becomes nothing.

    `known` is the message that it is already; `author` the member of staff who wrote it, None when only the house is
    known.
    """

    ticket: Ticket | None = None
    found_by: str = ""
    author: User | None = None
    code: str = ""
    known: int | None = None


def look_at(raw: RawMail, content: bytes, mail: ParsedMail) -> Sent:
    """What a mail from the folder of sent mail is. Reads the database and writes nothing.

    TooEarly while mail that came before waits to be processed and no ticket is found: it may be what is answered.
    """
    named = messages_named([mail.message_id]) if mail.message_id else []
    ours = next((each.message for each in named if threads.sent_by_us(each.message)), None)
    if ours is not None:
        return Sent(code="known", known=ours.pk)
    if bears_our_id(mail.message_id) or any(read_address(box.address) for box in mail.reply_to):
        return Sent(code="own-mail")  # only we write a signed address into Reply-To
    if mail.automatic:
        return Sent(code="sent-automatic")
    code = "sent-no-ticket"
    for step, tickets in _candidates(mail):
        found = _with_recipients(tickets, mail)
        if len(found) == 1:
            return Sent(ticket=found[0], found_by=step, author=_author(content, mail))
        code = "sent-several" if found else "sent-to-others"
        if found:
            break
    if _something_waits(raw):
        raise TooEarly
    return Sent(code=code)


def _candidates(mail: ParsedMail) -> Iterator[tuple[str, list[Ticket]]]:
    """The tickets that each step finds, the surest first; steps that find none are left out."""
    ids = [*mail.in_reply_to[: threads.MAX_IDS], *reversed(mail.references[-threads.MAX_IDS :])]
    named = messages_named(ids)
    answered = set(mail.in_reply_to)
    yield from _step("answered", [each.message.ticket for each in named if each.message_id in answered])
    signed = [read_address(box.address) for box in (*mail.to, *mail.cc)]
    tokens = [found.ticket_id for found in signed if found and found.audience == "partner"]
    yield from _step("token", list(Ticket.objects.filter(pk__in=tokens).order_by("id")) if tokens else [])
    newest = next((each for each in named if each.message_id not in answered), None)
    same = [each.message.ticket for each in named if newest and each.message_id == newest.message_id]
    yield from _step("references", same)
    yield from _step("subject", list(threads.tagged(mail.subject)))


def _step(name: str, tickets: list[Ticket]) -> Iterator[tuple[str, list[Ticket]]]:
    if tickets:
        yield name, tickets


def _with_recipients(tickets: list[Ticket], mail: ParsedMail) -> list[Ticket]:
    """Those of these tickets, or what they were merged into, in which a recipient of the mail takes part."""
    homes = {home.pk: home for home in map(threads.home, tickets)}
    addresses = {box.address for box in (*mail.to, *mail.cc) if box.address and not is_ours(box.address)}
    partners = Participant.objects.filter(ticket__in=homes, requester__addresses__address__in=addresses)
    # A partner may want answers at an address that is nobody's: an answer to it goes to the partner.
    wanted = Message.objects.filter(ticket__in=homes, kind=Message.Kind.INBOUND, reply_to__in=addresses)
    found = {*partners.values_list("ticket", flat=True), *wanted.values_list("ticket", flat=True)}
    return [home for number, home in homes.items() if number in found]


def _author(content: bytes, mail: ParsedMail) -> User | None:
    """The colleague in From or, where it is sent on behalf of the house, in Sender (RFC 5322, section 3.6.2)."""
    head = content[: loops.HEADER]
    sender = first_mailbox(split_message(head, start_of_header(head))[0].first("sender")).address
    found = {user.email: user for user in User.objects.filter(email__in=[mail.sender.address, sender], is_active=True)}
    return found.get(mail.sender.address) or found.get(sender)


def _something_waits(raw: RawMail) -> bool:
    waiting = RawMail.objects.filter(state=RawMail.State.RECEIVED, pk__lt=raw.pk)
    return waiting.exclude(source=RawMail.Source.IMAP_SENT).exists()
