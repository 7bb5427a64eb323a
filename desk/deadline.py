"""How a ticket's time runs, as the list and the ticket say it: a bar, and words beside it.

Days are Brussels'. What is left is told in working days, as it was promised; what is over in plain days, as it is felt.
"""

from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import NamedTuple

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from desk import words
from tickets.deadlines import day_of, end_of
from tickets.models import Ticket
from tickets.regulation import SATURDAY

ONE_DAY = timedelta(days=1)
SOON = 3  # working days


class Waiting(NamedTuple):
    """`since` to `ends` is the bar; without `ends` nothing was promised. `state` is "", "soon", "late" or "done"."""

    since: datetime | None
    due: date | None
    ends: datetime | None
    state: str
    words: str


def today(now: datetime) -> date:
    """The day in Brussels."""
    return day_of(now)


def due_of(ticket: Ticket) -> date | None:
    """The promised day, as long as the partner waits for what was promised.

    A first answer keeps the promise; what the partner asks after the promised day was not promised anything.
    """
    if ticket.settled or ticket.answer_by is None or ticket.waiting_since is None:
        return None
    if ticket.first_answered_at and ticket.first_answered_at <= ticket.waiting_since:
        return None  # What waits longer than that came with a ticket that was merged, and was not answered.
    return ticket.answer_by if today(ticket.waiting_since) <= ticket.answer_by else None


def waiting(ticket: Ticket, *, now: datetime, holidays: frozenset[date]) -> Waiting:
    """Where the ticket stands. `holidays` are the closing days between today and the due date."""
    if ticket.settled:
        return Waiting(None, None, None, "done", words.label(ticket, "outcome") if ticket.outcome else "")
    if ticket.waiting_since is None:
        return Waiting(None, None, None, "", _resting(ticket))
    due = due_of(ticket)
    if due is None:
        return Waiting(ticket.waiting_since, None, None, "", _no_date(get_language()))
    day = today(now)
    left = working_days(day, due, holidays)
    state = "late" if due < day else "soon" if left <= SOON else ""
    return Waiting(ticket.waiting_since, due, _end_of(due), state, left_words(day, due, left))


@lru_cache(maxsize=1024)
def working_days(after: date, until: date, holidays: frozenset[date]) -> int:
    """How many working days lie after one day and until another, which counts; at most a year of them."""
    days = min((until - after).days, 366)
    each = (after + ONE_DAY * number for number in range(1, days + 1))
    return sum(day.weekday() < SATURDAY and day not in holidays for day in each)


def left_words(day: date, due: date, left: int) -> str:
    """How much is left on a day, `left` working days of it, or how long it is over."""
    return _left_words(day, due, left, get_language())


@lru_cache(maxsize=1024)
def _left_words(day: date, due: date, left: int, _language: str | None) -> str:
    """The lines of a list say the same few things many times."""
    if due == day:
        return _("due today")
    if due < day:
        over = (day - due).days
        return ngettext("overdue by %(number)s day", "overdue by %(number)s days", over) % {"number": over}
    return ngettext("%(number)s working day left", "%(number)s working days left", left) % {"number": left}


@cache
def _no_date(_language: str | None) -> str:
    return pgettext("deadline", "no date promised")


@lru_cache(maxsize=1024)
def _end_of(day: date) -> datetime:
    return end_of(day)


def _resting(ticket: Ticket) -> str:
    if ticket.waiting_for == Ticket.WaitingFor.REQUESTER:
        return _("waiting for the partner")
    if ticket.waiting_for == Ticket.WaitingFor.THIRD_PARTY:
        return _("waiting for a third party")
    return _("answered") if ticket.first_answered_at else pgettext("deadline", "nobody waits")
