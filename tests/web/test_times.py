from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from web import times

WINTER = datetime(2026, 12, 14, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "14 December 2026"),
        ("uk", "14 грудня 2026"),
        ("lv", "2026. gada 14. decembris"),
        ("fr", "14 décembre 2026"),
    ],
)
def test_a_date_is_in_words_of_the_language(language: str, expected: str) -> None:
    with translation.override(language):
        assert times.day(date(2026, 12, 14)) == expected


@pytest.mark.parametrize(
    ("language", "expected", "of_month"),
    [
        ("uk", "1 грудня 2026", "1 грудня"),
        ("fr", "1er décembre 2026", "1er décembre"),
        ("en", "1 December 2026", "1 December"),
    ],
)
def test_the_first_of_a_month_is_written_as_the_language_does(language: str, expected: str, of_month: str) -> None:
    with translation.override(language):
        assert times.day(date(2026, 12, 1)) == expected
        assert times.day_of_month(date(2026, 12, 1)) == of_month


def test_a_time_says_its_zone() -> None:
    assert times.moment(WINTER) == "14 December 2026, 10:30 (Brussels)"
    assert times.moment(WINTER.replace(month=7)) == "14 July 2026, 11:30 (Brussels)"


def test_partners_see_kyiv_beside_it() -> None:
    assert times.moment_for_partners(WINTER) == "14 December 2026, 10:30 (Brussels), 11:30 (Kyiv)"


def test_kyiv_has_its_own_date_after_its_midnight() -> None:
    late = datetime(2026, 12, 14, 22, 30, tzinfo=UTC)
    assert times.moment_for_partners(late) == "14 December 2026, 23:30 (Brussels), 15 December 2026, 00:30 (Kyiv)"


def test_the_day_of_a_time_is_the_day_in_brussels() -> None:
    assert times.day(datetime(2026, 12, 14, 23, 30, tzinfo=UTC)) == "15 December 2026"


@pytest.mark.parametrize(
    ("gone", "long", "short"),
    [
        (timedelta(seconds=59), "less than a minute", "0 min"),
        (timedelta(minutes=1), "1 minute", "1 min"),
        (timedelta(minutes=59, seconds=59), "59 minutes", "59 min"),
        (timedelta(hours=1), "1 hour", "1 h"),
        (timedelta(hours=23, minutes=59), "23 hours", "23 h"),
        (timedelta(days=1), "1 day", "1 d"),
        (timedelta(days=12, hours=23), "12 days", "12 d"),
        (timedelta(seconds=-5), "less than a minute", "0 min"),
    ],
)
def test_waiting_is_counted_in_whole_units(gone: timedelta, long: str, short: str) -> None:
    assert times.waited(WINTER, WINTER + gone) == long
    assert times.since(WINTER, WINTER + gone).words == short


@pytest.mark.parametrize(("days", "expected"), [(0, 0), (5, 50), (10, 100), (30, 100), (-3, 0)])
def test_the_share_of_a_deadline_stays_between_nothing_and_all(days: int, expected: int) -> None:
    assert times.used(WINTER, WINTER + timedelta(days=10), WINTER + timedelta(days=days)) == expected


def test_a_deadline_that_was_over_at_once_is_used_up() -> None:
    assert times.used(WINTER, WINTER, WINTER) == 100


@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (1023, "1023 bytes"),
        (1024, "1 KB"),
        (1536, "1.5 KB"),
        (12 * 1024, "12 KB"),
        (20 * 1024**2, "20 MB"),
        (3565158, "3.4 MB"),
        (10475274, "10 MB"),
        (2 * 1024**3, "2 GB"),
    ],
)
def test_a_size_is_short(octets: int, expected: str) -> None:
    assert times.size(octets) == expected


def test_a_size_has_the_comma_of_the_language() -> None:
    with translation.override("lv"):
        assert times.size(1536).startswith("1,5")
