"""The page Compliance and its list: each number is that of the rows it opens, and each row has its proof."""

import re
from html import unescape

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.making import NOW
from tests.reports import making_flow
from tickets.models import TicketDeadline, User

LINK = re.compile(r'<a href="(/reports/compliance/list/[^"]*)">([\d,]+)')
YEAR = "from=2025-12-01&to=2026-12-31"


@pytest.fixture
def page(client: Client, maria: User) -> Client:
    making_flow.year(NOW)
    client.force_login(maria)
    return client


def listed(page: Client, address: str) -> list[TicketDeadline]:
    """All rows of a list, page by page."""
    rows: list[TicketDeadline] = []
    for _ in range(40):
        answer = page.get(address)
        rows += answer.context["rows"]
        following = answer.context["page"].next
        if following is None:
            return rows
        address = f"{address.partition('&cursor=')[0]}&cursor={following}"
    raise AssertionError("the list has no end")


def test_each_number_is_that_of_the_rows_it_opens(page: Client) -> None:
    text = page.get(f"/reports/compliance/?{YEAR}").content.decode()
    links = {(unescape(address), int(number.replace(",", ""))) for address, number in LINK.findall(text)}
    assert len(links) > 15
    for address, number in links:
        rows = listed(page, address)
        assert len(rows) == len({row.pk for row in rows}) == number, address


def test_the_list_is_narrowed_by_a_search_and_by_who_looks(client: Client, anna: User, maria: User) -> None:
    tickets = making_flow.year(NOW)
    tickets[0].sensitive = True
    tickets[0].save()
    client.force_login(maria)
    everything = listed(client, f"/reports/compliance/list/?{YEAR}")
    phones = listed(client, f"/reports/compliance/list/?{YEAR}&q=channel:phone")
    assert {row.ticket.channel for row in phones} == {"phone"}
    assert 0 < len(phones) < len(everything)
    client.force_login(anna)
    assert listed(client, f"/reports/compliance/list/?{YEAR}") == []


def test_each_row_leads_to_its_ticket_and_to_its_proof(page: Client) -> None:
    text = page.get(f"/reports/compliance/list/?{YEAR}&duty=reply&verdict=kept").content.decode()
    references = set(re.findall(r"/desk/tickets/(SU-[0-9-]+)/proof/", text))
    assert references
    assert references == set(re.findall(r"/desk/tickets/(SU-[0-9-]+)/\"", text))


def test_what_is_no_duty_and_no_verdict_is_passed_over(page: Client) -> None:
    whole = listed(page, f"/reports/compliance/list/?{YEAR}")
    assert listed(page, f"/reports/compliance/list/?{YEAR}&duty=dance&verdict=odd") == whole


def test_paper_has_many_rows_on_one_page_and_no_form(page: Client) -> None:
    answer = page.get(f"/reports/compliance/list/?{YEAR}&print=1")
    assert len(answer.context["rows"]) > 50
    assert 'class="filter"' not in answer.content.decode()


def test_a_cursor_of_another_list_is_refused(page: Client) -> None:
    assert page.get("/reports/compliance/list/?cursor=nonsense").status_code == 400


def test_the_statements_do_not_grow_with_the_rows(
    page: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for asked in ("", f"?{YEAR}"):
        with django_assert_max_num_queries(8):  # session, person, queues, three lists of names, the figures
            page.get(f"/reports/compliance/{asked}")
        with django_assert_max_num_queries(8):
            page.get(f"/reports/compliance/list/{asked}")


def test_nothing_due_is_said_so(client: Client, maria: User) -> None:
    client.force_login(maria)
    assert "No deadline fell due in this period." in client.get("/reports/compliance/").content.decode()
