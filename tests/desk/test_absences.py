"""The page of absences: one's own, everybody's for managers, what is to do of who is away, and languages."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from tests import making
from tickets.actions import triage
from tickets.actions.record import SYSTEM
from tickets.models import Absence, User

TODAY = making.NOW.date()


def enter(client: Client, **fields: Any) -> Any:
    days = {"first_day": TODAY.isoformat(), "last_day": (TODAY + timedelta(days=4)).isoformat()}
    return client.post("/desk/absences/", {**days, **fields}, follow=True)


def words(page: Any) -> str:
    return " ".join(page.content.decode().split())


def test_an_agent_says_when_they_are_away_and_who_stands_in(desk: Client, anna: User, maria: User) -> None:
    assert "You are not away, now or later." in words(desk.get("/desk/absences/"))
    page = words(enter(desk, substitute=maria.pk))
    assert "The absence is entered." in page
    assert "substitute: Maria Manager" in page
    assert "away today" in page
    absence = Absence.objects.get()
    assert (absence.user, absence.substitute, absence.entered_by) == (anna, maria, anna)
    page = words(desk.post(f"/desk/absences/{absence.pk}/delete/", follow=True))
    assert f'action="/desk/absences/{absence.pk}/restore/"' in page
    assert "substitute: Maria Manager" in words(desk.post(f"/desk/absences/{absence.pk}/restore/", follow=True))


def test_an_agent_enters_nothing_for_others_and_sees_nothing_of_theirs(desk: Client, anna: User, maria: User) -> None:
    enter(desk, person=maria.pk)
    assert Absence.objects.get().user == anna
    other = Absence.objects.create(user=maria, first_day=TODAY, last_day=TODAY, entered_by=maria)
    assert "Maria Manager ·" not in words(desk.get("/desk/absences/"))
    for name in ("delete", "restore"):
        Absence.objects.filter(pk=other.pk).update(deleted_at=None if name == "delete" else making.NOW)
        assert desk.post(f"/desk/absences/{other.pk}/{name}/").status_code == 404


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"last_day": "2026-11-01"}, "The last day is before the first."),
        ({"first_day": "2026-11-01", "last_day": "2026-11-02"}, "These days are over."),
        ({"first_day": "soon"}, "Enter the date as year-month-day"),
        ({"first_day": ""}, "Enter a day"),
    ],
)
def test_days_that_make_no_absence_are_asked_for_again(desk: Client, fields: dict[str, str], said: str) -> None:
    page = enter(desk, **fields)
    assert page.status_code == 422
    assert said in words(page)
    assert not Absence.objects.exists()


def test_a_manager_sees_everybody_and_what_is_to_do_of_who_is_away(client: Client, anna: User, maria: User) -> None:
    client.force_login(maria)
    ticket, other = making.opened(subject="Stranded"), making.opened(subject="Elsewhere")
    triage.assign(actor=SYSTEM, ticket_id=ticket.pk, assignee=anna, now=making.NOW)
    triage.assign(actor=SYSTEM, ticket_id=other.pk, assignee=maria, now=making.NOW)
    assert "Anna Agent · no substitute" in words(enter(client, person=anna.pk))
    page = client.get("/desk/?q=is:absent+is:todo")
    assert [row.subject for row in page.context["rows"]] == ["Stranded"]
    assert 'aria-label="away today"' in words(page)
    assert '<span class="chip">away today</span>' in words(client.get(f"/desk/tickets/{ticket.reference}/"))
    assert 'aria-label="away today"' not in words(client.get("/desk/?q=subject:elsewhere"))
    client.post("/desk/bulk/", {"ticket": [ticket.pk], "assignee": str(maria.pk), "place": "q=is:absent"})
    ticket.refresh_from_db()
    assert ticket.assignee == maria
    Absence.objects.update(first_day=date(2026, 11, 24))
    assert client.get("/desk/?q=is:absent").context["rows"] == []


def test_the_languages_one_reads_stand_on_the_profile(desk: Client, anna: User) -> None:
    profile = {"name": anna.name, "unit": "", "phone": "", "language": "en"}
    desk.post("/desk/profile/", {**profile, "reads": ["uk", "lv"]})
    anna.refresh_from_db()
    assert anna.reads == ["uk", "lv"]
    assert desk.post("/desk/profile/", {**profile, "reads": ["xx"]}).status_code == 422
    desk.post("/desk/profile/", profile)
    anna.refresh_from_db()
    assert anna.reads == []


def test_a_manager_says_what_colleagues_read_and_agents_only_of_themselves(
    client: Client, anna: User, maria: User
) -> None:
    client.force_login(maria)
    page = words(client.post(f"/desk/absences/reads/{anna.pk}/", {"reads": ["uk"]}, follow=True))
    assert "The languages of Anna Agent are saved." in page
    assert "українська" in page
    anna.refresh_from_db()
    assert anna.reads == ["uk"]
    client.force_login(anna)
    assert client.get(f"/desk/absences/reads/{anna.pk}/").status_code == 200
    assert client.post(f"/desk/absences/reads/{maria.pk}/", {"reads": ["uk"]}).status_code == 404
    assert "Who reads what" not in words(client.get("/desk/absences/"))
