"""Fuses: files that say at which call a process of the service is to die, and which of them did their work.

A fuse is armed by making its file and blows once, whichever process comes to it first: it moves the file aside before
it kills itself, so every kill is on record and none happens twice.
"""

import contextlib
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

BEFORE, AFTER, FULL = "before", "after", "full"  # killed before or after the call; or the disk is full at it


@dataclass(frozen=True, order=True)
class Fuse:
    """One place where a process dies: its role, the call, and on which side of it."""

    role: str
    call: str
    side: str

    @property
    def name(self) -> str:
        return f"{self.role}; {self.call}; {self.side}"


class FuseBox:
    """The fuses of one run, in a folder that the processes share."""

    def __init__(self, folder: Path) -> None:
        self.armed, self.blown = folder / "armed", folder / "blown"
        for each in (self.armed, self.blown):
            each.mkdir(parents=True, exist_ok=True)

    def arm(self, fuse: Fuse) -> None:
        """Let the next process that comes here blow it."""
        (self.armed / fuse.name).touch()

    def disarm(self, fuse: Fuse) -> None:
        """Take it out; nothing happens where it blew meanwhile."""
        (self.armed / fuse.name).unlink(missing_ok=True)

    def is_armed(self, fuse: Fuse) -> bool:
        return (self.armed / fuse.name).exists()

    def kills(self) -> dict[Fuse, list[str]]:
        """Each fuse that blew, with what the process had in hand each time."""
        found: dict[Fuse, list[str]] = {}
        for path in self.blown.iterdir():
            role, call, side = path.name.rpartition("#")[0].split("; ")
            found.setdefault(Fuse(role, call, side), []).append(path.read_text())
        return found

    def blow(self, fuse: Fuse, hand: str) -> bool:
        """Whether this process is the one whose fuse it was; on record when it returns."""
        if not self.is_armed(fuse):
            return False
        record = self.blown / f"{fuse.name}#{os.getpid()}.{os.urandom(4).hex()}"
        with contextlib.suppress(FileNotFoundError):
            (self.armed / fuse.name).rename(record)
            record.write_text(hand)
            return True
        return False

    def guard(
        self, role: str, call: str, *, hand: str = "", full: Callable[[], Exception] | None = None
    ) -> Callable[[], None]:
        """Die, or meet a full disk, where a fuse says so before this call; gives what is to be done after it.

        `hand` names what the process has in hand.
        """
        if self.blow(Fuse(role, call, BEFORE), hand):
            die()
        if full is not None and self.blow(Fuse(role, call, FULL), hand):
            raise full()

        def afterwards() -> None:
            if self.blow(Fuse(role, call, AFTER), hand):
                die()

        return afterwards


def die() -> None:
    """End as by a power cut: nothing is cleaned up, nobody is told."""
    os.kill(os.getpid(), signal.SIGKILL)
