"""What the house told a partner from another program than this one."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tickets.actions import settling, triage
from tickets.actions.joining import follow_merges
from tickets.actions.opening import make_message
from tickets.actions.record import SYSTEM, Actor, lock, once, read_clock, record
from tickets.errors import IllegalMove
from tickets.incoming import Incoming
from tickets.models import Event, Message, Ticket, User


def record_sent(*, author: User | None, ticket_id: int, incoming: Incoming, found_by: str, now: datetime) -> Message:
    """Put down an answer that staff sent by another program, such as Outlook: it has left, so nothing is sent here.

    `author` is the member of staff, None when only the house is known; `incoming.received_at` is when the mail server
    took the mail, and so when the wait ends. Nobody can say there whether it answers, so it counts as an answer until
    somebody says that it `was_question`.
    `found_by` is the code of what led to the ticket. AlreadyKnown when the same mail is here already.
    """
    actor = Actor.staff(author) if author else SYSTEM
    with once(incoming.key):
        ticket = follow_merges(lock(ticket_id))
        message = make_message(ticket, incoming, channel=Ticket.Channel.EMAIL, requester=None)
        message.kind, message.nature, message.author = Message.Kind.OUTBOUND, Message.Nature.ANSWER, author
        message.delivery, message.sent_at = Message.Delivery.SENT, incoming.received_at
        message.save(update_fields=["kind", "nature", "author", "delivery", "sent_at"])
        data = {"nature": message.nature, "by": "mail", "found_by": found_by}
        record(ticket, Event.Verb.REPLIED, actor=actor, at=incoming.received_at, message=message, data=data)
        if ticket.status == Ticket.Status.NEW:
            triage.move(ticket, actor=actor, status=Ticket.Status.OPEN, now=now)
        ticket.last_message_at = max(incoming.received_at, ticket.last_message_at or incoming.received_at)
        ticket.save(update_fields=["last_message_at"])
        read_clock(ticket)
        return message


@transaction.atomic
def was_question(*, actor: Actor, message_id: int, now: datetime) -> Message:
    """Say that such a mail asked the partner something: it ended no wait, and the partner is reminded of it.

    The ticket waits for the partner from now on, unless they have written since or it has ended. IllegalMove for any
    other message: what is written here has the nature that its writer chose.
    """
    ticket = lock(Message.objects.values_list("ticket", flat=True).get(pk=message_id))
    message = Message.objects.get(pk=message_id)
    if not message.sent_elsewhere:
        raise IllegalMove("not-elsewhere", _("Only an answer from another program can be called a question."))
    message.nature = Message.Nature.CLARIFICATION
    message.save(update_fields=["nature"])
    record(ticket, Event.Verb.QUESTION, actor=actor, at=now, message=message)
    later = Message.objects.filter(ticket=ticket, kind=Message.Kind.INBOUND, received_at__gt=message.received_at)
    if not later.exists() and not ticket.settled and message.sent_at is not None:
        ticket.remind_at = message.sent_at + timedelta(days=settings.PARTNER_REMINDER_DAYS)
        ticket.save(update_fields=["remind_at"])
        waiting_for = Ticket.WaitingFor.REQUESTER
        triage.move(ticket, actor=actor, status=Ticket.Status.PENDING, waiting_for=waiting_for, now=now)
    read_clock(ticket)
    return message


@transaction.atomic
def take_back_sent(*, message_id: int, now: datetime) -> None:
    """Note that such an answer came back for good: it never counted. May run twice."""
    ticket = lock(Message.objects.values_list("ticket", flat=True).get(pk=message_id))
    message = Message.objects.get(pk=message_id)
    if message.delivery != Message.Delivery.SENT:
        return
    message.delivery = Message.Delivery.BOUNCED
    message.save(update_fields=["delivery"])
    record(ticket, Event.Verb.NOT_SENT, actor=SYSTEM, at=now, message=message, data={"state": "sent", "bounce": "hard"})
    if ticket.status in triage.ENDS:
        triage.move(ticket, actor=SYSTEM, status=Ticket.Status.OPEN, now=now)
    read_clock(ticket)
    settling.tell_failed(ticket, message, occurrence=f"message:{message.pk}")
