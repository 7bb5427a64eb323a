"""What the virus scanner says of files, taken to their rows and their tickets.

A row that waits for the scanner has a time from which on it is due. Claiming moves that time behind the lease, so a
worker that dies leaves a row that is due again. All rows of one content are claimed and answered together.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, QuerySet, Value
from django.db.models.functions import Greatest, Least

from tickets.actions.alarms import close_alarm, raise_alarm
from tickets.actions.record import SYSTEM, lock, record
from tickets.clamav import CLEAN, FOUND, UNKNOWN, Signatures, Verdict
from tickets.models import Attachment, Event
from tickets.quarantine import VIRUS

ALARM, OLD_ALARM = "scanner-away", "signatures-old"
AWAY = "away"  # the detail of files that wait for a scanner that does not answer
ALARM_AFTER = timedelta(minutes=15)
# While the scanner is away: as long as it has been away already, within these bounds.
SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(minutes=10)
# After each attempt at which the scanner was there and could not tell; after the last one the file stays unknown.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30))
FINAL_UNKNOWNS = ("too-large", "encrypted", "gone")  # another attempt would say the same
# For so long a verdict by the same signatures counts for the same content.
HOLDS = timedelta(hours=6)
# New malware gets its signature within days of its coming; so long nothing found is asked for again.
ASKED_AGAIN = timedelta(days=14)
ASKED_AGAIN_AT_ONCE = 500  # files in one run
# Signatures come out every day; a scanner without those of a week finds little that is new.
OLD = timedelta(days=7)
# Files that come in are scanned before those that are asked for again.
BEHIND = timedelta(days=1)


def claim(*, sha256: str, now: datetime, lease: timedelta) -> bool:
    """Take all due rows of this content in hand; False when there are none, or somebody else has them."""
    due = Attachment.objects.filter(sha256=sha256, scan_due__lte=now)
    return due.update(scan_due=now + lease, scan_attempts=F("scan_attempts") + 1) > 0


def known(*, sha256: str, database: str, now: datetime) -> Verdict | None:
    """What was said of the same content by the same signatures a short while ago."""
    said = Attachment.objects.filter(
        sha256=sha256, scan__in=(CLEAN, FOUND), scan_database=database, scanned_at__gt=now - HOLDS
    )
    row = said.order_by("-scanned_at").first()
    return Verdict(row.scan, row.scan_detail, row.scan_database) if row else None


def take_verdict(*, sha256: str, verdict: Verdict, now: datetime) -> None:
    """Write a verdict on every row of this content that waits for one. What was found goes into quarantine."""
    waiting = Attachment.objects.filter(sha256=sha256, scan_due__isnull=False)
    said = {"scan_detail": verdict.detail, "scan_database": verdict.database, "scanned_at": now}
    if verdict.state == FOUND:
        for attachment_id, ticket_id in waiting.order_by("message__ticket", "pk").values_list("pk", "message__ticket"):
            _take_find(attachment_id=attachment_id, ticket_id=ticket_id, said=said, now=now)
        return
    if verdict.state == CLEAN or verdict.detail in FINAL_UNKNOWNS:
        waiting.update(scan=verdict.state, scan_due=None, **said)
        return
    # What was asked for again stays as it was, and its turn comes again.
    waiting.filter(scan=CLEAN).update(scan_due=None)
    for attempts, pause in enumerate(PAUSES, 1):
        waiting.filter(scan_attempts=attempts).update(scan=UNKNOWN, scan_due=now + pause, **said)
    waiting.filter(scan_attempts__gt=len(PAUSES)).update(scan=UNKNOWN, scan_due=None, **said)


def postpone(*, ids: Sequence[int], now: datetime) -> None:
    """The scanner is away: these rows say so and wait, and after a quarter of an hour a person is told."""
    due = Attachment.objects.filter(pk__in=ids, scan_due__lte=now)
    due.exclude(scan=CLEAN).exclude(scan_detail=AWAY).update(
        scan=UNKNOWN, scan_detail=AWAY, scan_database="", scanned_at=now
    )
    away_for = ExpressionWrapper(Value(now) - F("scanned_at"), output_field=DurationField())
    pause = Least(Greatest(away_for, Value(SHORTEST_PAUSE)), Value(LONGEST_PAUSE))
    due.update(scan_due=ExpressionWrapper(Value(now) + pause, output_field=DateTimeField()))
    waiting = Attachment.objects.filter(scan_due__isnull=False, scan=UNKNOWN, scan_detail=AWAY)
    if waiting.filter(scanned_at__lte=now - ALARM_AFTER).exists():
        raise_alarm(ALARM, now=now, files=waiting.count())


def to_be_asked_again(*, database: str, now: datetime) -> QuerySet[Attachment]:
    """Files of the last days in which other signatures than these found nothing, the newest first."""
    clean = Attachment.objects.filter(scan=CLEAN, created_at__gt=now - ASKED_AGAIN, scan_due=None)
    return clean.exclude(scan_database=database).order_by("-created_at")


def ask_again(*, database: str, now: datetime) -> int:
    """Have files scanned once more, by signatures that are new; returns how many. The verdict stands until then."""
    ids = list(to_be_asked_again(database=database, now=now).values_list("pk", flat=True)[:ASKED_AGAIN_AT_ONCE])
    again = Attachment.objects.filter(pk__in=ids, scan=CLEAN, scan_due=None)
    return again.update(scan_due=now - BEHIND, scan_attempts=0)


def watch_age(signatures: Signatures | None, *, now: datetime) -> None:
    """Raise the alarm where the scanner lacks the signatures of the last days; None where there is no scanner."""
    made_at = signatures.made_at if signatures else None
    if made_at is not None and now - made_at > OLD:
        raise_alarm(OLD_ALARM, now=now, days=(now - made_at).days)
    else:
        close_alarm(OLD_ALARM, now=now)


def answered(*, now: datetime) -> None:
    """The scanner is there again."""
    close_alarm(ALARM, now=now)


@transaction.atomic
def _take_find(*, attachment_id: int, ticket_id: int, said: dict[str, object], now: datetime) -> None:
    """One file into quarantine, with one Event on its ticket. May run twice: what is answered is left alone."""
    ticket = lock(ticket_id)
    waiting = Attachment.objects.filter(pk=attachment_id, scan_due__isnull=False)
    if not waiting.update(scan=FOUND, scan_due=None, quarantine=VIRUS, **said):
        return
    message = Attachment.objects.select_related("message").get(pk=attachment_id).message
    data = {"file": attachment_id, "signature": said["scan_detail"]}
    record(ticket, Event.Verb.INFECTED, actor=SYSTEM, at=now, message=message, data=data)
