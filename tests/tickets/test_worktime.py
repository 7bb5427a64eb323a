from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tickets.worktime import Opening, OpeningHours, after_working_seconds, working_seconds

BRUSSELS = ZoneInfo("Europe/Brussels")
MINUTE = timedelta(minutes=1)
OFFICE_DAY = (Opening(time(9), time(12, 30)), Opening(time(13, 30), time(17, 30)))
OFFICE = OpeningHours(BRUSSELS, (OFFICE_DAY,) * 5 + ((), ()), frozenset({date(2026, 7, 21)}))
ROUND_THE_CLOCK = OpeningHours(BRUSSELS, ((Opening(time(0), time(0)),),) * 7, frozenset())
HOUR = 3600


def brussels(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=BRUSSELS)


def test_a_night_a_break_and_a_weekend_are_no_working_time() -> None:
    friday_noon, monday_ten = brussels(2026, 7, 10, 12), brussels(2026, 7, 13, 10)
    assert working_seconds(friday_noon, monday_ten, OFFICE) == HOUR // 2 + 4 * HOUR + HOUR


def test_a_holiday_is_no_working_time() -> None:
    assert working_seconds(brussels(2026, 7, 20, 17), brussels(2026, 7, 22, 9, 30), OFFICE) == HOUR


def test_nothing_passes_backwards() -> None:
    assert working_seconds(brussels(2026, 7, 13, 15), brussels(2026, 7, 13, 10), OFFICE) == 0


def test_a_leap_day_is_a_day_like_any_other_and_only_in_its_year() -> None:
    monday_evening, wednesday_morning = brussels(2028, 2, 28, 17), brussels(2028, 3, 1, 9, 30)
    assert working_seconds(monday_evening, wednesday_morning, OFFICE) == HOUR // 2 + 7 * HOUR + HOUR // 2 + HOUR // 2
    assert after_working_seconds(monday_evening, HOUR, OFFICE) == brussels(2028, 2, 29, 9, 30)
    assert after_working_seconds(brussels(2029, 2, 28, 17), HOUR, OFFICE) == brussels(2029, 3, 1, 9, 30)


def test_a_clock_change_adds_or_takes_an_hour_of_a_house_that_never_closes() -> None:
    assert working_seconds(brussels(2026, 3, 29), brussels(2026, 3, 30), ROUND_THE_CLOCK) == 23 * HOUR
    assert working_seconds(brussels(2026, 10, 25), brussels(2026, 10, 26), ROUND_THE_CLOCK) == 25 * HOUR


def test_a_clock_change_at_night_leaves_an_office_week_as_it_is() -> None:
    for monday in ((2026, 3, 23), (2026, 10, 19), (2026, 6, 1)):
        start = brussels(*monday)
        assert working_seconds(start, start + timedelta(days=7), OFFICE) == 5 * (7 * HOUR + HOUR // 2)


def test_a_house_that_opens_after_the_clock_change_opens_by_the_new_clock() -> None:
    early_shift = OpeningHours(BRUSSELS, ((),) * 6 + ((Opening(time(4), time(6)),),), frozenset())
    assert working_seconds(brussels(2026, 3, 28, 12), brussels(2026, 3, 29, 5), early_shift) == HOUR
    assert after_working_seconds(brussels(2026, 10, 24, 12), HOUR, early_shift) == brussels(2026, 10, 25, 5)


def test_an_hour_that_the_clock_skips_is_no_working_time() -> None:
    skipped = OpeningHours(BRUSSELS, ((),) * 6 + ((Opening(time(2), time(3)),),), frozenset())
    assert working_seconds(brussels(2026, 3, 28, 12), brussels(2026, 3, 29, 12), skipped) == 0
    assert working_seconds(brussels(2026, 10, 24, 12), brussels(2026, 10, 25, 12), skipped) == 2 * HOUR


def test_time_zones_of_the_instants_do_not_matter() -> None:
    start, end = brussels(2026, 7, 13, 9), brussels(2026, 7, 13, 11)
    assert working_seconds(start.astimezone(ZoneInfo("Europe/Kyiv")), end.astimezone(UTC), OFFICE) == 2 * HOUR


def test_adjoining_intervals_add_up_although_instants_have_fractions() -> None:
    start = brussels(2026, 7, 13, 10, 0, 0, 900_000)
    cuts = [start + timedelta(milliseconds=700) * number for number in range(50)]
    parts = sum(working_seconds(before, after, OFFICE) for before, after in pairwise(cuts))
    assert parts == working_seconds(cuts[0], cuts[-1], OFFICE)


def test_working_time_that_ends_with_the_day_ends_at_closing_time() -> None:
    morning = brussels(2026, 7, 10, 9)
    assert after_working_seconds(morning, 7 * HOUR + HOUR // 2, OFFICE) == brussels(2026, 7, 10, 17, 30)
    assert after_working_seconds(morning, 7 * HOUR + HOUR // 2 + 1, OFFICE) == brussels(2026, 7, 13, 9, 0, 1)


def test_no_working_time_has_passed_at_once() -> None:
    sunday = brussels(2026, 7, 12, 3)
    assert after_working_seconds(sunday, 0, OFFICE) == sunday


def test_working_time_cannot_run_backwards() -> None:
    with pytest.raises(ValueError, match="backwards"):
        after_working_seconds(brussels(2026, 7, 12, 3), -1, OFFICE)


def test_working_time_that_outlasts_the_calendar_is_an_error() -> None:
    with pytest.raises(OverflowError):
        after_working_seconds(brussels(9999, 12, 1), 1_000 * HOUR, OFFICE)


def test_an_instant_without_a_time_zone_is_refused() -> None:
    with pytest.raises(TypeError):
        working_seconds(datetime.fromisoformat("2026-07-13"), brussels(2026, 7, 14), OFFICE)


@pytest.mark.parametrize(
    "week",
    [
        (OFFICE_DAY,) * 6,
        ((),) * 7,
        ((Opening(time(9), time(12)), Opening(time(11), time(15))),) + ((),) * 6,
    ],
    ids=["six days", "never open", "overlap"],
)
def test_opening_hours_that_make_no_sense_are_refused(week: tuple[tuple[Opening, ...], ...]) -> None:
    with pytest.raises(ValueError, match=r"seven days|never opens|overlap"):
        OpeningHours(BRUSSELS, week, frozenset())


def test_an_opening_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="before they start"):
        Opening(time(17), time(9))


# --- Against a count minute by minute ---


@st.composite
def opening_hours(draw: st.DrawFn) -> OpeningHours:
    """Random weeks in zones whose clocks change by an hour, by half an hour, at midnight and by night."""
    zone = ZoneInfo(
        draw(
            st.sampled_from(["Europe/Brussels", "Europe/Kyiv", "Australia/Lord_Howe", "Asia/Beirut", "Asia/Kathmandu"])
        )
    )
    week = []
    for _ in range(7):
        minutes = sorted(draw(st.sets(st.integers(0, 1440), max_size=6)))
        week.append(tuple(Opening(wall(first), wall(last)) for first, last in zip(*[iter(minutes)] * 2, strict=False)))
    if not any(week):
        week[0] = (Opening(time(0), time(0)),)
    holidays = draw(st.frozensets(st.dates(date(2026, 3, 20), date(2026, 4, 10)), max_size=5))
    return OpeningHours(zone, tuple(week), holidays)


def wall(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)


def counted(start: datetime, end: datetime, hours: OpeningHours) -> int:
    """The working seconds between two full minutes, one minute after the other."""
    total, moment = 0, start.astimezone(UTC)
    while moment < end:
        shown = moment.astimezone(hours.zone)
        second = shown.hour * 3600 + shown.minute * 60
        if shown.date() not in hours.holidays and any(
            opening.seconds[0] <= second < opening.seconds[1] for opening in hours.week[shown.weekday()]
        ):
            total += 60
        moment += MINUTE
    return total


# The clocks of Brussels, Kyiv and Beirut change on 29 March 2026, those of Lord Howe on 5 April and 4 October.
starts = st.builds(
    lambda change, minutes: change - minutes * MINUTE,
    st.sampled_from(
        [datetime(2026, 3, 29, 3, tzinfo=UTC), datetime(2026, 4, 5, tzinfo=UTC), datetime(2026, 10, 4, tzinfo=UTC)]
    ),
    st.integers(0, 2 * 1440),
)


@settings(max_examples=60)
@given(opening_hours(), starts, st.integers(0, 4 * 1440))
def test_working_seconds_equal_a_count_minute_by_minute(hours: OpeningHours, start: datetime, minutes: int) -> None:
    end = start + minutes * MINUTE
    assert working_seconds(start, end, hours) == counted(start, end, hours)


@settings(max_examples=100)
@given(opening_hours(), starts, st.integers(1, 200_000))
def test_the_instant_after_working_seconds_is_the_first_at_which_they_have_passed(
    hours: OpeningHours, start: datetime, seconds: int
) -> None:
    end = after_working_seconds(start, seconds, hours)
    assert working_seconds(start, end, hours) == seconds
    assert working_seconds(start, end - timedelta(seconds=1), hours) == seconds - 1
