"""Exports: who may, what they hold, and that each is recorded without a word of anybody."""

import csv
import io
import zipfile

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reports.exports import sheets
from tests.making import NOW
from tests.reports import making_flow
from tickets.interim import KINDS
from tickets.models import ReportExport, Resolution, Ticket, User

YEAR = "from=2025-12-01&to=2026-12-31"
REPORTS = ["now", "response", "flow", "compliance", "deadlines"]


@pytest.fixture
def page(client: Client, maria: User) -> Client:
    making_flow.year(NOW, number=120)
    client.force_login(maria)
    return client


def body(answer: object) -> bytes:
    return b"".join(answer)  # type: ignore[call-overload, no-any-return]


@pytest.mark.parametrize("report", REPORTS)
def test_each_report_is_to_be_had_as_csv_and_as_a_workbook(page: Client, report: str) -> None:
    text = body(page.post(f"/reports/export/{report}/?{YEAR}", {"form": "csv"})).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) > 5
    assert len({len(row) for row in rows}) == 1
    answer = page.post(f"/reports/export/{report}/?{YEAR}", {"form": "xlsx"})
    assert answer.headers["Content-Disposition"].endswith('.xlsx"')
    assert "no-store" in answer.headers["Cache-Control"]
    assert zipfile.ZipFile(io.BytesIO(body(answer))).testzip() is None
    kept = ReportExport.objects.order_by("pk")
    assert [each.form for each in kept] == ["csv", "xlsx"]
    assert {each.report for each in kept} == {report}
    assert kept[0].rows == kept[1].rows > 0


def test_the_list_has_a_row_for_each_deadline(page: Client) -> None:
    shown = page.get(f"/reports/compliance/list/?{YEAR}&duty=reply&verdict=kept&print=1").context["rows"]
    asked = {"form": "csv", "duty": "reply", "verdict": "kept"}
    text = body(page.post(f"/reports/export/deadlines/?{YEAR}", asked)).decode("utf-8-sig")
    head, *rows = list(csv.reader(io.StringIO(text)))
    assert head[:4] == ["Ticket", "Duty", "Began (Brussels)", "Due"]
    assert [row[0] for row in rows] == [each.ticket.reference for each in shown]
    assert rows[0][10].endswith(f"/desk/tickets/{rows[0][0]}/proof/")
    assert ReportExport.objects.get().rows == len(rows)


def test_the_record_says_who_and_what_and_no_name(page: Client, maria: User) -> None:
    search = "topic:energy OR from:olena generators -org:sumy status:closed"
    page.post(f"/reports/export/flow/?{YEAR}", QUERY_STRING=f"{YEAR}&q={search}", data={"form": "csv"})
    kept = ReportExport.objects.get()
    assert kept.user == maria
    assert (kept.first.isoformat(), kept.last.isoformat()) == ("2025-12-01", "2026-12-31")  # type: ignore[union-attr]
    assert kept.narrowed == "topic:energy OR from:… … -org:… status:closed"


def test_net_times_take_along_what_was_left_out(page: Client) -> None:
    Resolution.objects.filter(ticket__status="solved").update(requester_pause=3600)
    asked = f"/reports/export/response/?{YEAR}&pauses="
    rows = csv.reader(io.StringIO(body(page.post(f"{asked}net", {"form": "csv"})).decode("utf-8-sig")))
    left_out = [row for row in rows if row[0] == "Left out: Last resolution"]
    number = Ticket.objects.filter(status="solved", received_at__gte="2025-11-30T23:00Z").count()
    assert left_out == [
        ["Left out: Last resolution", "the partner", "waits", str(number)],
        ["Left out: Last resolution", "the partner", "together", str(3600 * number)],
        ["Left out: Last resolution", "a third party", "waits", "0"],
        ["Left out: Last resolution", "a third party", "together", "0"],
    ]
    assert "Left out" not in body(page.post(f"{asked}gross", {"form": "csv"})).decode()


def test_flow_takes_along_what_was_sent_before_answers(page: Client) -> None:
    shown = page.get(f"/reports/flow/?{YEAR}").context["flow"].interim
    rows = csv.reader(io.StringIO(body(page.post(f"/reports/export/flow/?{YEAR}", {"form": "csv"})).decode()))
    found = [(row[1], row[3]) for row in rows if row[0] == "Sent before an answer"]
    assert found == [(str(kind.words), str(shown[code])) for code, kind in KINDS.items()]


def test_agents_take_nothing_along(client: Client, anna: User) -> None:
    client.force_login(anna)
    for report in REPORTS:
        assert client.post(f"/reports/export/{report}/", {"form": "csv"}).status_code == 403
    assert not ReportExport.objects.exists()


def test_a_link_alone_takes_nothing_along(page: Client) -> None:
    assert page.get("/reports/export/flow/?form=csv").status_code == 405
    assert page.post("/reports/export/flow/", {"form": "exe"}).status_code == 404
    assert page.post("/reports/export/secrets/", {"form": "csv"}).status_code == 404
    assert not ReportExport.objects.exists()


def test_too_many_rows_for_a_workbook_are_said_and_not_cut(page: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 10)
    answer = page.post(f"/reports/export/deadlines/?{YEAR}", {"form": "xlsx"})
    assert answer.status_code == 422
    assert "choose fewer days, or CSV" in answer.content.decode()
    assert not ReportExport.objects.exists()


def test_a_search_with_a_mistake_exports_nothing(page: Client) -> None:
    answer = page.post("/reports/export/flow/?q=status:foo", {"form": "csv"})
    assert answer.status_code == 422
    assert not ReportExport.objects.exists()


def test_the_list_is_streamed_by_parts(page: Client) -> None:
    answer = page.post(f"/reports/export/deadlines/?{YEAR}", {"form": "csv"})
    with CaptureQueriesContext(connection) as captured:
        first = next(iter(answer))  # type: ignore[call-overload]
        assert first.decode("utf-8-sig").startswith("Ticket,")
        assert not [each for each in captured.captured_queries if "ticketdeadline" in each["sql"]]
