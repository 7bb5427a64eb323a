"""Who may see and do what; the query and the check agree for everybody."""

import itertools

import pytest
from django.contrib.auth.models import AnonymousUser
from pytest_django import DjangoAssertNumQueries

from tests.making import opened, staff
from tickets.models import Queue, Ticket, TicketReader, User
from tickets.permissions import Act, counted, may, may_administer, visible, who_may_see

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]


def everybody(queues: list[Queue]) -> list[User]:
    """People of every role, at work or gone, in no queue, in one of each, in all."""
    people = []
    memberships: list[list[Queue]] = [[], *([queue] for queue in queues), queues]
    for role, active, member_of in itertools.product(User.Role.values, (True, False), memberships):
        person = staff(role=role, is_active=active)
        for queue in member_of:
            queue.members.add(person)
        people.append(person)
    return people


def every_ticket(people: list[User], queues: list[Queue]) -> None:
    """In each queue, sensitive or not: nobody's, and assigned to or read by a few of each kind of people."""
    for queue, sensitive in itertools.product(queues, (False, True)):
        for number in range(4):
            ticket = opened(acknowledge=False)
            assignee = people[(3 * number + queue.pk) % len(people)] if number else None
            Ticket.objects.filter(pk=ticket.pk).update(queue=queue, sensitive=sensitive, assignee=assignee)
            TicketReader.objects.bulk_create(
                TicketReader(ticket=ticket, user=person) for person in people[number::5] if number
            )


def test_the_query_and_the_check_agree_for_every_person_and_ticket() -> None:
    queues = [Queue.objects.get(code="complaints"), Queue.objects.exclude(restricted=True).earliest("pk")]
    people = everybody(queues)
    every_ticket(people, [*queues, Queue.objects.create(code="alone", name="Without members")])
    tickets = list(Ticket.objects.select_related("queue"))
    counts = set()
    for person in [*people, AnonymousUser()]:
        seen = set(visible(person).values_list("pk", flat=True))
        assert seen == {ticket.pk for ticket in tickets if may(person, Act.VIEW, ticket)}
        counts.add(len(seen))
    assert len(counts) > 5  # the table tells people apart
    for ticket in tickets:
        assert set(who_may_see(ticket)) == {person for person in people if may(person, Act.VIEW, ticket)}


def test_managers_count_all_that_they_see_and_agents_their_own() -> None:
    queues = [Queue.objects.get(code="complaints"), Queue.objects.exclude(restricted=True).earliest("pk")]
    people = everybody(queues)
    every_ticket(people, queues)
    scopes: dict[str, list[frozenset[int]]] = {}
    for person in people:
        known, seen = counted(person), visible(person)
        assert known.own == (person.role == User.Role.AGENT or not person.is_active)
        assert set(known.tickets) == set(seen.filter(assignee=person) if known.own else seen)
        scopes.setdefault(known.scope, []).append(frozenset(known.tickets.values_list("pk", flat=True)))
    assert all(len(set(each)) == 1 for each in scopes.values())  # who shares figures sees the same
    assert any(len(each) > 1 for scope, each in scopes.items() if scope)
    agents = [counted(person).scope for person in people if person.is_active and person.role == User.Role.AGENT]
    assert all(len(scopes[scope]) == 1 for scope in agents)
    assert not counted(AnonymousUser()).tickets.exists()


def test_figures_of_other_rights_are_not_shown() -> None:
    manager, queue = staff(role="manager"), Queue.objects.get(code="complaints")
    before = counted(manager).scope
    queue.members.add(manager)
    assert counted(manager).scope != before


def test_seeing_costs_one_statement_and_the_list_of_tickets_another(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    manager = staff(role="manager")
    with django_assert_num_queries(1):
        tickets = visible(manager)
    with django_assert_num_queries(1):
        assert list(tickets) == []


def test_a_restricted_queue_is_seen_by_its_members_alone() -> None:
    complaints = Queue.objects.get(code="complaints")
    ticket, manager, member = opened(), staff(role="manager"), staff()
    complaints.members.add(member)
    Ticket.objects.filter(pk=ticket.pk).update(queue=complaints)
    assert list(visible(member)) == [ticket]
    assert list(visible(manager)) == []


def test_a_sensitive_ticket_is_seen_by_the_people_named_to_read_it() -> None:
    ticket, named, other = opened(), staff(), staff()
    Ticket.objects.filter(pk=ticket.pk).update(sensitive=True)
    TicketReader.objects.create(ticket=ticket, user=named)
    assert list(visible(named)) == [ticket]
    assert list(visible(other)) == []
    Ticket.objects.filter(pk=ticket.pk).update(queue=Queue.objects.get(code="complaints"))
    assert list(visible(named)) == []  # a name opens no queue


def test_managers_answer_for_the_queues_that_they_are_members_of() -> None:
    ticket, inside, outside, agent = opened(), staff(role="manager"), staff(role="manager"), staff()
    ticket.queue.members.add(inside, agent)
    Ticket.objects.filter(pk=ticket.pk).update(sensitive=True)
    assert list(visible(inside)) == [ticket]
    assert list(visible(outside)) == list(visible(agent)) == []
    Ticket.objects.filter(pk=ticket.pk).update(sensitive=False)
    assert list(visible(outside)) == [ticket]


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


def test_administrators_set_up_all_and_managers_what_is_work() -> None:
    allowed = {
        role: (may_administer(staff(role=role)), may_administer(staff(role=role), managers=True)) for role in User.Role
    }
    assert allowed == {"agent": (False, False), "manager": (False, True), "administrator": (True, True)}
    for outsider in (AnonymousUser(), staff(role="administrator", is_active=False)):
        assert not may_administer(outsider, managers=True)
