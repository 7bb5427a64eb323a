from collections.abc import Set
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.regulation import CalendarMissing, Deadline, Period, StepCode, Unit, deadline, extended

ONE_DAY = timedelta(days=1)


def days(year: int, *spans: tuple[int, int] | tuple[int, int, int]) -> set[date]:
    """Days of a year from (month, day) and (month, first day, last day)."""
    return {date(year, span[0], day) for span in spans for day in range(span[1], span[-1] + 1)}


# The holidays of the institutions in Brussels as far as the examples touch them.
HOLIDAYS = (
    days(2016, (1, 1), (3, 24, 25), (3, 28), (5, 5, 6), (5, 9), (5, 16), (7, 21), (8, 15), (11, 1, 2), (12, 26, 30))
    | days(2017, (1, 2), (4, 13, 14), (4, 17), (5, 1), (5, 9), (5, 25, 26), (6, 5), (7, 21), (8, 15), (11, 1, 2))
    | days(2023, (1, 2), (4, 6, 7), (4, 10), (5, 1), (5, 9), (5, 18, 19), (5, 29), (7, 21), (8, 15), (11, 1, 2))
    | days(2023, (12, 25, 29))
    | days(2024, (1, 1, 2), (3, 28, 29), (4, 1), (5, 1), (5, 9, 10), (5, 20), (8, 15), (11, 1), (12, 23, 31))
    | days(2025, (1, 1, 2), (4, 17, 18), (4, 21), (5, 1), (5, 9), (5, 29, 30), (6, 9), (7, 21), (8, 15), (12, 24, 31))
)
WORKING_DAYS_15 = Period(15, Unit.WORKING_DAYS)


def last_day(received: date, count: int, unit: Unit, *, counted: bool = False) -> date:
    return deadline(received, Period(count, unit), HOLIDAYS, count_day_of_registration=counted).date


@pytest.mark.parametrize(
    ("registered", "expires"),
    [
        (date(2016, 9, 6), date(2016, 9, 27)),
        (date(2016, 9, 5), date(2016, 9, 26)),
        (date(2017, 2, 22), date(2017, 3, 15)),
        (date(2023, 12, 12), date(2024, 1, 11)),
    ],
)
def test_fifteen_working_days_end_where_real_registrations_ended(registered: date, expires: date) -> None:
    assert deadline(registered, WORKING_DAYS_15, HOLIDAYS).date == expires


def test_a_house_that_counts_the_day_of_registration_ends_a_day_earlier() -> None:
    assert last_day(date(2023, 12, 12), 15, Unit.WORKING_DAYS, counted=True) == date(2024, 1, 10)


def test_a_request_that_came_on_a_closed_day_counts_from_the_next_working_day_whatever_the_switch_says() -> None:
    sunday = date(2023, 9, 10)
    assert last_day(sunday, 15, Unit.WORKING_DAYS) == date(2023, 9, 29)
    assert last_day(sunday, 15, Unit.WORKING_DAYS, counted=True) == date(2023, 9, 29)


@pytest.mark.parametrize(
    ("received", "count", "unit", "expires"),
    [
        (date(2023, 9, 4), 14, Unit.DAYS, date(2023, 9, 18)),
        (date(2023, 9, 2), 14, Unit.DAYS, date(2023, 9, 18)),  # Saturday: rolls to Monday, Article 3(4)
        (date(2023, 9, 6), 2, Unit.WEEKS, date(2023, 9, 20)),  # same weekday
        (date(2023, 9, 6), 2, Unit.MONTHS, date(2023, 11, 6)),  # same date
        (date(2023, 9, 1), 2, Unit.MONTHS, date(2023, 11, 3)),  # two holidays follow each other
        (date(2024, 1, 31), 1, Unit.MONTHS, date(2024, 2, 29)),  # leap year
        (date(2024, 12, 31), 2, Unit.MONTHS, date(2025, 2, 28)),  # across the year, a date that February lacks
        (date(2024, 11, 30), 12, Unit.MONTHS, date(2025, 12, 1)),  # a Sunday
    ],
)
def test_calendar_periods_end_on_the_same_day_and_roll_over_closed_days(
    received: date, count: int, unit: Unit, expires: date
) -> None:
    assert last_day(received, count, unit) == expires


@pytest.mark.parametrize(
    ("received", "count", "unit", "expires"),
    [
        (date(2023, 9, 4), 14, Unit.DAYS, date(2023, 9, 18)),  # the 17th is a Sunday
        (date(2023, 9, 6), 14, Unit.DAYS, date(2023, 9, 19)),
        (date(2023, 9, 6), 2, Unit.WEEKS, date(2023, 9, 19)),
        (date(2023, 9, 8), 1, Unit.MONTHS, date(2023, 10, 9)),  # the 7th is a Saturday
        (date(2024, 3, 1), 1, Unit.MONTHS, date(2024, 4, 2)),  # 31 March is a Sunday, 1 April a holiday
        (date(2024, 5, 31), 1, Unit.MONTHS, date(2024, 7, 1)),  # 30 June is a Sunday
        (date(2024, 12, 31), 1, Unit.MONTHS, date(2025, 1, 30)),
    ],
)
def test_calendar_periods_that_count_the_day_of_registration_end_one_day_before(
    received: date, count: int, unit: Unit, expires: date
) -> None:
    assert last_day(received, count, unit, counted=True) == expires


def test_a_period_of_two_days_or_more_holds_two_working_days() -> None:
    friday = date(2023, 9, 8)
    assert last_day(friday, 1, Unit.DAYS) == date(2023, 9, 11)
    assert last_day(friday, 2, Unit.DAYS) == date(2023, 9, 12)
    assert last_day(date(2024, 12, 20), 1, Unit.WEEKS) == date(2025, 1, 6)  # only closed days in the week


def test_the_last_hour_of_the_last_day_is_brussels_midnight() -> None:
    brussels = ZoneInfo("Europe/Brussels")
    assert Deadline(date(2026, 1, 15), ()).expires(brussels) == datetime(2026, 1, 15, 23, tzinfo=UTC)
    assert Deadline(date(2026, 7, 15), ()).expires(brussels) == datetime(2026, 7, 15, 22, tzinfo=UTC)


def test_a_deadline_explains_each_day_that_did_not_count() -> None:
    steps = deadline(date(2024, 12, 31), Period(2, Unit.WORKING_DAYS), HOLIDAYS).steps
    assert [(step.code, step.day.isoformat()) for step in steps] == [
        (StepCode.EVENT_DAY_NOT_COUNTED, "2024-12-31"),
        (StepCode.HOLIDAY, "2025-01-01"),
        (StepCode.HOLIDAY, "2025-01-02"),
        (StepCode.WEEKEND, "2025-01-04"),
        (StepCode.WEEKEND, "2025-01-05"),
        (StepCode.PERIOD_ENDS, "2025-01-06"),
    ]


def test_a_deadline_explains_how_it_was_moved() -> None:
    steps = deadline(date(2024, 12, 20), Period(1, Unit.WEEKS), HOLIDAYS).steps
    moved = [
        (step.code, step.day.isoformat(), step.article) for step in steps if step.code not in ("holiday", "weekend")
    ]
    assert moved == [
        (StepCode.EVENT_DAY_NOT_COUNTED, "2024-12-20", "3(1)"),
        (StepCode.PERIOD_ENDS, "2024-12-27", "3(2)(c)"),
        (StepCode.MOVED_TO_WORKING_DAY, "2025-01-03", "3(4)"),
        (StepCode.MOVED_TO_SECOND_WORKING_DAY, "2025-01-06", "3(5)"),
    ]


def test_a_date_that_the_last_month_lacks_is_a_step() -> None:
    steps = deadline(date(2024, 1, 31), Period(1, Unit.MONTHS), HOLIDAYS).steps
    assert [step.code for step in steps] == ["event_day_not_counted", "no_such_date", "period_ends"]


def test_a_year_without_holidays_is_an_error_that_names_it() -> None:
    with pytest.raises(CalendarMissing, match="2026") as caught:
        deadline(date(2025, 12, 22), WORKING_DAYS_15, HOLIDAYS)
    assert caught.value.year == 2026


def test_the_year_of_an_event_whose_day_is_not_counted_need_not_be_known() -> None:
    only_2025 = {day for day in HOLIDAYS if day.year == 2025}
    assert deadline(date(2024, 12, 31), Period(1, Unit.WORKING_DAYS), only_2025).date == date(2025, 1, 3)


def test_a_period_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one unit"):
        Period(0, Unit.WORKING_DAYS)


# --- Properties, on random holidays ---

FIRST, LAST = date(2030, 1, 1), date(2032, 12, 31)
ANCHORS = {date(year, 1, 1) for year in range(2030, 2036)}
holiday_sets = st.frozensets(st.dates(FIRST, LAST), max_size=60).map(lambda chosen: chosen | ANCHORS)
received_days = st.dates(FIRST, date(2031, 12, 31))
periods = st.one_of(
    st.builds(Period, st.integers(1, 60), st.sampled_from([Unit.WORKING_DAYS, Unit.DAYS])),
    st.builds(Period, st.integers(1, 9), st.sampled_from([Unit.WEEKS, Unit.MONTHS])),
)


def works(day: date, holidays: Set[date]) -> bool:
    return day.weekday() < 5 and day not in holidays


def working_days_within(received: date, last: date, holidays: Set[date]) -> int:
    span = (last - received).days
    return sum(works(received + ONE_DAY * number, holidays) for number in range(1, span + 1))


@given(received_days, periods, holiday_sets)
def test_every_period_ends_on_a_working_day_after_the_event(
    received: date, period: Period, holidays: Set[date]
) -> None:
    found = deadline(received, period, holidays)
    assert found.date > received
    assert works(found.date, holidays)
    assert found.steps[-1].day == found.date
    if period != Period(1, Unit.DAYS) and period != Period(1, Unit.WORKING_DAYS):
        assert working_days_within(received, found.date, holidays) >= 2


@given(received_days, st.integers(1, 60), holiday_sets)
def test_a_period_in_working_days_holds_exactly_that_many(received: date, count: int, holidays: Set[date]) -> None:
    last = deadline(received, Period(count, Unit.WORKING_DAYS), holidays).date
    assert working_days_within(received, last, holidays) == count


@given(received_days, periods, holiday_sets)
def test_a_later_event_never_has_an_earlier_deadline(received: date, period: Period, holidays: Set[date]) -> None:
    assert deadline(received, period, holidays).date <= deadline(received + ONE_DAY, period, holidays).date


@given(received_days, periods, holiday_sets)
def test_counting_the_day_of_registration_never_ends_later(received: date, period: Period, holidays: Set[date]) -> None:
    strict = deadline(received, period, holidays, count_day_of_registration=True).date
    assert received <= strict <= deadline(received, period, holidays).date


@given(received_days, periods, holiday_sets)
def test_one_more_holiday_never_ends_a_period_earlier(received: date, period: Period, holidays: Set[date]) -> None:
    before = deadline(received, period, holidays).date
    assert deadline(received, period, holidays | {before}).date > before


def test_months_are_added_to_the_period_and_not_to_the_day_it_was_moved_to() -> None:
    received, month = date(2023, 3, 15), Period(1, Unit.MONTHS)
    last = deadline(received, month, HOLIDAYS).date
    assert last == date(2023, 4, 17)  # 15 April is a Saturday
    assert extended(received, month, last, Period(2, Unit.MONTHS), HOLIDAYS) == date(2023, 6, 15)


def test_an_extension_in_another_unit_runs_from_the_last_day() -> None:
    last = date(2023, 4, 17)
    more = Period(5, Unit.WORKING_DAYS)
    assert extended(date(2023, 3, 15), Period(1, Unit.MONTHS), last, more, HOLIDAYS) == date(2023, 4, 24)


@given(received_days, st.integers(1, 40), st.integers(1, 40), holiday_sets)
def test_working_days_are_extended_from_the_last_one(
    received: date, count: int, more: int, holidays: Set[date]
) -> None:
    period, by = Period(count, Unit.WORKING_DAYS), Period(more, Unit.WORKING_DAYS)
    last = deadline(received, period, holidays).date
    assert extended(received, period, last, by, holidays) == deadline(last, by, holidays).date
