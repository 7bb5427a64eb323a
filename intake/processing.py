"""One stored mail becomes something: ignored, a bounce, a note, a message on its ticket, or a new ticket.

Read this page first. A mail is claimed (the attempt counted and committed), read, and planned for without writing
anything; then one transaction carries the plan out together with the end of the mail's row. So a mail that kills its
reader is told from one whose worker was killed, one that fails is tried again later, two workers with the same mail
make one message, and none of them holds up the next mail.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from intake import backscatter, incoming, loops, marks, sent, threads
from intake.attempts import (
    ALARM,
    AWAY,
    MAX_DEATHS,
    MAX_INTERRUPTIONS,
    WORRYING_ATTEMPTS,
    Overtaken,
    claim,
    end,
    place_of,
    put_back,
)
from intake.models import RawMail
from intake.reading.addresses import address_in
from intake.reading.mail import ParsedMail, read
from tickets.actions import alarms, bouncing, elsewhere, joining, opening
from tickets.actions.record import PARTNER, Actor
from tickets.addresses import erased_key, find_probe, is_ours
from tickets.errors import AlreadyKnown
from tickets.incoming import Details, Incoming
from tickets.models import Message, Ticket
from tickets.threads import ALIKE, message_id_hash
from web.logs import bind

log = logging.getLogger(__name__)

MAX_SENT_TO = 500  # recipients whose hashes are kept
TOO_BIG = "mail-too-big"  # with the number of the mail; a person closes it

State = RawMail.State


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to become of a mail, and why."""

    verdict: loops.Verdict
    place: threads.Place
    known: int | None = None  # the message that it is already
    probe: str = ""  # the token of a check of ours


def process(mail_id: int) -> None:
    """Do what a stored mail asks for. Never raises for the mail's sake: what goes wrong stands on its row."""
    raw = claim(mail_id)
    if raw is None:
        return
    with bind(raw.correlation):
        if raw.interruptions > MAX_INTERRUPTIONS:
            _guarded(raw, _leave_to_a_person)
        elif raw.deaths >= MAX_DEATHS:
            _guarded(raw, _make_unreadable_ticket)
        else:
            _guarded(raw, _read_and_act)


def plan(raw: RawMail, content: bytes, mail: ParsedMail) -> Plan:
    """Decide what is to become of a mail. Reads the database and writes nothing."""
    key, named = incoming.key_of(mail), message_id_hash(mail.message_id)
    like = ALIKE.all(key=key, hash=named)
    known = next((pk for pk, other, _, _ in like if other == key), None)
    probe = _probe_in(raw, mail)
    verdict = loops.judge(
        mail,
        probe=bool(probe),
        envelope_from=raw.envelope_from,
        for_us=_is_for_us(raw, mail),
        sent_by_us=any(threads.went_out(kind, outgoing) for _, _, kind, outgoing in like),
        silence=loops.wants_silence(content),
        is_ours=is_ours,
    )
    if known or verdict.ignored:
        return Plan(verdict=verdict, place=threads.Place(), known=known, probe=probe)
    place = threads.find(mail, envelope_to=raw.envelope_to)
    if verdict.automatic and place.from_staff:
        # Out of office: it says nothing about a ticket, and its writer reads the ticket anyway.
        verdict = replace(verdict, ignored=True, code="staff-automatic")
    elif backscatter.is_backscatter(raw, mail, place):
        verdict = replace(verdict, ignored=True, code=backscatter.CODE)
    return Plan(verdict=verdict, place=place)


def _read_and_act(raw: RawMail) -> None:
    if raw.interruptions > WORRYING_ATTEMPTS:
        alarms.raise_alarm(ALARM, now=timezone.now(), mail=raw.pk)
    content = incoming.content_of(raw)
    with marks.looking_into(raw.pk, raw.attempts):
        mail = read(content, authserv_ids=settings.MAIL_AUTHSERV_ID)
    if raw.size > settings.MAIL_MAX_BYTES:
        alarms.raise_alarm(f"{TOO_BIG}:{raw.pk}", now=timezone.now(), mail=raw.pk, size=raw.size)
    if raw.source == RawMail.Source.IMAP_SENT:
        _record_sent(raw, mail, sent.look_at(raw, content, mail))
        return
    decided = plan(raw, content, mail)
    if decided.known:
        end(raw, State.IGNORED, "known", message_id=decided.known)
    elif decided.verdict.ignored:
        end(raw, State.IGNORED, decided.verdict.code, detail=decided.probe)
    else:
        message = incoming.make(raw, mail, automatic=decided.verdict.automatic)
        with transaction.atomic():
            _act(raw, mail, decided, message, timezone.now())


def _record_sent(raw: RawMail, mail: ParsedMail, found: sent.Sent) -> None:
    """What staff sent by another program: it ends the wait on its ticket, or is nothing of ours."""
    if found.ticket is None:
        to = [erased_key(box.address) for box in (*mail.to, *mail.cc)[:MAX_SENT_TO] if not is_ours(box.address)]
        end(raw, State.IGNORED, found.code, message_id=found.known, sent_to=to)
        return
    message = incoming.make(raw, mail, automatic="")
    with transaction.atomic():
        made = elsewhere.record_sent(
            author=found.author,
            ticket_id=found.ticket.pk,
            incoming=message,
            found_by=found.found_by,
            now=timezone.now(),
        )
        end(raw, State.PROCESSED, "sent", message_id=made.pk)


def _act(raw: RawMail, mail: ParsedMail, decided: Plan, message: Incoming, now: datetime) -> None:
    """The one transaction: the act on the ticket, and the end of the raw mail."""
    place, channel = decided.place, _channel(raw)
    # An old report that is imported changes nothing: what it tells is long known, or too late to tell.
    if mail.bounce is not None and raw.source != RawMail.Source.IMPORT:
        ours, report = bouncing.take_bounce(
            message_id=mail.bounce.original_message_id,
            recipients=mail.bounce.recipients,
            given_up=mail.bounce.given_up,
            permanent=mail.bounce.permanent,
            detail=mail.bounce.diagnostic or mail.bounce.status,
            incoming=message,
            now=now,
        )
        if ours:
            end(raw, State.PROCESSED, "bounce", message_id=report.pk if report else None)
            return
    if place.ticket is not None and place.author is not None:
        made = joining.receive_from_staff(user=place.author, ticket_id=place.ticket.pk, incoming=message, now=now)
        end(raw, State.PROCESSED, "note", message_id=made.pk)
    elif place.ticket is not None:
        made = joining.receive(
            ticket_id=place.ticket.pk,
            incoming=message,
            channel=channel,
            found_by=place.found_by,
            acknowledge=raw.acknowledge and decided.verdict.answerable,
            notify=raw.source != RawMail.Source.IMPORT,
            now=now,
        )
        end(raw, State.PROCESSED, place.found_by, message_id=made.pk)
    else:
        made = _open(raw, message, details=incoming.details_of(mail), verdict=decided.verdict, now=now)
        for target, reason in place.suggestions:
            joining.suggest(source=made.ticket, target=target, reason=reason, now=now)
        end(raw, State.PROCESSED, "new", message_id=made.pk)


def _open(
    raw: RawMail,
    message: Incoming,
    *,
    details: Details = opening.NO_DETAILS,
    verdict: loops.Verdict,
    unreadable: bool = False,
    now: datetime,
) -> Message:
    return opening.open_ticket(
        actor=Actor.staff(raw.imported_by) if raw.imported_by else PARTNER,
        channel=_channel(raw),
        incoming=message,
        details=details,
        acknowledge=raw.acknowledge and verdict.answerable,
        not_acknowledged=verdict.code or ("" if raw.acknowledge else "import"),
        unreadable=unreadable,
        now=now,
    )


def _make_unreadable_ticket(raw: RawMail) -> None:
    """What cannot be read is visible all the same: a ticket with the raw file, and nothing of its content looked at."""
    address = address_in(raw.envelope_from or "")
    code = loops.refuses(address, is_ours)
    with transaction.atomic():
        made = _open(
            raw,
            incoming.make_unreadable(raw, address),
            verdict=loops.Verdict(answerable=not code, code=code),
            unreadable=True,
            now=timezone.now(),
        )
        end(raw, State.PROCESSED, "unreadable", message_id=made.pk)


def _leave_to_a_person(raw: RawMail) -> None:
    """Its workers died again and again, and not over its content: a ticket would only hide that."""
    end(raw, State.FAILED, "interrupted")
    alarms.raise_alarm(ALARM, now=timezone.now(), mail=raw.pk)


def _is_for_us(raw: RawMail, mail: ParsedMail) -> bool:
    """A listener asks before it takes a mail; a provider posts whatever its route lets through.

    A forwarded mail has the provider's own address on its envelope, and ours in its header.
    """
    if raw.source != RawMail.Source.WEBHOOK or not raw.envelope_to:
        return True
    return any(map(is_ours, _sent_to(raw, mail)))


def _probe_in(raw: RawMail, mail: ParsedMail) -> str:
    """The token by which `manage.py check_mail` knows its mail again; a day later it is a mail like any."""
    texts = (*_sent_to(raw, mail), mail.subject)
    return next(filter(None, (find_probe(text, now=raw.received_at) for text in texts)), "")


def _sent_to(raw: RawMail, mail: ParsedMail) -> tuple[str, ...]:
    return (*raw.envelope_to, *mail.delivered_to, *(box.address for box in (*mail.to, *mail.cc)))


def _channel(raw: RawMail) -> str:
    return Ticket.Channel.IMPORT if raw.source == RawMail.Source.IMPORT else Ticket.Channel.EMAIL


def _guarded(raw: RawMail, work: Callable[[RawMail], None]) -> None:
    """Do the work; whatever it raises becomes the state of the mail."""
    try:
        try:
            work(raw)
        except AlreadyKnown as known:
            known_id = Message.objects.values_list("pk", flat=True).get(key=known.key)
            end(raw, State.IGNORED, "known", message_id=known_id)
    except Overtaken:
        log.info("another worker was quicker", extra={"mail": raw.pk})
    except sent.TooEarly as error:
        put_back(raw, "early", error)
    except AWAY as error:
        put_back(raw, "away", error)
    except Exception as error:
        if work is _make_unreadable_ticket:
            end(raw, State.FAILED, "broke", detail=place_of(error))
            alarms.raise_alarm(ALARM, now=timezone.now(), mail=raw.pk)
        else:
            put_back(raw, "broke", error, deaths=1)
