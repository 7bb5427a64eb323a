"""Following up on deadlines: each stage is recorded once, staff are told in the morning, of danger to life at once."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notifications import digests, notices
from notifications.digests import Due
from notifications.rows import insert
from tickets import followups
from tickets.actions.record import SYSTEM, Actor, event
from tickets.errors import IllegalMove
from tickets.links import desk_url, reminders_url
from tickets.models import Event, Ticket, TicketDeadline, User
from tickets.models.ticket import TO_DO
from tickets.notices import about
from tickets.permissions import may_plan_for, who_may_see
from tickets.stages import ONE_DAY, Plan, next_look, stage_at
from tickets.telling import House, Reminder, told_of

# Stages in the order in which they come; none is gone back to.
ORDER = [stage.value for stage in TicketDeadline.Stage]


LOOKED_AT = (*followups.FACTS, "stage", "look_at", "ticket__status", "ticket__channel")
# `bulk_update` writes a case for each row and column, which takes longer than all else together.
_KEEP = """
    UPDATE tickets_ticketdeadline AS kept SET stage = new.stage, look_at = new.look_at
    FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[]) AS new (id, stage, look_at) WHERE kept.id = new.id
"""


@transaction.atomic
def mark(*, limit: int, plan: Plan, now: datetime) -> int:
    """Record which stage open deadlines have come to, at most `limit` of them; returns how many were looked at.

    Rows that another worker, or an act on their ticket, holds at the moment are passed over: they stay due. What was
    missed while nothing ran is recorded as the one stage that holds now.
    """
    due = followups.to_look_at(now).select_related("ticket").only(*LOOKED_AT)
    rows = list(due.select_for_update(skip_locked=True, of=("self", "ticket"))[:limit])
    history = []
    for row in rows:
        facts = followups.facts(row)
        stage, row.look_at = stage_at(facts, plan, now), next_look(facts, plan, now)
        if row.ticket.channel == Ticket.Channel.IMPORT:
            row.look_at = None
        elif row.ticket.status not in TO_DO:
            row.look_at = now + ONE_DAY  # ended, and its deadline is about to; should it be taken up again, it is due
        elif ORDER.index(stage) > ORDER.index(row.stage):
            row.stage = stage
            data = {"stage": stage, "duty": row.duty, "due_on": row.due_on.isoformat()}
            key = f"deadline:{row.pk}:{stage}"
            history.append(event(row.ticket, Event.Verb.DEADLINE, actor=SYSTEM, at=now, occurrence=key, data=data))
    insert(*history)
    _keep(rows)
    return len(rows)


@transaction.atomic
def summarise(*, person_id: int, day: date, due: dict[str, Sequence[Due]]) -> bool:
    """Send a colleague the summary of a day, once, unless there is nothing to say; False when it was done before."""
    undone = Q(digested_on__lt=day) | Q(digested_on__isnull=True)
    if User.objects.filter(undone, pk=person_id, is_active=True).update(digested_on=day) != 1:
        return False
    if any(due.values()):
        person = User.objects.get(pk=person_id)
        digests.summary(
            to=digests.Address(person.name, person.email),
            language=person.language,
            day=day,
            due=due,
            desk=desk_url(),
            choose=reminders_url(),
            key=f"summary:{person.pk}:{day.isoformat()}",
        )
    return True


@transaction.atomic
def alert(*, ticket_ids: Sequence[int], house: House, now: datetime) -> int:
    """Tell at once of danger to life: who has a ticket, else the people of its queue, else managers; each once.

    `house` are the people of today. Returns of how many was told: not of those that somebody was told of before, that
    have ended, or that an act holds at the moment. Where nobody may see one, it stays due, and the watch calls
    administrators. Five statements for any number of tickets of one queue.
    """
    due = followups.to_alert().filter(pk__in=ticket_ids).select_related("queue")
    seers: dict[tuple[int, int], frozenset[int]] = {}
    mails: list[notices.About] = []
    history = []
    for ticket in due.select_for_update(skip_locked=True, of=("self",)):
        told = told_of(ticket, Reminder.DANGER, house, _seers(ticket, seers).__contains__)
        mails += [about(ticket, house.people[each], key=f"danger:{ticket.pk}:{each}") for each in told]
        if told:
            key, data = f"danger:{ticket.pk}", {"told": sorted(told)}
            history.append(event(ticket, Event.Verb.ALERTED, actor=SYSTEM, at=now, occurrence=key, data=data))
    notices.danger(mails)
    insert(*history)
    Ticket.objects.filter(pk__in=[each.ticket_id for each in history]).update(alerted_at=now)
    return len(history)


@transaction.atomic
def choose(*, actor: Actor, person: User, off: Collection[str]) -> User:
    """Say of what somebody is not reminded. What is statutory is told all the same where nobody else would hear it."""
    if actor.user is None or not may_plan_for(actor.user, person):
        raise IllegalMove("not-yours", _("You choose your own reminders; for others, managers do."))
    person.reminders_off = [reminder.value for reminder in Reminder if reminder in off]
    person.save(update_fields=["reminders_off"])
    return person


def _seers(ticket: Ticket, known: dict[tuple[int, int], frozenset[int]]) -> frozenset[int]:
    """Who may see a ticket. Of a queue's tickets that are not sensitive it is `known` once it was asked of one."""
    alike = (ticket.queue_id, ticket.pk if ticket.sensitive else 0)
    if alike not in known:
        known[alike] = frozenset(who_may_see(ticket).values_list("pk", flat=True))
    return known[alike]


def _keep(rows: Sequence[TicketDeadline]) -> None:
    if rows:
        columns: list[Any] = [[row.pk for row in rows], [row.stage for row in rows], [row.look_at for row in rows]]
        with connection.cursor() as cursor:
            cursor.execute(_KEEP, columns)
