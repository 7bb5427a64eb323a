"""Which working time held when: the versions of a calendar, read."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.db.models import Case, F, IntegerField, OuterRef, Q, QuerySet, When

from tickets.models import CalendarVersion
from tickets.questions import Given, Question
from tickets.worktime import Opening, OpeningHours


def version_at(instant: datetime, calendar: str) -> CalendarVersion | None:
    """The version that held at this instant; before the first, the first. None where none is kept yet.

    One statement: a calendar has a few versions a year.
    """
    return _HELD.first(instant=instant, calendar=calendar)


def versions_at(instant: datetime | OuterRef | Given, calendar: str | Given) -> QuerySet[CalendarVersion]:
    """The versions of a calendar, the one that held at this instant first; it may be a column of an outer question."""
    held = Q(made_at__lte=instant)
    newest_held = Case(When(held, then=-F("number")), default=F("number"), output_field=IntegerField())
    later = Case(When(held, then=0), default=1, output_field=IntegerField())
    # Named, because Django resolves no outer column in an order.
    kept = CalendarVersion.objects.filter(calendar__code=calendar).annotate(later=later, place=newest_held)
    return kept.order_by("later", "place")


_HELD = Question(lambda: versions_at(Given("instant"), Given("calendar")).select_related("calendar")[:1])


def versions_of(calendar: str) -> QuerySet[CalendarVersion]:
    """All versions of a calendar, the oldest first."""
    return CalendarVersion.objects.filter(calendar__code=calendar).order_by("number")


def closing_days(version: CalendarVersion) -> frozenset[date]:
    """Its public holidays, provisional ones too."""
    return frozenset(date.fromisoformat(day) for day, *_ in version.closing_days)


def hours(version: CalendarVersion) -> OpeningHours:
    """Its working time, as `worktime` counts it. Raises ValueError when it never opens."""
    week = tuple(
        tuple(Opening(time.fromisoformat(start), time.fromisoformat(end)) for start, end in openings)
        for openings in version.week
    )
    return OpeningHours(ZoneInfo(version.time_zone), week, closing_days(version))
