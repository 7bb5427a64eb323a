"""Every change of a calendar: it makes a new version, measures open deadlines, and moves no date that was told."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from tickets.actions import policies
from tickets.actions.record import Actor
from tickets.closing_days import ClosingDay
from tickets.deadlines import CALENDAR
from tickets.models import Calendar, CalendarVersion, Holiday


@dataclass
class Changes:
    """What a list of closing days changes; `taken_away` are days of its years that it does not name."""

    added: list[Holiday] = field(default_factory=list)
    changed: list[Holiday] = field(default_factory=list)
    taken_away: list[Holiday] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.taken_away)


@transaction.atomic
def keep_versions(*, actor: Actor, now: datetime) -> int:
    """Make a version of each calendar that is another than its newest version says; returns of how many.

    Called after every change of hours or closing days, in its transaction.
    """
    return sum(_keep(calendar, actor, now) for calendar in Calendar.objects.select_for_update().order_by("pk"))


@transaction.atomic
def enter_closing_days(
    *, actor: Actor, calendar: str, days: Sequence[ClosingDay], replace: bool, now: datetime
) -> Changes:
    """Take a list of closing days into a calendar, and keep its new version.

    Days that are here take name, source and mark of the list. With `replace` the list is all of its years: other days
    of those years are working days again. Raises Calendar.DoesNotExist.
    """
    Calendar.objects.select_for_update().get(code=calendar)
    changes = _changes(calendar, days, replace=replace)
    for holiday in (*changes.added, *changes.changed):
        holiday.save()
    Holiday.objects.filter(pk__in=[each.pk for each in changes.taken_away]).delete()
    keep_versions(actor=actor, now=now)
    return changes


def _changes(calendar: str, days: Sequence[ClosingDay], *, replace: bool) -> Changes:
    years = {each.date.year for each in days}
    span = (date(min(years), 1, 1), date(max(years), 12, 31)) if years else (date.max, date.min)
    there = {each.date: each for each in Holiday.objects.filter(calendar=calendar, date__range=span)}
    changes = Changes()
    for day in days:
        told = {"name": day.name, "source": day.source, "provisional": day.provisional}
        known = there.pop(day.date, None)
        if known is None:
            changes.added.append(Holiday(calendar=calendar, date=day.date, **told))
        elif told != {name: getattr(known, name) for name in told}:
            for name, value in told.items():
                setattr(known, name, value)
            changes.changed.append(known)
    if replace:
        changes.taken_away = [each for each in there.values() if each.date.year in years]
    return changes


def _keep(calendar: Calendar, actor: Actor, now: datetime) -> bool:
    newest = calendar.versions.order_by("-number").first()
    today = _as_it_is(calendar)
    if newest is not None and today == {name: getattr(newest, name) for name in today}:
        return False
    number = newest.number + 1 if newest else 1
    made = CalendarVersion.objects.create(calendar=calendar, number=number, made_by=actor.user, made_at=now, **today)
    if newest is not None and calendar.code == CALENDAR:
        policies.ask(actor=actor, version=made, now=now)
    return True


def _as_it_is(calendar: Calendar) -> dict[str, Any]:
    week: list[list[list[str]]] = [[] for _ in Calendar.Weekday]
    for opening in calendar.openings.order_by("weekday", "start"):
        week[opening.weekday].append([opening.start.isoformat(), opening.end.isoformat()])
    rows = Holiday.objects.filter(calendar=calendar.code).order_by("date")
    days = [[each.date.isoformat(), each.name, each.source, each.provisional] for each in rows]
    return {
        "time_zone": calendar.time_zone,
        "week": week,
        "closing_days": days,
        "count_day_of_registration": calendar.count_day_of_registration,
    }
