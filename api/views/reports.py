"""The reports for programs: the figures of the pages, made by the same rules. Each reading is recorded as an export."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import ApiView
from api.operations import describe, paged
from api.problems import Problem
from api.serializers import asked
from api.serializers import reporting as shapes
from reports import panels
from reports.figures import Figures, figures
from reports.on_time import OnTime
from reports.queries import now as standing
from reports.queries.now import AGES
from reports.reading import Reading, reading
from reports.survival import NotReached
from reports.views import compliance, flow
from reports.waiting import QUANTILES, Waiting
from tickets.actions import access
from tickets.models import ReportExport

TAG = "Reports"
WAITS = ("first", "next", "resolution", "final")


class ReportView(ApiView):
    """One report. The owner of the token sees what their pages show."""

    def asked(self, shape: type[Any], request: Request, *, period: bool = True) -> tuple[Reading, dict[str, Any]]:
        """What is asked for. Problem (422) for days and searches that mean nothing."""
        values = asked.valid(shape, request.query_params)
        read = reading(request, timezone.now())  # it has what a page's request has
        if period and read.asked.mistake:
            wrong = {"field": "from", "detail": read.asked.mistake, "code": "days"}
            raise Problem(422, "invalid", read.asked.mistake, errors=[wrong])
        if read.problems:
            errors: list[dict[str, Any]] = [
                {"field": "q", "detail": each.message, "code": "search", "start": each.start, "length": each.length}
                for each in read.problems
            ]
            raise Problem(422, "invalid", _("Mend the search where it is marked, then send it again."), errors=errors)
        return read, values

    def record(self, report: str, read: Reading, rows: int, *, period: bool = True) -> None:
        """Keep who took what."""
        days = (read.asked.period.first, read.asked.period.last) if period else None
        access.export(
            user=self.owner,
            report=report,
            form=ReportExport.Form.JSON,
            period=days,
            query=read.query,
            rows=rows,
            now=read.now,
        )


class Now(ReportView):
    """How things stand."""

    @describe(tag=TAG, name="reports_now", summary="How things stand now", shown=shapes.NowShown, query=shapes.NowAsked)
    def get(self, request: Request) -> Response:
        """Open tickets, how long they wait, and what is promised."""
        read, _values = self.asked(shapes.NowAsked, request, period=False)
        found = figures(read, "now", lambda: standing.standing(read.tickets, read.now))
        here = found.value
        self.record("now", read, 1, period=False)
        told = {
            "all": here.all,
            "ages": {str(days): number for days, number in zip(AGES, here.ages, strict=True)},
            "promised": {day.isoformat(): number for day, number in sorted(here.due.items())},
        }
        return Response(shapes.NowShown(_made(found, read) | told).data)


class FlowReport(ReportView):
    """What came, was resolved and stayed."""

    @describe(
        tag=TAG, name="reports_flow", summary="Flow of a period", shown=shapes.FlowShown, query=shapes.PeriodAsked
    )
    def get(self, request: Request) -> Response:
        """By days, weeks or months, by hours of the week, and how soon acknowledgements left."""
        read, _values = self.asked(shapes.PeriodAsked, request)
        found = flow.made(read)
        made = found.value
        self.record("flow", read, len(made.slices))
        told = {name: getattr(made, name) for name in ("split", "slices", "open_before", "reopened", "left")}
        told |= {"undelivered": made.undelivered, "interim": made.interim, "acknowledged": made.acknowledged}
        told |= {"period": read.asked.period}
        told |= {"arrivals": shapes.hours(made.arrivals), "answers": shapes.hours(made.answers)}
        return Response(shapes.FlowShown(_made(found, read) | told).data)


class ComplianceReport(ReportView):
    """What became of deadlines."""

    @describe(
        tag=TAG,
        name="reports_compliance",
        summary="Compliance of a period",
        shown=shapes.ComplianceShown,
        query=shapes.PeriodAsked,
    )
    def get(self, request: Request) -> Response:
        """An exact count of every deadline whose last day lies in the period."""
        read, _values = self.asked(shapes.PeriodAsked, request)
        found = compliance.made(read)
        numbers = [
            {"duty": duty, "verdict": verdict, "number": number}
            for (duty, verdict), number in found.value.numbers.items()
        ]
        self.record("compliance", read, len(numbers))
        told = {"period": read.asked.period, "all": found.value.all, "owed": found.value.owed, "numbers": numbers}
        return Response(shapes.ComplianceShown(_made(found, read) | told).data)


class Deadlines(ReportView):
    """The list of deadlines."""

    @describe(
        tag=TAG,
        name="reports_deadlines",
        summary="List deadlines",
        shown=paged(shapes.DeadlineShown),
        query=shapes.DeadlinesAsked,
    )
    def get(self, request: Request) -> Response:
        """By the date on which they fell due."""
        read, values = self.asked(shapes.DeadlinesAsked, request)
        rows = compliance.rows_of(read, sorted(values.get("duty", ())), sorted(values.get("verdict", ())))
        found = self.page(rows, by="due_at", size=values["limit"])
        self.record("deadlines", read, len(found.rows))
        return self.paged(found, shapes.DeadlineShown(found.rows, many=True).data)


class ResponseTimes(ReportView):
    """How long partners waited."""

    @describe(
        tag=TAG,
        name="reports_response_times",
        summary="Response times of a period",
        shown=shapes.TimesShown,
        query=shapes.TimesAsked,
    )
    def get(self, request: Request) -> Response:
        """Of everybody who wrote in the period, answered or not, with the band of 95 %."""
        read, _values = self.asked(shapes.TimesAsked, request)
        found = {code: panels.made(panels.PANELS[code], read) for code in (*WAITS, "on-time")}
        self.record("response", read, len(found))
        told = {
            "period": read.asked.period,
            "working": read.asked.working,
            "net": read.asked.net,
            "waits": [_waiting(code, found[code].value.now) for code in WAITS],
            "on_time": _on_time(found["on-time"].value.now),
        }
        oldest: Figures[Any] = min(found.values(), key=lambda each: each.made_at)
        return Response(shapes.TimesShown(_made(oldest, read) | told).data)


def _made(found: Figures[Any], read: Reading) -> dict[str, datetime | bool | Any]:
    return {"made_at": found.made_at, "own": read.own}


def _waiting(measure: str, found: Waiting) -> dict[str, Any]:
    told = {name: getattr(found, name) for name in ("n", "answered", "closed", "open", "excluded")}
    quantiles = [
        {"share": share, "at": _time(each.at), "low": _time(each.low), "high": _time(each.high)}
        for share, each in zip(QUANTILES, found.reached, strict=True)
    ]
    left_out = [{"cause": cause, **asdict(each)} for cause, each in found.left_out.items()]
    return {"measure": measure, **told, "quantiles": quantiles, "left_out": left_out}


def _on_time(found: OnTime) -> dict[str, Any]:
    told = {name: getattr(found, name) for name in ("kept", "late", "closed", "undecided", "least", "most")}
    share = found.share
    band = {"share": share.value, "low": share.low, "high": share.high} if share else {}
    return {"share": None, "low": None, "high": None, **told, **band}


def _time(value: float | NotReached) -> float | None:
    return None if isinstance(value, NotReached) else value
