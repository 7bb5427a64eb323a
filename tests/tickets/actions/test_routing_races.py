"""Many workers at once: each ticket is sorted once, and nobody waits for ever."""

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from tests.making import NOW, incoming, opened, staff
from tickets.actions import bulk, joining, opening, rules
from tickets.actions.record import PARTNER, Actor
from tickets.errors import AlreadyKnown
from tickets.models import Event, Ticket, User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("reference_data")]
HANDS = 4


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """Do all of it at the same time, each with a connection of its own."""

    def work(one: Callable[[], Any]) -> Any:
        try:
            return one()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(HANDS) as hands:
        return list(hands.map(work, works))


@pytest.fixture
def readers() -> list[User]:
    """Two who read Ukrainian, and rules that give them what comes and what happens."""
    maria = Actor.staff(staff("Maria Manager", role="manager", reads=["fr"]))
    for moment in ("creation", "update"):
        wording = rules.Wording(name=moment, moment=moment, query="lang:uk", by_language=True, tags=["seen"])
        rule = rules.make_rule(actor=maria, wording=wording, now=NOW)
        rules.try_rule(actor=maria, rule_id=rule.pk, now=NOW)
        rules.switch_on(actor=maria, rule_id=rule.pk, now=NOW)
    return [staff(name, reads=["uk"]) for name in ("Olha Reader", "Petro Reader")]


def test_each_ticket_is_sorted_once_and_the_work_is_shared(readers: list[User]) -> None:
    numbers = itertools.count()

    def open_one() -> Ticket:
        return opened(language="uk", sender_address=f"person{next(numbers)}@hromada.example")

    at_once(*[open_one] * 12)
    assert Event.objects.filter(verb="routed").count() == 12
    shares = [Ticket.objects.filter(assignee=person).count() for person in readers]
    assert sum(shares) == 12
    assert max(shares) - min(shares) <= HANDS


def test_one_mail_by_two_workers_is_sorted_once(readers: list[User]) -> None:
    mail = incoming(language="uk")

    def take() -> bool:
        try:
            opening.open_ticket(actor=PARTNER, channel="email", incoming=mail, acknowledge=True, now=NOW)
        except AlreadyKnown:
            return False
        return True

    assert sorted(at_once(take, take)) == [False, True]
    assert Ticket.objects.get().events.filter(verb="routed").count() == 1


def test_answers_and_an_act_on_many_tickets_wait_for_each_other_and_end(readers: list[User]) -> None:
    tickets = [opened(language="uk", sender_address=f"person{each}@hromada.example") for each in range(6)]
    anna = Actor.staff(staff("Anna Agent"))
    bulk.assign(actor=anna, ticket_ids=[ticket.pk for ticket in tickets], assignee=None, now=NOW)
    Event.objects.filter(verb="assigned").delete()  # nobody chose that

    def act() -> Any:
        return bulk.add_tags(actor=anna, ticket_ids=[ticket.pk for ticket in tickets], names=["x"], now=NOW)

    def answer(ticket: Ticket) -> Callable[[], Any]:
        return lambda: joining.receive(
            ticket_id=ticket.pk,
            incoming=incoming(sender_address=ticket.requester.addresses.get().address if ticket.requester else ""),
            channel="email",
            found_by="token",
            acknowledge=False,
            now=NOW,
        )

    at_once(act, *[answer(ticket) for ticket in reversed(tickets)])
    assert not Ticket.objects.filter(assignee=None).exists()
    occurrences = Event.objects.filter(verb="routed").values_list("occurrence", flat=True)
    assert len(occurrences) == len(set(occurrences))
