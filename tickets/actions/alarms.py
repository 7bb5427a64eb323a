"""Alarms: what belongs to no ticket but needs a person."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from tickets.models import Alarm


def raise_alarm(key: str, *, now: datetime, **data: Any) -> bool:
    """Open the alarm of this key; False when it is open already. `data` holds codes and numbers."""
    try:
        with transaction.atomic():
            Alarm.objects.create(key=key, data=data, opened_at=now)
    except IntegrityError:
        return False
    return True


def close_alarm(key: str, *, now: datetime) -> bool:
    """Close the open alarm of this key; False when there is none."""
    return Alarm.objects.filter(key=key, closed_at=None).update(closed_at=now) == 1
