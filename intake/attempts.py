"""The row of a stored mail while it is worked on: taken in hand, tried again later, and its end.

The attempt is counted and committed before a byte of the mail is read, so that a mail that kills its reader is told
from one whose worker was killed. Two workers with the same mail make one end; the slower takes back what it wrote.
"""

import logging
import time
import traceback
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.db.models import F, Q
from django.utils import timezone
from psycopg.types.json import Jsonb

from intake import marks
from intake.models import RawMail
from tickets.actions import alarms
from tickets.questions import Handwritten

log = logging.getLogger(__name__)

# The second death of whatever looked into a mail ends the attempts to read it.
MAX_DEATHS = 2
# So many attempts without an end, wherever they stopped, and the mail waits for a person.
MAX_INTERRUPTIONS = 20
# How long after its time limit a worker is surely dead.
GRACE = timedelta(seconds=5)
# Not the mail's fault: it is tried again for as long as it takes, and counts as no death.
AWAY = (OperationalError, InterfaceError, OSError)
# A database that restarts is back within seconds. Without this the attempt would count as a death of the mail.
PAUSES = (0, 1, 2, 4, 8, 15)  # seconds
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=10), timedelta(minutes=10)

# After so many attempts a person should know.
WORRYING_ATTEMPTS = 5
ALARM = "mail-not-processed"

State = RawMail.State
# One statement instead of two for each mail: taken and read in the same breath. It waits for no disk: what
# follows in the log takes it along, and a machine that falls before that has done nothing with the mail either.
CLAIMED = Handwritten(
    RawMail,
    """
    UPDATE intake_rawmail
    SET attempts = attempts + 1, interruptions = interruptions + 1, lease_until = %(until)s
    FROM (SELECT set_config('synchronous_commit', 'off', true)) AS quick
    WHERE id = %(mail)s AND state = %(received)s
      AND (lease_until IS NULL OR lease_until <= %(now)s OR attempts = 0)
    RETURNING {columns}
    """,
)
ENDED = """
    UPDATE intake_rawmail
    SET state = %s, reason = %s, reason_detail = %s, message_id = %s, sent_to = %s, interruptions = %s,
        processed_at = %s, lease_until = NULL
    WHERE id = %s AND state = %s
"""


class Overtaken(Exception):
    """Another worker has ended this mail meanwhile; what was written here is taken back."""


def claim(mail_id: int) -> RawMail | None:
    """Take a mail in hand, the attempt counted and committed before a byte of it is read.

    Until the attempt has its end it counts as interrupted. Where the one before died over the content, that is counted.
    """
    now = timezone.now()
    lease = timedelta(seconds=settings.MAIL_TIME_LIMIT) + GRACE
    raw = CLAIMED.first(mail=mail_id, received=State.RECEIVED, now=now, until=now + lease)
    if raw is None:
        return None
    if raw.attempts > 1 and marks.died_in(mail_id) == raw.attempts - 1:
        RawMail.objects.filter(pk=mail_id).update(deaths=F("deaths") + 1)
        raw.deaths += 1
        marks.remove(mail_id)
    return raw


def end(
    raw: RawMail,
    state: str,
    reason: str,
    *,
    message_id: int | None = None,
    detail: str = "",
    sent_to: list[str] | None = None,
) -> None:
    """What became of a mail, in the transaction of what it became. Overtaken when it has its end already.

    `reason` is a code and `detail` what goes with it, `message_id` the message that it is now; `sent_to` are the hashed
    recipients of what staff sent.
    """
    to = Jsonb(sent_to) if sent_to is not None else None
    facts: list[Any] = [
        state,
        reason[:40],
        detail,
        message_id,
        to,
        raw.interruptions - 1,
        timezone.now(),
        raw.pk,
        State.RECEIVED,
    ]
    with connection.cursor() as cursor:
        cursor.execute(ENDED, facts)
        if not cursor.rowcount:
            raise Overtaken
    log.info("mail processed", extra={"mail": raw.pk, "state": state, "reason": reason, "ticket_message": message_id})


def put_back(raw: RawMail, reason: str, error: Exception, *, deaths: int = 0) -> None:
    """Try again later; the longer, the more often it went wrong. `deaths` is what this attempt adds to them."""
    now = timezone.now()
    wait = min(FIRST_WAIT * 2 ** min(raw.attempts - 1, 10), LONGEST_WAIT)
    detail = place_of(error)
    row = RawMail.objects.filter(pk=raw.pk, state=State.RECEIVED)
    for pause in PAUSES:
        time.sleep(pause)
        try:
            if isinstance(error, AWAY) and not connection.in_atomic_block:
                connection.close()  # a broken connection cannot even say that it broke
            row.update(
                reason=reason,
                reason_detail=detail,
                deaths=raw.deaths + deaths,
                interruptions=raw.interruptions - 1,
                lease_until=now + wait,
            )
            break
        except (OperationalError, InterfaceError) as away:
            error = away
    log.error("a mail could not be processed", extra={"mail": raw.pk, "reason": reason, "error": detail})
    if raw.attempts >= WORRYING_ATTEMPTS:
        alarms.raise_alarm(ALARM, now=now, mail=raw.pk)


def close_alarm() -> None:
    """Close the alarm of this room when its causes are gone."""
    worrying = Q(state=State.FAILED) | Q(state=State.RECEIVED, attempts__gte=WORRYING_ATTEMPTS)
    if not RawMail.objects.filter(worrying).exists():
        alarms.close_alarm(ALARM, now=timezone.now())


def place_of(error: Exception) -> str:
    """What went wrong and where in the program, without the error's own words: they may quote the mail."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"[:300]
