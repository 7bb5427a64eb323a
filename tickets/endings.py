"""What waits and deadlines came to, as conditions on their rows: said once, for the reports and for the search.

So a figure and the search that it opens cannot tell different stories.
"""

from datetime import datetime

from django.db.models import F, Q

from tickets.models import ReplyCycle, Ticket, TicketDeadline

# A wait that left was merged, split off or spam: it goes on elsewhere, or never was one.
COUNTED_WAITS = ~Q(end__in=ReplyCycle.LEAVES)
WAIT_ENDS: dict[str, Q] = {
    "open": Q(end=ReplyCycle.End.OPEN),
    "answered": Q(end__in=ReplyCycle.ANSWERS),
    "closed": Q(end=ReplyCycle.End.CLOSED),
    "left": Q(end__in=ReplyCycle.LEAVES),
}
# Whom a wait that stands still waits for, as the search says it.
STOOD_FOR = {"partner": Ticket.WaitingFor.REQUESTER, "third": Ticket.WaitingFor.THIRD_PARTY}


def stood_still(rows: str = "", ticket: str = "ticket__") -> dict[str, Q]:
    """Whether a wait or a resolution ever stood still for somebody else or does so now, by whom it waited for.

    What stands still now does so for one of the two, so that the parts are the whole. `rows` and `ticket` lead to the
    columns, from whatever is asked.
    """
    lasts, third = Q(**{f"{rows}paused_since__isnull": False}), Q(**{f"{ticket}waiting_for": STOOD_FOR["third"]})
    return {
        STOOD_FOR["partner"]: Q(**{f"{rows}requester_pause__gt": 0}) | (lasts & ~third),
        STOOD_FOR["third"]: Q(**{f"{rows}third_party_pause__gt": 0}) | (lasts & third),
    }


_END = TicketDeadline.End
# A date that was extended or recomputed has a successor, which is the one that counts.
LEFT_DEADLINES = Q(end__in=(_END.MERGED, _END.SPAM))
COUNTED_DEADLINES = Q(end__in=(_END.OPEN, _END.DONE, _END.CLOSED))
DEADLINE_ENDS = ("kept", "late", "closed", "undecided", "left")


def deadline_ends(now: datetime) -> dict[str, Q]:
    """What each deadline came to until now; of those that count, each is in exactly one of the first four."""
    in_time, open_ = Q(ended_at__lt=F("due_at")), Q(end=_END.OPEN)
    ended = Q(end__in=(_END.DONE, _END.CLOSED))
    return {
        "kept": Q(end=_END.DONE) & in_time,
        "late": (open_ & Q(due_at__lte=now)) | (ended & Q(ended_at__gte=F("due_at"))),
        "closed": Q(end=_END.CLOSED) & in_time,
        "undecided": open_ & Q(due_at__gt=now),
        "left": LEFT_DEADLINES,
    }
