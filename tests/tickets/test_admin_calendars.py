"""Managers keep hours and closing days; each change leaves a version that says whose it was."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests import making
from tickets.models import Calendar, CalendarVersion, Holiday, User

CALENDARS, HOLIDAYS = "/admin/tickets/calendar/", "/admin/tickets/holiday/"


@pytest.fixture
def maria(client: Client, reference_data: None) -> User:
    """A manager, signed in."""
    person = making.staff("Maria Manager", role="manager")
    client.force_login(person)
    return person


def opening(number: int, weekday: int, start: str, end: str, **more: Any) -> dict[str, Any]:
    values = {"weekday": weekday, "start": start, "end": end, **more}
    return {f"openings-{number}-{name}": value for name, value in values.items()}


def save_hours(client: Client, *openings: dict[str, Any], existing: int = 0) -> Any:
    calendar = Calendar.objects.get()
    form: dict[str, Any] = {"name": calendar.name, "time_zone": "Europe/Brussels"}
    form |= {"openings-TOTAL_FORMS": len(openings), "openings-INITIAL_FORMS": existing}
    for each in openings:
        form |= each
    return client.post(f"{CALENDARS}{calendar.pk}/change/", form)


def test_a_day_that_is_entered_changed_or_taken_away_leaves_a_version_each(client: Client, maria: User) -> None:
    day = {"calendar": "eu-institutions", "date": "2027-12-23", "name": "Extra day", "source": ""}
    assert client.post(f"{HOLIDAYS}add/", day).status_code == 302
    entered = Holiday.objects.get(date=date(2027, 12, 23))
    assert client.post(f"{HOLIDAYS}{entered.pk}/change/", {**day, "name": "Bridge day"}).status_code == 302
    assert client.post(f"{HOLIDAYS}{entered.pk}/delete/", {"post": "yes"}).status_code == 302
    chosen = {"action": "delete_selected", "_selected_action": [Holiday.objects.earliest("date").pk], "post": "yes"}
    client.post(HOLIDAYS, chosen)
    versions = CalendarVersion.objects.order_by("number").values_list("number", "made_by__name")
    assert list(versions) == [(1, None), *((number, "Maria Manager") for number in (2, 3, 4, 5))]


def test_a_closing_day_is_of_a_calendar_that_is_kept(client: Client, maria: User) -> None:
    form = client.get(f"{HOLIDAYS}add/").content.decode()
    assert '<select name="calendar"' in form
    day = {"calendar": "eu-institution", "date": "2027-12-23", "name": "Extra day", "source": ""}
    assert client.post(f"{HOLIDAYS}add/", day).status_code == 200
    assert not Holiday.objects.filter(date=date(2027, 12, 23)).exists()


def test_hours_with_a_break_are_saved_as_a_version(client: Client, maria: User) -> None:
    Calendar.objects.get().openings.all().delete()
    saved = save_hours(client, opening(0, 0, "13:30", "00:00"), opening(1, 0, "09:00", "12:30"))
    assert saved.status_code == 302
    assert CalendarVersion.objects.earliest("-number").week[0] == [["09:00:00", "12:30:00"], ["13:30:00", "00:00:00"]]


@pytest.mark.parametrize(
    ("openings", "told"),
    [
        ((opening(0, 0, "09:00", "12:30"), opening(1, 0, "12:00", "17:00")), "Opening hours of one day overlap."),
        ((opening(0, 0, "13:00", "00:00"), opening(1, 0, "14:00", "17:00")), "Opening hours of one day overlap."),
        ((opening(0, 0, "17:00", "09:00"),), "Opening hours end after they begin."),
        ((), "A calendar has opening hours on some day."),
    ],
    ids=["overlap", "overlap until midnight", "backwards", "never"],
)
def test_hours_that_make_no_sense_are_refused(
    client: Client, maria: User, openings: tuple[dict[str, Any], ...], told: str
) -> None:
    Calendar.objects.get().openings.all().delete()
    refused = save_hours(client, *openings)
    assert refused.status_code == 200
    assert told in refused.content.decode()
    assert CalendarVersion.objects.count() == 1


def test_a_zone_that_does_not_exist_is_refused(client: Client, maria: User) -> None:
    form = {"code": "moon", "name": "Moon", "time_zone": "Moon/Base", "openings-TOTAL_FORMS": 0}
    refused = client.post(f"{CALENDARS}add/", {**form, "openings-INITIAL_FORMS": 0})
    assert "Enter a time zone, such as Europe/Brussels." in refused.content.decode()


def test_versions_are_looked_at_by_managers_and_changed_by_nobody(client: Client, maria: User) -> None:
    page = f"/admin/tickets/calendarversion/{CalendarVersion.objects.get().pk}/change/"
    shown = client.get(page).content.decode()
    assert "Monday: 09:00–17:30" in shown
    assert "Maundy Thursday" in shown
    assert client.post(page, {"number": 7}).status_code == 403
    client.force_login(making.staff(role="agent"))
    assert client.get(page).status_code == 302
