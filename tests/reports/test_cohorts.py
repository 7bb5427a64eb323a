"""The cohorts that the database groups are those that one counts ticket by ticket."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from reports.names import DIMENSIONS
from reports.on_time import Case, on_time
from reports.periods import Period, today
from reports.queries.cohorts import FINAL, FIRST, MEASURES, NEXT, RESOLVED, cohorts, tickets_behind
from reports.queries.deadlines import replies_on_time
from reports.queries.pauses import LeftOut
from reports.survival import End, Wait
from tests import making
from tests.making_reports import a_year
from tickets.calendars import hours, version_at
from tickets.deadlines import CALENDAR
from tickets.models import ReplyCycle, Resolution, Ticket, TicketDeadline, User
from tickets.worktime import working_seconds

DAY = timedelta(days=1)
ENDS = {"answered": End.ANSWERED, "transferred": End.ANSWERED, "closed": End.CLOSED, "": End.OPEN}


@pytest.fixture
def house(anna: User) -> Period:
    tickets = a_year(timezone.now(), [anna], number=200, days=150)
    merged = ReplyCycle.objects.filter(kind="next", end="answered")[:3]
    ReplyCycle.objects.filter(pk__in=[each.pk for each in merged]).update(end="merged")
    ReplyCycle.objects.filter(kind="next").update(
        requester_pause=3600, third_party_pause=60, requester_pause_working=9, third_party_pause_working=3
    )
    now = timezone.now()
    ReplyCycle.objects.filter(kind="next", end="").update(paused_since=now - 5 * DAY)
    unresolved = Ticket.objects.filter(resolution=None).order_by("pk")
    Ticket.objects.filter(pk__in=[each.pk for each in unresolved[::4]]).update(waiting_for="third_party")
    for ticket in unresolved[::2]:
        Resolution.objects.create(
            ticket=ticket, started_at=ticket.received_at, requester_pause=60, requester_pause_working=9,
            third_party_pause=30, third_party_pause_working=3, paused_since=max(ticket.received_at, now - 5 * DAY),
        )  # fmt: skip
    day = today(tickets[0].received_at)
    return Period(day + 20 * DAY, day + 120 * DAY)


def in_steps(seconds: int) -> int:
    """In minutes; from a day on in ten minutes, from ten days on in hours, from a hundred on in ten hours."""
    days = seconds / 86_400
    step = 60 if days < 1 else 600 if days < 10 else 3600 if days < 100 else 36_000
    return max(seconds, 0) // step * step


def by_hand(measure: str, period: Period, *, working: bool, net: bool) -> tuple[Counter[Wait], int, dict[str, LeftOut]]:
    """The same from each row."""
    left_out = {"requester": LeftOut(), "third_party": LeftOut()} if net and measure in (NEXT, FINAL) else {}
    now, excluded, waits = timezone.now(), 0, Counter[Wait]()
    version = version_at(now, CALENDAR)
    assert version
    opening = hours(version)

    def since(began: object) -> int:
        return working_seconds(began, now, opening) if working else int((now - began).total_seconds())  # type: ignore

    def take(row: ReplyCycle | Resolution, waiting_for: str) -> int:
        """The pauses of a row, which are added to what was left out."""
        pauses = {"requester": row.requester_pause, "third_party": row.third_party_pause}
        stood = {cause for cause, seconds in pauses.items() if seconds}
        if working:
            pauses = {"requester": row.requester_pause_working, "third_party": row.third_party_pause_working}
        if row.paused_since:
            lasts = "third_party" if waiting_for == "third_party" else "requester"
            pauses[lasts] += since(row.paused_since)
            stood.add(lasts)
        for cause, seconds in pauses.items():
            left_out[cause] = LeftOut(left_out[cause].seconds + seconds, left_out[cause].waits + (cause in stood))
        return sum(pauses.values())

    if measure in (FIRST, NEXT):
        for row in ReplyCycle.objects.filter(kind=measure):
            if not period.start <= row.started_at < period.end:
                continue
            if row.end in ReplyCycle.LEAVES:
                excluded += 1
                continue
            seconds = row.working_seconds if working else row.calendar_seconds
            value = since(row.started_at) if row.end == "" else seconds
            if net and measure == NEXT:
                value -= take(row, row.ticket.waiting_for)
            waits[Wait(in_steps(value), ENDS[row.end])] += 1
        return waits, excluded, left_out
    for ticket in Ticket.objects.all():
        if not period.start <= ticket.received_at < period.end:
            continue
        if ticket.status in ("spam", "merged"):
            excluded += 1
            continue
        row = Resolution.objects.filter(ticket=ticket).first()
        if row is None or row.first_at is None:
            value = since(ticket.received_at)
            if row is not None and net and measure == FINAL:
                value -= take(row, ticket.waiting_for)
            waits[Wait(in_steps(value), End.OPEN)] += 1
        else:
            value = (row.working_seconds if working else row.calendar_seconds) or 0
            if net and measure == FINAL:
                value -= take(row, ticket.waiting_for)
            waits[Wait(in_steps(value), End.ANSWERED)] += 1
    return waits, excluded, left_out


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize(("working", "net"), [(False, False), (True, False), (False, True), (True, True)])
def test_a_cohort_is_what_one_counts_by_hand(house: Period, measure: str, working: bool, net: bool) -> None:
    found = cohorts(Ticket.objects.all(), measure, house, now=timezone.now(), working=working, net=net)[None]
    waits, excluded, left_out = by_hand(measure, house, working=working, net=net)
    counted = Counter[Wait]()
    for seconds, end, number in found.waits:
        counted[Wait(seconds, end)] += number
    assert counted == waits
    assert waits.total() > 20
    assert (found.excluded, found.unmeasured) == (excluded, 0)
    assert found.left_out == left_out
    assert all(each.waits and each.seconds for each in left_out.values())


@pytest.mark.parametrize("code", DIMENSIONS)
def test_every_wait_is_in_one_part_of_each_sort(house: Period, code: str) -> None:
    now = timezone.now()
    whole = cohorts(Ticket.objects.all(), FIRST, house, now=now)[None]
    parts = cohorts(Ticket.objects.all(), FIRST, house, now=now, by=DIMENSIONS[code].column)
    together = Counter[tuple[int, End]]()
    for part in parts.values():
        for seconds, end, number in part.waits:
            together[(seconds, end)] += number
    assert together == {(seconds, end): number for seconds, end, number in whole.waits}
    assert sum(part.excluded for part in parts.values()) == whole.excluded


def test_several_waits_of_one_ticket_are_one_ticket(house: Period) -> None:
    everything = Period(house.first - 100 * DAY, house.last + 100 * DAY)
    rows = ReplyCycle.objects.filter(kind="next")
    extra = rows.filter(end="answered").first()
    assert extra
    ReplyCycle.objects.create(
        ticket=extra.ticket, number=9, kind="next", started_at=extra.started_at, ended_at=extra.ended_at,
        end="answered", calendar_seconds=60,
    )  # fmt: skip
    counted = rows.exclude(end__in=ReplyCycle.LEAVES)
    behind = tickets_behind(Ticket.objects.all(), NEXT, everything)
    assert behind.counted == counted.values("ticket").distinct().count() == counted.count() - 1
    assert (behind.left, behind.stood) == (3, {})
    stood = tickets_behind(Ticket.objects.all(), NEXT, everything, net=True).stood
    paused = counted.filter(third_party_pause__gt=0).values("ticket").distinct()
    assert stood["third_party"] == paused.count() > 20


def test_what_ended_without_a_calendar_has_no_working_time(house: Period) -> None:
    ReplyCycle.objects.filter(kind="first", end="answered").update(working_seconds=None)
    found = cohorts(Ticket.objects.all(), FIRST, house, now=timezone.now(), working=True)[None]
    assert found.unmeasured > 50
    assert all(end is not End.ANSWERED for _, end, _ in found.waits)


def test_deadlines_are_counted_exactly_and_the_share_is_that_of_each_row(house: Period) -> None:
    now = timezone.now()
    rows = TicketDeadline.objects.filter(started_at__gte=house.start, started_at__lt=house.end)
    cases = []
    for row in rows.exclude(end="spam"):
        until = row.ended_at or now
        end = {"done": End.ANSWERED, "closed": End.CLOSED, "": End.OPEN}[row.end]
        # The instant after the last day is late already.
        allowed = int((row.due_at - row.started_at).total_seconds()) - 1
        cases.append(Case(int((until - row.started_at).total_seconds()), allowed, end))
    exact = on_time(cases)
    found, left = replies_on_time(Ticket.objects.all(), house, now)
    counts = ("kept", "late", "closed", "undecided")
    assert [getattr(found, each) for each in counts] == [getattr(exact, each) for each in counts]
    assert min(found.kept, found.late, found.closed) > 0
    assert found.share
    assert exact.share
    assert found.share.value == pytest.approx(exact.share.value, abs=0.005)
    assert left == rows.filter(end="spam").count() > 0


def test_a_date_that_was_extended_counts_by_its_successor(house: Period) -> None:
    ticket = making.opened(acknowledge=False)
    TicketDeadline.objects.filter(ticket=ticket).delete()
    start, now = house.start + 5 * DAY, timezone.now()
    before, _left = replies_on_time(Ticket.objects.all(), house, now)
    first = TicketDeadline.objects.create(
        ticket=ticket, duty="reply", started_at=start, due_on=house.first, due_at=start + DAY, end="extended",
        ended_at=start + DAY / 2,
    )  # fmt: skip
    TicketDeadline.objects.create(
        ticket=ticket, duty="reply", started_at=start, due_on=house.first, due_at=start + 9 * DAY, end="done",
        ended_at=start + 5 * DAY, extends=first,
    )  # fmt: skip
    after, _left = replies_on_time(Ticket.objects.all(), house, now)
    assert (after.kept, after.n) == (before.kept + 1, before.n + 1)


def test_the_measures_of_resolution_differ_where_a_ticket_was_opened_again(house: Period) -> None:
    Resolution.objects.update(last_at=None, calendar_seconds=None, working_seconds=None, reopenings=1)
    first, final = (cohorts(Ticket.objects.all(), each, house, now=timezone.now())[None] for each in (RESOLVED, FINAL))
    assert any(end is End.ANSWERED for _, end, _ in first.waits)
    assert all(end is End.OPEN for _, end, _ in final.waits)
