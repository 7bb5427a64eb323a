"""Who stands in for whom: a row of substitutes ends, whatever people entered."""

import pytest

from tickets.absences import stand_in


@pytest.mark.parametrize(
    ("away", "who"),
    [
        ({1: 2}, (2,)),
        ({1: 2, 2: 3}, (3,)),
        ({1: None}, ()),
        ({1: 2, 2: None}, ()),
        ({1: 2, 2: 1}, ()),
        ({1: 2, 2: 3, 3: 2}, ()),
        ({}, ()),
        ({number: number + 1 for number in range(1, 6)}, (6,)),
        ({number: number + 1 for number in range(1, 7)}, ()),
    ],
    ids=["one", "second", "nobody", "ends with nobody", "each other", "a circle", "not away", "five", "too many"],
)
def test_the_first_substitute_who_is_there_stands_in(away: dict[int, int | None], who: tuple[int, ...]) -> None:
    assert stand_in(1, away) == who
