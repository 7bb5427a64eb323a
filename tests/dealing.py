"""In which order tests run side by side: each process begins with its share of the flows, and ends with what is short.

pytest-xdist gives each process an equal run of the list, and who is done takes over from the end of another's.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

# What starts and kills processes for a minute or two; the other flows come after it.
LONGEST = ("test_crashes.py", "test_loops.py", "test_start.py", "test_check_mail.py", "test_tasks.py", "test_faults.py")


def dealt(items: Sequence[pytest.Item], processes: int) -> list[pytest.Item]:
    """The same tests; those of one file stay together, for they share servers."""
    files, rest = dict[Path, list[pytest.Item]](), list[pytest.Item]()
    for item in items:
        (files.setdefault(item.path, []) if drives_parts(item) else rest).append(item)
    hands: list[list[pytest.Item]] = [[] for _ in range(processes)]
    for number, path in enumerate(sorted(files, key=_turn)):
        hands[number % processes].extend(files[path])
    return [
        item
        for hand, size in zip(hands, _shares(len(items), processes), strict=True)
        for item in _filled(hand, size, rest)
    ]


def drives_parts(item: pytest.Item) -> bool:
    """Whether it drives a browser or servers."""
    marked = any(item.get_closest_marker(name) for name in ("flow", "browser"))
    return marked or not {"page", "worker"}.isdisjoint(getattr(item, "fixturenames", ()))


def _turn(path: Path) -> int:
    return LONGEST.index(path.name) if path.name in LONGEST else len(LONGEST)


def _shares(number: int, processes: int) -> Iterator[int]:
    """How many tests pytest-xdist gives to each in turn."""
    for remaining in range(processes, 0, -1):
        yield number // remaining
        number -= number // remaining


def _filled(hand: list[pytest.Item], size: int, rest: list[pytest.Item]) -> list[pytest.Item]:
    """The hand, and as much of the rest as makes it a share; the rest is less by it."""
    missing = max(0, size - len(hand))
    taken, rest[:missing] = rest[:missing], []
    return [*hand, *taken]
