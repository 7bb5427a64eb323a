"""Periods in words, as policies and proofs tell them."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tickets.models import PeriodUnit


def in_words(count: int, unit: str) -> str:
    """A period such as "15 working days"; 0 is "at once"."""
    if count == 0:
        return _("at once")
    words = {
        PeriodUnit.WORKING_DAYS: ngettext("%(number)s working day", "%(number)s working days", count),
        PeriodUnit.DAYS: ngettext("%(number)s day", "%(number)s days", count),
        PeriodUnit.WEEKS: ngettext("%(number)s week", "%(number)s weeks", count),
        PeriodUnit.MONTHS: ngettext("%(number)s month", "%(number)s months", count),
    }
    return words[PeriodUnit(unit)] % {"number": count}
