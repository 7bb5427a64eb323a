"""Whatever happens to a ticket, its deadlines add up: random histories, the same in every run."""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from tests.making import NOW, opened, staff
from tests.tickets.actions.test_deadlines import hand_over, wrote
from tickets.actions import answering, promising, triage
from tickets.actions.deadlines import keep, rechoose
from tickets.actions.record import Actor
from tickets.errors import IllegalMove
from tickets.models import Duty, Message, Queue, Ticket, TicketDeadline

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
STEPS = 14
WAITED_FOR = (Duty.REPLY, Duty.FINAL)
Act = Callable[[Actor, Ticket, datetime], object]


def _answer(actor: Actor, ticket: Ticket, now: datetime) -> None:
    message = answering.reply(actor=actor, ticket_id=ticket.pk, text="Two.", status="solved", now=now)
    hand_over(message, now)


def _promise(actor: Actor, ticket: Ticket, now: datetime) -> None:
    until = date(2027, 1, 15) + timedelta(days=now.day)
    promising.extend(actor=actor, ticket_id=ticket.pk, answer_by=until, reasons="More.", now=now)


def _bounce(actor: Actor, ticket: Ticket, now: datetime) -> None:
    message = Message.objects.filter(ticket=ticket, kind="outbound").order_by("-pk").first()
    if message is not None:
        hand_over(message, message.received_at, bounce="hard")


def _close(actor: Actor, ticket: Ticket, now: datetime) -> None:
    triage.set_status(
        actor=actor, ticket_id=ticket.pk, status="closed", outcome="withdrawn", reason="They called.", now=now
    )


def _complain(actor: Actor, ticket: Ticket, now: datetime) -> None:
    code = "general" if ticket.queue.code == "complaints" else "complaints"
    triage.set_queue(actor=actor, ticket_id=ticket.pk, queue=Queue.objects.get(code=code), now=now)


ACTS: tuple[Act, ...] = (
    lambda actor, ticket, now: wrote(ticket, now),
    _answer,
    _promise,
    _bounce,
    _close,
    _complain,
    lambda actor, ticket, now: triage.reopen(actor=actor, ticket_id=ticket.pk, now=now),
    lambda actor, ticket, now: triage.mark_spam(actor=actor, ticket_id=ticket.pk, now=now),
    lambda actor, ticket, now: triage.unmark_spam(actor=actor, ticket_id=ticket.pk, now=now),
)


def facts() -> list[tuple[object, ...]]:
    return list(TicketDeadline.objects.order_by("pk").values_list())


def add_up(ticket: Ticket) -> None:
    """Who waits has a deadline since then, who does not has none open, and an extension follows what it extends."""
    rows = list(TicketDeadline.objects.filter(ticket=ticket).select_related("extends"))
    for duty in WAITED_FOR:
        waits = [row.started_at for row in rows if row.duty == duty and not row.end]
        assert waits == ([ticket.waiting_since] if ticket.waiting_since and not ticket.settled else [])
        held = [row.started_at for row in rows if row.duty == duty and row.end not in ("replaced", "extended")]
        assert len(held) == len(set(held)), "one that counts, for each wait"
    for row in rows:
        assert (row.end == "") == (row.ended_at is None)
        if row.extends is not None and row.end != "replaced":
            assert (row.extends.end, row.extends.started_at) == ("extended", row.started_at)
            assert row.extends.due_on < row.due_on == row.told_on
    assert TicketDeadline.objects.filter(ticket=ticket, duty="official").exclude(end="replaced").count() == 1


@pytest.mark.parametrize("seed", range(12))
def test_after_each_act_the_deadlines_add_up_and_reading_them_again_changes_none(seed: int) -> None:
    chance = random.Random(seed)
    actor, ticket = Actor.staff(staff()), opened()
    for step in range(1, STEPS):
        now = NOW + timedelta(days=step)
        try:
            chance.choice(ACTS)(actor, Ticket.objects.select_related("queue").get(pk=ticket.pk), now)
        except IllegalMove:
            continue
        ticket = Ticket.objects.get(pk=ticket.pk)
        add_up(ticket)
        before = facts()
        keep(ticket)
        assert rechoose(ticket) == []
        assert facts() == before
