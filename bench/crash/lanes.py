"""Which fuse is armed when: in each lane one at a time, so that no mail dies at every step it takes."""

import random
from collections import deque
from collections.abc import Iterable, Sequence

from bench.crash.fuses import Fuse, FuseBox


class Lane:
    """Fuses that wait their turn; the next is armed when the last one blew."""

    def __init__(self, box: FuseBox, fuses: Iterable[Fuse]) -> None:
        self.box, self.waiting = box, deque(fuses)
        self.armed: Fuse | None = None

    @property
    def is_armed(self) -> bool:
        return self.armed is not None and self.box.is_armed(self.armed)

    def turn(self) -> None:
        if self.is_armed:
            return
        self.armed = self.waiting.popleft() if self.waiting else None
        if self.armed is not None:
            self.box.arm(self.armed)

    def stop(self) -> None:
        self.waiting.clear()
        if self.armed is not None:
            self.box.disarm(self.armed)


def shuffled(fuses: Sequence[Fuse], rounds: int, seed: int) -> list[Fuse]:
    """Each fuse once a round, in another order each time."""
    draw = random.Random(seed)
    return [fuse for _ in range(rounds) for fuse in draw.sample(fuses, len(fuses))]
