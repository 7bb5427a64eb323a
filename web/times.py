"""Times, waiting and sizes in words: values in, text in the language of the page out."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

MINUTE, HOUR, DAY = 60, 3600, 86400


def day(value: date) -> str:
    """14 December 2026; a time is taken as its day in Brussels."""
    if isinstance(value, datetime):
        value = local(value, settings.HOUSE_TIME_ZONE).date()
    return _day(value, "DATE_FORMAT", translation.get_language())


def day_of_month(value: date) -> str:
    """14 December"""
    return _day(value, "MONTH_DAY_FORMAT", translation.get_language())


def month(value: date) -> str:
    """December 2026, as it stands within a line."""
    words = formats.date_format(value, "YEAR_MONTH_FORMAT")
    # Django has them for the beginning of one.
    return words.lower() if translation.get_language() == "uk" else words


def moment(value: datetime) -> str:
    """14 December 2026, 10:30 (Brussels)"""
    return _moment(value, translation.get_language())


def moment_for_partners(value: datetime) -> str:
    """14 December 2026, 10:30 (Brussels), 11:30 (Kyiv); with the date again where it is another one in Kyiv."""
    return _moment_for_partners(value, translation.get_language())


def waited(since: datetime, now: datetime) -> str:
    """How long, in the largest whole unit: "3 days". Nothing is rounded up."""
    seconds = max(0, int((now - since).total_seconds()))
    if seconds < MINUTE:
        return _("less than a minute")
    if seconds < HOUR:
        number = seconds // MINUTE
        return ngettext("%(number)s minute", "%(number)s minutes", number) % {"number": number}
    if seconds < DAY:
        number = seconds // HOUR
        return ngettext("%(number)s hour", "%(number)s hours", number) % {"number": number}
    number = seconds // DAY
    return ngettext("%(number)s day", "%(number)s days", number) % {"number": number}


class Since(NamedTuple):
    """How long something lasts for a narrow column: "3 d", "5 h", "12 min"; since `at`, a moment in ISO 8601."""

    at: str
    moment: str
    words: str


def since(value: datetime, now: datetime) -> Since:
    """How long it is from a moment until now."""
    language, seconds = translation.get_language(), max(0, int((now - value).total_seconds()))
    unit = MINUTE if seconds < HOUR else HOUR if seconds < DAY else DAY
    return Since(value.isoformat(timespec="minutes"), _moment(value, language), _short(seconds // unit, unit, language))


def used(since: datetime, due: datetime, now: datetime) -> int:
    """Percent of the time to the deadline that is gone, from 0 to 100 at and after it."""
    whole = due - since
    if whole <= timedelta(0):
        return 100
    return min(100, max(0, int((now - since) / whole * 100)))


def size(octets: int) -> str:
    """A file's size as people say it: 950 bytes, 12 KB, 3.4 MB. One KB is 1,024 bytes."""
    if octets < 1024:
        return ngettext("%(number)s byte", "%(number)s bytes", octets) % {"number": octets}
    if octets < 1024**2:
        return _("%(number)s KB") % {"number": _rounded(octets / 1024)}
    if octets < 1024**3:
        return _("%(number)s MB") % {"number": _rounded(octets / 1024**2)}
    return _("%(number)s GB") % {"number": _rounded(octets / 1024**3)}


def local(value: datetime, zone: str) -> datetime:
    """The same instant on the wall clock of an IANA zone."""
    return timezone.localtime(value, ZoneInfo(zone))


@lru_cache(maxsize=4096)
def _day(value: date, name: str, language: str | None) -> str:
    """A day in the language of the page, which is `language`. The lines of a list say the same few days many times."""
    pattern: str = formats.get_format(name)
    # The first of a month is an ordinal number in French.
    if language == "fr" and value.day == 1:
        pattern = pattern.replace("j", r"j\e\r")
    return formats.date_format(value, pattern)


@lru_cache(maxsize=4096)
def _moment(value: datetime, _language: str | None) -> str:
    """A moment in the language of the page. Lists that are looked at again say the same ones."""
    ours = local(value, settings.HOUSE_TIME_ZONE)
    return _("%(date)s, %(time)s (Brussels)") % {"date": day(ours.date()), "time": ours.strftime("%H:%M")}


@lru_cache(maxsize=4096)
def _short(number: int, unit: int, _language: str | None) -> str:
    if unit == MINUTE:
        text = pgettext("minutes, short", "%(number)s min")
    else:
        text = pgettext("hours, short", "%(number)s h") if unit == HOUR else pgettext("days, short", "%(number)s d")
    return text % {"number": number}


@lru_cache(maxsize=4096)
def _moment_for_partners(value: datetime, _language: str | None) -> str:
    theirs, ours = local(value, settings.PARTNER_TIME_ZONE), local(value, settings.HOUSE_TIME_ZONE)
    facts = {"brussels": moment(value), "time": theirs.strftime("%H:%M"), "date": day(theirs.date())}
    if theirs.date() == ours.date():
        return _("%(brussels)s, %(time)s (Kyiv)") % facts
    return _("%(brussels)s, %(date)s, %(time)s (Kyiv)") % facts


def _rounded(number: float) -> str:
    """One decimal below ten, none above, and no "20.0"."""
    tenths = round(number, 1)
    places = 1 if tenths < 10 and tenths != int(tenths) else 0
    return formats.number_format(round(number, places), decimal_pos=places)
