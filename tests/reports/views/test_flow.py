"""The page Flow: each number opens the tickets behind it."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from reports.periods import Period
from reports.views.flow import kyiv
from tests.making import NOW
from tests.reports import making_flow
from tickets.models import Ticket, User
from tickets.permissions import visible
from tickets.search.narrowing import narrow
from tickets.search.query import parse

LINK = re.compile(r'<a href="(/desk/find/\?q=[^"]+)"(?: tabindex="-1")?>(?:<g><title>[^<]*: )?([\d,]+)')
PERIODS = ["", "?period=quarter", "?from=2026-01-05&to=2026-09-30", "?period=3-years"]


@pytest.fixture
def page(client: Client, maria: User) -> Client:
    making_flow.year(NOW)
    client.force_login(maria)
    return client


def found(user: User, address: str) -> int:
    (text,) = parse_qs(urlsplit(address).query)["q"]
    narrowed = narrow(parse(text), visible(user), user=user, now=NOW)
    assert not narrowed.problems, text
    return narrowed.tickets.count()


@pytest.mark.parametrize("asked", [*PERIODS, "?period=12-months&q=channel:phone+OR+topic:energy"])
def test_each_number_is_that_of_the_tickets_it_opens(page: Client, maria: User, asked: str) -> None:
    text = page.get(f"/reports/flow/{asked}").content.decode()
    links = {(unescape(address), int(number.replace(",", ""))) for address, number in LINK.findall(text)}
    assert len(links) > 20
    for address, number in links:
        assert found(maria, address) == number, address


def test_an_agent_sees_the_flow_of_their_own_work_alone(client: Client, anna: User) -> None:
    tickets = making_flow.year(NOW)
    Ticket.objects.filter(pk__in=[each.pk for each in tickets[:40]]).update(assignee=anna)
    client.force_login(anna)
    answer = client.get("/reports/flow/?period=3-years")
    own = Ticket.objects.filter(assignee=anna).exclude(status__in=("merged", "spam")).count()
    assert answer.context["flow"].came == own
    assert "Take along" not in answer.content.decode()


def test_the_statements_do_not_grow_with_the_period(
    page: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for asked in PERIODS:
        with django_assert_max_num_queries(15):  # session, person, queues, three lists of names, nine of the figures
            page.get(f"/reports/flow/{asked}")
    for asked in PERIODS:
        with django_assert_max_num_queries(6):  # what is shown is kept
            page.get(f"/reports/flow/{asked}")


def test_a_house_without_a_ticket_has_a_page_too(client: Client, maria: User) -> None:
    client.force_login(maria)
    text = client.get("/reports/flow/").content.decode()
    assert "0 came and 0 were resolved: 0 are open, as many as before." in text


def test_kyiv_is_an_hour_ahead_whatever_the_season() -> None:
    for period in (Period(NOW.date(), NOW.date()), Period(NOW.date().replace(month=7), NOW.date())):
        assert kyiv(9, period) == "10"
        assert kyiv(23, period) == "00"
