"""/metrics for Prometheus: numbers of the house, read from the database when they are asked for.

The database is the one truth for all processes, so there is nothing to add up between them. Every query is bounded by
an index; what would need a count of everything is told of the newest rows. Nothing here is about a person.
"""

import hmac
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import CollectorRegistry

from helpdesk.models import JobRun
from intake.models import RawMail
from notifications.models import OutgoingMail
from tickets.models import Alarm, Ticket

NEWEST = 5_000  # rows among which those of the last hour are counted
AT_MOST = 10_000  # a longer queue is told as this number
LOOPBACK = ("127.0.0.1", "::1")
HOUR = timedelta(hours=1)
OPEN = (Ticket.Status.NEW, Ticket.Status.OPEN, Ticket.Status.PENDING)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """The numbers, for who has METRICS_TOKEN; without one in the settings, for this machine alone. Otherwise 404."""
    if not _allowed(request):
        return HttpResponse("Not found\n", status=404, content_type="text/plain")
    try:
        # It only has to have `collect`; a registry of its own would remember what is asked anew each time.
        text = generate_latest(cast(CollectorRegistry, House(timezone.now())))
    except DatabaseError:
        return HttpResponse("the database does not answer\n", status=503, content_type="text/plain")
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST)


class House:
    """All figures at one moment."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def collect(self) -> Iterator[Metric]:
        """Each figure with its meaning; ages are in seconds, 0 when nothing waits."""
        yield from self._mail()
        yield from self._outbox()
        alarms = Alarm.objects.filter(closed_at=None)
        yield gauge("helpdesk_alarms_open", "Open alarms.", _few(alarms))
        tickets = GaugeMetricFamily("helpdesk_tickets", "Tickets that are not ended, by status.", labels=["status"])
        for status in OPEN:
            tickets.add_metric([status], _few(Ticket.objects.filter(status=status)))
        yield tickets
        ran = GaugeMetricFamily("helpdesk_job_age_seconds", "Since the job showed itself last.", labels=["job"])
        for job, at in JobRun.objects.values_list("job", "ran_at"):
            ran.add_metric([job], self._age(at))
        yield ran

    def _mail(self) -> Iterator[Metric]:
        received = RawMail.objects.filter(state=RawMail.State.RECEIVED)
        last = RawMail.objects.aggregate(last=Max("pk"))["last"] or 0
        # The number of the newest row: numbers of what was rolled back are counted too.
        yield CounterMetricFamily("helpdesk_mails_stored", "Mails stored so far.", value=last)
        states = dict.fromkeys(RawMail.State.values, 0) | self._last_hour(RawMail.objects.all())
        yield by_state("helpdesk_mails_last_hour", "Mails stored in the last hour, by what became of them.", states)
        yield gauge("helpdesk_mails_waiting", "Mails not processed yet.", _few(received))
        strange = RawMail.objects.backscatter(self.now - HOUR)
        yield gauge(
            "helpdesk_backscatter_last_hour", "Bounces in the last hour of mail that was not ours.", _few(strange)
        )
        failed = RawMail.objects.filter(state=RawMail.State.FAILED)
        yield gauge("helpdesk_mails_failed", "Mails that no ticket could be made of.", _few(failed))
        oldest = received.order_by("id").values_list("created_at", flat=True).first()
        yield gauge("helpdesk_mail_oldest_waiting_seconds", "Age of the oldest mail not processed.", self._age(oldest))

    def _outbox(self) -> Iterator[Metric]:
        queued = OutgoingMail.objects.filter(state=OutgoingMail.State.QUEUED)
        yield gauge("helpdesk_outbox_waiting", "Mails that wait to leave.", _few(queued))
        oldest = queued.order_by("not_before").values_list("not_before", flat=True).first()
        yield gauge("helpdesk_outbox_overdue_seconds", "How long the oldest due mail is due.", self._age(oldest))
        states = dict.fromkeys(OutgoingMail.State.values, 0) | self._last_hour(OutgoingMail.objects.all())
        yield by_state("helpdesk_outbox_last_hour", "Mails written in the last hour, by state.", states)

    def _last_hour(self, rows: "QuerySet[Any]") -> dict[str, int]:
        newest = rows.order_by("-pk").values_list("state", "created_at")[:NEWEST]
        return dict(Counter(state for state, at in newest if at > self.now - HOUR))

    def _age(self, at: datetime | None) -> float:
        return max(0.0, (self.now - at).total_seconds()) if at else 0.0


def gauge(name: str, meaning: str, value: float) -> Metric:
    """One figure that goes up and down."""
    return GaugeMetricFamily(name, meaning, value=value)


def by_state(name: str, meaning: str, counts: dict[str, int]) -> Metric:
    """One figure for each state."""
    family = GaugeMetricFamily(name, meaning, labels=["state"])
    for state, count in counts.items():
        family.add_metric([state], count)
    return family


def _few(rows: "QuerySet[Any]") -> int:
    """How many rows, up to a bound."""
    return int(rows.order_by().values("pk")[:AT_MOST].count())


def _allowed(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode())
    # A proxy on the same machine forwards for others, and says so.
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return request.META.get("REMOTE_ADDR") in LOOPBACK and not forwarded
