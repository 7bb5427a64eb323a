"""Figures in words, in the language of the page: lengths of time, what was not reached, sentences."""

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from reports.survival import NotReached, Reached

MINUTE, HOUR, DAY = 60, 3600, 86_400


def length(seconds: float | NotReached, *, working: bool = False) -> str:
    """2.3 days, 5 hours, 40 minutes; working time in hours, as a working day has no fixed length."""
    if isinstance(seconds, NotReached):
        return pgettext("length of time", "not reached")
    if seconds < HOUR:
        number = round(seconds / MINUTE)
        return ngettext("%(number)s minute", "%(number)s minutes", number) % {"number": number}
    if working or seconds < 2 * DAY:
        value = _tenths(seconds / HOUR)
        return _decimal_hours(value)
    return _decimal_days(_tenths(seconds / DAY))


def band(reached: Reached, *, working: bool = False) -> str:
    """From what to what chance alone may have moved a figure; empty where there is no figure and no band."""
    if isinstance(reached.low, NotReached):
        return ""
    ends = {"low": length(reached.low, working=working), "high": length(reached.high, working=working)}
    return _("%(low)s to %(high)s") % ends


def percent(share: float) -> str:
    """0 to 1 as whole percent."""
    return f"{formats.number_format(round(100 * share))} %"


def _tenths(value: float) -> float:
    """One decimal below ten, none above."""
    return round(value, 1) if value < 10 else float(round(value))


def _decimal_days(value: float) -> str:
    facts = {"number": _written(value)}
    if value != int(value):  # some languages have a form of its own for fractions
        return pgettext("a number with decimals", "%(number)s days") % facts
    return ngettext("%(number)s day", "%(number)s days", int(value)) % facts


def _decimal_hours(value: float) -> str:
    facts = {"number": _written(value)}
    if value != int(value):
        return pgettext("a number with decimals", "%(number)s hours") % facts
    return ngettext("%(number)s hour", "%(number)s hours", int(value)) % facts


def _written(value: float) -> str:
    return formats.number_format(int(value) if value == int(value) else value, force_grouping=True)
