"""The order of the tests themselves when several processes run them."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.dealing import LONGEST, dealt


class Item:
    """As much of a test as its order needs."""

    def __init__(self, file: str, number: int, marker: str = "") -> None:
        self.path, self.name, self._marker = Path(file), f"{file}::{number}", marker

    def get_closest_marker(self, name: str) -> str | None:
        return name if name == self._marker else None


def some() -> list[Any]:
    short = [Item("test_short.py", number) for number in range(90)]
    flows = [Item(f"test_flow{number // 3}.py", number, "flow") for number in range(12)]
    return [*short, *flows, Item(LONGEST[1], 0, "flow"), Item(LONGEST[0], 0, "browser")]


def names(items: Iterable[Any]) -> list[str]:
    return [item.name for item in items]


@pytest.mark.parametrize("processes", [1, 3, 4, 7])
def test_every_test_runs_once(processes: int) -> None:
    assert sorted(names(dealt(some(), processes))) == sorted(names(some()))


def test_each_process_begins_with_flows_and_the_longest_come_first() -> None:
    order = names(dealt(some(), 4))
    size = len(order) // 4
    hands = [order[size * number : size * (number + 1)] for number in range(4)]
    assert [hand[0] for hand in hands[:2]] == [f"{LONGEST[0]}::0", f"{LONGEST[1]}::0"]
    assert all("flow" in hand[1] or "flow" in hand[0] for hand in hands)
    assert all("short" in hand[-1] for hand in hands)


def test_the_tests_of_one_file_stay_together() -> None:
    order = names(dealt(some(), 4))
    first = order.index("test_flow0.py::0")
    assert order[first : first + 3] == [f"test_flow0.py::{number}" for number in range(3)]
