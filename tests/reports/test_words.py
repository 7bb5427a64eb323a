"""Lengths of time in words."""

import pytest

from reports.survival import NOT_REACHED, Reached
from reports.words import band, length

HOUR, DAY = 3600, 86_400


@pytest.mark.parametrize(
    ("seconds", "working", "says"),
    [
        (0, False, "0 minutes"),
        (60, False, "1 minute"),
        (3599, False, "60 minutes"),
        (HOUR, False, "1 hour"),
        (1.5 * HOUR, False, "1.5 hours"),
        (30 * HOUR, False, "30 hours"),
        (2 * DAY, False, "2 days"),
        (2.34 * DAY, False, "2.3 days"),
        (12.6 * DAY, False, "13 days"),
        (5 * DAY, True, "120 hours"),
        (NOT_REACHED, False, "not reached"),
    ],
)
def test_a_length_has_the_unit_that_people_would_use(seconds: float, working: bool, says: str) -> None:
    assert length(seconds, working=working) == says


def test_a_band_may_be_open_above_and_is_not_told_where_there_is_none() -> None:
    assert band(Reached(3 * DAY, 2 * DAY, NOT_REACHED)) == "2 days to not reached"
    assert band(Reached(NOT_REACHED, NOT_REACHED, NOT_REACHED)) == ""
