"""One mail from the outbox to the server, and the result on its row; nothing else is touched.

The contract when things break: the claim is committed before the first byte leaves, and no transaction is open while
the network is used. A worker that dies before sending costs a lease's time. A worker that dies between the server's
acceptance and the recorded result - or a connection that ends just there - costs one duplicate at most for each such
death, with the SAME Message-ID, which mail programs show once. No mail is lost, and none is sent under two names.
"""

import enum
import logging
import time
from datetime import datetime, timedelta
from email.utils import parseaddr

from django.db.models import F, Value
from django.db.models.functions import Coalesce, Replace

from notifications import caps, composing, failures, suppressions
from notifications.composing import ComposedMail
from notifications.failures import Failure
from notifications.models import OutgoingMail, OutgoingMailQuerySet

log = logging.getLogger(__name__)

# Longer than the longest sending; the tasks' hard limit is shorter.
LEASE = timedelta(minutes=15)
# After each attempt that failed for now; the last pause repeats.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 30, 60))
GIVE_UP_AFTER = timedelta(days=3)
MOST_ATTEMPTS = 1 + len(PAUSES) + (GIVE_UP_AFTER - sum(PAUSES, timedelta())) // PAUSES[-1]

State = OutgoingMail.State


class Result(enum.Enum):
    """What an attempt came to."""

    SENT = "sent"
    LATER = "later"  # the server does not take mail for now
    CAPPED = "capped"
    ENDED = "ended"  # failed for good, or suppressed


def deliver(mail_id: int, *, now: datetime) -> Result | None:
    """Claim one mail, send it and record the result. None when it is not due or somebody else has it."""
    mail = _claim(mail_id, now)
    if mail is None:
        return None
    if mail.attempts > MOST_ATTEMPTS:
        # Only a mail that kills its worker each time comes here.
        return _end(mail, State.FAILED, Failure("given-up", permanent=True))
    started = time.monotonic()
    # The mail of a check goes to ourselves on purpose; nothing answers it when it comes in.
    unwanted = set() if mail.name == "probe" else suppressions.not_written_to(mail.addresses(), now=now)
    if mail.to and all(each["address"].lower() in unwanted for each in mail.to):
        return _end(mail, State.SUPPRESSED, Failure("suppressed", permanent=True))
    until = caps.admit(mail, now=now)
    if until is not None:
        return _hold_back(mail, until, now)
    try:
        message = composing.compose(mail, leave_out=unwanted)
        if not message.to:
            return _end(mail, State.FAILED, Failure("no-recipient", permanent=True))
        message.send()
    except Exception as error:
        return _record_failure(mail, failures.failure_of(error), now)
    return _record_sent(mail, message, unwanted, now + timedelta(seconds=time.monotonic() - started))


def pause_after(attempts: int) -> timedelta | None:
    """How long to wait after so many failed attempts; None when three days of pauses are over."""
    return PAUSES[min(attempts, len(PAUSES)) - 1] if attempts < MOST_ATTEMPTS else None


def _claim(mail_id: int, now: datetime) -> OutgoingMail | None:
    """Take the mail by one conditional UPDATE: of all workers that try, one succeeds."""
    due = OutgoingMail.objects.due(now).filter(pk=mail_id)
    if not due.update(state=State.SENDING, lease_until=now + LEASE, attempts=F("attempts") + 1):
        return None
    return OutgoingMail.objects.get(pk=mail_id)


def _record_sent(mail: OutgoingMail, message: ComposedMail, unwanted: set[str], sent_at: datetime) -> Result:
    """Written whoever holds the claim by now: the mail has left, and no further attempt may follow."""
    refused = {address: f"{address}: suppressed" for address in sorted(unwanted)} | _refused_by(message)
    detail = "\n".join(refused.values())
    OutgoingMail.objects.filter(pk=mail.pk).exclude(state=State.SENT).update(
        state=State.SENT,
        sent_at=sent_at,
        lease_until=None,
        settled_at=None,
        provider_id=_provider_id(message),
        error="some-refused" if refused else "",
        refused=[parseaddr(recipient)[1].lower() for recipient in refused],
        error_detail=detail[: failures.MAX_DETAIL],
        text=_without_secret("text", mail),
        html=_without_secret("html", mail),
        secret="",
    )
    _log("mail sent", mail)
    return Result.SENT


def _record_failure(mail: OutgoingMail, failure: Failure, now: datetime) -> Result:
    pause = None if failure.permanent else pause_after(mail.attempts)
    if pause is None:
        return _end(mail, State.FAILED, failure)
    _release(mail, not_before=now + pause, error=failure.code, error_detail=failure.detail)
    _log("mail not taken for now", mail, failure)
    return Result.LATER


def _hold_back(mail: OutgoingMail, until: datetime, now: datetime) -> Result:
    """Over a cap: late, recorded, and no attempt spent."""
    _release(
        mail,
        not_before=until,
        attempts=F("attempts") - 1,
        error="capped",
        error_detail="",
        capped_at=Coalesce("capped_at", Value(now)),
    )
    _log("mail over a cap", mail)
    return Result.CAPPED


def _end(mail: OutgoingMail, state: OutgoingMail.State, failure: Failure) -> Result:
    _still_ours(mail).update(
        state=state, lease_until=None, settled_at=None, error=failure.code, error_detail=failure.detail
    )
    _log(f"mail {state.value}", mail, failure)
    return Result.ENDED


def _release(mail: OutgoingMail, **fields: object) -> None:
    _still_ours(mail).update(state=State.QUEUED, lease_until=None, **fields)


def _still_ours(mail: OutgoingMail) -> OutgoingMailQuerySet:
    """The row as long as this claim holds: a worker whose lease has ended must not undo the work of the next."""
    return OutgoingMail.objects.filter(pk=mail.pk, state=State.SENDING, attempts=mail.attempts)


def _refused_by(message: ComposedMail) -> dict[str, str]:
    """The recipients that the server or the provider did not take, though it took others, each with its answer."""
    status = getattr(message, "anymail_status", None)
    if status is None:
        return {address: failures.refusals({address: answer}) for address, answer in message.refused.items()}
    return {
        address: f"{address}: {each.status}"
        for address, each in status.recipients.items()
        if each.status in ("rejected", "invalid", "failed")
    }


def _provider_id(message: ComposedMail) -> str:
    """The provider's id of the mail, or that of the first recipient where it gives one to each."""
    status = getattr(message, "anymail_status", None)
    if status is None:
        return ""
    ids = [status.message_id] if isinstance(status.message_id, str) else []
    ids += [each.message_id for each in status.recipients.values() if each.message_id]
    return str(ids[0])[:255] if ids else ""


def _without_secret(field: str, mail: OutgoingMail) -> F | Replace:
    return Replace(field, Value(mail.secret), Value("…")) if mail.secret else F(field)


def _log(event: str, mail: OutgoingMail, failure: Failure | None = None) -> None:
    """The server's words may hold an address: they are on the row, not in the log."""
    log.info(
        event,
        extra={
            "mail": mail.pk,
            "kind": mail.name,
            "attempt": mail.attempts,
            "correlation": mail.correlation,
            "error": failure.code if failure else "",
        },
    )
