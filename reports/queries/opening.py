"""Working time from many moments until now: each day is reckoned once, as adjoining intervals add up."""

from datetime import date, datetime

from reports.periods import DAY, midnight, today
from tickets.calendars import hours, version_at
from tickets.deadlines import CALENDAR
from tickets.models import CalendarVersion
from tickets.worktime import OpeningHours, working_seconds


class OpeningTimes:
    """Working seconds until `now`. Reads the versions of calendars that it is asked about, each once."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._hours: dict[int | None, OpeningHours | None] = {}
        self._since: dict[tuple[int | None, date], int] = {}

    def seconds_since(self, began: datetime, version: int | None) -> int | None:
        """Working seconds since then, by a version of the calendar or, without one, by that of now.

        None where no calendar is kept.
        """
        opening = self._opening(version)
        if opening is None:
            return None
        day = today(began)
        if day >= today(self._now):
            return working_seconds(began, self._now, opening)
        return working_seconds(began, midnight(day + DAY), opening) + self._from(version, opening, day + DAY)

    def _from(self, version: int | None, opening: OpeningHours, day: date) -> int:
        """From the beginning of a day until now; the days after it are known or reckoned now."""
        missing, last = [], today(self._now)
        while day < last and (version, day) not in self._since:
            missing.append(day)
            day += DAY
        known = self._since.get((version, day))
        total = working_seconds(midnight(last), self._now, opening) if known is None else known
        for each in reversed(missing):
            total += working_seconds(midnight(each), midnight(each + DAY), opening)
            self._since[(version, each)] = total
        return total

    def _opening(self, version: int | None) -> OpeningHours | None:
        if version not in self._hours:
            found = (
                version_at(self._now, CALENDAR)
                if version is None
                else CalendarVersion.objects.select_related("calendar").get(pk=version)
            )
            self._hours[version] = hours(found) if found else None
        return self._hours[version]
