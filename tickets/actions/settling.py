"""What became of a mail, taken to its ticket."""

from datetime import datetime

from django.db import transaction

from notifications import emails
from notifications.models import OutgoingMail
from tickets import links
from tickets.actions import triage
from tickets.actions.record import SYSTEM, lock, read_clock, record
from tickets.models import Event, Message, Ticket
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
    mail.settled_at = now
    mail.save(update_fields=["settled_at"])


def tell_failed(ticket: Ticket, message: Message, *, occurrence: str) -> None:
    """Tell who wrote the message and who works on the ticket that the partner does not have it; once an occurrence."""
    for person in {message.author, ticket.assignee}:
        if person is not None and may(person, Act.VIEW, ticket):
            emails.delivery_failed(
                to=emails.Address(person.name, person.email),
                language=person.language,
                reference=ticket.reference,
                subject=None if ticket.sensitive else ticket.subject,
                link=links.ticket_url(ticket),
                key=f"delivery-failed:{occurrence}:{person.pk}",
                group=triage.group_of(ticket),
            )


def _settle_message(ticket: Ticket, message: Message, mail: OutgoingMail, now: datetime) -> None:
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
    read_clock(ticket)
    if failed:
        tell_failed(ticket, message, occurrence=f"{mail.pk}:{mail.state}:{mail.bounce}")


def _delivery_of(mail: OutgoingMail) -> str:
    if mail.bounce == "hard":
        return Message.Delivery.BOUNCED
    if mail.state == "sent":
        return Message.Delivery.SENT
    return Message.Delivery.CANCELLED if mail.state == "cancelled" else Message.Delivery.FAILED
