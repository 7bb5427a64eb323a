"""Which ticket does a mail belong to?

Each step is a function of its own and finds clues; a clue is sure or only worth a suggestion. In order:

1. token - a signed token in an address that the mail was sent to. Only we can make one. Forged ones count for nothing.
2. answered - In-Reply-To names a mail of ours. Its Message-ID is random and known to who holds the mail, so this is as
   good as a token, and works where plus-addressing does not. The sender may be new: the act marks the address.
3. references - References names a mail of ours. It survives every forwarding, so a stranger who writes on top of a
   forwarded thread bears it too: sure only for a participant of the ticket, and only where it names one ticket.
4. earlier - In-Reply-To or References name a mail that is on a ticket, but not one of ours. Partners' programs choose
   such ids and anybody on the copy line knows them: sure only for a participant.
5. subject - the reference in the subject, which is no secret: sure only for a participant.

Steps 3 to 5 rest on the From field, which anybody can write. So a mail that wants its answer at an address that is no
participant's, or that a server on its way found forged, is not taken for a participant's.

Some providers put a Message-ID of their own in the place of ours on the way out; it is known by the id that they told.

A token and an answered mail that name different tickets, or a subject with two references, are a doubt: a new ticket
with suggested links, and a person decides. A clue of a weaker step never overrules a stronger one. A colleague who
answers a notice (staff token or the notice's Message-ID, from the address of an active user who may see the ticket)
writes a note. Staff secrets from any other address are only a suggestion. A colleague who writes in without a staff
secret is never taken for a partner of a ticket that exists: a forwarded request opens a new ticket in the colleague's
name, with a suggestion where it bears a clue. A From field can be forged, and a partner holds the partner token.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import connection

from intake.reading.mail import ParsedMail
from tickets.addresses import Signed, read_address
from tickets.models import Message, Ticket, User
from tickets.notices import notices_named
from tickets.permissions import Act, may
from tickets.questions import Given, Question
from tickets.threads import Named, messages_named

MAX_IDS = 100
MAX_SUGGESTIONS = 5
MAX_MERGES = 20

COLLEAGUE = Question(lambda: User.objects.filter(email=Given("address"), is_active=True))
TAKING_PART = """
    SELECT ticket_id, address FROM tickets_participant JOIN tickets_requesteraddress USING (requester_id)
    WHERE ticket_id = ANY(%s::bigint[]) AND address = ANY(%s)
"""


@dataclass(frozen=True, kw_only=True)
class Clue:
    """A ticket that one step found. `doubt` is the code of why it is not obeyed, "" when it is sure."""

    step: str
    ticket: Ticket
    doubt: str = ""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a mail goes: onto `ticket` (as a note of `author`, if there is one), or into a new one.

    `suggestions` are tickets that a new one may belong to, each with the code of why; `from_staff` says that the sender
    is a colleague.
    """

    ticket: Ticket | None = None
    found_by: str = ""
    author: User | None = None
    suggestions: tuple[tuple[Ticket, str], ...] = ()
    clues: tuple[Clue, ...] = ()
    from_staff: bool = False


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What the steps look at, fetched once: the mail, and what its addresses and identifiers lead to."""

    mail: ParsedMail
    tokens: tuple[Signed, ...]
    named: tuple[Named, ...]  # messages of ours or theirs that In-Reply-To or References name
    notices: tuple[int, ...]  # tickets whose notices to staff In-Reply-To or References name
    tickets: dict[int, Ticket]  # those of tokens and notices
    tagged: tuple[Ticket, ...]  # those whose references stand in the subject
    joined: frozenset[int]  # tickets in which the sender takes part, without a sign of forgery
    user: User | None


def find(mail: ParsedMail, *, envelope_to: Sequence[str]) -> Place:
    """Find the ticket of a mail. Reads only."""
    letter = _look_up(mail, envelope_to)
    steps = (find_by_token, find_by_notice, find_by_answered, find_by_references, find_by_earlier, find_by_subject)
    clues = tuple(clue for step in steps for clue in step(letter))
    if letter.user is not None:
        return _place_of_staff(letter.user, clues)
    sure = [clue for clue in clues if not clue.doubt]
    if not sure:
        return Place(suggestions=_suggestions(clues), clues=clues)
    strong = [clue for clue in sure if clue.step in ("token", "answered")]
    deciding = strong or [clue for clue in sure if clue.step == sure[0].step]
    if len({clue.ticket.pk for clue in deciding}) > 1:
        return Place(suggestions=_suggestions(deciding, "several"), clues=clues)
    return Place(ticket=deciding[0].ticket, found_by=deciding[0].step, clues=clues)


def find_by_token(letter: Letter) -> Iterable[Clue]:
    """The tickets of the signed tokens in the addresses that the mail was sent to."""
    for signed in letter.tokens:
        ticket = letter.tickets.get(signed.ticket_id)
        if ticket is not None:
            doubt = "staff-token" if signed.audience == "staff" else ""
            yield Clue(step="token", ticket=home(ticket), doubt=doubt)


def find_by_notice(letter: Letter) -> Iterable[Clue]:
    """The tickets of those notices to staff that In-Reply-To or References name."""
    for ticket_id in letter.notices:
        if ticket_id in letter.tickets:
            yield Clue(step="notice", ticket=home(letter.tickets[ticket_id]), doubt="staff-notice")


def find_by_answered(letter: Letter) -> Iterable[Clue]:
    """The tickets of those mails of ours that In-Reply-To names."""
    answered = set(letter.mail.in_reply_to)
    for named in letter.named:
        if named.message_id in answered and sent_by_us(named.message):
            yield Clue(step="answered", ticket=home(named.message.ticket))


def find_by_references(letter: Letter) -> Iterable[Clue]:
    """The ticket of the mails of ours that References names; those of several tickets are a doubt."""
    answered = set(letter.mail.in_reply_to)
    ours = [each.message for each in letter.named if each.message_id not in answered and sent_by_us(each.message)]
    tickets = {ticket.pk: ticket for ticket in (home(message.ticket) for message in ours)}
    for ticket in tickets.values():
        several = Clue(step="references", ticket=ticket, doubt="references-several")
        yield _if_joined(letter, "references", ticket) if len(tickets) == 1 else several


def find_by_earlier(letter: Letter) -> Iterable[Clue]:
    """The ticket of the newest other mail that In-Reply-To or References name: the partner's own, or imported."""
    others = [named for named in letter.named if not sent_by_us(named.message)]
    # Anybody can give a mail the identifier of another one: of several, the one on a ticket of the sender's counts.
    same = [named.message for named in others if named.message_id == others[0].message_id]
    for message in sorted(same, key=lambda each: home(each.ticket).pk not in letter.joined)[:1]:
        yield _if_joined(letter, "earlier", message.ticket)


def find_by_subject(letter: Letter) -> Iterable[Clue]:
    """The tickets whose references stand in the subject."""
    for ticket in letter.tagged:
        yield _if_joined(letter, "subject", ticket)


def sent_by_us(message: Message) -> bool:
    """Whether this message is a mail that we sent to a partner."""
    return went_out(message.kind, message.outgoing_id)


def went_out(kind: str, outgoing: int | None) -> bool:
    """The same of a message's kind and the number of its mail in the outbox."""
    return outgoing is not None or kind == Message.Kind.OUTBOUND


def home(ticket: Ticket) -> Ticket:
    """The ticket that this one was merged into, or itself."""
    for _ in range(MAX_MERGES):
        if ticket.merged_into is None:
            break
        ticket = ticket.merged_into
    return ticket


def tagged(subject: str) -> tuple[Ticket, ...]:
    """The tickets whose references stand in a subject, in their order; one query."""
    tags = tuple(dict.fromkeys(_reference_pattern().findall(subject.upper())))[:MAX_SUGGESTIONS]
    return tuple(Ticket.objects.filter(reference__in=tags).order_by("id")) if tags else ()


def _look_up(mail: ParsedMail, envelope_to: Sequence[str]) -> Letter:
    addresses = [*envelope_to, *mail.delivered_to, *(box.address for box in (*mail.to, *mail.cc))]
    tokens = tuple(dict.fromkeys(filter(None, map(read_address, addresses))))
    # The newest first: what a mail answers, then its references from the end.
    ids = [*mail.in_reply_to[:MAX_IDS], *reversed(mail.references[-MAX_IDS:])]
    named = tuple(messages_named(ids)) if ids else ()
    user = _colleague(mail.sender.address)
    # Only what a colleague sends can be the answer to a notice; for all others a doubtful clue would cost a query.
    notices = tuple(notices_named(ids)) if ids and (user or not named) else ()
    ids_of_tickets = {signed.ticket_id for signed in tokens} | set(notices)
    tickets: dict[int, Ticket] = Ticket.objects.in_bulk(ids_of_tickets) if ids_of_tickets else {}
    in_subject = tagged(mail.subject)
    weak = [*in_subject, *(each.message.ticket for each in named)]
    return Letter(
        mail=mail,
        tokens=tokens,
        named=named,
        notices=notices,
        tickets=tickets,
        tagged=in_subject,
        joined=_joined(mail, {home(ticket).pk for ticket in weak}),
        user=user,
    )


def _colleague(address: str) -> User | None:
    return COLLEAGUE.first(address=address) if address else None


def _joined(mail: ParsedMail, candidates: set[int]) -> frozenset[int]:
    addresses = {box.address for box in (mail.sender, *mail.reply_to) if box.address}
    if not candidates or not mail.sender.address or _found_forged(mail):
        return frozenset()
    by_ticket: dict[int, set[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(TAKING_PART, [list(candidates), list(addresses)])
        for ticket_id, address in cursor.fetchall():
            by_ticket.setdefault(ticket_id, set()).add(address)
    return frozenset(ticket_id for ticket_id, known in by_ticket.items() if addresses <= known)


def _found_forged(mail: ParsedMail) -> bool:
    """Whether a server on the way says that the domain in From disowns the mail. A forger would not add this."""
    return any(re.search(r"\bdmarc\s?=\s?fail\b", result, re.I) for result in mail.auth_results)


def _reference_pattern() -> re.Pattern[str]:
    return re.compile(rf"(?<![A-Z0-9-]){re.escape(settings.REFERENCE_PREFIX.upper())}-20\d\d-\d{{6,9}}(?![0-9])")


def _if_joined(letter: Letter, step: str, ticket: Ticket) -> Clue:
    to = home(ticket)
    return Clue(step=step, ticket=to, doubt="" if to.pk in letter.joined else f"{step}-stranger")


def _place_of_staff(user: User, clues: tuple[Clue, ...]) -> Place:
    secret = [clue for clue in clues if clue.doubt in ("staff-token", "staff-notice")]
    tickets = {clue.ticket.pk for clue in secret}
    if len(tickets) == 1 and may(user, Act.NOTE, secret[0].ticket):
        return Place(ticket=secret[0].ticket, found_by=secret[0].step, author=user, clues=clues, from_staff=True)
    return Place(suggestions=_suggestions(clues, "staff"), clues=clues, from_staff=True)


def _suggestions(clues: Iterable[Clue], why: str = "") -> tuple[tuple[Ticket, str], ...]:
    found: dict[int, tuple[Ticket, str]] = {}
    for clue in clues:
        found.setdefault(clue.ticket.pk, (clue.ticket, clue.doubt or why or clue.step))
    return tuple(found.values())[:MAX_SUGGESTIONS]
