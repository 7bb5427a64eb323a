"""What a panel says first: one sentence with the figure that counts."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports import words
from reports.on_time import OnTime
from reports.queries.cohorts import FINAL, FIRST, NEXT
from reports.survival import NotReached
from reports.waiting import QUANTILES, Waiting


def waiting(measure: str, found: Waiting, *, working: bool) -> str:
    """How long half of them waited, and how many still do."""
    if not found.n:
        return _("Nobody wrote in this period.") if measure != NEXT else _("Nobody wrote again in this period.")
    half = found.reached[QUANTILES.index(0.5)].at
    facts = {"number": found.open}
    if isinstance(half, NotReached):
        if measure in (FIRST, NEXT):
            return (
                ngettext(
                    "Fewer than half of the partners have an answer as far as can be seen; %(number)s still waits.",
                    "Fewer than half of the partners have an answer as far as can be seen; %(number)s still wait.",
                    found.open,
                )
                % facts
            )
        return (
            ngettext(
                "Fewer than half of the tickets are resolved as far as can be seen; %(number)s is open.",
                "Fewer than half of the tickets are resolved as far as can be seen; %(number)s are open.",
                found.open,
            )
            % facts
        )
    time = words.length(half, working=working)
    if measure in (FIRST, NEXT):
        text = ngettext(
            "Half of the partners had an answer within %(time)s; %(number)s still waits.",
            "Half of the partners had an answer within %(time)s; %(number)s still wait.",
            found.open,
        )
    elif measure == FINAL:
        text = ngettext(
            "Half of the tickets were resolved for good within %(time)s; %(number)s is open.",
            "Half of the tickets were resolved for good within %(time)s; %(number)s are open.",
            found.open,
        )
    else:
        text = ngettext(
            "Half of the tickets were resolved within %(time)s; %(number)s never was.",
            "Half of the tickets were resolved within %(time)s; %(number)s never were.",
            found.open,
        )
    return text % {**facts, "time": time}


def on_time(found: OnTime) -> str:
    """Which share kept their deadline, and how many did not."""
    if not found.n:
        return _("No deadline for a reply began in this period.")
    if found.share is None:
        return _("No deadline of this period has come yet, so nothing can be said of how many are kept.")
    text = ngettext(
        "%(share)s of the replies kept their deadline; %(number)s did not.",
        "%(share)s of the replies kept their deadline; %(number)s did not.",
        found.late,
    )
    return text % {"share": words.percent(found.share.value), "number": found.late}
