"""Alarms: what belongs to no ticket but needs a person."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from notifications import notices
from tickets.models import Alarm, User

# An alarm that comes and goes is told once in this time.
QUIET = timedelta(hours=1)
# What the administrator should know, by the key up to its colon.
WORDS = {
    "beat-silent": _("The timetable does not run: reminders and second attempts wait. Start the beat service again."),
    "mail-waiting": _("A mail waits to be processed for more than 15 minutes. Look at the workers and their logs."),
    "mail-not-processed": _("A mail could not be processed. The administration pages show it with the reason."),
    "backscatter": _(
        "Many bounces come in of mail that this house did not send: somebody sends in its name. "
        "They are kept and make no tickets. Check SPF, DKIM and DMARC of the domain with manage.py check_mail."
    ),
    "signatures-old": _("The virus scanner has had no new signatures for a week. Look at the log of its updates."),
    "outbox-stuck": _("Mail does not leave. The outbox in the administration pages shows what the mail server says."),
    "disk-nearly-full": _("The disk is nearly full. When it is full, mail is refused until there is room."),
    "rule-broken": _("A routing rule no longer works and is passed over. The page of the rules on the desk says why."),
    "calendar-missing": _("The closing days of a year are missing, so no deadline can be computed. Enter them."),
    "danger-untold": _(
        "A ticket tells of danger to life, and nobody was told of it within two minutes. Look after it now."
    ),
    "job-late": _("A job of the timetable does not run when it should. The timetable on the desk shows which."),
    "security-mail": _("A mail that was reported as phishing did not reach IT security."),
}
OTHERWISE = _("Something needs you. The administration pages tell what.")


def raise_alarm(key: str, *, now: datetime, **data: Any) -> bool:
    """Open the alarm of this key and tell the administrators; False when it is open already.

    `data` holds codes and numbers.
    """
    told = Alarm.objects.filter(key=key, opened_at__gt=now - QUIET).exists()
    try:
        with transaction.atomic():
            alarm = Alarm.objects.create(key=key, data=data, opened_at=now)
            if not told:
                _tell(alarm)
    except IntegrityError:
        return False
    return True


def close_alarm(key: str, *, now: datetime) -> bool:
    """Close the open alarm of this key; False when there is none."""
    return Alarm.objects.filter(key=key, closed_at=None).update(closed_at=now) == 1


def _tell(alarm: Alarm) -> None:
    for person in User.objects.filter(role=User.Role.ADMINISTRATOR, is_active=True):
        notices.alarm(
            to=notices.Address(person.name, person.email),
            language=person.language,
            words=WORDS.get(alarm.key.partition(":")[0], OTHERWISE),
            link=f"{settings.BASE_URL}/admin/tickets/alarm/",
            key=f"alarm:{alarm.pk}:{person.pk}",
        )
