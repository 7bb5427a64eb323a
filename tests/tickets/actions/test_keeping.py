"""The rows that acts keep are those that the facts tell, whatever happened; and one more wait costs one statement."""

from dataclasses import astuple
from datetime import datetime

import pytest

from bench.histories import History
from tests.making import staff
from tickets.cycles import waiting
from tickets.models import ReplyCycle, Resolution, Ticket
from tickets.waits.asking import facts_of
from tickets.waits.clocks import Clocks, known
from tickets.waits.facts import Pause
from tickets.waits.finding import find
from tickets.waits.measuring import Measures, measure
from tickets.waits.rows import Kept, compare

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]


def differing(ticket: Ticket) -> list[str]:
    """What of the kept rows is not what the facts tell."""
    facts = facts_of(ticket)
    kept = Kept(list(ticket.cycles.order_by("number")), Resolution.objects.filter(ticket=ticket).first())
    found = compare(facts, find(facts), kept, known(), measured=True)
    return [f"{kind} {vars(row)}" for kind in ("gone", "changed", "new") for row in getattr(found, kind)]


def check_waiting(ticket: Ticket) -> None:
    """The open cycle is the wait that lists show."""
    read, still_open = waiting(ticket), ticket.cycles.filter(end="").first()
    assert (ticket.waiting_since, ticket.first_answered_at) == (read.since, read.first_answered_at)
    assert ticket.carried_since == read.carried
    assert (still_open.started_at if still_open else None) == ticket.waiting_since
    assert [cycle.number for cycle in ticket.cycles.order_by("number")] == [*range(1, ticket.cycles.count() + 1)]
    assert all(cycle.ended_at is None or cycle.ended_at >= cycle.started_at for cycle in ticket.cycles.all())


def check_additive(ticket: Ticket, clocks: Clocks) -> None:
    """Both halves of a wait are as long as the whole, in each kind of time."""
    pauses = find(facts_of(ticket)).pauses
    for row in [*ticket.cycles.exclude(end=""), *Resolution.objects.filter(ticket=ticket, last_at__isnull=False)]:
        ended_at = row.ended_at if isinstance(row, ReplyCycle) else row.last_at
        middle = row.started_at + (ended_at - row.started_at) / 3
        whole, halves = halved(row.started_at, middle, ended_at, pauses, clocks)
        assert astuple(whole) == tuple(map(sum, zip(*map(astuple, halves), strict=True)))
        assert whole.calendar_seconds == row.calendar_seconds
        paused = row.requester_pause + row.third_party_pause
        assert row.calendar_seconds is not None
        assert paused <= row.calendar_seconds
        assert (row.working_seconds or 0) <= row.calendar_seconds


def halved(
    since: datetime, middle: datetime, until: datetime, pauses: tuple[Pause, ...], clocks: Clocks
) -> tuple[Measures, list[Measures]]:
    clock = clocks(until)
    worked = clock.worked if clock else None
    return measure(since, until, pauses, worked), [
        measure(begins, ends, pauses, worked) for begins, ends in ((since, middle), (middle, until))
    ]


@pytest.mark.parametrize("first", range(0, 300, 30))
def test_after_random_histories_the_kept_rows_are_what_the_facts_tell(first: int) -> None:
    person, clocks = staff(), known()
    for seed in range(first, first + 30):
        for ticket in Ticket.objects.filter(pk__in=History(seed, person).run(13)):
            assert differing(ticket) == [], f"history {seed}, ticket {ticket.pk}"
            check_waiting(ticket)
            check_additive(ticket, clocks)
