"""Reading that is itself recorded, and who is named to read."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tickets.actions.record import Actor, lock, record
from tickets.errors import IllegalMove
from tickets.models import Attachment, Event, ReportExport, Ticket, TicketReader, User
from tickets.permissions import may_see_queue
from tickets.search.terms import Query, Term

ONE_READING = timedelta(minutes=30)
# Operators whose values are codes of ours, days, or what one chooses from a list. Others may name a person.
_CODES = frozenset(
    (
        *("region", "topic", "queue", "status", "kind", "channel", "outcome", "priority", "lang", "waiting", "is"),
        *("has", "received", "after", "before", "due", "waits", "resolved", "answered", "undelivered", "hour"),
        *("answerhour", "ack", "first", "next", "reply", "interim", "paused"),
    )
)
_LONGEST = 300


def view(*, actor: Actor, ticket: Ticket, now: datetime) -> None:
    """Record that a person read a sensitive ticket: once for each sitting, and never for the others."""
    if not ticket.sensitive:
        return
    recent = Event.objects.filter(ticket=ticket, verb=Event.Verb.VIEWED, actor=actor.user, at__gt=now - ONE_READING)
    if not recent.exists():
        record(ticket, Event.Verb.VIEWED, actor=actor, at=now)


def unseal(*, actor: Actor, ticket: Ticket, attachment: Attachment, now: datetime) -> None:
    """Record that a person opened a file in quarantine: each time, for whoever must find out where it went."""
    data = {"file": attachment.pk, "quarantine": attachment.quarantine}
    record(ticket, Event.Verb.UNSEALED, actor=actor, at=now, message=attachment.message, data=data)


def export(
    *,
    user: User,
    report: str,
    form: ReportExport.Form,
    period: tuple[date, date] | None,
    query: Query,
    rows: int,
    now: datetime,
) -> ReportExport:
    """Record that a person took figures out of the house. Of the search, words and names of people are not kept."""
    first, last = period or (None, None)
    narrowed = " ".join(" OR ".join(_without_names(term) for term in group) for group in query.groups)
    return ReportExport.objects.create(
        user=user,
        report=report,
        form=form,
        first=first,
        last=last,
        narrowed=narrowed if len(narrowed) <= _LONGEST else narrowed[: _LONGEST - 1] + "…",
        rows=rows,
        at=now,
    )


def _without_names(term: Term) -> str:
    if term.name in _CODES:
        return term.text
    return f"{'-' if term.negated else ''}{term.name}{':' if term.name else ''}…"


@transaction.atomic
def name_reader(*, actor: Actor, ticket_id: int, reader: User, now: datetime) -> Ticket:
    """Let this person read the ticket while it is sensitive. Who is named already stays so; no event then."""
    ticket = lock(ticket_id)
    if not may_see_queue(reader, ticket.queue):
        raise IllegalMove("reader-outside-queue", _("This person may not see this queue. Choose a member of it."))
    values = {"named_by": actor.user, "named_at": now}
    _reader, named = TicketReader.objects.get_or_create(ticket=ticket, user=reader, defaults=values)
    if named:
        record(ticket, Event.Verb.READER_NAMED, actor=actor, at=now, data={"user": reader.pk})
    return ticket


@transaction.atomic
def remove_reader(*, actor: Actor, ticket_id: int, reader: User, now: datetime) -> Ticket:
    """Take the name away again."""
    ticket = lock(ticket_id)
    removed, _each = TicketReader.objects.filter(ticket=ticket, user=reader).delete()
    if removed:
        record(ticket, Event.Verb.READER_REMOVED, actor=actor, at=now, data={"user": reader.pk})
    return ticket
