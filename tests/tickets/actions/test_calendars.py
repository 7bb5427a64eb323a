"""A change of a calendar leaves a version, and what was computed keeps the one it was computed by."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import DatabaseError, transaction

from tests import making
from tests.making import NOW
from tickets import calendars
from tickets.actions.calendars import enter_closing_days, keep_versions
from tickets.actions.record import SYSTEM, Actor
from tickets.closing_days import ClosingDay
from tickets.deadlines import CALENDAR
from tickets.models import Calendar, CalendarVersion, Holiday
from tickets.worktime import working_seconds

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]
EVE = ClosingDay(date(2027, 12, 23), "Extra day", "OJ C 7", False)
LATER = NOW + timedelta(days=400)


def test_a_calendar_that_did_not_change_gets_no_version() -> None:
    assert keep_versions(actor=SYSTEM, now=LATER) == 0
    assert CalendarVersion.objects.count() == 1


def test_changed_hours_and_days_are_a_new_version_that_says_who_changed_them() -> None:
    maria = making.staff(role="manager")
    Calendar.objects.get().openings.create(weekday=5, start=time(10), end=time(12))
    Holiday.objects.filter(date=date(2027, 12, 31)).delete()
    assert keep_versions(actor=Actor.staff(maria), now=LATER) == 1
    first, second = CalendarVersion.objects.order_by("number")
    assert (second.number, second.made_by, second.made_at) == (2, maria, LATER)
    assert second.week[5] == [["10:00:00", "12:00:00"]]
    assert first.week[5] == []
    assert calendars.closing_days(first) - calendars.closing_days(second) == {date(2027, 12, 31)}


def test_a_version_cannot_be_rewritten_by_any_way() -> None:
    version = CalendarVersion.objects.get()
    with pytest.raises(TypeError):
        version.save()
    with pytest.raises(DatabaseError, match="never rewritten"), transaction.atomic():
        CalendarVersion.objects.update(closing_days=[])
    assert CalendarVersion.objects.get().closing_days == version.closing_days


def test_what_held_at_an_instant_is_found_and_before_the_first_version_the_first() -> None:
    made = CalendarVersion.objects.get().made_at
    enter_closing_days(actor=SYSTEM, calendar=CALENDAR, days=[EVE], replace=False, now=made + timedelta(days=2))
    numbers = []
    for days in (-900, 0, 1, 2, 900):
        version = calendars.version_at(made + timedelta(days=days), CALENDAR)
        assert version is not None
        numbers.append(version.number)
    assert numbers == [1, 1, 1, 2, 2]
    assert calendars.version_at(made, "elsewhere") is None


def test_a_version_counts_working_time_by_its_own_hours() -> None:
    version = CalendarVersion.objects.get()
    christmas_eve = datetime(2026, 12, 23, 23, tzinfo=UTC)
    monday = datetime(2026, 11, 23, tzinfo=UTC)
    hours = calendars.hours(version)
    assert working_seconds(monday, monday + timedelta(days=1), hours) == 8.5 * 3600
    assert working_seconds(christmas_eve, christmas_eve + timedelta(days=8), hours) == 0


def test_a_list_adds_and_confirms_days_and_takes_none_away_unless_it_is_the_whole_year() -> None:
    there = Holiday.objects.filter(date__year=2027).count()
    known = ClosingDay(date(2027, 12, 24), "Christmas Eve", "OJ C 7", False)
    changes = enter_closing_days(actor=SYSTEM, calendar=CALENDAR, days=[EVE, known], replace=False, now=LATER)
    assert (len(changes.added), len(changes.changed), len(changes.taken_away)) == (1, 1, 0)
    assert Holiday.objects.filter(date__year=2027).count() == there + 1
    confirmed = Holiday.objects.get(date=known.date)
    assert (confirmed.name, confirmed.source, confirmed.provisional) == ("Christmas Eve", "OJ C 7", False)
    of_2026 = Holiday.objects.filter(date__year=2026).count()
    changes = enter_closing_days(actor=SYSTEM, calendar=CALENDAR, days=[EVE, known], replace=True, now=LATER)
    assert len(changes.taken_away) == there - 1
    assert Holiday.objects.filter(date__year=2027).count() == 2
    assert Holiday.objects.filter(date__year=2026).count() == of_2026


def test_a_promised_date_stays_when_the_calendar_changes() -> None:
    ticket = making.opened()
    promised = ticket.answer_by
    day = ClosingDay(date(2026, 12, 1), "Extra day", "OJ C 7", False)
    enter_closing_days(actor=SYSTEM, calendar=CALENDAR, days=[day], replace=False, now=NOW + timedelta(hours=1))
    ticket.refresh_from_db()
    assert ticket.answer_by == promised
    assert making.opened(now=NOW + timedelta(hours=2)).answer_by == date(2026, 12, 15)
