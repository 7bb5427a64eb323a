"""The timetable as managers see it: each job with its last and next run, and what the house does by itself.

The page is the web process's own: it tells that beat or the workers are silent when none of them is left to tell.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from desk import notices
from desk.access import StaffRequest, actor
from desk.choices import choices_of_lists
from desk.views.rules import managers
from helpdesk.jobs import Job, jobs
from helpdesk.models import JobRun
from helpdesk.watching import BEAT, WORKER, silent
from tickets.actions import asking_again
from tickets.models import Switch

FIRST_MINUTE = timedelta(minutes=2)


@require_safe
@managers
def show(request: StaffRequest) -> HttpResponse:
    """All jobs of the timetable, and the switches."""
    now, known = timezone.now(), jobs()
    switches = {row.code: row for row in Switch.objects.select_related("changed_by")}
    context = {
        "lines": [_line(job, now) for job in known],
        # In the first minute after a start the sweeps have run, and nothing has given its sign of life yet.
        "silent": [] if _has_begun(known, now) else [part for part in (BEAT, WORKER) if silent(part, now)],
        "switches": [{"code": code, "words": words, "row": switches.get(code)} for code, words in Switch.Code.choices],
        "known": choices_of_lists(request.user),
        "current": "timetable",
    }
    return render(request, "helpdesk/timetable.html", context)


@require_POST
@managers
def switch(request: StaffRequest, code: str) -> HttpResponse:
    """Switch on or off what the house does by itself: `on` says which."""
    if code not in Switch.Code.values:
        raise Http404
    on = request.POST.get("on") == "1"
    asking_again.switch(actor=actor(request), code=code, on=on, now=timezone.now())
    notices.done(request, _("It is switched on.") if on else _("It is switched off."))
    return redirect("timetable")


def _has_begun(known: Sequence[Job], now: datetime) -> bool:
    """Whether beat and a worker, which have given no sign of life ever, did what the timetable asks just now."""
    ran = [job.run.ran_at for job in known if job.run is not None]
    return bool(ran) and not JobRun.objects.filter(job__in=(BEAT, WORKER)).exists() and max(ran) > now - FIRST_MINUTE


def _line(job: Job, now: datetime) -> dict[str, object]:
    return {
        "job": job,
        "words": job.words,
        "rhythm": job.rhythm,
        "next": job.next_run(),
        "late": job.late(now),
        "history": _history(job.run) if job.run else (),
    }


def _history(run: JobRun) -> list[dict[str, object]]:
    return [{**each, "at": datetime.fromisoformat(each["at"])} for each in run.history]
