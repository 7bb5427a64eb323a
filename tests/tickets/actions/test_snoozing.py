"""A ticket that is put off comes back on its day, or when the partner writes, and the wait runs on."""

from datetime import timedelta

import pytest
import time_machine

from tests.making import NOW, incoming, opened, staff
from tests.planning import disable
from tickets.actions import joining, triage
from tickets.actions.record import SYSTEM, Actor
from tickets.actions.snoozing import snooze, unsnooze
from tickets.errors import IllegalMove
from tickets.models import Ticket
from tickets.tasks import due_to_wake, wake

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
UNTIL = NOW + timedelta(days=3)


def put_off(ticket: Ticket, until=UNTIL) -> Ticket:
    return snooze(actor=Actor.staff(staff()), ticket_id=ticket.pk, until=until, now=NOW)


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def test_it_comes_back_once_when_its_time_has_come() -> None:
    ticket, other = put_off(opened()), put_off(opened(), UNTIL + timedelta(days=1))
    with time_machine.travel(UNTIL - timedelta(seconds=1), tick=False):
        assert wake() == 0
    with time_machine.travel(UNTIL, tick=False):
        assert (wake(), wake()) == (1, 0)
    assert fresh(ticket).snoozed_until is None
    assert fresh(other).snoozed_until is not None
    assert ticket.events.filter(verb="woken").count() == 1
    assert fresh(ticket).waiting_since == NOW


@pytest.mark.parametrize("automatic", ["", "auto-submitted"])
def test_a_message_of_the_partner_brings_it_back_at_once_but_no_machine(automatic: str) -> None:
    ticket, at = put_off(opened()), NOW + timedelta(hours=2)
    joining.receive(
        ticket_id=ticket.pk,
        incoming=incoming(received_at=at, automatic=automatic),
        channel="email",
        found_by="token",
        acknowledge=False,
        now=at,
    )
    assert (fresh(ticket).snoozed_until is None) is not bool(automatic)


def test_it_is_taken_back_by_hand() -> None:
    ticket = put_off(opened())
    unsnooze(actor=Actor.staff(staff()), ticket_id=ticket.pk, now=NOW)
    unsnooze(actor=Actor.staff(staff()), ticket_id=ticket.pk, now=NOW)
    assert fresh(ticket).snoozed_until is None
    assert ticket.events.filter(verb="woken").count() == 1


def test_what_cannot_be_put_off_says_why() -> None:
    ticket, ended = opened(), opened()
    triage.set_status(actor=SYSTEM, ticket_id=ended.pk, status="solved", outcome="answered", now=NOW)
    for which, until, code in (
        (ticket, NOW, "past"),
        (ticket, NOW + timedelta(days=400), "far"),
        (ended, UNTIL, "settled"),
    ):
        with pytest.raises(IllegalMove, match=code):
            put_off(which, until)


def test_what_is_due_is_found_by_an_index() -> None:
    disable("seqscan", "sort")
    assert "ticket_snoozed" in due_to_wake(NOW).explain()
