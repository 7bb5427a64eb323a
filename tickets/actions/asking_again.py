"""A partner who was asked a question is reminded of it, and, where a manager has switched that on, told of the end.

Only after a question that was handed over, never of a need or of what was imported. Nothing is closed without a notice
that was handed over two weeks before, and an answer opens it again.
"""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from notifications import emails
from tickets.actions import answering, triage
from tickets.actions.record import SYSTEM, Actor, lock, record
from tickets.addresses import reply_address
from tickets.deadlines import day_of
from tickets.errors import IllegalMove
from tickets.models import Event, Message, Switch, Ticket
from tickets.notices import group_of
from tickets.permissions import may_administer
from tickets.questioning import NOTICE, Announced, Next, Reminded, Step, next_step
from tickets.threads import thread_of

Verb = Event.Verb
# When to look again where nothing is to be done but may be: somebody may switch on that tickets are closed.
LOOK_AGAIN = timedelta(days=7)
CLOSES = Switch.Code.CLOSE_UNANSWERED


@transaction.atomic
def ask_again(*, ticket_id: int, now: datetime) -> str:
    """Do what is due about a question without an answer: the step that was done, "" when none was.

    Whatever was missed while nothing ran is one mail, not one for each that was missed.
    """
    ticket = lock(ticket_id)
    if ticket.remind_at is None or ticket.remind_at > now:
        return ""
    question = _open_question(ticket)
    if question is None:
        return _look_at(ticket, None)
    step = _next(ticket, question, now)
    if step is None:
        return _look_at(ticket, None)
    if step.step != Step.REMIND and not switched_on(CLOSES):
        return _look_at(ticket, now + LOOK_AGAIN)
    if step.at > now:
        return _look_at(ticket, step.at)
    _do(ticket, question, step, now)
    following = _next(ticket, question, now)
    return _look_at(ticket, following.at if following and step.step != Step.CLOSE else None, step.step)


@transaction.atomic
def switch(*, actor: Actor, code: str, on: bool, now: datetime) -> Switch:
    """Switch on or off what the house does by itself. For managers."""
    if actor.user is None or not may_administer(actor.user, managers=True):
        raise IllegalMove("not-yours", _("Managers decide what the house does by itself."))
    if code not in Switch.Code.values:
        raise IllegalMove("switch", _("There is no such switch."))
    row, _made = Switch.objects.update_or_create(
        code=code, defaults={"on": on, "changed_by": actor.user, "changed_at": now}
    )
    return row


def switched_on(code: str) -> bool:
    """Whether the house does this by itself."""
    return Switch.objects.filter(code=code, on=True).exists()


def _open_question(ticket: Ticket) -> Message | None:
    """The question that was handed over and that nobody has answered; None when nobody is to be reminded."""
    if ticket.status != Ticket.Status.PENDING or ticket.waiting_for != Ticket.WaitingFor.REQUESTER:
        return None
    if ticket.kind == Ticket.Kind.NEED or ticket.channel == Ticket.Channel.IMPORT:
        return None
    messages = Message.objects.filter(ticket=ticket)
    asked = messages.filter(nature=Message.Nature.CLARIFICATION, delivery=Message.Delivery.SENT)
    question = asked.order_by("-received_at", "-id").first()
    if question is None or question.sent_at is None or not question.to:
        return None
    answers = messages.filter(kind=Message.Kind.INBOUND, received_at__gt=question.received_at)
    return None if answers.exists() else question


def _next(ticket: Ticket, question: Message, now: datetime) -> Next | None:
    """What follows on the question; None where nothing does: reminders are off, or the notice did not arrive."""
    if not settings.PARTNER_REMINDER_DAYS or question.sent_at is None:
        return None
    reminded = [Reminded(each.data["number"], each.at) for each in _earlier(ticket, question, Verb.REMINDED)]
    notice = _earlier(ticket, question, Verb.CLOSING).last()
    announced = None
    if notice is not None and notice.message is not None:
        if notice.message.delivery in (Message.Delivery.FAILED, Message.Delivery.BOUNCED):
            return None
        # Until it is handed over the two weeks have not begun.
        announced = Announced((notice.message.sent_at or now) + NOTICE)
    every = timedelta(days=settings.PARTNER_REMINDER_DAYS)
    return next_step(question.sent_at, reminded, announced, every=every, now=now)


def _earlier(ticket: Ticket, question: Message, verb: Event.Verb) -> QuerySet[Event]:
    done = Event.objects.filter(ticket=ticket, verb=verb, data__question=question.pk)
    return done.select_related("message").order_by("at", "id")


def _do(ticket: Ticket, question: Message, step: Next, now: datetime) -> None:
    if step.step == Step.CLOSE:
        with translation.override(settings.LANGUAGE_CODE):
            reason = _("The partner did not answer our question.")
        triage.set_status(
            actor=SYSTEM,
            ticket_id=ticket.pk,
            status=Ticket.Status.CLOSED,
            outcome=Ticket.Outcome.WITHDRAWN,
            reason=reason,
            now=now,
        )
        ticket.refresh_from_db(fields=["status"])
        return
    data: dict[str, object] = {"question": question.pk}
    closes_on = None
    if step.step == Step.NOTICE:
        closes_on = day_of(now + NOTICE) + timedelta(days=1)
        verb, key = Verb.CLOSING, f"closing:{question.pk}:{closes_on.isoformat()}"
        data["closes_on"] = closes_on.isoformat()
    else:
        verb, key = Verb.REMINDED, f"reminded:{question.pk}:{step.number}"
        data["number"] = step.number
    sent = _write(ticket, question, closes_on, key, now)
    record(ticket, verb, actor=SYSTEM, at=now, message=sent, occurrence=key, data=data)


def _write(ticket: Ticket, question: Message, closes_on: date | None, key: str, now: datetime) -> Message:
    """Write to whom the question went, in the thread, so that an answer comes to the ticket."""
    mail = emails.reminder(
        to=emails.Address(*question.to[0]),
        language=ticket.mail_language,
        reference=ticket.reference,
        subject=ticket.subject,
        question=question.text,
        asked_on=day_of(question.sent_at or question.received_at),
        closes_on=closes_on,
        phone=settings.HOUSE_PHONE,
        thread=thread_of(ticket),
        reply_to=reply_address(ticket.pk, "partner"),
        key=key,
        group=group_of(ticket),
    )
    return answering.keep_automatic(ticket, mail, automatic="reminder", now=now)


def _look_at(ticket: Ticket, at: datetime | None, done: str = "") -> str:
    ticket.remind_at = at
    ticket.save(update_fields=["remind_at"])
    return done
