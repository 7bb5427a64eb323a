"""The page Now: each number is that of the tickets which its link finds, and each ticket is in one part of a sort."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from reports.queries.now import standing
from tests import making
from tests.making_reports import a_year
from tests.reports.links import found_by, links
from tickets.models import Queue, Ticket, User
from tickets.permissions import visible


@pytest.fixture
def house(maria: User, anna: User) -> list[Ticket]:
    tickets = a_year(timezone.now(), [anna, making.staff("Ben Agent")], number=120, days=90)
    restricted = Queue.objects.get(code="complaints")
    Ticket.objects.filter(pk__in=[tickets[0].pk, tickets[100].pk]).update(queue=restricted)
    Ticket.objects.filter(pk=tickets[110].pk).update(sensitive=True)
    return tickets


@pytest.mark.parametrize("role", ["manager", "agent"])
@pytest.mark.parametrize("search", ["", "topic:energy OR kind:need"])
def test_each_number_is_the_number_of_tickets_that_its_link_finds(
    client: Client, house: list[Ticket], anna: User, maria: User, role: str, search: str
) -> None:
    person = maria if role == "manager" else anna
    client.force_login(person)
    shown = links(client.get("/reports/", {"q": search}).content.decode())
    assert len(shown) > (40 if role == "manager" else 15)
    assert client.get(shown[0][0]).context["results"].hits
    assert [(where, number) for where, number in shown if found_by(person, where) != number] == []


def test_every_open_ticket_is_in_one_part_of_each_sort(house: list[Ticket], maria: User) -> None:
    found = standing(visible(maria), timezone.now())
    assert found.all.open == visible(maria).filter(status__in=("new", "open", "pending")).count()
    for tallies in [*found.parts.values(), found.people]:
        for what in ("open", "waiting", "overdue"):
            assert sum(getattr(each, what) for each in tallies.values()) == getattr(found.all, what)
    assert sum(found.ages) == found.all.waiting


def test_an_agent_sees_the_figures_of_their_own_work_alone(client: Client, house: list[Ticket], anna: User) -> None:
    client.force_login(anna)
    page = client.get("/reports/").content.decode()
    assert opened(page) == visible(anna).filter(assignee=anna, status__in=("new", "open", "pending")).count()
    assert "Ben Agent" not in page
    assert "By assignee" not in page
    assert all("assignee%3Ame" in where for where, _ in links(page))


def test_figures_are_kept_for_the_person_they_were_made_for(
    client: Client, house: list[Ticket], anna: User, maria: User
) -> None:
    client.force_login(maria)
    before = opened(client.get("/reports/").content.decode())
    making.opened(now=timezone.now())
    assert opened(client.get("/reports/").content.decode()) == before
    Queue.objects.get(code="complaints").members.add(maria)
    assert opened(client.get("/reports/").content.decode()) > before
    client.force_login(anna)
    assert opened(client.get("/reports/").content.decode()) < before


def test_managers_who_see_the_same_share_their_figures_but_not_what_is_theirs(
    client: Client, house: list[Ticket], maria: User, django_assert_num_queries: Any
) -> None:
    other = making.staff("Olha Manager", role="manager")
    Ticket.objects.filter(pk__in=[each.pk for each in house[-9:]]).update(assignee=other)
    figures = []
    for person in (maria, other):
        client.force_login(person)
        figures.append((opened(client.get("/reports/").content.decode()), _own(client)))
    assert figures[0][0] == figures[1][0]
    assert figures[0][1] != figures[1][1]
    with django_assert_num_queries(8):  # as for who asked before
        client.get("/reports/")


def _own(client: Client) -> int:
    return opened(client.get("/reports/", {"q": "assignee:me OR topic:energy"}).content.decode())


def opened(page: str) -> int:
    """The first of the numbers: open tickets."""
    return links(page)[0][1]


def test_it_reads_the_same_number_of_statements_whatever_is_open(
    client: Client, house: list[Ticket], maria: User, django_assert_num_queries: Any
) -> None:
    client.force_login(maria)
    # Session, user, queues of the person; queues, topics, regions by name; open, came, ended; the oldest; assignees.
    with django_assert_num_queries(11):
        client.get("/reports/")
    with django_assert_num_queries(8):  # figures are kept
        client.get("/reports/")


def test_a_mistake_in_the_search_is_shown_where_it_stands(client: Client, maria: User) -> None:
    client.force_login(maria)
    page = client.get("/reports/", {"q": "topic:energy status:foo"}).content.decode()
    assert "<mark>status:foo</mark>" in page
    assert "“status:” does not know “foo”." in page
    assert 'class="numbers"' not in page


def test_an_outsider_is_asked_to_sign_in(client: Client) -> None:
    assert client.get("/reports/").headers["Location"].startswith("/desk/login/")
