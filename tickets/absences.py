"""Who is away, and who stands in. Days are Brussels'."""

from collections.abc import Mapping
from datetime import date

from django.db.models import QuerySet

from tickets.models import Absence
from tickets.questions import Given

# A substitute may be away as well, and so may theirs.
MOST_STEPS = 5


def away_on(day: date | Given) -> QuerySet[Absence]:
    """The absences of a day, which may be `Given` later."""
    return Absence.objects.filter(deleted_at=None, first_day__lte=day, last_day__gte=day)


def substitutes_on(day: date) -> dict[int, int | None]:
    """Who is away on a day, and the substitute of each. One statement."""
    return dict(away_on(day).order_by("pk").values_list("user", "substitute"))


def stand_in(person: int, away: Mapping[int, int | None]) -> tuple[int, ...]:
    """Who stands in for somebody who is away: the first substitute in the row who is there, or nobody. Pure.

    Nobody where the row ends so, comes back to somebody who was asked already, or goes on too long.
    """
    asked = {person}
    while len(asked) <= MOST_STEPS:
        substitute = away.get(person)
        if substitute is None or substitute in asked:
            return ()
        if substitute not in away:
            return (substitute,)
        asked.add(substitute)
        person = substitute
    return ()
