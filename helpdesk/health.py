"""Health for the machines that watch us: `live` touches nothing, `ready` asks the database, `jobs` the timetable.

A middleware above all others answers: a probe inside a container knows the service by another name than partners do, so
it must not meet the check of hosts or the redirect to https.
"""

from collections.abc import Callable

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from helpdesk.jobs import late
from helpdesk.metrics import metrics
from helpdesk.watching import BEAT, WORKER, silent

GetResponse = Callable[[HttpRequest], HttpResponse]


class HealthMiddleware:
    """Answers /health/live, /health/ready, /health/jobs and /metrics."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return PROBES.get(request.path, self.get_response)(request)


@require_safe
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"live": True})


@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and every migration is applied, otherwise 503 with the reason."""
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return JsonResponse({"ready": False, "reason": "the database does not answer"}, status=503)
    if pending:
        return JsonResponse({"ready": False, "reason": f"{len(pending)} migrations are not applied"}, status=503)
    return JsonResponse({"ready": True})


@require_safe
@never_cache
def jobs(request: HttpRequest) -> HttpResponse:
    """200 when timetable and workers showed themselves within some minutes and no job is late, otherwise 503.

    It says who is silent, or which jobs are late.

    Not a reason to start the web process again: pages work without them, and mail is stored.
    """
    now = timezone.now()
    try:
        missing = [job for job in (BEAT, WORKER) if silent(job, now)]
        behind = late(now)
    except DatabaseError:
        return JsonResponse({"jobs": False, "reason": "the database does not answer"}, status=503)
    if missing:
        return JsonResponse({"jobs": False, "silent": missing}, status=503)
    if behind:
        return JsonResponse({"jobs": False, "late": behind}, status=503)
    return JsonResponse({"jobs": True})


PROBES: dict[str, GetResponse] = {
    "/health/live": live,
    "/health/ready": ready,
    "/health/jobs": jobs,
    "/metrics": metrics,
}
