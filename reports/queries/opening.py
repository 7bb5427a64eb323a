"""Working time from many moments until now."""

from datetime import datetime

from tickets.calendars import hours, version_at
from tickets.deadlines import CALENDAR
from tickets.models import CalendarVersion
from tickets.waits.measuring import Sums


class OpeningTimes:
    """Working seconds until `now`. Reads the versions of calendars that it is asked about, each once."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._sums: dict[int | None, Sums | None] = {}

    def seconds_since(self, began: datetime, version: int | None) -> int | None:
        """Working seconds since then, by a version of the calendar or, without one, by that of now.

        None where no calendar is kept.
        """
        if version not in self._sums:
            self._sums[version] = self._read(version)
        sums = self._sums[version]
        return sums(began, self._now) if sums else None

    def _read(self, version: int | None) -> Sums | None:
        known = CalendarVersion.objects.select_related("calendar")
        found = version_at(self._now, CALENDAR) if version is None else known.get(pk=version)
        return Sums(hours(found)) if found else None
