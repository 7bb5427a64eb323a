"""The periods of reports: whole days of Brussels, presets, and the period that one is compared with."""

from datetime import UTC, date, datetime, timedelta

import pytest

from reports.periods import PRESETS, Period, preset, today

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("last-month", date(2026, 10, 1), date(2026, 10, 31)),
        ("quarter", date(2026, 10, 1), TODAY),
        ("12-months", date(2025, 11, 26), TODAY),
        ("3-years", date(2023, 11, 26), TODAY),
    ],
)
def test_presets_end_where_they_say(code: str, first: date, last: date) -> None:
    assert preset(code, TODAY) == Period(first, last)


def test_a_preset_is_a_period_on_every_day_of_four_years() -> None:
    for number in range(1461):
        for code in PRESETS:
            assert preset(code, date(2024, 1, 1) + timedelta(days=number)).days > 0


@pytest.mark.parametrize(
    ("first", "last", "before"),
    [
        (date(2026, 10, 1), date(2026, 10, 31), Period(date(2026, 9, 1), date(2026, 9, 30))),
        (date(2026, 1, 1), date(2026, 3, 31), Period(date(2025, 10, 1), date(2025, 12, 31))),
        (date(2026, 3, 2), date(2026, 3, 8), Period(date(2026, 2, 23), date(2026, 3, 1))),
        (date(2026, 3, 1), date(2026, 3, 30), Period(date(2026, 1, 30), date(2026, 2, 28))),
    ],
)
def test_a_month_is_compared_with_a_month_and_days_with_as_many(first: date, last: date, before: Period) -> None:
    assert Period(first, last).before == before


def test_a_day_begins_at_midnight_in_brussels_in_winter_and_summer() -> None:
    march = Period(date(2026, 3, 1), date(2026, 3, 31))
    assert march.start == datetime(2026, 2, 28, 23, 0, tzinfo=UTC)
    assert march.end == datetime(2026, 3, 31, 22, 0, tzinfo=UTC)
    assert today(datetime(2026, 3, 31, 22, 0, tzinfo=UTC)) == date(2026, 4, 1)


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="ends before it begins"):
        Period(date(2026, 3, 2), date(2026, 3, 1))
