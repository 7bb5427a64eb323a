"""What is due or settled becomes an act."""

import logging
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from celery import shared_task
from django.conf import settings
from django.core.cache import cache
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from notifications.models import OutgoingMail
from tickets import clamav, digesting, followups, telling
from tickets.actions import absences, asking_again, policies, rebuilding, reminding, scanning, settling, snoozing
from tickets.deadlines import day_of
from tickets.files import storage
from tickets.models import Attachment, Duty, RulesChange, Ticket, TicketDeadline, User
from tickets.translation import sending

log = logging.getLogger(__name__)

BATCH = 200
ALERTS = 25  # in one transaction: the first of many are not told later than that takes
FOLLOW_UP_SECONDS = 30  # for one run; what is left is due at the next
SCAN_SECONDS = 30  # for one run; after it the next mail has its turn
SCAN_LIMIT = SCAN_SECONDS + settings.CLAMAV_TIMEOUT + 30  # for one run that hangs
TRANSLATION_SECONDS = 30  # for one run, as with scanning
TRANSLATION_LIMIT = TRANSLATION_SECONDS + settings.TRANSLATION_TIMEOUT + 30
REMEASURE_SECONDS = READ_SECONDS = 30  # for one run
ONE_SCAN_AT_A_TIME = "tickets.scan"


@shared_task
def settle() -> int:
    """Take the results of mails from the outbox to their tickets; returns how many."""
    due = OutgoingMail.objects.unsettled().order_by("id").values_list("pk", flat=True)[:BATCH]
    done = 0
    for mail_id in list(due):
        try:
            settling.settle(mail_id=mail_id, now=timezone.now())
            done += 1
        except Exception:
            # One result that cannot be taken must not hold up the others; it stays due and is tried again.
            log.exception("a delivery could not be settled", extra={"mail": mail_id})
    return done


@shared_task
def wake() -> int:
    """Bring back the tickets that were put off until now; returns how many."""
    now, woken = timezone.now(), 0
    for ticket_id in list(due_to_wake(now).values_list("pk", flat=True)[:BATCH]):
        woken += snoozing.wake(ticket_id=ticket_id, now=now)
    return woken


@shared_task
def remeasure() -> int:
    """Measure open deadlines by the rules that hold since a change; returns how many batches were done."""
    started, done = time.monotonic(), 0
    for change_id in list(changes_to_do().values_list("pk", flat=True)[:BATCH]):
        while policies.remeasure(change_id=change_id, now=timezone.now()):
            done += 1
            if time.monotonic() - started > REMEASURE_SECONDS:
                return done
    return done


def changes_to_do() -> QuerySet[RulesChange]:
    """Changes of the rules whose work is not done, the oldest first."""
    return RulesChange.objects.filter(finished_at__isnull=True).order_by("pk")


@shared_task
def make_deadlines() -> int:
    """Give the tickets that wait without a deadline what they lack; returns how many have one then.

    They came while the closing days of a year were not known, or before there were policies.
    """
    made, after = 0, (datetime.min.replace(tzinfo=UTC), 0)
    while batch := list(without_deadline(*after).values_list("waiting_since", "pk")[:BATCH]):
        made += sum(policies.make_missing(ticket_id=pk) for _, pk in batch)
        after = (batch[-1][0] or after[0], batch[-1][1])
    return made


def without_deadline(since: datetime, number: int) -> QuerySet[Ticket]:
    """Tickets of which somebody waits and nothing says until when, behind a place, the longest waiting first."""
    open_reply = TicketDeadline.objects.filter(ticket=OuterRef("pk"), duty=Duty.REPLY, end="")
    waiting = Ticket.objects.filter(waiting_since__gte=since).exclude(channel=Ticket.Channel.IMPORT)
    behind = waiting.filter(Q(waiting_since__gt=since) | Q(pk__gt=number))
    return behind.exclude(Exists(open_reply)).order_by("waiting_since", "pk")


@shared_task
def read_cycles() -> int:
    """Read who waited anew, where an update brought other rules; returns of how many tickets."""
    started, done = time.monotonic(), 0
    while read := rebuilding.go_on(now=timezone.now()):
        done += read
        if time.monotonic() - started > READ_SECONDS:
            break
    return done


@shared_task
def mark_deadlines() -> int:
    """Record which deadlines have come nearer or have passed; returns how many were looked at."""
    started, done = time.monotonic(), 0
    now = timezone.now()
    plan = followups.plan(now)
    while found := reminding.mark(limit=BATCH, plan=plan, now=timezone.now()):
        done += found
        if found < BATCH or time.monotonic() - started > FOLLOW_UP_SECONDS:
            break
    return done


@shared_task
def summarise() -> int:
    """On the morning of a working day, tell each colleague which deadlines need them; returns how many were looked at.

    Whoever had no summary today gets one, so that a morning when nothing ran is made up for, once, in the afternoon.
    """
    now = timezone.now()
    plan, day = followups.plan(now), day_of(now)
    if not plan.days.includes(day) or now.astimezone(plan.zone).hour < settings.FOLLOW_UP_HOUR:
        return 0
    untold = Q(digested_on__lt=day) | Q(digested_on__isnull=True)
    waiting = list(User.objects.filter(untold, is_active=True).order_by("pk").values_list("pk", flat=True))
    if not waiting:
        return 0
    due = digesting.summaries(plan, telling.house(day), now)
    return _each(waiting, lambda pk: reminding.summarise(person_id=pk, day=day, due=due.get(pk, {})))


@shared_task
def alert() -> int:
    """Tell of tickets with danger to life that nobody was told of yet; returns how many."""
    waiting = list(followups.to_alert().values_list("pk", flat=True)[:BATCH])
    if not waiting:
        return 0
    house = telling.house(day_of(timezone.now()))
    done = 0
    for first in range(0, len(waiting), ALERTS):
        ids = waiting[first : first + ALERTS]
        try:
            done += reminding.alert(ticket_ids=ids, house=house, now=timezone.now())
        except Exception:
            # One by one: what cannot be told of one ticket is told of the others all the same.
            done += _each(ids, lambda pk: reminding.alert(ticket_ids=[pk], house=house, now=timezone.now()))
    return done


@shared_task
def ask_again() -> int:
    """Remind partners of our questions, and do what follows where they stay silent; returns how many."""
    waiting = list(followups.to_remind(timezone.now()).values_list("pk", flat=True)[:BATCH])
    return _each(waiting, lambda pk: bool(asking_again.ask_again(ticket_id=pk, now=timezone.now())))


@shared_task
def tell_substitutes() -> int:
    """Tell who stands in from today on, and who no longer does; returns how many absences began or ended."""
    now, today = timezone.now(), day_of(timezone.now())
    starting = list(followups.absences_to_start(today).values_list("pk", flat=True)[:BATCH])
    ending = list(followups.absences_to_end(today).values_list("pk", flat=True)[:BATCH])
    begun = _each(starting, lambda pk: absences.tell_start(absence_id=pk, now=now))
    return begun + _each(ending, lambda pk: absences.tell_end(absence_id=pk, now=now))


def _each(due: Iterable[int], act: Callable[[int], int]) -> int:
    """Do the act for each; one that cannot be done stays due and must not hold up the others."""
    done = 0
    for number in due:
        try:
            done += act(number)
        except Exception:
            log.exception("a follow-up could not be done", extra={"row": number})
    return done


def due_to_wake(now: datetime) -> QuerySet[Ticket]:
    """Tickets whose time has come, the longest due first."""
    return Ticket.objects.filter(snoozed_until__lte=now).order_by("snoozed_until")


@shared_task(time_limit=SCAN_LIMIT)
def scan() -> int:
    """Have files scanned for viruses, the newest first; returns how many. Without a scanner they wait for one.

    One run at a time, in all workers together: a scanner that is slow must not take the hands that mail needs.
    """
    scanner = clamav.scanner()
    if scanner is None or not cache.add(ONE_SCAN_AT_A_TIME, 1, timeout=SCAN_LIMIT):
        return 0
    try:
        return _scan_due(scanner)
    finally:
        cache.delete(ONE_SCAN_AT_A_TIME)


@shared_task
def scan_again() -> int:
    """Have files of the last days scanned once more when the scanner has new signatures; returns how many.

    Old signatures are an alarm. A scanner that is away has its own.
    """
    scanner, now = clamav.scanner(), timezone.now()
    try:
        signatures = scanner.signatures() if scanner else None
    except clamav.Away as away:
        log.warning("the virus scanner does not answer", extra={"reason": away.code})
        return 0
    scanning.watch_age(signatures, now=now)
    if signatures is None or not signatures.version:
        return 0
    return scanning.ask_again(database=signatures.version, now=now)


@shared_task(time_limit=TRANSLATION_LIMIT)
def translate(translation_id: int) -> None:
    """Send one order to the translation engine, if it is due."""
    sending.send(translation_id)


@shared_task(time_limit=TRANSLATION_LIMIT)
def translate_due() -> int:
    """Send the orders that are due and give up those whose answer is overdue; returns how many.

    It stops at the first one that the engine does not take, and after a while: others need this worker.
    """
    started, done = time.monotonic(), 0
    for translation_id in list(sending.due(timezone.now()).values_list("pk", flat=True)[:BATCH]):
        if not sending.send(translation_id) or time.monotonic() - started > TRANSLATION_SECONDS:
            break
        done += 1
    return done


def due_for_scan(now: datetime) -> QuerySet[Attachment]:
    """Files that wait for the scanner, the newest first: those are the ones that somebody is about to open."""
    return Attachment.objects.filter(scan_due__lte=now).order_by("-scan_due")


def _scan_due(scanner: clamav.Scanner) -> int:
    due = list(due_for_scan(timezone.now()).values_list("pk", "sha256", "path")[:BATCH])
    if not due:
        return 0
    started, done = time.monotonic(), 0
    try:
        database = scanner.signatures().version
        scanning.answered(now=timezone.now())
        for sha256, path in {sha256: path for _, sha256, path in due}.items():
            verdict = _scan_one(scanner, sha256, path, database)
            done += verdict is not None
            slow = verdict is not None and verdict.detail in clamav.UNANSWERED
            if slow or time.monotonic() - started > SCAN_SECONDS:
                break
    except clamav.Away as away:
        log.warning("the virus scanner does not answer", extra={"reason": away.code})
        scanning.postpone(ids=[pk for pk, _, _ in due], now=timezone.now())
    return done


def _scan_one(scanner: clamav.Scanner, sha256: str, path: str, database: str) -> clamav.Verdict | None:
    """One content, once for all rows that name it; None when another worker has it."""
    now = timezone.now()
    if not scanning.claim(sha256=sha256, now=now, lease=timedelta(seconds=SCAN_LIMIT)):
        return None
    verdict = scanning.known(sha256=sha256, database=database, now=now)
    if verdict is None:
        try:
            with storage().stream(path) as file:
                verdict = scanner.scan(file, database=database)
        except FileNotFoundError:
            verdict = clamav.Verdict(clamav.UNKNOWN, "gone")
    scanning.take_verdict(sha256=sha256, verdict=verdict, now=timezone.now())
    log.info("file scanned", extra={"state": verdict.state, "detail": verdict.detail})
    return verdict
