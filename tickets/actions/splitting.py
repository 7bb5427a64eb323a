"""A message that is about something else becomes a ticket of its own."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tickets.actions import deadlines, keeping, opening
from tickets.actions.record import Actor, lock, read_clock, record
from tickets.errors import IllegalMove
from tickets.models import Event, Message, Participant, Ticket, TicketLink
from tickets.search import index


@transaction.atomic
def split(*, actor: Actor, message_id: int, now: datetime) -> Ticket:
    """Make a ticket of one message of a partner, and return it; the two are linked.

    The partner of the new ticket waits since the message was received, and the date that they were told for the old one
    holds for it too, as long as that was not answered. Merging the new one into the old one takes it back.
    """
    number = Message.objects.values_list("ticket", flat=True).get(pk=message_id)
    source = lock(number)
    message = Message.objects.select_related("requester").get(pk=message_id)
    _check(source, message)
    made = _make_ticket(source, message, now)
    Message.objects.filter(pk=message.pk).update(ticket=made)
    if message.requester is not None:
        Participant.objects.create(ticket=made, requester=message.requester, joined_at=now)
    data = {"ticket": made.pk, "reference": made.reference}
    record(source, Event.Verb.SPLIT, actor=actor, at=now, message=message, data=data)
    data = {"channel": made.channel, "from": source.pk, "reference": source.reference}
    record(made, Event.Verb.OPENED, actor=actor, at=now, message=message, data=data)
    opening.link(actor=actor, source=made, target=source, kind=TicketLink.Kind.RELATED, reason="split", now=now)
    read_clock(source)
    keeping.begin(made, message.received_at)
    deadlines.keep(made)
    index.refresh([source.pk, made.pk])
    return made


def _check(source: Ticket, message: Message) -> None:
    if message.kind != Message.Kind.INBOUND:
        raise IllegalMove("not-inbound", _("Only a message of the partner can become a ticket of its own."))
    if source.status == Ticket.Status.SPAM:
        raise IllegalMove("status", _("This ticket is spam. Say first that it is none."))
    others = Message.objects.filter(ticket=source, kind=Message.Kind.INBOUND).exclude(pk=message.pk)
    if not others.exists():
        raise IllegalMove("only-message", _("The partner wrote nothing else here, so there is nothing to split off."))


def _make_ticket(source: Ticket, message: Message, now: datetime) -> Ticket:
    """A ticket about the message, with what is known of its writer from the old one."""
    day = message.received_at.astimezone(ZoneInfo(settings.HOUSE_TIME_ZONE)).date()
    promised = source.answer_by is not None and source.first_answered_at is None and day <= source.answer_by
    same_person = message.requester_id is None or message.requester_id == source.requester_id
    language = message.language or source.language
    return Ticket.objects.create(
        reference=opening.next_reference(message.received_at),
        subject=(message.subject or source.subject)[:500],
        queue=source.queue,
        language=language,
        reply_language=source.reply_language if language == source.language else language,
        accepted_languages=source.accepted_languages if same_person else [],
        channel=message.channel,
        requester=message.requester or source.requester,
        organisation=source.organisation,
        country=source.country,
        region=source.region,
        assignee=source.assignee,
        sensitive=source.sensitive,
        received_at=message.received_at,
        created_at=now,
        answer_by=source.answer_by if promised else None,
        waiting_since=message.received_at,
        last_message_at=message.received_at,
    )
