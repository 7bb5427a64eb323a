"""Naming the readers of a sensitive ticket."""

import pytest

from tests.making import NOW, opened, staff
from tickets.actions import access, triage
from tickets.actions.record import SYSTEM, Actor
from tickets.errors import IllegalMove
from tickets.models import Event, Queue, Ticket
from tickets.permissions import Act, may

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]


def history(ticket: Ticket) -> list[tuple[str, int | None]]:
    verbs = (Event.Verb.READER_NAMED, Event.Verb.READER_REMOVED)
    events = Event.objects.filter(ticket=ticket, verb__in=verbs).order_by("pk")
    return [(event.verb, event.data["user"]) for event in events]


def test_a_name_opens_the_ticket_and_taking_it_away_closes_it_each_with_one_event() -> None:
    ticket, anna, ben = opened(), staff(), staff("Ben")
    triage.set_sensitive(actor=SYSTEM, ticket_id=ticket.pk, sensitive=True, now=NOW)
    ticket.refresh_from_db()
    for _ in range(2):
        access.name_reader(actor=Actor.staff(anna), ticket_id=ticket.pk, reader=ben, now=NOW)
    assert may(ben, Act.ANSWER, ticket)
    for _ in range(2):
        access.remove_reader(actor=Actor.staff(anna), ticket_id=ticket.pk, reader=ben, now=NOW)
    assert not may(ben, Act.VIEW, ticket)
    assert history(ticket) == [("reader_named", ben.pk), ("reader_removed", ben.pk)]


def test_who_marks_a_ticket_stays_able_to_read_it() -> None:
    ticket, anna, maria = opened(), staff(), staff("Maria", role="manager")
    triage.set_sensitive(actor=Actor.staff(anna), ticket_id=ticket.pk, sensitive=True, now=NOW)
    ticket.refresh_from_db()
    assert may(anna, Act.VIEW, ticket)
    assert history(ticket) == [("reader_named", anna.pk)]
    other = opened()
    triage.set_sensitive(actor=Actor.staff(maria), ticket_id=other.pk, sensitive=True, now=NOW)
    assert history(other) == []  # she answers for the queue anyway


@pytest.mark.parametrize("gone", [True, False], ids=["somebody who left", "somebody outside the queue"])
def test_who_may_not_see_the_queue_is_not_named(gone: bool) -> None:
    ticket, person = opened(), staff(is_active=not gone)
    if not gone:
        triage.set_queue(actor=SYSTEM, ticket_id=ticket.pk, queue=Queue.objects.get(code="complaints"), now=NOW)
    with pytest.raises(IllegalMove):
        access.name_reader(actor=SYSTEM, ticket_id=ticket.pk, reader=person, now=NOW)
    assert history(ticket) == []
