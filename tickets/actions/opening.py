"""A new ticket, from whichever door."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction

from notifications.rows import insert
from tickets.actions import answering, deadlines, keeping, people, routing
from tickets.actions.alarms import raise_alarm
from tickets.actions.record import SYSTEM, Actor, add_files, event, once, record
from tickets.claims import keep_invitations, keep_verdicts
from tickets.deadlines import CALENDAR, Rules, days_that_count
from tickets.incoming import Details, Incoming
from tickets.models import (
    Duty,
    Event,
    Message,
    Need,
    Participant,
    Queue,
    Region,
    Requester,
    RoutingRule,
    Ticket,
    TicketLink,
    Topic,
)
from tickets.policies import ACTIVE, Rule, Traits
from tickets.regulation import CalendarMissing
from tickets.search import index
from tickets.threads import message_id_hash

NO_DETAILS = Details()
GENERAL_QUEUE = "general"
# Fifteen working days are at least nineteen days, and one less where the day of receipt counts: the date to promise for
# what is younger is still to come.
STILL_AHEAD, A_DAY_LESS = timedelta(days=19), timedelta(days=1)
# Who wrote these was told a date only if an acknowledgement goes out.
UNPROMISED = (Ticket.Channel.IMPORT, Ticket.Channel.PHONE)
# The years for which the database has a sequence of references.
FIRST_YEAR, LAST_YEAR = 2014, 2060
_BEGINNING = f"""
    SELECT id, nextval(%(sequence)s::regclass),
        EXISTS (SELECT FROM tickets_routingrule WHERE active AND moment = %(moment)s),
        {ACTIVE},
        ARRAY(SELECT date FROM tickets_holiday WHERE calendar = %(calendar)s AND date BETWEEN %(first)s AND %(last)s),
        EXISTS (SELECT FROM tickets_calendar WHERE code = %(calendar)s AND count_day_of_registration),
        (SELECT v.id FROM tickets_calendarversion v JOIN tickets_calendar c ON c.id = v.calendar_id
         WHERE c.code = %(calendar)s ORDER BY v.number DESC LIMIT 1)
    FROM tickets_queue WHERE code = %(queue)s
"""  # noqa: S608 - text of ours


@dataclass(frozen=True)
class Beginning:
    """What a new ticket is given: its queue, the next reference of the Brussels year of receipt, rules of deadlines.

    `routed`: whether there are rules for new tickets.

    A sequence waits for nobody, so references have gaps.
    """

    queue_id: int
    reference: str
    routed: bool
    rules: Rules


def open_ticket(
    *,
    actor: Actor,
    channel: str,
    incoming: Incoming,
    details: Details = NO_DETAILS,
    acknowledge: bool,
    not_acknowledged: str = "",
    unreadable: bool = False,
    now: datetime,
) -> Message:
    """Open a ticket from a message; returns its first message.

    `acknowledge` says whether the partner is told; where not, `not_acknowledged` is the reason as a code.
    AlreadyKnown when the same message is here already: nothing is written then.
    """
    with once(incoming.key):
        requester = people.find_or_make_requester(
            address=incoming.sender_address, name=incoming.sender_name, language=incoming.language, now=now
        )
        beginning = _begin(incoming.received_at)
        lately = now - incoming.received_at < STILL_AHEAD - beginning.rules.counted * A_DAY_LESS
        promise = channel not in UNPROMISED or (acknowledge and lately)
        ticket = _make_ticket(
            beginning, channel, incoming, details, requester, unreadable=unreadable, promise=promise, now=now
        )
        message = make_message(ticket, incoming, channel=channel, requester=requester)
        if requester is not None:
            insert(Participant(ticket=ticket, requester=requester, joined_at=now))
        if details.need_item:
            _make_need(ticket, details)
        if not incoming.automatic:
            keeping.begin(ticket, incoming.received_at)
        names = [file.name for file in incoming.files]
        index.open_document(ticket, message, names, details.need_item, details.need_recipient)
        history = [event(ticket, Event.Verb.OPENED, actor=actor, at=now, message=message, data={"channel": channel})]
        if acknowledge and requester is not None:
            sent = answering.acknowledge(ticket, incoming=incoming, now=now)
            history.append(event(ticket, Event.Verb.ACKNOWLEDGED, actor=SYSTEM, at=now, message=sent))
        elif not_acknowledged:
            why = {"reason": not_acknowledged}
            history.append(event(ticket, Event.Verb.NOT_ACKNOWLEDGED, actor=SYSTEM, at=now, data=why))
        # What is imported is history: rules would give away, and tell of, what was settled long ago.
        if beginning.routed and channel != Ticket.Channel.IMPORT:
            history += routing.on_opening(ticket, correlation=incoming.correlation, now=now)
        insert(*history)
        deadlines.keep_new(ticket, beginning.rules, acknowledged=acknowledge and requester is not None)
        return message


@transaction.atomic
def link(*, actor: Actor, source: Ticket, target: Ticket, kind: str, reason: str = "", now: datetime) -> None:
    """Say that two tickets belong together; once."""
    if source.pk == target.pk:
        return
    _, made = TicketLink.objects.get_or_create(
        source=source, target=target, defaults={"kind": kind, "reason": reason, "created_at": now}
    )
    if made:
        record(
            source,
            Event.Verb.LINKED,
            actor=actor,
            at=now,
            data={"ticket": target.pk, "reference": target.reference, "kind": kind, "reason": reason},
        )


def make_message(ticket: Ticket, incoming: Incoming, *, channel: str, requester: Requester | None) -> Message:
    """Write down what came in, its files included. Inside the transaction of the act that received it."""
    message = Message(
        ticket=ticket,
        kind=Message.Kind.AUTOMATIC if incoming.automatic else Message.Kind.INBOUND,
        channel=channel,
        requester=requester,
        sender_name=incoming.sender_name[:300],
        sender_address=incoming.sender_address[:320],
        reply_to=incoming.reply_to[:320],
        to=[list(each) for each in incoming.to],
        cc=[list(each) for each in incoming.cc],
        subject=incoming.subject[:1000],
        text=incoming.text,
        quote_start=incoming.quote_start,
        html=incoming.html,
        language=incoming.language,
        message_id=incoming.message_id[:1000],
        message_id_hash=message_id_hash(incoming.message_id),
        key=incoming.key,
        automatic=incoming.automatic[:40],
        marked=incoming.marked[:40],
        trust=incoming.trust,
        verdicts=keep_verdicts(incoming.verdicts),
        invitations=keep_invitations(incoming.invitations),
        raw_path=incoming.raw_path,
        raw_sha256=incoming.raw_sha256,
        received_at=incoming.received_at,
        written_at=incoming.written_at,
    )
    insert(message)
    add_files(message, incoming.files)
    return message


def _make_ticket(
    beginning: Beginning,
    channel: str,
    incoming: Incoming,
    details: Details,
    requester: Requester | None,
    *,
    unreadable: bool,
    promise: bool,
    now: datetime,
) -> Ticket:
    region = Region.objects.filter(code=details.region).first() if details.region else None
    country = region.country if region else details.country
    organisation = people.find_or_make_organisation(
        name=details.organisation, kind=details.organisation_kind, country=country, region=region
    )
    if requester is not None:
        people.learn(requester, organisation=organisation, phone=details.phone)
    ticket = Ticket(
        reference=beginning.reference,
        subject=incoming.subject[:500],
        letter_number=details.letter_number[:100],
        letter_date=details.letter_date,
        kind=details.kind,
        priority=Ticket.Priority.URGENT if details.danger_to_life else Ticket.Priority.NORMAL,
        queue_id=beginning.queue_id,
        topic=Topic.objects.filter(code=details.topic).first() if details.topic else None,
        language=incoming.language,
        reply_language=incoming.language or (requester.language if requester else ""),
        # Who filled in the form in a language reads it. What a browser says it accepts, nobody has said to us.
        accepted_languages=[incoming.language] if channel == Ticket.Channel.WEB_FORM and incoming.language else [],
        channel=channel,
        requester=requester,
        organisation=organisation or (requester.organisation if requester else None),
        country=country,
        region=region,
        danger_to_life=details.danger_to_life,
        may_share=details.may_share,
        unreadable=unreadable,
        received_at=incoming.received_at,
        created_at=now,
        waiting_since=None if incoming.automatic else incoming.received_at,
        last_message_at=incoming.received_at,
    )
    ticket.answer_by = _answer_by(ticket, beginning.rules, now) if promise else None
    insert(ticket)
    return ticket


def _answer_by(ticket: Ticket, rules: Rules, now: datetime) -> date | None:
    """The date to promise. Without a calendar there is none: a person is called, and the partner is told no guess."""
    rule = rules.choose(Traits.of(ticket)).get(Duty.REPLY)
    try:
        return rules.due(rule, ticket.received_at).on if rule else None
    except CalendarMissing as error:
        raise_alarm(f"calendar-missing:{error.year}", now=now, year=error.year)
        return None


def _make_need(ticket: Ticket, details: Details) -> None:
    Need.objects.create(
        ticket=ticket,
        item=details.need_item[:300],
        quantity=details.need_quantity[:100],
        needed_by=details.needed_by,
        recipient=details.need_recipient[:300],
    )


def next_reference(received_at: datetime) -> str:
    """The next reference of the Brussels year of receipt."""
    return _begin(received_at).reference


def _begin(received_at: datetime) -> Beginning:
    """Ask the database, in one question, for what a new ticket needs to know."""
    year = received_at.astimezone(ZoneInfo(settings.HOUSE_TIME_ZONE)).year
    if not FIRST_YEAR <= year <= LAST_YEAR:
        year = datetime.now(UTC).astimezone(ZoneInfo(settings.HOUSE_TIME_ZONE)).year
    first, last = days_that_count(received_at)
    moment = RoutingRule.Moment.CREATION
    facts: dict[str, Any] = {"sequence": f"ticket_reference_{year}", "moment": moment, "queue": GENERAL_QUEUE}
    facts |= {"calendar": CALENDAR, "first": first, "last": last}
    with connection.cursor() as cursor:
        cursor.execute(_BEGINNING, facts)
        found = cursor.fetchone()
    if found is None:
        raise Queue.DoesNotExist(GENERAL_QUEUE)
    queue, number, routed, policies, *days = found
    rules = Rules(tuple(map(Rule.read, policies)), *days)
    return Beginning(queue, f"{settings.REFERENCE_PREFIX}-{year}-{number:06d}", routed, rules)
