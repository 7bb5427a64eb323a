"""Sorting a new ticket is many acts in one transaction."""

import pytest

from notifications.models import OutgoingMail
from tests.furnishing import furnish
from tests.making import NOW, opened, staff
from tickets.actions import triage
from tickets.actions.record import SYSTEM, Actor
from tickets.actions.sorting import sort
from tickets.errors import IllegalMove
from tickets.models import Event, Hromada, Organisation, Queue, Region, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]


def test_a_ticket_that_needs_no_change_is_opened_all_the_same() -> None:
    ticket = opened()
    sort(actor=Actor.staff(staff()), ticket_id=ticket.pk, now=NOW)
    ticket.refresh_from_db()
    assert ticket.status == "open"
    assert Event.objects.filter(ticket=ticket).latest("pk").verb == "status"


def test_what_one_act_refuses_undoes_them_all() -> None:
    ticket, outsider = opened(), staff("Boris Agent")
    complaints = Queue.objects.get(code="complaints")
    before = Ticket.objects.values().get(pk=ticket.pk)
    with pytest.raises(IllegalMove):
        sort(actor=SYSTEM, ticket_id=ticket.pk, kind="need", queue=complaints, assignee=outsider, now=NOW)
    assert Ticket.objects.values().get(pk=ticket.pk) == before
    assert not Event.objects.filter(ticket=ticket, verb="kind").exists()
    assert not OutgoingMail.objects.filter(audience="staff").exists()


def test_a_ticket_is_sorted_once() -> None:
    ticket = opened()
    sort(actor=SYSTEM, ticket_id=ticket.pk, kind="need", now=NOW)
    with pytest.raises(IllegalMove) as refused:
        sort(actor=SYSTEM, ticket_id=ticket.pk, kind="offer", now=NOW)
    assert refused.value.code == "sorted"
    assert Ticket.objects.get(pk=ticket.pk).kind == "need"


def test_a_hromada_has_one_organisation_however_often_it_is_named() -> None:
    furnish(hromadas=True)
    hromada = Hromada.objects.select_related("region").get(katottg="UA59080110000034361")
    tickets = [opened(), opened()]
    for ticket in tickets:
        triage.set_organisation(actor=SYSTEM, ticket_id=ticket.pk, organisation=hromada, now=NOW)
    body = Organisation.objects.get()
    assert (body.hromada, body.kind, body.region) == (hromada, "hromada", hromada.region)
    event = Event.objects.filter(verb="organisation").latest("pk")
    assert event.data == {"from": None, "to": body.pk}


def test_the_country_of_a_region_goes_along_and_stays_when_the_region_goes() -> None:
    ticket = opened()
    region = Region.objects.get(code="UA-59")
    triage.set_region(actor=SYSTEM, ticket_id=ticket.pk, region=region, now=NOW)
    assert Event.objects.latest("pk").data == {"from": "", "to": "UA-59", "country": {"from": "", "to": "UA"}}
    triage.set_region(actor=SYSTEM, ticket_id=ticket.pk, region=None, now=NOW)
    ticket.refresh_from_db()
    assert (ticket.region, ticket.country) == (None, "UA")
