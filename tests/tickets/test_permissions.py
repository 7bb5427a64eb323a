"""Who may see and do what; the query and the check agree for everybody."""

import itertools

import pytest
from django.contrib.auth.models import AnonymousUser

from tests.making import opened, staff
from tickets.models import Queue, Ticket, User
from tickets.permissions import Act, may, visible

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]


def test_the_query_and_the_check_agree_for_every_person_and_ticket() -> None:
    complaints = Queue.objects.get(code="complaints")
    people = [staff(role=role, is_active=active) for role in User.Role.values for active in (True, False)]
    member = staff()
    complaints.members.add(member)
    for restricted, sensitive, mine in itertools.product((False, True), repeat=3):
        ticket = opened(acknowledge=False)
        queue = complaints if restricted else ticket.queue
        Ticket.objects.filter(pk=ticket.pk).update(queue=queue, sensitive=sensitive, assignee=member if mine else None)
    for person in [*people, member, AnonymousUser()]:
        seen = set(visible(person).values_list("pk", flat=True))
        allowed = {t.pk for t in Ticket.objects.select_related("queue") if may(person, Act.VIEW, t)}
        assert seen == allowed


def test_a_restricted_queue_is_seen_by_its_members_alone() -> None:
    complaints = Queue.objects.get(code="complaints")
    ticket, manager, member = opened(), staff(role="manager"), staff()
    complaints.members.add(member)
    Ticket.objects.filter(pk=ticket.pk).update(queue=complaints)
    assert list(visible(member)) == [ticket]
    assert list(visible(manager)) == []


def test_a_sensitive_ticket_is_seen_by_its_assignee_and_managers() -> None:
    ticket, agent, other, manager = opened(), staff(), staff(), staff(role="manager")
    Ticket.objects.filter(pk=ticket.pk).update(sensitive=True, assignee=agent)
    assert list(visible(agent)) == list(visible(manager)) == [ticket]
    assert list(visible(other)) == []


def test_only_managers_open_quarantined_files_and_erase() -> None:
    ticket, agent, manager = opened(), staff(), staff(role="manager")
    assert [act for act in Act if not may(agent, act, ticket)] == [Act.OPEN_QUARANTINED, Act.ERASE]
    assert all(may(manager, act, ticket) for act in Act)


def test_an_outsider_sees_and_may_nothing() -> None:
    ticket = opened()
    for person in (AnonymousUser(), staff(is_active=False)):
        assert list(visible(person)) == []
        assert not any(may(person, act, ticket) for act in Act)
