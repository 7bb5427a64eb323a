"""The reports for programs: the same figures as the pages, for the same person, and each reading recorded."""

import re
from typing import Any

import pytest
from django.test import Client

from tests.api.conftest import Program, holding
from tests.making import NOW
from tests.reports import making_flow
from tickets.models import ReportExport, Resolution, Ticket, User

YEAR = {"from": "2025-12-01", "to": "2026-12-31"}


@pytest.fixture
def manager(maria: User) -> Program:
    making_flow.year(NOW, number=120)
    return holding(maria, "read")


@pytest.fixture
def page(client: Client, maria: User) -> Client:
    client.force_login(maria)
    return client


def read(program: Program, address: str, **asked: Any) -> Any:
    answer = program.ask(f"reports/{address}", **asked)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_flow_has_the_numbers_of_the_page(manager: Program, page: Client) -> None:
    made, shown = read(manager, "flow", **YEAR), page.get("/reports/flow/", YEAR).context["flow"]
    assert [each["came"] for each in made["slices"]] == [each.came for each in shown.slices]
    assert made["acknowledged"]["steps"] == shown.acknowledged.steps
    assert made["interim"] == shown.interim
    assert made["interim"]["holding"] > made["interim"]["within"] > 0
    assert sum(each["number"] for each in made["arrivals"]) == shown.came
    assert made["period"] == {"first": "2025-12-01", "last": "2026-12-31"}


def test_compliance_has_the_numbers_of_the_page_and_of_its_list(manager: Program, page: Client) -> None:
    made = read(manager, "compliance", **YEAR)
    assert made["all"] == page.get("/reports/compliance/", YEAR).context["compliance"].all
    assert sum(each["number"] for each in made["numbers"]) == made["all"]
    rows, following = [], f"/api/v1/reports/compliance/deadlines?from={YEAR['from']}&to={YEAR['to']}&limit=50"
    while following:
        part = manager.get(following).json()
        rows += part["results"]
        following = part["next"]
    assert len(rows) == made["all"]
    kept = sum(each["number"] for each in made["numbers"] if each["verdict"] == "kept")
    assert sum(row["verdict"] == "kept" for row in rows) == kept


def test_the_list_is_narrowed_by_duty_and_verdict(manager: Program) -> None:
    rows = read(manager, "compliance/deadlines", **YEAR, duty=["reply"], verdict=["kept", "late"], limit=100)["results"]
    assert {row["duty"] for row in rows} == {"reply"}
    assert {row["verdict"] for row in rows} <= {"kept", "late"}
    assert manager.ask("reports/compliance/deadlines", duty="dance").status_code == 422


def test_response_times_say_null_where_nothing_is_reached(manager: Program) -> None:
    made = read(manager, "response-times", **YEAR, time="working")
    assert made["working"] is True
    assert [each["measure"] for each in made["waits"]] == ["first", "next", "resolution", "final"]
    assert made["waits"][0]["quantiles"][0] == {"share": 0.5, "at": None, "low": None, "high": None}
    assert made["on_time"]["kept"] > 0


def test_net_times_say_what_was_left_out_for_whom(manager: Program) -> None:
    """The whole time is that of the page, in seconds; gross times leave nothing out."""
    ticket = Ticket.objects.filter(resolution__isnull=False, status="solved").latest("received_at")
    Resolution.objects.filter(ticket=ticket).update(requester_pause=7200, third_party_pause=60, calendar_seconds=9000)
    left_out = {
        each["measure"]: each["left_out"] for each in read(manager, "response-times", **YEAR, pauses="net")["waits"]
    }
    assert left_out["final"] == [
        {"cause": "requester", "waits": 1, "seconds": 7200},
        {"cause": "third_party", "waits": 1, "seconds": 60},
    ]
    assert (left_out["first"], left_out["resolution"]) == ([], [])
    assert all(each["left_out"] == [] for each in read(manager, "response-times", **YEAR)["waits"])


def test_now_is_what_the_page_tells(manager: Program, page: Client) -> None:
    made, shown = read(manager, "now"), page.get("/reports/").content.decode()
    numbers = [int(number) for number in re.findall(r'class="big">\s*(?:<a[^>]*>)?\s*(\d+)', shown)]
    assert numbers[:3] == [made["all"][name] for name in ("open", "waiting", "overdue")]
    assert sum(made["ages"].values()) == made["all"]["waiting"] > 0


def test_each_reading_is_recorded(manager: Program, maria: User) -> None:
    read(manager, "flow", **YEAR, q="from:olena topic:energy")
    read(manager, "now")
    first, second = ReportExport.objects.order_by("pk")
    assert (first.user, first.report, first.form, first.narrowed) == (maria, "flow", "json", "from:… topic:energy")
    assert (second.report, second.first) == ("now", None)


@pytest.mark.parametrize("asked", [{"from": "2026-11-30", "to": "2026-11-01"}, {"from": "2026-11-01"}, {"q": "is:odd"}])
def test_what_means_nothing_is_named(manager: Program, asked: dict[str, str]) -> None:
    answer = manager.ask("reports/flow", **asked)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] in ("from", "q")
    assert not ReportExport.objects.exists()


def test_an_agent_reads_the_figures_of_their_own_work(anna: User) -> None:
    tickets = making_flow.year(NOW, number=40)
    Ticket.objects.filter(pk=tickets[0].pk).update(assignee=anna, status="open", received_at=NOW)
    made = read(holding(anna, "read"), "flow", period="quarter")
    assert made["own"] is True
    assert sum(each["came"] for each in made["slices"]) == 1


def test_it_needs_a_token_that_may_read(anna: User) -> None:
    assert holding(anna, "create").ask("reports/flow").status_code == 403
