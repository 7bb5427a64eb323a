"""Health for the machines that watch us: `live` touches nothing, `ready` asks the database.

A middleware above all others answers: a probe inside a container knows the service by another name than partners do, so
it must not meet the check of hosts or the redirect to https.
"""

from collections.abc import Callable

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

GetResponse = Callable[[HttpRequest], HttpResponse]


class HealthMiddleware:
    """Answers /health/live and /health/ready."""

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


PROBES: dict[str, GetResponse] = {"/health/live": live, "/health/ready": ready}
