"""What we say on a ticket: acknowledgement, reply, note."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from notifications import emails, limits, outbox
from notifications.models import OutgoingMail
from notifications.rows import insert
from tickets import links, placeholders
from tickets.actions import deadlines, drafting, following, heeding, natures, triage, with_reply
from tickets.actions.record import Actor, add_files, changed, lock, read_clock, record
from tickets.addresses import reply_address
from tickets.errors import IllegalMove
from tickets.files import StoredFile
from tickets.incoming import Incoming
from tickets.meanwhile import Kind
from tickets.models import Contact, Draft, Event, Message, Ticket, User
from tickets.notices import group_of
from tickets.search import index
from tickets.signatures import signature
from tickets.threads import last_inbound, message_id_hash, thread_of


def acknowledge(ticket: Ticket, *, incoming: Incoming, now: datetime) -> Message:
    """Tell the partner that we have the request, under which reference, and by when an answer is due.

    Inside the transaction that opened the ticket: the promise stands or falls with the ticket.
    """
    language = ticket.mail_language
    token = links.make_link(ticket, now=now)
    to = emails.Address(incoming.sender_name, incoming.reply_to or incoming.sender_address)
    mail = emails.acknowledgement(
        to=to,
        language=language,
        reference=ticket.reference,
        subject=ticket.subject,
        registered_on=ticket.received_at.astimezone(ZoneInfo(settings.HOUSE_TIME_ZONE)).date(),
        answer_by=ticket.answer_by,
        tracking_url="" if ticket.sensitive else links.tracking_url(token, language),
        privacy_url=links.privacy_url(language),
        phone=settings.HOUSE_PHONE,
        thread=emails.Thread(incoming.message_id, (*incoming.references, incoming.message_id)),
        reply_to=reply_address(ticket.pk, "partner"),
        key=f"acknowledgement:{ticket.pk}",
        group=group_of(ticket),
        correlation=incoming.correlation,
    )
    return keep_automatic(ticket, mail, automatic="acknowledgement", secret=token, now=now)


def keep_automatic(ticket: Ticket, mail: OutgoingMail, *, automatic: str, secret: str = "", now: datetime) -> Message:
    """A mail that no person wrote, as it stands on the ticket, so that an answer to it is known.

    `secret` is the token of the partner's link, if there is one: the ticket keeps the mail without it, for whoever
    reads the ticket could open the link as the partner.
    """
    kept = {part: words.replace(secret, "…") if secret else words for part, words in _words_of(mail)}
    message = Message(
        ticket=ticket,
        kind=Message.Kind.AUTOMATIC,
        channel=Ticket.Channel.EMAIL,
        automatic=automatic,
        to=_recipients(mail.to),
        received_at=now,
        **{**_as_sent(mail), **kept},
    )
    insert(message)
    return message


def most_bytes() -> int:
    """The largest mail that can be sent now: what the house allows, and the mail server takes."""
    return limits.most_bytes()


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A reply as it is written: `to` and `cc` are names and addresses, an empty `to` is the partner."""

    text: str
    nature: str
    to: Sequence[tuple[str, str]] = ()
    cc: Sequence[tuple[str, str]] = ()
    files: Sequence[StoredFile] = ()
    told: natures.Told = natures.NOTHING


@transaction.atomic
def reply(
    *,
    actor: Actor,
    ticket_id: int,
    text: str,
    nature: str = Message.Nature.ANSWER,
    to: Sequence[tuple[str, str]] = (),
    cc: Sequence[tuple[str, str]] = (),
    files: Sequence[StoredFile] = (),
    answer_by: date | None = None,
    contact: Contact | None = None,
    forward: bool = False,
    status: str = "",
    last_seen: int | None = None,
    heed: Collection[Kind] = heeding.PARTNER_ALONE,
    key: str = "",
    correlation: str = "",
    now: datetime,
) -> Message:
    """Answer the partner. The mail waits `UNDO_SECONDS` and can be taken back until then. The draft of it is gone then.

    `to` and `cc` are names and addresses; an empty `to` is the partner. A holding reply needs the date `answer_by`, a
    transfer the body `contact`, which gets a copy when `forward`: the mail says so in the partner's language.
    `last_seen` is the newest message that the writer had before the eyes: what happened since refuses the reply if it
    is among what they `heed`, so that nobody answers past it. `key` makes a double submit one reply. `status` is set
    together with the reply and taken back with it.
    """
    told = natures.told_by(nature, answer_by, contact, forward=forward)
    letter = Letter(text=text, nature=nature, to=to, cc=cc, files=files, told=told)
    ticket = lock(ticket_id)

    def check() -> None:
        natures.check(ticket, nature, told, now=now)
        if actor.user is not None and last_seen is not None:
            heeding.check(ticket, writer=actor.user, last_seen=last_seen, heed=heed, now=now)

    message, made = write(
        ticket, letter, actor=actor, status=status, key=key, correlation=correlation, now=now, check=check
    )
    if made:
        drafting.forget(Draft.objects.filter(ticket=ticket, author=actor.user), now=now)
    return message


def write(
    ticket: Ticket,
    letter: Letter,
    *,
    actor: Actor,
    status: str = "",
    key: str = "",
    correlation: str = "",
    now: datetime,
    check: Callable[[], None] = lambda: None,
) -> tuple[Message, bool]:
    """`reply` on a ticket that is locked already: the message, and False when this `key` wrote it before."""
    author = actor.user
    if author is None:
        raise IllegalMove("author-missing", _("A reply needs a person who signs it."))
    mail_key = f"reply:{ticket.pk}:{key or f'{author.pk}:{now.timestamp()}'}"
    if known := Message.objects.filter(ticket=ticket, outgoing__key=mail_key).first():
        return known, False
    _check_reply(ticket, letter.text)
    check()
    told = natures.sentences(ticket, letter.told)
    mail = _put_reply(ticket, author, letter, told, key=mail_key, correlation=correlation, now=now)
    before = with_reply.state_of(ticket)
    message = _keep_reply(ticket, author, mail, letter, told, now=now)
    with_reply.move(ticket, actor=actor, nature=letter.nature, status=status, now=now)
    takes_it = ticket.assignee_id is None
    _keep_told(ticket, letter.told, now)
    after = {"status": ticket.status, "assignee": author.pk if takes_it else ticket.assignee_id}
    after |= {"official": ticket.official_id}
    data: dict[str, object] = {"nature": letter.nature, "before": before, "after": after}
    if letter.told.contact is not None:
        data["contact"] = letter.told.contact.code
    if letter.told.answer_by is not None:
        data["answer_by"] = letter.told.answer_by.isoformat()
    if message.cc:
        data["copies"] = len(message.cc)
    record(ticket, Event.Verb.REPLIED, actor=actor, at=now, message=message, data=data)
    if letter.told.answer_by is not None:
        deadlines.keep(ticket)
    if takes_it:
        triage.assign(actor=actor, ticket_id=ticket.pk, assignee=author, now=now)
    return message, True


@transaction.atomic
def undo_reply(*, actor: Actor, message_id: int, now: datetime) -> Message:
    """Take a reply back while it still waits. Its text stays on the message, so that it can be written on.

    What the reply changed on the ticket is as it was before, unless somebody moved the ticket or the partner wrote
    since: then that holds.
    """
    message = Message.objects.select_related("outgoing").get(pk=message_id, kind=Message.Kind.OUTBOUND)
    ticket = lock(message.ticket_id)
    if message.outgoing is None or not outbox.cancel(message.outgoing.pk, now=now):
        raise IllegalMove("already-sent", _("The mail has left already and cannot be taken back."))
    written = Event.objects.get(ticket=ticket, verb=Event.Verb.REPLIED, message=message)
    status = ticket.status
    with_reply.put_back(ticket, message, written)
    message.delivery, message.reason_before = Message.Delivery.CANCELLED, ""
    message.save(update_fields=["delivery", "reason_before"])
    record(
        ticket,
        Event.Verb.REPLY_UNDONE,
        actor=actor,
        at=now,
        message=message,
        data=changed(status, ticket.status) if status != ticket.status else None,
    )
    before, after = written.data["before"]["assignee"], written.data["after"]["assignee"]
    if before is None and after is not None and ticket.assignee_id == after:
        triage.assign(actor=actor, ticket_id=ticket.pk, assignee=None, now=now)
    read_clock(ticket)
    return message


@transaction.atomic
def note(*, actor: Actor, ticket_id: int, text: str, files: Sequence[StoredFile] = (), now: datetime) -> Message:
    """Write an internal note. No partner ever sees it. Who is named in it by "@" is told, and follows the ticket."""
    ticket = lock(ticket_id)
    if not text.strip() and not files:
        raise IllegalMove("text-missing", _("The note is empty. Write something first."))
    message = Message.objects.create(
        ticket=ticket,
        kind=Message.Kind.NOTE,
        channel=Ticket.Channel.EMAIL if actor.user is None else ticket.channel,
        author=actor.user,
        sender_name=actor.user.name if actor.user else "",
        text=text,
        received_at=now,
    )
    add_files(message, files)
    index.add(message, [file.name for file in files])
    named = following.mentioned(ticket, text)
    data = {"mentioned": [person.pk for person in named]} if named else None
    record(ticket, Event.Verb.NOTED, actor=actor, at=now, message=message, data=data)
    following.tell_mentioned(ticket, message, named, actor=actor, now=now)
    return message


def _check_reply(ticket: Ticket, text: str) -> None:
    if ticket.status in (Ticket.Status.MERGED, Ticket.Status.SPAM):
        raise IllegalMove("status", _("This ticket takes no replies in its present status."))
    if not text.strip():
        raise IllegalMove("text-missing", _("The reply is empty. Write something first."))
    if left := placeholders.left_in(text):
        told = _("Fill in what is still in braces, or take it out: %(places)s")
        raise IllegalMove("place-empty", told % {"places": " ".join(left)})


def _partner(ticket: Ticket, asked: Message | None) -> list[emails.Address]:
    if asked is not None and asked.sender_address:
        return [emails.Address(asked.sender_name, asked.reply_to or asked.sender_address)]
    address = ticket.requester.addresses.first() if ticket.requester else None
    return [emails.Address(ticket.requester.name, address.address)] if ticket.requester and address else []


def _put_reply(
    ticket: Ticket, author: User, letter: Letter, told: str, *, key: str, correlation: str, now: datetime
) -> OutgoingMail:
    asked = last_inbound(ticket)
    recipients = [emails.Address(*each) for each in letter.to] or _partner(ticket, asked)
    if not recipients:
        raise IllegalMove("recipient-missing", _("We know no address of the partner. Enter one."))
    body = letter.told.contact
    copies = [emails.Address(*each) for each in letter.cc]
    if body and letter.told.copy_to and letter.told.copy_to not in [each.address for each in (*recipients, *copies)]:
        copies.append(emails.Address(body.name, body.address))
    try:
        return emails.reply(
            to=recipients,
            cc=copies,
            language=ticket.mail_language,
            reference=ticket.reference,
            subject=ticket.subject,
            text=_with_told(letter.text, told),
            files=[outbox.File(f.name, f.content_type, f.path, f.size) for f in letter.files],
            author_name=author.name,
            signature=signature(author, ticket.mail_language),
            history=asked.new_text if asked else "",
            thread=thread_of(ticket),
            reply_to=reply_address(ticket.pk, "partner"),
            not_before=now + timedelta(seconds=settings.UNDO_SECONDS),
            key=key,
            group=group_of(ticket),
            correlation=correlation,
        )
    except outbox.TooBig as error:
        limit = max(error.limit // (1024 * 1024), 1)
        message = _("The mail is larger than the %(limit)s MB that can be sent. Take out files or make them smaller.")
        raise IllegalMove("too-big", message % {"limit": limit}) from error


def _keep_reply(
    ticket: Ticket, author: User, mail: OutgoingMail, letter: Letter, told: str, *, now: datetime
) -> Message:
    """The reply as it stands on the ticket: the words as written, without signature and history."""
    message = Message.objects.create(
        ticket=ticket,
        kind=Message.Kind.OUTBOUND,
        nature=letter.nature,
        channel=Ticket.Channel.EMAIL,
        author=author,
        sender_name=author.name,
        to=_recipients(mail.to),
        cc=_recipients(mail.cc),
        received_at=now,
        reason_before=ticket.outcome_reason,
        promises=letter.told.answer_by,
        contact=letter.told.contact,
        told=told,
        **{**_as_sent(mail), "text": _with_told(letter.text, told), "html": ""},
    )
    add_files(message, letter.files)
    index.add(message, [file.name for file in letter.files])
    return message


def _keep_told(ticket: Ticket, told: natures.Told, now: datetime) -> None:
    """The date and the official that the partner is told are the ticket's from now on."""
    ticket.last_message_at = now
    if told.answer_by is not None:
        ticket.answer_by, ticket.answer_by_told_at = told.answer_by, now
    if told.official is not None:
        ticket.official = told.official
    ticket.save(update_fields=["last_message_at", "answer_by", "answer_by_told_at", "official"])


def _with_told(text: str, told: str) -> str:
    return f"{text.strip()}\n\n{told}" if told else text


def _recipients(mailboxes: Sequence[dict[str, str]]) -> list[list[str]]:
    """Name and address of each, the address in lower case: so a person's are found again."""
    return [[each["name"], each["address"].lower()] for each in mailboxes]


def _words_of(mail: OutgoingMail) -> tuple[tuple[str, str], ...]:
    return ("text", mail.text), ("html", mail.html)


def _as_sent(mail: OutgoingMail) -> dict[str, object]:
    """What a message keeps of its mail: enough to show it and to know an answer to it."""
    return {
        "outgoing": mail,
        "delivery": Message.Delivery.QUEUED,
        "subject": mail.subject,
        "text": mail.text,
        "html": mail.html,
        "language": mail.language,
        "message_id": mail.message_id,
        "message_id_hash": message_id_hash(mail.message_id),
    }
