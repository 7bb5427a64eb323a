"""What net leaves out of waits: the time in which we waited for somebody else, told apart by whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, F, Func, IntegerField, Q, Value, When
from django.db.models.functions import Coalesce

from tickets.endings import STOOD_FOR, stood_still

PARTNER, THIRD = STOOD_FOR["partner"], STOOD_FOR["third"]
CAUSES = (PARTNER, THIRD)  # in this order wherever numbers of both stand behind each other


@dataclass
class LeftOut:
    """Whole seconds that were left out, and of how many waits.

    By working time too, a wait that stood still outside of opening hours alone is one of them.
    """

    seconds: int = 0
    waits: int = 0


class Seconds(Func):
    """The whole seconds of a span of time; EXTRACT would give a numeric, which is slow to reckon with."""

    template = "floor(date_part('epoch', %(expressions)s))::int"
    output_field = IntegerField()


@dataclass(frozen=True)
class Pauses:
    """The pauses that are left out, by cause, as expressions on tickets that are joined with the rows behind `rows`.

    Without `rows` nothing is left out, and all of these are empty.
    """

    rows: str
    working: bool = False

    @property
    def causes(self) -> Sequence[str]:
        """For whom something is left out."""
        return CAUSES if self.rows else ()

    @property
    def over(self) -> list[Any]:
        """The seconds of the pauses that are over; a ticket that never paused nor was resolved has no row of them."""
        clock = "_working" if self.working else ""
        return [Coalesce(f"{self.rows}__{cause}_pause{clock}", 0) for cause in self.causes]

    def taken(self, now: datetime) -> list[Any]:
        """The seconds that are left out; by working time without those of a pause that lasts, which are read apart."""
        if self.working:
            return self.over
        third, lasts = Q(waiting_for=THIRD), Coalesce(Seconds(Value(now) - F(f"{self.rows}__paused_since")), 0)
        places = Case(When(~third, then=lasts), default=0), Case(When(third, then=lasts), default=0)
        return [over + lasting for over, lasting in zip(self.over, places, strict=False)]

    @property
    def stood(self) -> list[Case]:
        """1 for a wait that stood still, else 0."""
        return [Case(When(condition, then=1), default=0) for condition in self.conditions.values()]

    @property
    def conditions(self) -> Mapping[str, Q]:
        """Whether a wait stood still."""
        return stood_still(f"{self.rows}__", ticket="") if self.rows else {}


def add(left_out: Mapping[str, LeftOut], numbers: Sequence[int]) -> None:
    """Add the sums of `taken` and of `stood`, as they stand behind each other; nothing where nothing is left out."""
    half = len(numbers) // 2
    for each, seconds, waits in zip(left_out.values(), numbers[:half], numbers[half:], strict=True):
        each.seconds += seconds
        each.waits += waits
