"""What became of a mail, taken to its ticket."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from notifications import notices
from notifications.models import OutgoingMail
from tickets.actions import alarms, triage, with_reply
from tickets.actions.record import SYSTEM, lock, read_clock, record
from tickets.models import Event, Message, Ticket
from tickets.notices import about
from tickets.permissions import Act, may


@transaction.atomic
def settle(*, mail_id: int, now: datetime) -> None:
    """Take the result of a mail from the outbox to its ticket: the clock, the history, and who must know.

    May run twice: what is settled is not settled again, and a bounce that comes later unsettles it.
    """
    mail = OutgoingMail.objects.select_for_update().get(pk=mail_id)
    if mail.settled_at is not None:
        return
    message = Message.objects.select_related("author").filter(outgoing=mail).first()
    if message is not None:
        _settle_message(lock(message.ticket_id), message, mail, now)
    elif mail.name == notices.PHISHING and _delivery_of(mail) in (Message.Delivery.FAILED, Message.Delivery.BOUNCED):
        alarms.raise_alarm("security-mail", now=now, mail=mail.pk)
    mail.settled_at = now
    mail.save(update_fields=["settled_at"])


def tell_failed(ticket: Ticket, message: Message, *, occurrence: str, correlation: str = "") -> None:
    """Tell who wrote the message and who works on the ticket that the partner does not have it; once an occurrence."""
    key = f"delivery-failed:{occurrence}"
    _tell(ticket, message, notices.delivery_failed, key=key, correlation=correlation)


def _settle_message(ticket: Ticket, message: Message, mail: OutgoingMail, now: datetime) -> None:
    if mail.bounce == OutgoingMail.Bounce.COMPLAINT:
        _take_complaint(ticket, message, mail, now)
    delivery = _delivery_of(mail)
    if message.delivery == delivery:
        return
    message.delivery, message.sent_at = delivery, mail.sent_at
    message.save(update_fields=["delivery", "sent_at"])
    failed = delivery in (Message.Delivery.FAILED, Message.Delivery.BOUNCED)
    verb = Event.Verb.NOT_SENT if failed else Event.Verb.SENT
    record(
        ticket,
        verb,
        actor=SYSTEM,
        at=mail.sent_at or now,
        message=message,
        data={"state": mail.state, "bounce": mail.bounce, "error": mail.error},
    )
    if message.automatic == "acknowledgement":
        ticket.acknowledged_at = None if failed else mail.sent_at
        ticket.save(update_fields=["acknowledged_at"])
    if failed and message.kind == Message.Kind.OUTBOUND and ticket.status in triage.ENDS:
        # An answer that never arrived ended nothing: the ticket is open again and the partner still waits.
        triage.move(ticket, actor=SYSTEM, status=Ticket.Status.OPEN, now=now)
    written = (
        Event.objects.filter(message=message, verb=Event.Verb.REPLIED).first() if failed and message.told else None
    )
    if written is not None:
        with_reply.take_back_told(ticket, message, written)
    read_clock(ticket)
    if message.nature == Message.Nature.CLARIFICATION and delivery == Message.Delivery.SENT:
        # From its hand-over the partner is given time, and is reminded then.
        ticket.remind_at = (mail.sent_at or now) + timedelta(days=settings.PARTNER_REMINDER_DAYS)
        ticket.save(update_fields=["remind_at"])
    if failed:
        occurrence = f"{mail.pk}:{mail.state}:{mail.bounce}"
        tell_failed(ticket, message, occurrence=occurrence, correlation=mail.correlation)
    elif mail.refused and delivery == Message.Delivery.SENT:
        _tell(ticket, message, notices.delivery_partly, key=f"delivery-partly:{mail.pk}", correlation=mail.correlation)


def _delivery_of(mail: OutgoingMail) -> str:
    if mail.bounce in OutgoingMail.NOT_ARRIVED:
        return Message.Delivery.BOUNCED
    if mail.state == "sent":
        return Message.Delivery.SENT if mail.reached_partner() else Message.Delivery.FAILED
    return Message.Delivery.CANCELLED if mail.state == "cancelled" else Message.Delivery.FAILED


def _take_complaint(ticket: Ticket, message: Message, mail: OutgoingMail, now: datetime) -> None:
    """The mail arrived, and its reader's provider says that it is unwanted: nothing more reaches that address."""
    occurrence = f"complained:{mail.pk}"
    if Event.objects.filter(occurrence=occurrence).exists():
        return
    at = mail.bounced_at or now
    record(ticket, Event.Verb.COMPLAINED, actor=SYSTEM, at=at, message=message, occurrence=occurrence)
    _tell(ticket, message, notices.reported_unwanted, key=occurrence, correlation=mail.correlation)


def _tell(ticket: Ticket, message: Message, notice: Callable[..., OutgoingMail], *, key: str, correlation: str) -> None:
    """Tell who wrote the mail, and who works on the ticket."""
    for person in {message.author, ticket.assignee}:
        if person is not None and may(person, Act.VIEW, ticket):
            notice(**about(ticket, person, key=f"{key}:{person.pk}", correlation=correlation))
