"""The page of response times: what it says, that every number finds its tickets, and what each view of it costs."""

import re
from typing import Any
from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from reports.figures import Page
from reports.panels import PANELS
from tests import making
from tests.making_reports import a_year
from tests.reports.links import found_by, links
from tickets.models import Queue, ReplyCycle, Resolution, Ticket, User

PAGE = "/reports/response/"
YEAR = {"period": "12-months", "whole": "1"}


@pytest.fixture
def house(maria: User, anna: User) -> list[Ticket]:
    tickets = a_year(timezone.now(), [anna, making.staff("Ben Agent")], number=160, days=300)
    Ticket.objects.filter(pk=tickets[30].pk).update(queue=Queue.objects.get(code="complaints"))
    # One of a ticket's two waits for a next response: a number of waits is no number of tickets.
    cycle = ReplyCycle.objects.filter(kind="next", end="answered").first()
    assert cycle
    ReplyCycle.objects.create(
        ticket=cycle.ticket, number=3, kind="next", started_at=cycle.started_at, ended_at=cycle.ended_at,
        end="answered", calendar_seconds=60, working_seconds=60,
    )  # fmt: skip
    return tickets


def quantiles(page: str, panel: str) -> list[tuple[str, str]]:
    """The times of half, three in four and nine in ten of a panel, and those of the period before."""
    (text,) = re.findall(rf'<h2 id="{panel}">.*?</table>', page, re.S)
    return re.findall(r"<td><strong>([^<]+)</strong></td><td>[^<]*</td><td>([^<]+)</td>", text)


@pytest.mark.parametrize("role", ["manager", "agent"])
@pytest.mark.parametrize("search", ["", "kind:need -topic:energy"])
def test_each_number_is_the_number_of_tickets_that_its_link_finds(
    client: Client, house: list[Ticket], anna: User, maria: User, role: str, search: str
) -> None:
    person = maria if role == "manager" else anna
    client.force_login(person)
    shown = links(client.get(PAGE, YEAR | {"q": search}).content.decode())
    assert len(shown) > 60
    assert [(where, number) for where, number in shown if found_by(person, where) != number] == []


def test_the_sentence_comes_first_with_its_basis_below(client: Client, house: list[Ticket], maria: User) -> None:
    client.force_login(maria)
    page = client.get(PAGE, YEAR).content.decode()
    assert re.search(r"Half of the partners had an answer within [\d.]+ days; \d+ still wait\.", page)
    assert re.search(r"\d+ % of the replies kept their deadline; \d+ did not\.", page)
    for panel in PANELS:
        assert f'<h2 id="{panel}">' in page
    assert page.count('role="img"') > 20
    assert "It leaves out everybody who still waits" not in page
    assert "It leaves out everybody who still waits" in client.get(PAGE, YEAR | {"average": "1"}).content.decode()


def test_the_first_panel_comes_with_the_page_and_the_others_after_it(
    client: Client, house: list[Ticket], maria: User
) -> None:
    client.force_login(maria)
    page = client.get(PAGE, {"period": "12-months"}).content.decode()
    addresses = re.findall(r'data-panel="([^"]+)"', page)
    assert len(addresses) == len(PANELS) - 1
    for address in addresses:
        part = client.get(address)
        assert part.status_code == 200
        assert "<html" not in part.content.decode()
        assert 'class="figure"' in part.content.decode()
    assert "data-panel" not in client.get(PAGE, {"period": "12-months"}).content.decode()


def test_a_panel_that_is_not_there_is_not_found(client: Client, maria: User) -> None:
    client.force_login(maria)
    assert client.get(f"{PAGE}speed/").status_code == 404
    assert client.get(f"{PAGE}first/", {"q": "status:foo"}).status_code == 404


def test_the_clock_and_the_pauses_change_the_figures_and_are_kept_apart(
    client: Client, house: list[Ticket], maria: User
) -> None:
    ReplyCycle.objects.filter(kind="next", end="answered").update(requester_pause=86_400)
    client.force_login(maria)

    def half(panel: str, **more: str) -> float:
        number, unit = quantiles(client.get(PAGE, YEAR | more).content.decode(), panel)[0][0].split()
        return float(number) * {"hour": 1, "hours": 1, "days": 24}[unit]

    assert half("first", time="working") < half("first") / 3
    assert half("next", pauses="net") < half("next")
    assert half("first", pauses="net") == half("first")


def test_net_says_what_was_left_out_for_whom_and_of_how_many_waits(
    client: Client, house: list[Ticket], maria: User, django_assert_num_queries: Any
) -> None:
    waits = ReplyCycle.objects.filter(kind="next", started_at__gte="2025-12-01T00:00Z")
    waits.update(requester_pause=86_400, requester_pause_working=7_200)
    waits.filter(pk=waits[0].pk).update(third_party_pause=3_600)
    Resolution.objects.update(third_party_pause=7_200)
    client.force_login(maria)

    def left_out(**more: str) -> list[tuple[str, ...]]:
        panel = client.get(f"{PAGE}next/", YEAR | more).content.decode()
        cells = r'<td class="number">(?:<a [^>]*>)?(\d+)(?:</a>)?\s*</td>'
        return re.findall(rf'<th scope="row">([^<]*)</th>{cells}{cells}<td class="number">([^<]*)</td>', panel)

    number, tickets = waits.count(), waits.values("ticket").distinct().count()
    assert number > tickets
    assert left_out() == []
    assert left_out(pauses="net") == [
        ("the partner", str(number), str(tickets), f"{number} days"),
        ("a third party", "1", "1", "1 hour"),
    ]
    assert left_out(pauses="net", time="working")[0] == (
        "the partner",
        str(number),
        str(tickets),
        f"{2 * number} hours",
    )
    cache.clear()
    with django_assert_num_queries(9):  # no more than without: session, user, queues; names; the figures three
        left_out(pauses="net")
    page = client.get(PAGE, YEAR | {"pauses": "net"}).content.decode()
    assert page.count("Left out: we waited for") == 2  # nothing is taken from the first response and first resolution
    paused = [(where, number) for where, number in links(page) if "partner" in where or "third" in where]
    assert len(paused) > 2
    assert [(where, number) for where, number in paused if found_by(maria, where) != number] == []


def test_what_was_answered_outside_opening_hours_is_said_beside_the_working_time(
    client: Client, house: list[Ticket], maria: User
) -> None:
    """Rule: no working time is right then, and a time that is made of such must say so."""
    answered = ReplyCycle.objects.filter(kind="first", end="answered", started_at__gte="2026-10-01T00:00Z")[:2]
    ReplyCycle.objects.filter(pk__in=[each.pk for each in answered]).update(working_seconds=0)
    client.force_login(maria)
    words = "2 ended outside opening hours, after no working time at all."
    assert words in client.get(PAGE, YEAR | {"time": "working"}).content.decode()
    assert "outside opening hours" not in client.get(PAGE, YEAR).content.decode()


def test_it_is_measured_against_the_period_before(client: Client, house: list[Ticket], maria: User) -> None:
    client.force_login(maria)
    shown = quantiles(client.get(PAGE).content.decode(), "first")
    assert all("days" in before or before == "not reached" for _, before in shown)
    Ticket.objects.filter(received_at__lt="2026-10-01T00:00Z").update(channel="api")
    shown = quantiles(client.get(PAGE, {"q": "-channel:api"}).content.decode(), "first")
    assert [before for _, before in shown] == ["nobody wrote"] * 3


def test_each_part_is_measured_against_the_period_before(client: Client, house: list[Ticket], maria: User) -> None:
    client.force_login(maria)

    def before(**asked: str) -> list[str]:
        (text,) = re.findall(r'<h2 id="by-topic">.*?</table>', client.get(PAGE, asked).content.decode(), re.S)
        return re.findall(r'<tr><th scope="row">[^<]*</th><td>[^<]*</td><td>[^<]*</td><td>([^<]+)</td>', text)

    quarter = {"period": "quarter", "whole": "1"}
    shown = before(**quarter)
    assert len(shown) > 8
    assert sum("days" in each for each in shown) > 4
    Ticket.objects.filter(received_at__lt="2026-10-01T00:00Z").update(channel="api")
    assert set(before(**quarter, q="-channel:api")) == {"nobody wrote"}


def test_an_empty_period_says_so(client: Client, maria: User) -> None:
    client.force_login(maria)
    page = client.get(PAGE, {"from": "2020-01-01", "to": "2020-01-31", "whole": "1"}).content.decode()
    assert page.count("Nobody wrote in this period.") == 3 + 6
    assert "No deadline for a reply began in this period." in page


@pytest.mark.parametrize(
    ("days", "says"),
    [
        (("2026-11-01", ""), "Give both days"),
        (("2026-11-01", "soon"), "Give both days"),
        (("2026-11-02", "2026-11-01"), "The last day comes before the first one."),
        (("2010-01-01", "2026-11-01"), "A report covers ten years at most."),
    ],
)
def test_days_that_make_no_period_are_explained_and_stay(
    client: Client, maria: User, days: tuple[str, str], says: str
) -> None:
    client.force_login(maria)
    page = client.get(PAGE, {"from": days[0], "to": days[1], "period": "quarter"}).content.decode()
    assert says in page
    assert all(f'value="{day}"' in page for day in days)
    assert "1 October 2026" in page  # the period that was chosen before holds


def test_what_the_filter_adds_becomes_part_of_the_search(client: Client, maria: User) -> None:
    client.force_login(maria)
    asked = {"q": "kind:need", "add": ["", "topic:energy", "region:UA-59"], "period": "quarter"}
    page = client.get(PAGE, asked).content.decode()
    assert page.count('<li class="chip">') == 3
    assert "?period=quarter&amp;q=kind%3Aneed+topic%3Aenergy" in page


def test_no_colleague_is_compared_with_another(client: Client, house: list[Ticket], maria: User) -> None:
    client.force_login(maria)
    page = client.get(PAGE, YEAR).content.decode().partition("<main")[2]
    assert "Anna Agent" not in page
    assert "Ben Agent" not in page


def test_statements_do_not_grow_with_what_is_counted(
    client: Client, house: list[Ticket], maria: User, django_assert_num_queries: Any
) -> None:
    client.force_login(maria)
    # Session, user, the person's queues; queues, topics, regions by name; a period and the one before it.
    with django_assert_num_queries(8):
        client.get(PAGE)
    with django_assert_num_queries(6):  # figures are kept
        client.get(PAGE)
    for panel, number in (("on-time", 2), ("next", 3), ("resolution", 2), ("by-topic", 2)):
        with django_assert_num_queries(6 + number):
            client.get(f"{PAGE}{panel}/")


def test_pages_carry_no_inline_script_or_style(client: Client, house: list[Ticket], maria: User) -> None:
    client.force_login(maria)
    for address in (PAGE, "/reports/", "/reports/how-we-count/"):
        page = client.get(address, YEAR).content.decode()
        assert "<style" not in page
        assert " style=" not in page
        assert page.count("<script") == page.count('<script src="/static/')


def test_an_outsider_is_asked_to_sign_in(client: Client) -> None:
    for address in (PAGE, f"{PAGE}first/", "/reports/how-we-count/"):
        assert client.get(address).headers["Location"].startswith("/desk/login/")


def test_what_is_kept_holds_no_words_of_people(client: Client, house: list[Ticket], maria: User) -> None:
    client.force_login(maria)
    kept: dict[str, object] = {}
    for search, pages in (("kind:need", 1), ("from:olena", 0), ("generators", 0), ("assignee:anna", 0)):
        with patch.object(cache, "set", side_effect=lambda key, value, age, kept=kept: kept.update({key: value})):
            client.get(PAGE, {"q": search})
        assert sum(isinstance(value, Page) for value in kept.values()) == pages
        kept.clear()
