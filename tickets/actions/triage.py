"""Sorting a ticket: who, what, how urgent, in what state."""

import re
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from notifications import notices
from tickets.actions import access, deadlines, people, routing, translating
from tickets.actions.record import Actor, changed, lock, read_clock, record
from tickets.errors import IllegalMove
from tickets.links import ticket_url
from tickets.models import Event, Hromada, Organisation, Queue, Region, Ticket, Topic, User
from tickets.notices import about, group_of
from tickets.permissions import Act, may
from tickets.policies import TRAITS

Status = Ticket.Status

# From each status, where a person may move it. Merging and spam have acts of their own.
MOVES: dict[str, tuple[str, ...]] = {
    Status.NEW: (Status.OPEN, Status.PENDING, Status.SOLVED, Status.CLOSED),
    Status.OPEN: (Status.PENDING, Status.SOLVED, Status.CLOSED),
    Status.PENDING: (Status.OPEN, Status.SOLVED, Status.CLOSED),
    Status.SOLVED: (Status.OPEN, Status.CLOSED),
    Status.CLOSED: (Status.OPEN,),
    Status.MERGED: (),
    Status.SPAM: (),
}
ENDS = (Status.SOLVED, Status.CLOSED)
_LANGUAGE = re.compile("[a-z]{2}")


@transaction.atomic
def assign(
    *,
    actor: Actor,
    ticket_id: int,
    assignee: User | None,
    tell: bool = True,
    correlation: str = "",
    now: datetime,
) -> Ticket:
    """Give the ticket to a person, or to nobody. The person is told, unless it is the actor or `tell` is False."""
    ticket = lock(ticket_id)
    if ticket.assignee_id == (assignee.pk if assignee else None):
        return ticket
    if assignee and not assignee.is_active:
        raise IllegalMove("assignee-inactive", _("This person no longer works here. Choose somebody else."))
    if assignee and ticket.queue.restricted and not assignee.queues.filter(pk=ticket.queue_id).exists():
        raise IllegalMove("assignee-outside-queue", _("This person may not see this queue. Choose a member of it."))
    before, ticket.assignee = ticket.assignee_id, assignee
    ticket.save(update_fields=["assignee"])
    event = record(
        ticket, Event.Verb.ASSIGNED, actor=actor, at=now, data=changed(before, assignee.pk if assignee else None)
    )
    if tell and assignee and assignee != actor.user and may(assignee, Act.VIEW, ticket):
        notices.assigned(
            by=actor.user.name if actor.user else "",
            **about(ticket, assignee, key=f"assigned:{event.pk}", correlation=correlation),
        )
    routing.on_change(ticket, event, actor=actor, now=now)
    return ticket


@transaction.atomic
def set_status(
    *,
    actor: Actor,
    ticket_id: int,
    status: str,
    outcome: str = "",
    reason: str = "",
    waiting_for: str = "",
    now: datetime,
) -> Ticket:
    """Move the ticket to another status. Ending it needs an outcome and, unless it was answered, a reason."""
    ticket = lock(ticket_id)
    event = move(ticket, actor=actor, status=status, outcome=outcome, reason=reason, waiting_for=waiting_for, now=now)
    if event is not None:
        routing.on_change(ticket, event, actor=actor, now=now)
    return ticket


def move(
    ticket: Ticket,
    *,
    actor: Actor,
    status: str,
    outcome: str = "",
    reason: str = "",
    waiting_for: str = "",
    now: datetime,
) -> Event | None:
    """`set_status` on a ticket that is locked already; None when it is there already."""
    if status == ticket.status and waiting_for == ticket.waiting_for:
        return None
    if status != ticket.status and status not in MOVES[ticket.status]:
        raise IllegalMove("status", _("The ticket cannot be moved there from its present status."))
    if status in ENDS and outcome not in Ticket.Outcome.values:
        raise IllegalMove("outcome-missing", _("Say how the request ended: choose an outcome."))
    if status in ENDS and outcome != Ticket.Outcome.ANSWERED and not reason.strip():
        raise IllegalMove("reason-missing", _("Say why the request ends without an answer: write a reason."))
    data = {
        **changed(ticket.status, status),
        "outcome": outcome if status in ENDS else "",
        "waiting_for": waiting_for if status == Status.PENDING else "",
        "before": {"outcome": ticket.outcome, "waiting_for": ticket.waiting_for},
    }
    ended, was_ended = status in ENDS, ticket.status in ENDS
    pauses = Status.PENDING in (status, ticket.status)
    ticket.status = status
    ticket.outcome, ticket.outcome_reason = (outcome, reason.strip()) if ended else ("", "")
    ticket.waiting_for = waiting_for if status == Status.PENDING else ""
    ticket.closed_at = now if ended else None
    ticket.save(update_fields=["status", "outcome", "outcome_reason", "waiting_for", "closed_at"])
    event = record(ticket, Event.Verb.STATUS, actor=actor, at=now, data=data)
    if ended != was_ended or pauses:
        read_clock(ticket)
    return event


def reopen(*, actor: Actor, ticket_id: int, now: datetime) -> Ticket:
    """Take up a solved or closed ticket again."""
    return set_status(actor=actor, ticket_id=ticket_id, status=Status.OPEN, now=now)


@transaction.atomic
def mark_spam(*, actor: Actor, ticket_id: int, now: datetime) -> Ticket:
    """Put the ticket aside as spam. Everything is kept; `unmark_spam` brings back the status it had."""
    ticket = lock(ticket_id)
    if ticket.status in (Status.SPAM, Status.MERGED):
        raise IllegalMove("status", _("The ticket cannot be moved there from its present status."))
    data = changed(ticket.status, Status.SPAM)
    ticket.status = Status.SPAM
    ticket.save(update_fields=["status"])
    record(ticket, Event.Verb.STATUS, actor=actor, at=now, data=data)
    read_clock(ticket)
    return ticket


@transaction.atomic
def unmark_spam(*, actor: Actor, ticket_id: int, now: datetime) -> Ticket:
    """Take back `mark_spam`: the ticket has the status that it had before."""
    ticket = lock(ticket_id)
    if ticket.status != Status.SPAM:
        raise IllegalMove("not-spam", _("The ticket is not marked as spam."))
    marked = ticket.events.filter(verb=Event.Verb.STATUS, data__to=Status.SPAM).latest("at", "id")
    ticket.status = marked.data["from"]
    ticket.save(update_fields=["status"])
    record(ticket, Event.Verb.STATUS, actor=actor, at=now, data=changed(Status.SPAM, ticket.status))
    read_clock(ticket)
    return ticket


def set_priority(*, actor: Actor, ticket_id: int, priority: int, now: datetime) -> Ticket:
    """Say how urgent the ticket is."""
    if priority not in Ticket.Priority.values:
        raise IllegalMove("priority", _("There is no such priority."))
    return _set(actor, ticket_id, "priority", priority, Event.Verb.PRIORITY, now)


def set_danger(*, actor: Actor, ticket_id: int, danger_to_life: bool, now: datetime) -> Ticket:
    """Say whether lives are in danger: the ticket comes first, its answer is due sooner, and staff are told at once."""
    return _set(actor, ticket_id, "danger_to_life", danger_to_life, Event.Verb.DANGER, now)


def set_topic(*, actor: Actor, ticket_id: int, topic: Topic | None, now: datetime) -> Ticket:
    """Say what the ticket is about."""
    return _set(actor, ticket_id, "topic_id", topic.pk if topic else None, Event.Verb.TOPIC, now)


def set_queue(*, actor: Actor, ticket_id: int, queue: Queue, now: datetime) -> Ticket:
    """Move the ticket to another queue, whose members then see it."""
    return _set(actor, ticket_id, "queue_id", queue.pk, Event.Verb.QUEUE, now)


def set_kind(*, actor: Actor, ticket_id: int, kind: str, now: datetime) -> Ticket:
    """Say whether the ticket is a question, a need or an offer."""
    if kind not in Ticket.Kind.values:
        raise IllegalMove("kind", _("There is no such kind of request."))
    return _set(actor, ticket_id, "kind", kind, Event.Verb.KIND, now)


@transaction.atomic
def set_region(
    *, actor: Actor, ticket_id: int, region: Region | None, country: str | None = None, now: datetime
) -> Ticket:
    """Say which region the request comes from. Its country goes along, unless another `country` is given."""
    ticket = lock(ticket_id)
    wanted = country if country is not None else region.country if region else ticket.country
    before = ticket.region.code if ticket.region else ""
    after = region.code if region else ""
    if (before, ticket.country) == (after, wanted):
        return ticket
    data: dict[str, object] = {**changed(before, after), "country": changed(ticket.country, wanted)}
    ticket.region, ticket.country = region, wanted
    ticket.save(update_fields=["region", "country"])
    record(ticket, Event.Verb.REGION, actor=actor, at=now, data=data)
    return ticket


@transaction.atomic
def set_organisation(
    *, actor: Actor, ticket_id: int, organisation: Organisation | Hromada | str | None, now: datetime
) -> Ticket:
    """Say on whose behalf the request comes. That of a hromada, or of a name, is made when there is none yet."""
    ticket = lock(ticket_id)
    if isinstance(organisation, Hromada):
        organisation = people.find_or_make_hromada(organisation)
    elif isinstance(organisation, str):
        organisation = people.find_or_make_organisation(
            name=organisation, kind="", country=ticket.country, region=ticket.region
        )
    number = organisation.pk if organisation else None
    return _set(actor, ticket_id, "organisation_id", number, Event.Verb.ORGANISATION, now)


@transaction.atomic
def set_language(*, actor: Actor, ticket_id: int, language: str, now: datetime) -> Ticket:
    """Correct the detected language of the request, an ISO 639-1 code; "" when it is not known.

    We reply in the language of the request (TFEU, Article 24), so the language of the reply goes along, unless somebody
    had chosen another one.
    """
    _check_languages(language)
    ticket = lock(ticket_id)
    if ticket.language == language:
        return ticket
    data: dict[str, object] = changed(ticket.language, language)
    if ticket.reply_language in ("", ticket.language):
        data["reply"] = changed(ticket.reply_language, language)
        ticket.reply_language = language
    ticket.language = language
    ticket.save(update_fields=["language", "reply_language"])
    event = record(ticket, Event.Verb.LANGUAGE, actor=actor, at=now, data=data)
    routing.on_change(ticket, event, actor=actor, now=now)
    return ticket


def set_reply_language(*, actor: Actor, ticket_id: int, language: str, now: datetime) -> Ticket:
    """Choose the language of our mails to the partner, an ISO 639-1 code; "" for that of the request."""
    _check_languages(language)
    return _set(actor, ticket_id, "reply_language", language, Event.Verb.REPLY_LANGUAGE, now)


def set_accepted_languages(*, actor: Actor, ticket_id: int, languages: Sequence[str], now: datetime) -> Ticket:
    """Say which other languages the partner reads, as ISO 639-1 codes in the order of preference."""
    _check_languages(*languages)
    chosen = list(dict.fromkeys(filter(None, languages)))
    return _set(actor, ticket_id, "accepted_languages", chosen, Event.Verb.ACCEPTED_LANGUAGES, now)


@transaction.atomic
def set_sensitive(*, actor: Actor, ticket_id: int, sensitive: bool, now: datetime) -> Ticket:
    """Close the ticket to all but the people named for it, and its tracking page to everybody; or open it again.

    Who closes it and would not see it any more is named to read it. Who is named stays so when it is opened again.

    Notices about it that wait - held back by a cap, or for the next attempt - lose its subject. Translations are
    erased: no more of its text leaves the house, and none comes back.
    """
    ticket = _set(actor, ticket_id, "sensitive", sensitive, Event.Verb.SENSITIVE, now)
    if sensitive:
        notices.withhold_subject(group=group_of(ticket), reference=ticket.reference, link=ticket_url(ticket))
        translating.forget(ticket)
        if actor.user and not may(actor.user, Act.VIEW, ticket):
            access.name_reader(actor=actor, ticket_id=ticket.pk, reader=actor.user, now=now)
    return ticket


def _check_languages(*codes: str) -> None:
    if not all(code == "" or _LANGUAGE.fullmatch(code) for code in codes):
        raise IllegalMove("language", _("There is no such language."))


@transaction.atomic
def _set(actor: Actor, ticket_id: int, field: str, value: object, verb: Event.Verb, now: datetime) -> Ticket:
    ticket = lock(ticket_id)
    before = getattr(ticket, field)
    if before != value:
        setattr(ticket, field, value)
        ticket.save(update_fields=[field.removesuffix("_id")])
        event = record(ticket, verb, actor=actor, at=now, data=changed(before, value))
        if field in TRAITS:
            deadlines.rechoose(ticket)
        routing.on_change(ticket, event, actor=actor, now=now)
    return ticket
