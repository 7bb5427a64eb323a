"""What we tell a partner about our answer before it comes: who deals with the request, and by when it comes.

Each is a holding reply of its own: it waits for its undo, it ends no wait, and what it told is taken back when it never
arrived.
"""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from notifications import telling
from tickets.actions import answering, natures
from tickets.actions.natures import Told
from tickets.actions.record import Actor, lock, record
from tickets.errors import IllegalMove
from tickets.models import Event, Message, User
from tickets.permissions import Act, may

HOLDING = Message.Nature.HOLDING


@transaction.atomic
def name_official(
    *, actor: Actor, ticket_id: int, official: User, key: str = "", correlation: str = "", now: datetime
) -> Message:
    """Tell the partner who deals with the request, with unit and phone.

    European Code of Good Administrative Behaviour, Article 14: within two weeks, unless the answer comes by then.
    """
    ticket = lock(ticket_id)

    def check() -> None:
        if ticket.official_id == official.pk:
            raise IllegalMove("official-known", _("The partner knows this already."))
        if not may(official, Act.ANSWER, ticket):
            raise IllegalMove("official-outside", _("This person may not answer this ticket. Choose somebody else."))

    letter = answering.Letter(text=telling.greeting(ticket.mail_language), nature=HOLDING, told=Told(official=official))
    message, made = answering.write(ticket, letter, actor=actor, key=key, correlation=correlation, now=now, check=check)
    if made:
        data = {"to": official.pk}
        record(ticket, Event.Verb.OFFICIAL, actor=actor, at=now, message=message, data=data)
    return message


@transaction.atomic
def extend(
    *,
    actor: Actor,
    ticket_id: int,
    answer_by: date | None,
    reasons: str,
    key: str = "",
    correlation: str = "",
    now: datetime,
) -> Message:
    """Tell the partner that the answer takes longer, why, and by when it comes; the promised date moves with the mail.

    `reasons` go into the mail as they are written, in the partner's language. Where the policy says by how much its
    deadline may be extended, no date behind that is told: IllegalMove.
    """
    ticket = lock(ticket_id)
    before = ticket.answer_by

    def check() -> None:
        natures.check_date(answer_by, now=now)
        if not reasons.strip():
            raise IllegalMove("reasons-missing", _("Tell the partner why it takes longer."))
        if ticket.waiting_since is None:
            raise IllegalMove("nobody-waits", _("Nobody waits for an answer here, so there is no date to move."))
        if before is not None and answer_by is not None and answer_by <= before:
            raise IllegalMove("date-not-later", _("This is not later than the date that the partner was told."))
        natures.check_limit(ticket, answer_by)

    text = f"{telling.greeting(ticket.mail_language)}\n\n{reasons.strip()}"
    letter = answering.Letter(text=text, nature=HOLDING, told=Told(answer_by=answer_by, extends=True))
    message, made = answering.write(ticket, letter, actor=actor, key=key, correlation=correlation, now=now, check=check)
    if made and answer_by is not None:
        data = {"from": before.isoformat() if before else None, "to": answer_by.isoformat()}
        record(ticket, Event.Verb.EXTENDED, actor=actor, at=now, message=message, data=data)
    return message
