"""Seconds of calendar and working time, and of pauses within them; sums by days are the seconds counted at once."""

import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from tickets.waits.facts import Pause
from tickets.waits.measuring import Measures, Sums, calendar_seconds, measure
from tickets.worktime import Opening, OpeningHours, working_seconds

BRUSSELS = ZoneInfo("Europe/Brussels")
OFFICE = (Opening(time(9), time(12)), Opening(time(13), time(17)))
HOURS = OpeningHours(BRUSSELS, (OFFICE,) * 5 + ((), ()), frozenset({date(2026, 12, 25)}))
FRIDAY, MONDAY = (datetime(2026, 11, day, 16, tzinfo=BRUSSELS) for day in (20, 23))


def worked(since: datetime, until: datetime) -> int:
    return working_seconds(since, until, HOURS)


def test_a_wait_is_measured_in_both_times_and_its_pauses_within_it() -> None:
    pauses = [
        Pause("requester", FRIDAY - timedelta(days=9), FRIDAY + timedelta(minutes=30)),
        Pause("third_party", MONDAY - timedelta(hours=3), None),
        Pause("requester", MONDAY + timedelta(days=1), None),
    ]
    found = measure(FRIDAY, MONDAY, pauses, worked)
    assert found == Measures(72 * 3600, 7 * 3600, 1800, 1800, 3 * 3600, 3 * 3600)


def test_a_wait_that_is_open_has_the_pauses_that_are_over_and_the_beginning_of_one_that_lasts() -> None:
    over = Pause("requester", FRIDAY - timedelta(days=1), FRIDAY + timedelta(minutes=30))
    assert measure(FRIDAY, None, [over], worked) == Measures(None, None, 1800, 1800)
    for since in (FRIDAY - timedelta(days=1), MONDAY):
        found = measure(FRIDAY, None, [over, Pause("third_party", since, None)], worked)
        assert found == Measures(None, None, 1800, 1800, 0, 0, max(since, FRIDAY))


def test_without_a_calendar_only_working_time_is_unknown() -> None:
    found = measure(FRIDAY, MONDAY, [Pause("requester", FRIDAY, None)], None)
    assert found == Measures(72 * 3600, None, 72 * 3600, 0, 0, 0)


def test_fractions_of_a_second_are_dropped_from_both_ends_so_that_halves_add_up() -> None:
    instants = [FRIDAY + timedelta(seconds=each) for each in (0.9, 1.2, 2.8)]
    assert [calendar_seconds(*pair) for pair in ((instants[0], instants[2]), (instants[0], instants[1]))] == [2, 1]
    assert calendar_seconds(instants[1], instants[2]) == 1


@pytest.mark.parametrize("seed", range(20))
def test_sums_by_days_equal_the_seconds_counted_at_once(seed: int) -> None:
    draw, sums = random.Random(seed), Sums(HOURS)
    for _ in range(30):
        since = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=draw.uniform(0, 40_000_000))
        until = since + timedelta(seconds=draw.choice((1, 80_000, 200_000, 9_000_000)) * draw.uniform(-0.1, 1))
        assert sums(since, until) == working_seconds(since, until, HOURS)
