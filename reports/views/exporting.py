"""Taking figures along: as CSV or as a workbook. Each export is recorded before it leaves."""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from reports import panels
from reports.access import StaffRequest, staff
from reports.exports import comma, content, sheets
from reports.exports.tables import Table
from reports.figures import figures
from reports.names import DIMENSIONS, Names
from reports.queries import compliance as deadlines
from reports.queries import now as standing
from reports.reading import Reading, reading
from reports.views import compliance, flow
from tickets.actions import access
from tickets.models import ReportExport
from tickets.permissions import may_export
from web import times
from web.downloads import disposition

CSV, XLSX = ReportExport.Form.CSV, ReportExport.Form.XLSX
TYPES = {CSV: "text/csv; charset=utf-8", XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@dataclass(frozen=True)
class Export:
    """What leaves: its tables, how many rows they have, and whether it is one list rather than several tables."""

    tables: Iterable[Table]
    rows: int
    one_list: bool = False


@require_POST
@staff
def export(request: StaffRequest, report: str) -> HttpResponseBase:
    """The figures of a report as a file, narrowed as its page is."""
    if not may_export(request.user):
        raise PermissionDenied
    if report not in REPORTS or request.POST.get("form") not in TYPES:
        raise Http404
    name, make = REPORTS[report]
    form, read = ReportExport.Form(request.POST["form"]), reading(request, timezone.now())
    if read.problems:
        return _refused(request, read.problems[0].message)
    made = make(request, read)
    if form == XLSX and made.rows > sheets.MOST_ROWS:
        facts = {"rows": made.rows, "most": sheets.MOST_ROWS}
        return _refused(
            request,
            _("These are %(rows)s rows. A workbook takes %(most)s: choose fewer days, or CSV.") % facts,
        )
    period = None if report == "now" else (read.asked.period.first, read.asked.period.last)
    access.export(
        user=request.user, report=report, form=form, period=period, query=read.query, rows=made.rows, now=read.now
    )
    file = f"{report}-{read.asked.period.searched if period else read.today.isoformat()}.{form}"
    return _headed(_written(made, form, str(name), read, period is not None), file, form)


def _written(made: Export, form: ReportExport.Form, name: str, read: Reading, dated: bool) -> HttpResponseBase:
    if form == CSV:
        if made.one_list:
            (table,) = made.tables
            return StreamingHttpResponse(comma.one_table(table))
        headings = (_("Table"), _("Line"), _("Column"), _("Value"))
        return StreamingHttpResponse(comma.many_tables(made.tables, headings))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "report.xlsx"
        sheets.workbook(path, made.tables, list(_about(name, read, dated)))
        return FileResponse(path.open("rb"))  # stays readable when its name is gone


def _about(name: str, read: Reading, dated: bool) -> Iterator[tuple[str, str]]:
    yield _("Report"), name
    if dated:
        yield _("Period"), flow.period_words(read.asked.period)
    yield _("Only tickets that the search finds"), read.query.text or _("all")
    yield _("Made"), times.moment(read.now)
    yield _("Times"), _("On Brussels’ clock.")


def _headed(answer: HttpResponseBase, name: str, form: ReportExport.Form) -> HttpResponseBase:
    answer.headers["Content-Type"] = TYPES[form]
    answer.headers["Content-Disposition"] = disposition(name)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _refused(request: StaffRequest, problem: str) -> HttpResponseBase:
    return render(request, "reports/refused.html", {"problem": problem}, status=422)


def _now(request: StaffRequest, read: Reading) -> Export:
    found = figures(read, "now", lambda: standing.standing(read.tickets, read.now)).value
    return _counted(content.of_now(found, Names()))


def _times(request: StaffRequest, read: Reading) -> Export:
    def made(code: str) -> Any:
        return panels.made(panels.PANELS[code], read).value

    measures = {code: made(code).now for code in ("first", "next", "resolution", "final")}
    parts = {code: made(f"by-{code}").now for code in DIMENSIONS}
    return _counted(content.of_times(measures, made("on-time").now, parts, Names()))


def _flow(request: StaffRequest, read: Reading) -> Export:
    return _counted(content.of_flow(flow.made(read).value))


def _compliance(request: StaffRequest, read: Reading) -> Export:
    return _counted(content.of_compliance(compliance.made(read).value))


def _deadlines(request: StaffRequest, read: Reading) -> Export:
    rows = compliance.rows_of(read, *compliance.picked(request.POST))
    return Export([content.of_deadlines(deadlines.stream(rows))], rows.order_by().count(), one_list=True)


def _counted(tables: Iterable[Table]) -> Export:
    made = [Table(each.code, each.name, each.columns, list(each.rows)) for each in tables]
    return Export(made, sum(len(list(each.rows)) for each in made))


REPORTS: dict[str, tuple[str | Promise, Callable[[StaffRequest, Reading], Export]]] = {
    "now": (gettext_lazy("How things stand now"), _now),
    "response": (gettext_lazy("Response times"), _times),
    "flow": (pgettext_lazy("report", "Flow"), _flow),
    "compliance": (gettext_lazy("Compliance"), _compliance),
    "deadlines": (gettext_lazy("Deadlines"), _deadlines),
}
