"""What the tracking page shows of a ticket: its state in one sentence, and the letters that went to and fro."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tickets.models import Attachment, Message, Ticket
from web import times

Delivery, Kind, Status, Outcome = Message.Delivery, Message.Kind, Ticket.Status, Ticket.Outcome


@dataclass(frozen=True)
class State:
    """One sentence, or two; `look` is "", "late" or "done"; `open` whether the partner can still write."""

    sentence: str
    look: str = ""
    open: bool = True


def letters(ticket: Ticket) -> QuerySet[Message]:
    """What the partner may see, oldest first: their letters, our letters that left, and the acknowledgement.

    Never a note, a letter that still waits or was taken back, or automatic mail of either side.
    """
    ours = Q(kind=Kind.OUTBOUND, delivery__in=[Delivery.SENT, Delivery.BOUNCED])
    receipt = Q(kind=Kind.AUTOMATIC, automatic="acknowledgement") & ~Q(delivery=Delivery.CANCELLED)
    # What was said by phone stands in our own words.
    shown = Message.objects.filter(Q(kind=Kind.INBOUND) | ours | receipt, ticket=ticket).exclude(marked="call")
    return shown.order_by("received_at", "id")


def attachment(ticket: Ticket, attachment_id: int) -> Attachment | None:
    """A file of these letters that may be opened; None when it is not one of them or is in quarantine."""
    return Attachment.objects.filter(pk=attachment_id, quarantine="", message__in=letters(ticket)).first()


def state(ticket: Ticket, today: date) -> State:
    """Where the request stands. `today` is the day in Brussels."""
    if ticket.status == Status.SPAM:
        return State(_("We set this request aside. If that was a mistake, please call us."), "late", open=False)
    if ticket.status == Status.MERGED:
        return State(_("We deal with this request together with another one about the same matter."))
    if ticket.status in (Status.SOLVED, Status.CLOSED):
        return State(_ended(ticket), "done")
    if ticket.status == Status.PENDING and ticket.waiting_for == Ticket.WaitingFor.REQUESTER:
        return State(_("We asked you a question and wait for your answer."))
    if ticket.first_answered_at and ticket.waiting_since is None:
        return State(_("We answered you. If you need more, write to us below."), "done")
    if ticket.first_answered_at:
        return State(_("We have your latest message and are working on it."))
    return _waiting(ticket, today)


def _waiting(ticket: Ticket, today: date) -> State:
    if ticket.answer_by is None:
        return State(_("We have your request and are working on it."))
    due = {"date": times.day(ticket.answer_by)}
    if ticket.answer_by < today:
        return State(_("We have your request. Our answer was due by %(date)s and is late; we are sorry.") % due, "late")
    if ticket.status == Status.PENDING:
        return State(_("We have your request and asked another body about it. Answer due by %(date)s.") % due)
    return State(_("We have your request. Answer due by %(date)s.") % due)


def _ended(ticket: Ticket) -> str:
    sentences: dict[str, str] = {
        Outcome.ANSWERED: _("We answered your request. If you need more, write to us below."),
        Outcome.TRANSFERRED: _("We passed your request on to the body that is competent for it."),
        Outcome.WITHDRAWN: _("You withdrew this request."),
        Outcome.DUPLICATE: _("We deal with this matter under another reference."),
    }
    return sentences.get(ticket.outcome, _("This request is closed. If you need more, write to us below."))
